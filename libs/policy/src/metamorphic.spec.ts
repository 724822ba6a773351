import fc from 'fast-check';
import { assess, canonicalJson, CATALOGUE, levelRank, observe, type Incident, type RiskAssessment, type RiskContext, type RiskPolicy, type VisitorVolume } from '@vong-gac/domain';
import { anyIncident, anyVolume, plausibleInstant } from '../../domain/src/arbitraries.spec-support';
import { QUIET, SATURDAY_EVENING, volume } from '../../domain/src/sample.spec-support';
import { builtInDocument, builtInPolicy } from './built-in';
import { policyOf } from './read-policy';

/** What must hold of the built-in policy for anything that is sent. */

const judge = (report: Incident, context: RiskContext, policy: RiskPolicy = builtInPolicy()): RiskAssessment => assess(report, context, policy).assessment;
const observeAll = (volumes: readonly VisitorVolume[], context: RiskContext): RiskContext => volumes.reduce((before, next) => observe(next, before), context);

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

describe('what does not matter', () => {
  const atSite = anyIncident(plausibleInstant).map((report) => ({ ...report, siteId: 'dai-lai' }));
  const TEXT_RULES = builtInPolicy().rules.filter(({ needs }) => needs.includes('description')).map(({ id }) => id);
  const descriptions = fc.constantFrom('em bé bất tỉnh', 'Trẻ em chơi ở bãi', 'unconscious child', 'cãi nhau', '', null);

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
    const backwards = policyOf(`${head}rules:\n${[...entries].reverse().join('')}`);
    expect(backwards.rules.map(({ id }) => id)).toEqual(builtInPolicy().rules.map(({ id }) => id).reverse());
    fc.assert(fc.property(atSite, fc.array(anyVolume(plausibleInstant), { maxLength: 3 }), (report, volumes) => {
      const context = observeAll(volumes, QUIET);
      expect(canonicalJson(judge(report, context, backwards))).toBe(canonicalJson(judge(report, context)));
    }));
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
          expect(stronger.score).toBeGreaterThanOrEqual(weaker.score);
          expect(levelRank(stronger.level)).toBeGreaterThanOrEqual(levelRank(weaker.level));
        }
      }),
      { numRuns: 500 },
    );
  });
});
