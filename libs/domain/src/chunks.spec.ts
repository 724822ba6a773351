import fc from 'fast-check';
import type { AlertState } from './alert';
import { DEFAULT_ACKNOWLEDGE_LIMITS, deriveAlert, threadKey, threadOf } from './alert-rules';
import { anyIncident, anyVolume } from './arbitraries.spec-support';
import { assess } from './assess';
import { canonicalJson } from './canonical-json';
import type { Incident } from './incident';
import { policeBodyAt } from './jurisdiction';
import { ALONE } from './memory/situation';
import { observe, readingsByPlace } from './occupancy';
import type { RiskAssessment, RiskContext } from './risk';
import { SAMPLE_POLICY } from './sample-policy.spec-support';
import { REGISTRY, SATURDAY_EVENING } from './sample.spec-support';
import type { VisitorVolume, VolumeReading } from './visitor-volume';

describe('any cutting of the stream into chunks', () => {
  type Event = Incident | VisitorVolume;
  interface Outcome { assessments: string[]; alerts: Map<string, AlertState>; changes: string[] }

  /**
   * Intake in small: each chunk loads what was stored (readings, first ids, corrected ids, alerts), folds its events, and stores. What is
   * carried inside a chunk and what is loaded between chunks must come to the same.
   */
  function run(events: readonly Event[], cuts: readonly number[]): Outcome {
    const volumes: (VisitorVolume & VolumeReading)[] = [];
    const firstIds = new Map<string, string>();
    const corrected = new Set<string>();
    const outcome: Outcome = { assessments: [], alerts: new Map(), changes: [] };
    const bounds = [0, ...[...cuts].sort((a, b) => a - b), events.length];
    for (let c = 1; c < bounds.length; c++) {
      let context: RiskContext = { registry: REGISTRY, volumes: readingsByPlace([...volumes].sort((a, b) => a.measuredAt - b.measuredAt)) };
      for (const event of events.slice(bounds[c - 1], bounds[c])) {
        if (event.kind === 'volume') {
          const counted = event.occupancy % 2 === 0;
          context = observe(event, context, counted);
          volumes.push({ ...event, counted: counted && event.volumeKind === 'declared' });
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
      incident: event, assessment, thread, joined: false, alert: outcome.alerts.get(key) ?? null, alreadyCorrected: corrected.has(event.eventId), situation: ALONE,
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
