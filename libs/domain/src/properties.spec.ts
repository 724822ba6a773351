import fc from 'fast-check';
import type { AlertState } from './alert';
import { DEFAULT_ACKNOWLEDGE_LIMITS, deriveAlert, threadOf } from './alert-rules';
import { anyIncident, anyRegistry, anyVolume, plausibleInstant } from './arbitraries.spec-support';
import { assess, assessAgain } from './assess';
import { canonicalJson } from './canonical-json';
import { ALONE } from './memory/situation';
import type { Registry } from './registry';
import { levelRank, RISK_LEVELS } from './risk';
import { SAMPLE_POLICY } from './sample-policy.spec-support';
import { incident, judge, observeAll, QUIET } from './sample.spec-support';

/** What must hold for anything that is sent, not only for what the other specs tell. */

/** A report, and counts around it: some of its own place within the half hour before it (of the same minute, too), some anywhere and at any time. */
const inACrowd = anyIncident(plausibleInstant).chain((report) => {
  const near = fc
    .record({ seen: anyVolume(fc.nat(30).map((minutes) => report.occurredAt - minutes * 60_000)), zone: fc.constantFrom(report.zone, null), occupancy: fc.nat(8_000) })
    .map(({ seen, zone, occupancy }) => ({ ...seen, siteId: report.siteId, zone, occupancy }));
  return fc.record({ report: fc.constant(report), volumes: fc.tuple(fc.array(near, { minLength: 1, maxLength: 6 }), fc.array(anyVolume(plausibleInstant), { maxLength: 3 })).map((lists) => lists.flat()) });
});

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
      fc.property(inACrowd, anyRegistry, ({ report, volumes }, registry) => {
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
      fc.property(inACrowd, anyRegistry, ({ report, volumes }, registry) => {
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

describe('deriveAlert', () => {
  it('never throws, never lowers the highest level, and numbers each change', () => {
    fc.assert(
      fc.property(fc.array(anyIncident(), { minLength: 1, maxLength: 12 }), fc.boolean(), fc.boolean(), (reports, alreadyCorrected, joined) => {
        let alert: AlertState | null = null;
        for (const report of reports) {
          const before: AlertState | null = alert;
          const step = deriveAlert({
            incident: report, assessment: judge(report, QUIET), thread: threadOf(incident(), null), joined, alert, alreadyCorrected, situation: ALONE, policeBodyId: 'ca-xuan-hoa', now: report.receivedAt,
            limits: DEFAULT_ACKNOWLEDGE_LIMITS,
          });
          if (step === null) continue;
          expect(step.state.revision).toBe((before?.revision ?? 0) + 1);
          expect(levelRank(step.state.highestLevel)).toBeGreaterThanOrEqual(Math.max(levelRank(before?.highestLevel ?? 'high'), levelRank(step.state.level)));
          expect(step.change === 'raised').toBe(before === null || levelRank(step.state.highestLevel) > levelRank(before.highestLevel));
          if (joined && before !== null) expect(levelRank(step.state.level)).toBeGreaterThanOrEqual(levelRank(before.level));
          expect(step.state.raisedRevision).toBe(step.change === 'raised' ? step.state.revision : before?.raisedRevision);
          alert = step.state;
        }
      }),
    );
  });
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
