import fc from 'fast-check';
import type { AlertState } from './alert';
import { DEFAULT_ACKNOWLEDGE_LIMITS, deriveAlert, threadOf } from './alert-rules';
import { anyIncident, anyRegistry, anyVolume, plausibleInstant } from './arbitraries.spec-support';
import { assess, assessAgain } from './assess';
import { BUILT_IN_POLICY } from './built-in-policy';
import { canonicalJson } from './canonical-json';
import { CATALOGUE } from './categories';
import type { Incident } from './incident';
import type { Registry } from './registry';
import { levelRank, RISK_LEVELS, type RiskAssessment } from './risk';
import { incident, judge, observeAll, QUIET, SATURDAY_EVENING, volume } from './sample.spec-support';

/** What must hold for anything that is sent, not only for what the other specs tell. */

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
        expect(canonicalJson(assess(report, observeAll(volumes, { registry, volumes: new Map() }), reordered(BUILT_IN_POLICY)).assessment)).toBe(canonicalJson(once));
      }),
      { numRuns: 150 },
    );
  });

  it('can be computed again from what was stored', () => {
    fc.assert(
      fc.property(anyIncident(plausibleInstant), fc.array(anyVolume(plausibleInstant), { maxLength: 5 }), anyRegistry, (report, volumes, registry) => {
        const finite = volumes.map((v) => ({ ...v, occupancy: Number.isFinite(v.occupancy) ? v.occupancy : 7 }));
        const first = judge(report, observeAll(finite, { registry, volumes: new Map() }));
        expect(canonicalJson(assessAgain(report, JSON.parse(canonicalJson(first.context)), BUILT_IN_POLICY))).toBe(canonicalJson(first));
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

describe('what a level rests on', () => {
  const mustAlert = fc.oneof(
    fc.constantFrom('violence.weapon', 'rescue.drowning', 'fire.fire', 'rescue.lost-child').map((category) => ({ category })),
    fc.constant({ weapon: true }),
    fc.constant({ verification: 4 }),
    fc.constantFrom('rescue.unknown', 'fire.unknown', 'violence.unknown', 'other.unknown', 'no such word').map((category) => ({ category })),
  );
  it('floors hold whatever the crowd and whatever else is said', () => {
    fc.assert(
      fc.property(anyIncident(plausibleInstant), mustAlert, fc.array(anyVolume(plausibleInstant), { maxLength: 4 }), (report, grave, volumes) => {
        expect(levelRank(judge({ ...report, ...grave }, observeAll(volumes, QUIET)).level)).toBeGreaterThanOrEqual(levelRank('high'));
      }),
    );
  });

  const crowd = fc.oneof(fc.nat(9000), fc.double({ min: 0, noNaN: true }));
  const places = fc.constantFrom(null, 'beach', 'pool', 'stage', 'gate', 'elsewhere');
  it('more crowd never lowers it', () => {
    fc.assert(
      fc.property(anyIncident(fc.constant(SATURDAY_EVENING)), fc.constantFrom(...CATALOGUE.keys()), places, crowd, crowd, (report, category, zone, one, other) => {
        const withCrowd = (count: number): RiskAssessment => judge({ ...report, siteId: 'dai-lai', category, zone }, observeAll([volume(count, { zone })], QUIET));
        const [few, many] = [withCrowd(Math.min(one, other)), withCrowd(Math.max(one, other))];
        expect(many.score).toBeGreaterThanOrEqual(few.score);
        expect(levelRank(many.level)).toBeGreaterThanOrEqual(levelRank(few.level));
      }),
      { numRuns: 500 },
    );
  });

  it('a crowd that is not known never lowers it below an empty place', () => {
    fc.assert(
      fc.property(anyIncident(fc.constant(SATURDAY_EVENING)), (report) => {
        const here = { ...report, siteId: 'dai-lai' };
        expect(judge(here, QUIET).score).toBeGreaterThanOrEqual(judge(here, observeAll([volume(0)], QUIET)).score);
      }),
    );
  });

  it('each further fact never lowers it', () => {
    const fact = fc.constantFrom<Partial<Incident>>({ weapon: true }, { injured: 100_000 }, { involved: 100_000 }, { verification: 4 }, { severity: 'Extreme' });
    fc.assert(
      fc.property(anyIncident(), fact, (report, more) => {
        expect(judge({ ...report, ...more }, QUIET).score).toBeGreaterThanOrEqual(judge(report, QUIET).score);
      }),
    );
  });

  it('a drill is graded like the real thing', () => {
    fc.assert(
      fc.property(anyIncident(), (report) => {
        expect(judge({ ...report, status: 'Exercise' }, QUIET)).toEqual(judge({ ...report, status: 'Actual' }, QUIET));
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
