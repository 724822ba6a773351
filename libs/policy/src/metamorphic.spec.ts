import fc from 'fast-check';
import {
  ALONE, assess, baselineOf, canonicalJson, CATALOGUE, historyOf, levelRank, observe,
  type BaselineUsed, type DayCount, type DayPeak, type Incident, type Remembered, type RiskAssessment, type RiskContext, type RiskPolicy, type VisitorVolume,
} from '@vong-gac/domain';
import { anyIncident, plausibleInstant } from '../../domain/src/arbitraries.spec-support';
import { incident, QUIET, SATURDAY_EVENING, volume } from '../../domain/src/sample.spec-support';
import { builtInDocument, builtInPolicy } from './built-in';
import { policyOf } from './read-policy';

/** What must hold of the built-in policy for anything that is sent. */

const judge = (report: Incident, context: RiskContext, policy: RiskPolicy = builtInPolicy(), remembered?: Remembered): RiskAssessment => assess(report, context, policy, remembered).assessment;
const observeAll = (volumes: readonly VisitorVolume[], context: RiskContext): RiskContext => volumes.reduce((before, next) => observe(next, before), context);

function notLower(now: RiskAssessment, before: RiskAssessment): void {
  expect(now.score).toBeGreaterThanOrEqual(before.score);
  expect(levelRank(now.level)).toBeGreaterThanOrEqual(levelRank(before.level));
}

const crowd = fc.oneof(fc.nat(9000), fc.double({ min: 0, noNaN: true }));
/** Around every step of the sample's places. */
const aboutFull = fc.tuple(fc.constantFrom(300, 1_500, 5_000, 5_500), fc.double({ min: 0.6, max: 1.1, noNaN: true })).map(([capacity, ratio]) => Math.round(capacity * ratio));
const places = fc.constantFrom(null, 'beach', 'pool', 'stage', 'gate', 'elsewhere');
const secondsBefore = fc.integer({ min: -600, max: 2_400 });
const counted = fc.constantFrom<VisitorVolume['volumeKind']>('measured', 'declared');

/** What a site's memory may say. */
const anyMemory: fc.Arbitrary<Remembered> = fc.record({
  baseline: fc.option(fc.record({ days: fc.nat(90), expected: fc.double({ min: 0, max: 5, noNaN: true }), method: fc.constant('poisson' as const), observed: fc.nat(12), spread: fc.constant(null), windowHours: fc.constant(2) }), { nil: null }),
  situation: fc.oneof(fc.constant(ALONE), fc.record({ reports: fc.integer({ min: 2, max: 20 }), sources: fc.integer({ min: 1, max: 3 }) })),
});

/** A report of the sample's site, and counts of its places: one of its own within the half hour before it, others around that. */
const inACrowd = fc
  .record({
    report: anyIncident(plausibleInstant), zone: places, own: fc.record({ count: fc.oneof(crowd, aboutFull), before: fc.nat(1_800), kind: counted }),
    others: fc.array(fc.record({ zone: places, count: crowd, before: secondsBefore, kind: counted }), { maxLength: 3 }), remembered: anyMemory,
  })
  .map(({ report, zone, own, others, remembered }) => {
    const volumes = [{ ...own, zone }, ...others].map((each) => volume(each.count, { zone: each.zone, volumeKind: each.kind, measuredAt: report.occurredAt - each.before * 1_000 }));
    return { report: { ...report, siteId: 'dai-lai', zone }, context: observeAll(volumes, QUIET), remembered };
  });

it('(the crowds of these properties are known, and make every rule about them hold)', () => {
  const judged = fc.sample(inACrowd, { numRuns: 1_000, seed: 1 }).map(({ report, context, remembered }) => judge(report, context, builtInPolicy(), remembered));
  expect(judged.filter(({ context }) => context.occupancy === null)).toEqual([]);
  const held = new Set(judged.flatMap(({ reasons }) => reasons.map(({ rule, points }) => `${rule} ${points ?? 0}`)));
  for (const rule of ['occupancy-ratio', 'crowd-density']) for (const points of [5, 15, 25, 35]) expect(held).toContain(`${rule} ${points}`);
  for (const reason of ['capacity-unknown 5', 'surprise 10', 'surprise-great 20', 'reported-by-several 5']) expect(held).toContain(reason);
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
      fc.property(inACrowd, mustAlert, ({ report, context, remembered }, grave) => {
        expect(levelRank(judge({ ...report, ...grave }, context, builtInPolicy(), remembered).level)).toBeGreaterThanOrEqual(levelRank('high'));
      }),
      { numRuns: 500 },
    );
  });

  it('more crowd never lowers it, where the same is remembered', () => {
    fc.assert(
      fc.property(anyIncident(fc.constant(SATURDAY_EVENING)), fc.constantFrom(...CATALOGUE.keys()), places, crowd, crowd, anyMemory, (report, category, zone, one, other, remembered) => {
        const withCrowd = (count: number): RiskAssessment => judge({ ...report, siteId: 'dai-lai', category, zone }, observeAll([volume(count, { zone })], QUIET), builtInPolicy(), remembered);
        const [few, many] = [withCrowd(Math.min(one, other)), withCrowd(Math.max(one, other))];
        notLower(many, few);
      }),
      { numRuns: 500 },
    );
  });

  it('a crowd that is not known never lowers it below an empty place', () => {
    fc.assert(
      fc.property(anyIncident(fc.constant(SATURDAY_EVENING)), anyMemory, (report, remembered) => {
        const here = { ...report, siteId: 'dai-lai' };
        notLower(judge(here, QUIET, builtInPolicy(), remembered), judge(here, observeAll([volume(0)], QUIET), builtInPolicy(), remembered));
      }),
    );
  });

  it('each further fact never lowers it', () => {
    const greater = (was: number | null, least: number): number => Math.max(was ?? 0, least);
    const fact = fc.oneof<fc.Arbitrary<(told: Incident) => Incident>[]>(
      fc.constant((told) => ({ ...told, weapon: true })),
      fc.constant((told) => ({ ...told, severity: 'Extreme' })),
      fc.nat(40).map((least) => (told) => ({ ...told, injured: greater(told.injured, least) })),
      fc.nat(40).map((least) => (told) => ({ ...told, involved: greater(told.involved, least) })),
      fc.nat(4).map((least) => (told) => ({ ...told, verification: greater(told.verification, least) })),
    );
    fc.assert(
      fc.property(inACrowd, fc.array(fact, { minLength: 1, maxLength: 3 }), ({ report, context, remembered }, facts) => {
        const more = facts.reduce<Incident>((told, further) => further(told), report);
        notLower(judge(more, context, builtInPolicy(), remembered), judge(report, context, builtInPolicy(), remembered));
      }),
      { numRuns: 1_000 },
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

describe('what does not matter', () => {
  const atSite = anyIncident(plausibleInstant).map((report) => ({ ...report, siteId: 'dai-lai' }));
  const TEXT_RULES = builtInPolicy().rules.filter(({ needs }) => needs.includes('description')).map(({ id }) => id);
  const descriptions = fc.constantFrom('em bé bất tỉnh', 'Trẻ em chơi ở bãi', 'unconscious child', 'khách tử vong do đuối nước', 'nghi bom, có người cầm dao', 'cãi nhau', '', null);

  it('removing the description changes nothing but text rules', () => {
    fc.assert(
      fc.property(atSite, descriptions, (report, description) => {
        const [told, silent] = [judge({ ...report, description }, QUIET), judge({ ...report, description: null }, QUIET)];
        expect(told.reasons.filter((reason) => !TEXT_RULES.includes(reason.rule))).toEqual(silent.reasons);
        expect(told.context).toEqual(silent.context);
        expect(levelRank(told.level)).toBeGreaterThanOrEqual(levelRank(silent.level));
      }),
      { numRuns: 300 },
    );
  });

  it('(those descriptions do make text rules hold)', () => {
    const held = fc.sample(fc.tuple(atSite, descriptions), { numRuns: 300, seed: 1 }).flatMap(([report, description]) => judge({ ...report, description }, QUIET).reasons.map(({ rule }) => rule));
    for (const rule of TEXT_RULES) expect(held).toContain(rule);
  });

  it('whole weeks change a level only where they change the class of the day', () => {
    fc.assert(
      fc.property(atSite, fc.integer({ min: -60, max: 60 }), fc.nat(8000), (report, weeks, count) => {
        const shift = weeks * 7 * 86_400_000;
        const here = (at: number) => judge({ ...report, occurredAt: at }, observeAll([volume(count, { measuredAt: at - 60_000 })], QUIET));
        const [now, then] = [here(report.occurredAt), here(report.occurredAt + shift)];
        fc.pre(now.context.dayClass === then.context.dayClass);
        expect([then.level, then.score, then.reasons.map(({ rule }) => rule).filter((rule) => !rule.startsWith('jurisdiction'))]).toEqual([
          now.level, now.score, now.reasons.map(({ rule }) => rule).filter((rule) => !rule.startsWith('jurisdiction')),
        ]);
      }),
      { numRuns: 300 },
    );
  });

  it('the order of rules in the document', () => {
    const document = builtInDocument();
    const [head = '', rules = ''] = document.split(/^rules:$/m);
    const entries = rules.split(/^(?=  - id: )/m).slice(1).map((entry) => entry.replace(/^ *#.*\n/gm, ''));
    const shuffled = fc.shuffledSubarray(entries, { minLength: entries.length, maxLength: entries.length }).map((inOrder) => policyOf(`${head}rules:\n${inOrder.join('')}`));
    fc.assert(
      fc.property(shuffled, fc.array(inACrowd, { minLength: 40, maxLength: 40 }), (policy, reports) => {
        expect(policy.rules).toHaveLength(builtInPolicy().rules.length);
        for (const { report, context, remembered } of reports) expect(canonicalJson(judge(report, context, policy, remembered))).toBe(canonicalJson(judge(report, context, builtInPolicy(), remembered)));
      }),
      { numRuns: 20 },
    );
  });
});

describe('where it is known how many incidents a thousand guests make', () => {
  const DAYS = Array.from({ length: 60 }, (_, n) => new Date(Date.parse('2025-07-18') - n * 86_400_000).toISOString().slice(0, 10));
  const SURPRISES = builtInPolicy().rules.filter(({ greatestOf }) => greatestOf === 'surprise');
  const calm: RiskPolicy = { ...builtInPolicy(), rules: builtInPolicy().rules.filter((rule) => !SURPRISES.includes(rule)) };
  const pointsOf = ({ reasons }: RiskAssessment): number => reasons.filter(({ rule }) => SURPRISES.some(({ id }) => id === rule)).reduce((sum, { points }) => sum + (points ?? 0), 0);

  /** What so many thefts in two hours are compared with, among so many guests. */
  function compared(past: { counts: DayCount[]; peaks: DayPeak[] }, observed: number, guests: number | null): BaselineUsed | null {
    const history = historyOf('2025-07-19', past.counts, past.peaks, () => 'weekday');
    return baselineOf(history, { category: 'x', day: '2025-07-19', dayClass: 'weekday', inWindow: observed, since: observed, guests }, builtInPolicy().surprise);
  }

  it('more guests make so many incidents less of a surprise, and lower nothing else', () => {
    const past = fc.array(fc.record({ count: fc.nat(6), peak: fc.integer({ min: 1, max: 5_000 }) }), { minLength: 20, maxLength: DAYS.length }).map((days) => ({
      counts: days.map(({ count }, n): DayCount => ({ category: 'x', day: DAYS[n] ?? '', count })),
      peaks: days.map(({ peak }, n): DayPeak => ({ day: DAYS[n] ?? '', peak })),
    }));
    fc.assert(
      fc.property(anyIncident(fc.constant(SATURDAY_EVENING)), fc.constantFrom(...CATALOGUE.keys()), past, fc.nat(12), fc.nat(9_000), fc.nat(9_000), (report, category, days, observed, one, other) => {
        const [few, many] = [Math.min(one, other), Math.max(one, other)].map((guests) => {
          const remembered = { baseline: compared(days, observed, guests), situation: ALONE };
          const of = (policy: RiskPolicy): RiskAssessment => judge({ ...report, siteId: 'dai-lai', category }, observeAll([volume(guests)], QUIET), policy, remembered);
          return { all: of(builtInPolicy()), else: of(calm) };
        });
        if (few === undefined || many === undefined) throw new Error('two crowds were compared');
        notLower(many.else, few.else);
        expect(pointsOf(many.all)).toBeLessThanOrEqual(pointsOf(few.all));
        for (const { all, else: rest } of [few, many]) expect(all.score - pointsOf(all)).toBe(rest.score);
      }),
      { numRuns: 300 },
    );
  });

  it('four thefts are most unusual among 200 guests, unusual among 1,500, no wonder among 5,000; where nobody counted, the mean of the days is what is usual', () => {
    const past = { counts: DAYS.map((day): DayCount => ({ category: 'x', day, count: 3 })), peaks: DAYS.map((day): DayPeak => ({ day, peak: 1_500 })) };
    const points = [200, 1_500, 5_000, null].map((guests) => pointsOf(judge(incident({ category: 'security.theft' }), QUIET, builtInPolicy(), { baseline: compared(past, 4, guests), situation: ALONE })));
    expect(points).toEqual([20, 10, 0, 10]);
  });
});

describe('a stronger verification', () => {
  it('never lowers, whatever else is said', () => {
    const certainty = fc.constantFrom(null, 'Unlikely', 'Observed', 'Possible');
    fc.assert(
      fc.property(anyIncident(fc.constant(SATURDAY_EVENING)), fc.constantFrom(...CATALOGUE.keys()), certainty, fc.constantFrom(null, 0, 1, 2, 3), (report, category, sure, weak) => {
        const here: Incident = { ...report, siteId: 'dai-lai', category, certainty: sure as Incident['certainty'] };
        const weaker = judge({ ...here, verification: weak }, QUIET);
        for (let strong = weak ?? 0; strong <= 4; strong++) {
          const stronger = judge({ ...here, verification: strong }, QUIET);
          notLower(stronger, weaker);
        }
      }),
      { numRuns: 500 },
    );
  });
});
