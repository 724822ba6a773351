import fc from 'fast-check';
import { canonicalJson } from '../canonical-json';
import { SAMPLE_POLICY } from '../sample-policy.spec-support';
import type { CrowdPlace, CrowdReading, CrowdState } from './crowd';
import { count, POOL, SITE, STAGE } from './crowd.spec-support';
import { observeCrowd } from './observe';

const MINUTE_MS = 60_000;
const START = Date.parse('2025-07-18T17:00:00Z');
const orNull = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(of, { nil: null });

/** Three days of one place, a few readings out of order, of any kind. */
const readings = fc.array(
  fc.record({
    minute: fc.nat(3 * 24 * 60),
    late: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: -10, max: 3_000 }) }),
    people: fc.oneof(fc.nat(3_500), fc.integer({ min: 2_700, max: 3_100 }), fc.constant(0), fc.nat(10_000_000)),
    kind: fc.oneof({ weight: 6, arbitrary: fc.constant('measured' as const) }, { weight: 1, arbitrary: fc.constantFrom('declared' as const, 'forecast' as const) }),
    entered: orNull(fc.nat(500)), left: orNull(fc.nat(500)), windowSeconds: orNull(fc.constantFrom(60, 300, 3_600)),
  }),
  { maxLength: 80 },
).map((list) => list.map(({ minute, late, people, kind, ...doors }, i): CrowdReading => {
  const measuredAt = START + minute * MINUTE_MS;
  return count('', people, { eventId: `v-${i}`, measuredAt, receivedAt: measuredAt + late * MINUTE_MS, volumeKind: kind, ...doors });
}));
const ordered = readings.map((list) => [...list].sort((a, b) => a.measuredAt - b.measuredAt));
const place = fc.constantFrom(POOL, STAGE, SITE, { ...STAGE, exitWidthM: 3 }, { ...POOL, capacity: null });

/** All that the readings did, as bytes. `between`: what happens to the state at the end of a chunk. */
function told(list: readonly CrowdReading[], of: CrowdPlace, between: (state: CrowdState, index: number) => CrowdState): string {
  let state: CrowdState | null = null;
  return canonicalJson(list.map((reading, i) => {
    const seen = observeCrowd(state, reading, of, SAMPLE_POLICY);
    if (seen.taken) state = between(seen.state, i);
    return seen;
  }));
}

const asStored = (state: CrowdState): CrowdState => JSON.parse(canonicalJson(state)) as CrowdState;

describe('the state of a crowd', () => {
  it('is all that is remembered: any cutting into chunks, each stored and read again, gives the same bytes', () => {
    fc.assert(fc.property(fc.oneof(readings, ordered), place, fc.infiniteStream(fc.boolean()), (list, of, cuts) => {
      const whole = told(list, of, (state) => state);
      expect(told(list, of, (state) => (cuts.next().value === true ? asStored(state) : state))).toBe(whole);
      expect(told(list, of, asStored)).toBe(whole);
    }), { numRuns: 200 });
  });

  it('never changes under who holds it', () => {
    fc.assert(fc.property(ordered, place, (list, of) => {
      told(list, of, deepFreeze);
    }));
  });

  it('is written in the order of its keys, so that canonicalJson need not sort', () => {
    fc.assert(fc.property(ordered, place, (list, of) => {
      told(list, of, (state) => {
        expect(JSON.stringify(state)).toBe(canonicalJson(state));
        return state;
      });
    }));
  });

  it('comes of any numbers whatever', () => {
    const any = fc.oneof(fc.double(), fc.constantFrom(-1, 0, NaN, Infinity, -Infinity, Number.MAX_VALUE, Number.MIN_VALUE));
    const wild = fc.array(fc.record({ measuredAt: any, receivedAt: any, occupancy: any, entered: orNull(any), left: orNull(any), windowSeconds: orNull(any), volumeKind: fc.constantFrom('measured' as const, 'declared' as const) }));
    fc.assert(fc.property(wild, fc.tuple(orNull(any), orNull(any), orNull(any)), (list, [capacity, areaM2, exitWidthM]) => {
      told(list.map((each) => count('', 0, each)), { siteId: 's', zone: 'z', capacity, areaM2, exitWidthM }, asStored);
    }));
  });
});

describe('alerts about a crowd', () => {
  const trembling = fc.array(fc.record({ seconds: fc.integer({ min: 5, max: 400 }), people: fc.integer({ min: 2_500, max: 3_050 }) }), { minLength: 1, maxLength: 200 });
  const HOLD_MS = SAMPLE_POLICY.crowd.hold.seconds * 1_000;

  it('are begun at most once a hold, however a count trembles, and each ends before the next begins', () => {
    fc.assert(fc.property(trembling, (steps) => {
      let state: CrowdState | null = null;
      let measuredAt = START;
      let raisedAt: number | null = null;
      let open = false;
      for (const [i, { seconds, people }] of steps.entries()) {
        measuredAt += seconds * 1_000;
        const seen = observeCrowd(state, count('', people, { eventId: `v-${i}`, measuredAt, receivedAt: measuredAt }), STAGE, SAMPLE_POLICY);
        ({ state } = seen);
        const change = seen.change?.alert?.change;
        if (change === 'raise') {
          expect(open).toBe(false);
          if (raisedAt !== null) expect(measuredAt - raisedAt).toBeGreaterThan(HOLD_MS);
          raisedAt = measuredAt;
          open = true;
        } else if (change !== undefined) {
          expect(open).toBe(true);
          open = change !== 'cancel';
        }
      }
    }));
  });

  it('never come of a count that is not believed, and a doubted crowd is never called empty', () => {
    fc.assert(fc.property(ordered, place, (list, of) => {
      let state: CrowdState | null = null;
      for (const reading of list) {
        const { implausible, change, taken, state: next } = observeCrowd(state, reading, of, SAMPLE_POLICY);
        if (taken) state = next;
        if (implausible === null) continue;
        expect(change?.alert ?? null).toBeNull();
        if (taken) expect(next.posture === 'unknown' || next.counted?.kind === 'declared').toBe(true);
      }
    }));
  });

  it('come of a real crowd that rises fast, at the second reading at the latest', () => {
    fc.assert(fc.property(fc.nat(2_000), fc.integer({ min: 3_001, max: 9_000 }), fc.integer({ min: 30, max: 600 }), (before, after, seconds) => {
      const times = [0, 60, 60 + seconds];
      let state: CrowdState | null = null;
      times.forEach((time, i) => {
        const measuredAt = START + time * 1_000;
        ({ state } = observeCrowd(state, count('', i === 0 ? before : after, { eventId: `v-${i}`, measuredAt, receivedAt: measuredAt }), STAGE, SAMPLE_POLICY));
      });
      expect(state).toMatchObject({ posture: 'breach', alert: { level: 'critical' } });
    }));
  });
});

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}
