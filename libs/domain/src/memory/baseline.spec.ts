import { SAMPLE_POLICY } from '../sample-policy.spec-support';
import fc from 'fast-check';
import { baselineOf as baseline, EARS_REACH_MAX, HISTORY_DAYS_MAX, historyOf, learn, surpriseOf as chanceOf, type BaselineUsed, type DayCount, type DayPeak, type Seen, type SiteHistory } from './baseline';

const { surprise: RULES } = SAMPLE_POLICY;
const baselineOf = (history: SiteHistory, of: Seen) => baseline(history, of, RULES);
const surpriseOf = (used: BaselineUsed) => chanceOf(used, RULES);
const DAY_MS = 86_400_000;
const TODAY = '2026-07-01'; // a Wednesday
const daysBack = (n: number): string => new Date(Date.parse(TODAY) - n * DAY_MS).toISOString().slice(0, 10);
const weekdayOrEnd = (day: string) => (new Date(day).getUTCDay() % 6 === 0 ? ('weekend' as const) : ('weekday' as const));

/** A site known for so many days, with so many thefts and guests on each. */
function site(days: number, { thefts, guests }: { thefts: (day: string) => number; guests?: (day: string) => number }): SiteHistory {
  const counts: DayCount[] = [];
  const peaks: DayPeak[] = [];
  for (let n = days; n > 0; n--) {
    counts.push({ category: 'security.theft', day: daysBack(n), count: thefts(daysBack(n)) });
    if (guests !== undefined) peaks.push({ day: daysBack(n), peak: guests(daysBack(n)) });
  }
  return historyOf(TODAY, counts, peaks, weekdayOrEnd);
}
const seen = { category: 'security.theft', day: TODAY, dayClass: 'weekday' as const, inWindow: 4, since: 4, guests: 2_000 };

describe('what a site is used to', () => {
  it('is a rate per 1,000 guests of the same class of day, for the window', () => {
    const history = site(70, { thefts: (day) => (weekdayOrEnd(day) === 'weekend' ? 12 : 3), guests: (day) => (weekdayOrEnd(day) === 'weekend' ? 4_000 : 1_000) });
    // 50 weekdays: (150 + 0.5) thefts on 50,000 guests, 2,000 guests now, 2 of the 12 hours into which a day's thefts fall.
    expect(baselineOf(history, seen)).toEqual({ days: 50, expected: 1.0033, method: 'poisson', observed: 4, spread: null, windowHours: 2 });
    // 20 days of the weekend: (240 + 0.5) on 80,000.
    expect(baselineOf(history, { ...seen, dayClass: 'weekend' })).toMatchObject({ days: 20, expected: 1.0021 });
  });

  it('takes the mean of the days where guests are not known, now or then', () => {
    const history = site(70, { thefts: () => 3 });
    expect(baselineOf(history, seen)).toMatchObject({ expected: 0.5017 });
    expect(baselineOf(site(70, { thefts: () => 3, guests: () => 1_000 }), { ...seen, guests: null })).toMatchObject({ expected: 0.5017 });
  });

  it('takes all days for a class that is too rare, and half an incident for a category that never was', () => {
    const history = site(70, { thefts: () => 3 });
    expect(baselineOf(history, { ...seen, dayClass: 'tet' })).toMatchObject({ days: 70, expected: 0.5012 });
    expect(baselineOf(history, { ...seen, category: 'violence.fight' })).toMatchObject({ days: 50, expected: 0.0017 });
  });

  it('is the week before the last two days, until there are two weeks (EARS C2)', () => {
    const history = site(10, { thefts: (day) => (day >= daysBack(2) ? 50 : 2) });
    expect(baselineOf(history, seen)).toEqual({ days: 7, expected: 2, method: 'ears-c2', observed: 4, spread: 0, windowHours: 24 });
  });

  it('counts what came on the day before the history was loaded (EARS C2)', () => {
    const counts = [{ category: 'security.theft', day: daysBack(10), count: 1 }, { category: 'security.theft', day: TODAY, count: 5 }];
    expect(baselineOf(historyOf(TODAY, counts, [], weekdayOrEnd), { ...seen, since: 2 })).toMatchObject({ observed: 7, method: 'ears-c2' });
  });

  it('is nothing for a new site, nor for an incident of another day', () => {
    expect(baselineOf(site(8, { thefts: () => 3 }), seen)).toBeNull();
    expect(baselineOf(site(70, { thefts: () => 3 }), { ...seen, day: daysBack(1) })).toBeNull();
  });

  it('follows the rules: another window, other days, another cold start', () => {
    const history = site(20, { thefts: (day) => (day < daysBack(13) ? 4 : 2) });
    expect(baseline(history, seen, { ...RULES, window: { ...RULES.window, hours: 6 } })).toMatchObject({ expected: 1.375, windowHours: 6 });
    const dayOf = (dayHours: number) => baseline(history, seen, { ...RULES, window: { ...RULES.window, hours: 6 }, poisson: { ...RULES.poisson, dayHours } })?.expected;
    // No window expects more than a day has.
    expect([dayOf(24), dayOf(8), dayOf(6), dayOf(1)]).toEqual([0.6875, 2.0625, 2.75, 2.75]);
    expect(baseline(history, seen, { ...RULES, poisson: { ...RULES.poisson, fromDays: 21 }, ears: { days: 14, gapDays: 1, leastSpread: 0.5 } })).toMatchObject({ days: 14, expected: 2.2857, method: 'ears-c2' });
    expect(baseline(history, seen, { ...RULES, ears: { ...RULES.ears, days: EARS_REACH_MAX } })).toBeNull();
  });

  it('does not depend on the order of what was stored, nor on how it was split over partitions', () => {
    const counts = [1, 2, 3, 30].flatMap((n) => [{ category: 'security.theft', day: daysBack(n), count: n }, { category: 'security.theft', day: daysBack(n), count: 1 }]);
    const peaks = [{ day: daysBack(2), peak: 300 }, { day: daysBack(30), peak: 20 }];
    expect(historyOf(TODAY, [...counts].reverse(), [...peaks].reverse(), weekdayOrEnd)).toEqual(historyOf(TODAY, counts, peaks, weekdayOrEnd));
  });
});

describe('an incident of an earlier day', () => {
  it('makes of a history what it would be had it been read with it, in whatever order they come', () => {
    const categories = ['security.theft', 'violence.fight'];
    // Most days within a short history, some before all that is known, some beyond what is looked at.
    const back = fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: HISTORY_DAYS_MAX + 5 }));
    const incidents = fc.array(fc.record({ category: fc.constantFrom(...categories), day: back.map(daysBack), count: fc.nat(1) }), { maxLength: 30 });
    const peaks = fc.uniqueArray(fc.record({ day: fc.integer({ min: 1, max: 60 }).map(daysBack), peak: fc.integer({ min: 0, max: 5_000 }) }), { selector: ({ day }) => day, maxLength: 20 });
    fc.assert(
      fc.property(incidents, incidents, peaks, (stored, late, guests) => {
        // The store is asked for no day beyond HISTORY_DAYS_MAX.
        const read = (counts: DayCount[]) => historyOf(TODAY, counts.filter(({ day }) => day >= daysBack(HISTORY_DAYS_MAX)), guests, weekdayOrEnd);
        const learned = read(stored);
        for (const { category, day, count } of late) learn(learned, category, day, count);
        expect(learned).toEqual(read([...stored, ...late]));
      }),
      { numRuns: 40 },
    );
  });
});

describe('a surprise', () => {
  const used = { days: 50, expected: 0.3, method: 'poisson' as const, observed: 4, spread: null, windowHours: 2 };
  it('is the chance of so many, by chance alone', () => {
    expect(surpriseOf(used)).toBeCloseTo(0.00026581, 8);
  });
  it('is none before three were seen, however rare they are', () => {
    expect(surpriseOf({ ...used, observed: 2, expected: 0.0001 })).toBe(1);
  });
  it('does not make a wonder of the first incident after an empty week (EARS C2)', () => {
    const empty = { days: 7, expected: 0, method: 'ears-c2' as const, spread: 0, windowHours: 24 };
    expect(chanceOf({ ...empty, observed: 1 }, { ...RULES, window: { ...RULES.window, leastObserved: 1 } })).toBeGreaterThan(0.02);
    expect(surpriseOf({ ...empty, observed: 3 })).toBeLessThan(0.00135);
  });
});
