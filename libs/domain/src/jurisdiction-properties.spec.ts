import fc from 'fast-check';
import { anyInstant, anyRegistry } from './arbitraries.spec-support';
import { checkRegistry } from './check-registry';
import { bodyChain, policeBodyAt, responsibleNow, usableReceivers } from './jurisdiction';
import { isValidOn, localDate, type Registry } from './registry';
import { at } from './sample.spec-support';

describe('jurisdiction, in any registry that passes its check', () => {
  const sound = anyRegistry.map((registry): Registry => {
    const refused = new Set(checkRegistry(registry).filter((problem) => problem.file === 'sites').map((problem) => problem.key));
    const sites = [...registry.sites].filter(([id]) => !refused.has(id));
    return { ...registry, sites: new Map(sites), zones: new Map([...registry.zones].filter(([, zone]) => !refused.has(zone.siteId))) };
  });

  it('the generator makes sound registries with sites, and each kind of note', () => {
    const registries = fc.sample(sound, { numRuns: 500, seed: 1 });
    expect(registries.flatMap((registry) => checkRegistry(registry))).toEqual([]);
    const notes = registries.flatMap((registry) => [...registry.sites.values()].flatMap((site) => ['2020-06-01 00:00', '2026-10-01 00:00'].map((day) => policeBodyAt(registry, site, at(day)).note?.rule)));
    expect([...new Set(notes)].sort()).toEqual(['jurisdiction-body-not-recorded', 'jurisdiction-several-predecessors', 'jurisdiction-several-successors', undefined]);
  });

  it('every site has a body at every instant, and without a note it is the unit and the body of that day', () => {
    fc.assert(
      fc.property(sound, anyInstant, (registry, instant) => {
        for (const site of registry.sites.values()) {
          const { body, unit, note } = policeBodyAt(registry, site, instant);
          expect(registry.bodies.get(body.id)).toBe(body);
          expect(body.unitCode).toBe(unit.code);
          if (note === null) expect([isValidOn(unit, localDate(instant)), isValidOn(body, localDate(instant))]).toEqual([true, true]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('on the day the site was given, its own unit answers', () => {
    fc.assert(
      fc.property(sound, (registry) => {
        for (const site of registry.sites.values()) {
          const { unit, note } = policeBodyAt(registry, site, at(`${site.unitAsOf} 12:00`));
          if (note === null) expect(unit.code).toBe(site.unitCode);
        }
      }),
    );
  });

  it('someone answers for every body at every instant, and the way up ends', () => {
    fc.assert(
      fc.property(sound, anyInstant, fc.nat(5), (registry, now, escalation) => {
        for (const id of registry.bodies.keys()) {
          const responsible = responsibleNow(registry, id, now);
          const chain = bodyChain(registry, id, now);
          expect(chain[0]).toBe(responsible);
          expect(new Set(chain).size).toBe(chain.length);
          const receivers = usableReceivers(registry, { policeBodyId: id, escalation, status: 'Actual' }, now);
          expect(receivers.map((receiver) => receiver.id)).toEqual([...chain.slice(0, escalation + 1).map((body) => `w-${body.id}`), 'topic:alert.raised']);
        }
      }),
    );
  });
});

it('a calendar day can be told of any instant, in order', () => {
  fc.assert(
    fc.property(anyInstant, anyInstant, (one, other) => {
      expect(localDate(one)).toMatch(/^\d{4}-\d{2}-\d{2}$/);
      if (one <= other) expect(localDate(one) <= localDate(other)).toBe(true);
    }),
  );
});
