import { assess } from './assess';
import { BUILT_IN_POLICY } from './built-in-policy';
import { bandOf, isNight, type Band, type RiskPolicy } from './policy';
import { levelRank, type RiskAssessment } from './risk';
import { incident, QUIET } from './sample.spec-support';

const judged = (policy: RiskPolicy, category: string): RiskAssessment => assess(incident({ category }), QUIET, policy).assessment;

describe('a policy that says less than the catalogue', () => {
  const silent: RiskPolicy = { ...BUILT_IN_POLICY, id: 'silent', version: 7, categories: {} };

  it('lets nothing fall below high: what nobody graded is graded as unknown', () => {
    for (const category of ['security.theft', 'vice.unknown', 'other.unknown', 'nothing.known']) {
      expect(judged(silent, category)).toMatchObject({ policyId: 'silent', policyVersion: 7, level: 'high', score: 0 });
    }
  });

  it('grades an unknown kind by the highest of its group, point, floor and water each for itself', () => {
    const partly: RiskPolicy = {
      ...silent,
      categories: {
        'vice.gambling': { points: 70 },
        'vice.prostitution': { points: 3, floor: 'moderate', water: { points: 4 } },
        'vice.drugs': { points: 5, floor: 'low', water: { points: 2, floor: 'high' } },
      },
    };
    expect(judged(partly, 'vice.unknown').reasons[0]).toMatchObject({ points: 70, floor: 'moderate' });
    const atPool = assess(incident({ category: 'vice.unknown', zone: 'pool' }), QUIET, partly).assessment;
    expect(atPool.reasons[1]).toMatchObject({ rule: 'water', points: 4, floor: 'high' });
    expect(judged(partly, 'vice.drugs').reasons[0]).toMatchObject({ points: 5, floor: 'low' });
  });
});

describe('the built-in policy', () => {
  const scales: [string, readonly Band[]][] = Object.entries({
    injured: BUILT_IN_POLICY.injured, involved: BUILT_IN_POLICY.involved, ratio: BUILT_IN_POLICY.occupancyRatio, density: BUILT_IN_POLICY.crowdDensity,
  });

  it.each(scales)('%s rises from step to step, in points and in floors', (_, bands) => {
    for (const [i, band] of bands.entries()) {
      const before = bands[i - 1];
      if (before === undefined) continue;
      expect([band.from > before.from, band.points > before.points, levelRank(band.floor ?? 'low') >= levelRank(before.floor ?? 'low')]).toEqual([true, true, true]);
    }
  });

  it('has whole points that never lower', () => {
    const { categories, verification, severity, weapon, night, occupancyUnknown } = BUILT_IN_POLICY;
    const rules = Object.values(categories);
    const weights = [...rules, ...rules.flatMap((rule) => rule.water ?? []), ...verification, ...Object.values(severity), weapon, night, occupancyUnknown, ...scales.flatMap(([, bands]) => bands)];
    expect(weights.filter(({ points }) => !Number.isInteger(points) || points < 0)).toEqual([]);
  });

  it('is plain data: it can be written as JSON and read again', () => {
    expect(JSON.parse(JSON.stringify(BUILT_IN_POLICY))).toEqual(BUILT_IN_POLICY);
  });
});

it('a value reaches the highest step that it is not below; what is no number reaches none', () => {
  const name = { vi: '', en: '' };
  const bands: Band[] = [{ from: 1, points: 1, name }, { from: 2, above: true, points: 2, name }];
  expect([0.9, 1, 2, 2.1, Infinity, NaN, -Infinity].map((value) => bandOf(bands, value)?.points)).toEqual([undefined, 1, 1, 2, 2, undefined, undefined]);
});

it('a night may lie within one day or over midnight', () => {
  const hours = [0, 1, 3, 4, 21, 22, 23];
  expect(hours.filter((hour) => isNight({ fromHour: 1, toHour: 4 }, hour))).toEqual([1, 3]);
  expect(hours.filter((hour) => isNight({ fromHour: 22, toHour: 4 }, hour))).toEqual([0, 1, 3, 22, 23]);
});
