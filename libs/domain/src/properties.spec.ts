import fc from 'fast-check';
import type { AlertState } from './alert';
import { DEFAULT_ACKNOWLEDGE_LIMITS, deriveAlert, threadKey, threadOf } from './alert-rules';
import { anyIncident, anyInstant, anyRegistry, anyVolume, plausibleInstant } from './arbitraries.spec-support';
import { assess, assessAgain } from './assess';
import { canonicalJson } from './canonical-json';
import { checkRegistry } from './check-registry';
import type { Incident } from './incident';
import { bodyChain, policeBodyAt, responsibleNow, usableReceivers } from './jurisdiction';
import { observe, readingsByPlace } from './occupancy';
import { isValidOn, localDate, type Registry } from './registry';
import { levelRank, RISK_LEVELS, type RiskAssessment, type RiskContext } from './risk';
import { SAMPLE_POLICY } from './sample-policy.spec-support';
import { at, incident, QUIET, REGISTRY, SATURDAY_EVENING } from './sample.spec-support';
import type { VisitorVolume } from './visitor-volume';

/** What must hold for anything that is sent, not only for what the other specs tell. */

const judge = (report: Incident, context: RiskContext): RiskAssessment => assess(report, context, SAMPLE_POLICY).assessment;
const observeAll = (volumes: readonly VisitorVolume[], context: RiskContext): RiskContext => volumes.reduce((before, next) => observe(next, before), context);

describe('assess', () => {
  it('never throws, and always gives a level, a whole score that its reasons add up to, and texts in both languages', () => {
    fc.assert(
      fc.property(anyIncident(), fc.array(anyVolume(), { maxLength: 8 }), anyRegistry, (report, volumes, registry) => {
        const found = judge(report, observeAll(volumes, { registry, volumes: new Map() }));
        expect(RISK_LEVELS).toContain(found.level);
        expect(Number.isSafeInteger(found.score) && found.score >= 0).toBe(true);
        expect(found.reasons.reduce((sum, reason) => sum + (reason.points ?? 0), 0)).toBe(found.score);
        for (const reason of found.reasons) {
          expect([reason.rule, reason.text.vi, reason.text.en].every((text) => text.length > 0 && text.length < 600)).toBe(true);
          expect(levelRank(found.level)).toBeGreaterThanOrEqual(levelRank(reason.floor ?? 'low'));
        }
        if (found.context.occupancy === null) expect(found.reasons.map((reason) => reason.rule)).toContain('occupancy-unknown');
      }),
      { numRuns: 250 },
    );
  });

  it('gives the same bytes for the same inputs, in whatever order keys were set and readings and registry rows came', () => {
    fc.assert(
      fc.property(anyIncident(plausibleInstant), fc.array(anyVolume(plausibleInstant), { maxLength: 8 }), anyRegistry, (report, volumes, registry) => {
        const once = judge(report, observeAll(volumes, { registry, volumes: new Map() }));
        const again = judge(reordered(report), observeAll([...volumes].reverse(), { registry: shuffled(registry), volumes: new Map() }));
        expect(canonicalJson(again)).toBe(canonicalJson(once));
        // Its keys are set in order, so that the fast way of canonicalJson is taken for every stored event.
        expect(JSON.stringify(once)).toBe(canonicalJson(once));
        expect(canonicalJson(assess(report, observeAll(volumes, { registry, volumes: new Map() }), { ...reordered({ ...SAMPLE_POLICY, rules: [] }), rules: [...SAMPLE_POLICY.rules].reverse() }).assessment)).toBe(canonicalJson(once));
      }),
      { numRuns: 150 },
    );
  });

  it('can be computed again from what was stored', () => {
    fc.assert(
      fc.property(anyIncident(plausibleInstant), fc.array(anyVolume(plausibleInstant), { maxLength: 5 }), anyRegistry, (report, volumes, registry) => {
        const finite = volumes.map((v) => ({ ...v, occupancy: Number.isFinite(v.occupancy) ? v.occupancy : 7 }));
        const first = judge(report, observeAll(finite, { registry, volumes: new Map() }));
        expect(canonicalJson(assessAgain(report, JSON.parse(canonicalJson(first.context)), SAMPLE_POLICY))).toBe(canonicalJson(first));
      }),
    );
  });

  it('changes neither the event nor the context', () => {
    fc.assert(
      fc.property(anyIncident(), fc.array(anyVolume(), { maxLength: 5 }), (report, volumes) => {
        const context = observeAll(volumes, QUIET);
        const before = canonicalJson([report, [...context.volumes]]);
        expect(judge(report, context).context).not.toBe(context);
        expect(canonicalJson([report, [...context.volumes]])).toBe(before);
      }),
    );
  });
});

describe('any cutting of the stream into chunks', () => {
  type Event = Incident | VisitorVolume;
  interface Outcome { assessments: string[]; alerts: Map<string, AlertState>; changes: string[] }

  /**
   * Intake in small: each chunk loads what was stored (readings, first ids, corrected ids, alerts), folds its events, and stores. What is
   * carried inside a chunk and what is loaded between chunks must come to the same.
   */
  function run(events: readonly Event[], cuts: readonly number[]): Outcome {
    const volumes: VisitorVolume[] = [];
    const firstIds = new Map<string, string>();
    const corrected = new Set<string>();
    const outcome: Outcome = { assessments: [], alerts: new Map(), changes: [] };
    const bounds = [0, ...[...cuts].sort((a, b) => a - b), events.length];
    for (let c = 1; c < bounds.length; c++) {
      let context: RiskContext = { registry: REGISTRY, volumes: readingsByPlace([...volumes].sort((a, b) => a.measuredAt - b.measuredAt)) };
      for (const event of events.slice(bounds[c - 1], bounds[c])) {
        if (event.kind === 'volume') {
          context = observe(event, context);
          volumes.push(event);
          continue;
        }
        const step = assess(event, context, SAMPLE_POLICY);
        context = step.context;
        take(event, step.assessment, { firstIds, corrected, outcome });
      }
    }
    return outcome;
  }

  function take(event: Incident, assessment: RiskAssessment, stored: { firstIds: Map<string, string>; corrected: Set<string>; outcome: Outcome }): void {
    const { firstIds, corrected, outcome } = stored;
    const thread = threadOf(event, event.corrects === null ? null : (firstIds.get(event.corrects) ?? null));
    const key = threadKey(thread);
    const change = deriveAlert({
      incident: event, assessment, thread, alert: outcome.alerts.get(key) ?? null, alreadyCorrected: corrected.has(event.eventId),
      policeBodyId: policeBodyAt(REGISTRY, [...REGISTRY.sites.values()][0] ?? fail(), event.occurredAt).body.id, now: event.receivedAt, limits: DEFAULT_ACKNOWLEDGE_LIMITS,
    });
    firstIds.set(event.eventId, thread.firstId);
    if (event.corrects !== null) corrected.add(event.corrects);
    outcome.assessments.push(canonicalJson(assessment));
    if (change === null) return;
    outcome.alerts.set(key, change.state);
    outcome.changes.push(`${key} ${change.change} ${canonicalJson(change.state)}`);
  }

  function fail(): never {
    throw new Error('the sample has no site');
  }

  const evening = fc.integer({ min: SATURDAY_EVENING - 3_600_000, max: SATURDAY_EVENING + 3_600_000 });
  const ids = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
  const event = fc.oneof(
    fc.record({ report: anyIncident(evening), corrects: fc.option(ids, { nil: null }), category: fc.constantFrom('violence.fight', 'rescue.drowning', 'order.drone', 'security.theft'), zone: fc.constantFrom(null, 'stage') })
      .map(({ report, ...more }): Event => ({ ...report, ...more, source: '/s', siteId: 'dai-lai', status: 'Actual', verification: null, injured: null })),
    anyVolume(evening).map((v): Event => ({ ...v, siteId: 'dai-lai', zone: v.zone === 'z0' ? 'stage' : null })),
  );
  const stream = fc.array(event, { minLength: 1, maxLength: 30 }).map((events) => events.map((e, i): Event => ({ ...e, eventId: 'abcdef'[i % 6] ?? 'a' })));

  it('gives the same assessments, the same alerts and the same changes', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(30), { maxLength: 10 }), (events, cuts) => {
        const cut = run(events, cuts.filter((at) => at <= events.length));
        expect(cut).toEqual(run(events, []));
        expect(cut).toEqual(run(events, events.map((_, i) => i)));
      }),
      { numRuns: 250 },
    );
  });

  it('(the streams above do raise, update and raise again)', () => {
    const words = fc.sample(stream, { numRuns: 400, seed: 1 }).flatMap((events) => run(events, []).changes.map((change) => (change.includes('updated') ? 'updated' : 'raised')));
    expect(words.filter((word) => word === 'raised').length).toBeGreaterThan(100);
    expect(words.filter((word) => word === 'updated').length).toBeGreaterThan(20);
  });
});

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

describe('deriveAlert', () => {
  it('never throws, never lowers the highest level, and numbers each change', () => {
    fc.assert(
      fc.property(fc.array(anyIncident(), { minLength: 1, maxLength: 12 }), fc.boolean(), (reports, alreadyCorrected) => {
        let alert: AlertState | null = null;
        for (const report of reports) {
          const before: AlertState | null = alert;
          const step = deriveAlert({
            incident: report, assessment: judge(report, QUIET), thread: threadOf(incident(), null), alert, alreadyCorrected, policeBodyId: 'ca-xuan-hoa', now: report.receivedAt,
            limits: DEFAULT_ACKNOWLEDGE_LIMITS,
          });
          if (step === null) continue;
          expect(step.state.revision).toBe((before?.revision ?? 0) + 1);
          expect(levelRank(step.state.highestLevel)).toBeGreaterThanOrEqual(Math.max(levelRank(before?.highestLevel ?? 'high'), levelRank(step.state.level)));
          expect(step.change === 'raised').toBe(before === null || levelRank(step.state.highestLevel) > levelRank(before.highestLevel));
          expect(step.state.raisedRevision).toBe(step.change === 'raised' ? step.state.revision : before?.raisedRevision);
          alert = step.state;
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

/** The same value with its keys set in the opposite order, at every depth. */
function reordered<T>(value: T): T;
function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => reordered(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).reverse().map(([key, member]) => [key, reordered(member)]));
}

function shuffled(registry: Registry): Registry {
  const backwards = <K, V>(map: ReadonlyMap<K, V>): Map<K, V> => new Map([...map].reverse());
  return {
    ...registry, units: [...registry.units].reverse(), successions: [...registry.successions].reverse(), bodies: backwards(registry.bodies), sites: backwards(registry.sites),
    zones: backwards(registry.zones), receivers: [...registry.receivers].reverse(),
  };
}
