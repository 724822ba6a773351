import { assess, CATALOGUE, observe, type Incident, type RiskAssessment, type RiskContext, type VisitorVolume } from '@vong-gac/domain';
import { SAMPLE_POLICY } from '../../domain/src/sample-policy.spec-support';
import { at, incident, QUIET, volume } from '../../domain/src/sample.spec-support';
import { builtInPolicy } from './built-in';

function judged(report: Partial<Incident>, volumes: VisitorVolume[] = []): RiskAssessment {
  const context = volumes.reduce<RiskContext>((before, next) => observe(next, before), QUIET);
  return assess(incident(report), context, builtInPolicy()).assessment;
}

const rulesOf = (assessment: RiskAssessment): string[] => assessment.reasons.map((reason) => reason.rule);

describe('a fight', () => {
  it('is moderate on a quiet evening', () => {
    const fight = judged({}, [volume(800)]);
    expect(fight).toMatchObject({ level: 'moderate', score: 40, policyId: 'built-in', policyVersion: 2 });
    expect(rulesOf(fight)).toEqual(['category']);
  });

  it('is critical in a crowd of 5,100 at the stage, because people there cannot get out of its way', () => {
    const fight = judged({ zone: 'stage' }, [volume(5100, { zone: 'stage' })]);
    expect(fight).toMatchObject({ level: 'critical', score: 75 });
    expect(fight.reasons).toEqual([
      { rule: 'category', points: 40, text: { vi: 'Đánh nhau', en: 'Fight' } },
      {
        rule: 'crowd-density',
        points: 35,
        text: { vi: 'Khu vực này có 5.100 khách, mật độ 5,1 người/m²: nguy hiểm', en: 'The zone holds 5,100 guests, 5.1 people/m²: dangerous' },
      },
    ]);
  });

  it('is high when the whole site holds 5,100 of 5,500 guests', () => {
    const fight = judged({ zone: 'stage' }, [volume(5100)]);
    expect(fight).toMatchObject({ level: 'high', score: 55 });
    expect(fight.reasons[1]).toEqual({
      rule: 'occupancy-ratio',
      points: 15,
      text: { vi: 'Toàn khu có 5.100 khách trên sức chứa 5.500 (92 %): đông', en: 'The whole site holds 5,100 guests of 5,500 (92 %): crowded' },
    });
  });

  it('is high with a knife, even where nobody else is near', () => {
    expect(judged({ weapon: true }, [volume(0)])).toMatchObject({ level: 'high', score: 65 });
  });

  it('at night with one injured is high', () => {
    expect(judged({ occurredAt: at('2025-07-19 23:10'), injured: 1 }, [volume(300, { measuredAt: at('2025-07-19 23:00') })])).toMatchObject({ level: 'high', score: 60 });
  });
});

describe('how full the place is', () => {
  const points = (count: number, report: Partial<Incident> = {}, where: Partial<VisitorVolume> = {}): number => judged(report, [volume(count, where)]).score - 40;

  it.each([[3849, 0], [3850, 5], [4674, 5], [4675, 15], [5224, 15], [5225, 25], [5500, 25], [5501, 35]])('%i of 5,500 guests give %i points', (count, expected) => {
    expect(points(count)).toBe(expected);
  });

  it.each([[1999, 0], [2000, 5], [2999, 5], [3000, 15], [3999, 15], [4000, 25], [4999, 25], [5000, 35]])('%i guests on the 1,000 m² of the stage give %i points', (count, expected) => {
    expect(points(count, { zone: 'stage' }, { zone: 'stage' })).toBe(expected);
  });

  it('is told rounded down, so that the figure never contradicts the step', () => {
    const told = (count: number, zone: string | null): string | undefined => judged({ zone }, [volume(count, { zone })]).reasons[1]?.text.vi;
    expect(told(4999, 'stage')).toBe('Khu vực này có 4.999 khách, mật độ 4,9 người/m²: rất đông, người chạm người');
    expect(told(5220, null)).toBe('Toàn khu có 5.220 khách trên sức chứa 5.500 (94 %): đông');
  });

  it('counts once: of ratio and density the greater', () => {
    const atBeach = judged({ zone: 'beach' }, [volume(1600, { zone: 'beach' })]);
    expect(atBeach.reasons.filter((reason) => reason.rule.startsWith('occupancy') || reason.rule.startsWith('crowd')).map((r) => r.points)).toEqual([35]);
  });

  it('makes no theft more serious: more guests, more crime is not a law', () => {
    expect(judged({ category: 'security.theft' }, [volume(5600)])).toMatchObject({ level: 'low', score: 20 });
  });

  it('is said when it is not known, and then counts as a place to watch where the crowd matters', () => {
    const fight = judged({});
    expect(fight.context.occupancy).toBeNull();
    expect(fight.reasons).toContainEqual(expect.objectContaining({ rule: 'occupancy-unknown', points: 5 }));
    const theft = judged({ category: 'security.theft' });
    expect(theft.score).toBe(20);
    expect(rulesOf(theft)).toContain('occupancy-unknown');
  });

  it('counts for an unknown kind of violence too, because it counts for a fight', () => {
    const report = judged({ category: 'violence.unknown', categoryAsSent: 'violence.brawl' }, [volume(5600)]);
    expect(report.reasons).toContainEqual(expect.objectContaining({ rule: 'occupancy-ratio', points: 35 }));
    expect(rulesOf(judged({ category: 'vice.unknown', categoryAsSent: 'vice.x' }, [volume(5600)]))).not.toContain('occupancy-ratio');
  });

  it('cannot be judged at the gate, which has neither capacity nor area: that is said', () => {
    const fight = judged({ zone: 'gate' }, [volume(900, { zone: 'gate' })]);
    expect(fight.context).toMatchObject({ occupancy: { count: 900, zone: 'gate' }, capacity: null, areaM2: null });
    expect(fight.reasons).toContainEqual(expect.objectContaining({ rule: 'capacity-unknown', points: 5 }));
    // An overfull site does not look empty because somebody counts its gate.
    expect(judged({ zone: 'gate' }, [volume(90, { zone: 'gate' }), volume(5_700)])).toMatchObject({ level: 'critical', context: { occupancy: { count: 5_700, zone: null }, capacity: 5_500 } });
  });
});

describe('floors', () => {
  it.each([
    ['violence.weapon', 'high'], ['rescue.drowning', 'high'], ['rescue.lost-child', 'high'], ['rescue.boat-accident', 'high'], ['fire.fire', 'high'], ['fire.smoke', 'high'],
    ['fire.gas-leak', 'high'], ['security.robbery', 'high'], ['health.suicide', 'high'], ['crowd.crush', 'high'], ['fire.explosion', 'critical'],
  ] as const)('%s is at least %s on an empty site', (category, level) => {
    const { reasons, level: reached } = judged({ category }, [volume(0)]);
    expect(reasons[0]).toMatchObject({ rule: 'category', floor: level });
    expect(reached).toBe(level);
  });

  it('a weapon seen and a verified threat to life alert for anything', () => {
    expect(judged({ category: 'security.lost-property', weapon: true })).toMatchObject({ level: 'high', score: 30 });
    expect(judged({ category: 'security.lost-property', verification: 4 })).toMatchObject({ level: 'high', score: 30 });
    expect(judged({ category: 'security.lost-property', verification: 3 })).toMatchObject({ level: 'low', score: 20 });
  });

  it('a drowning or a lost child beside open water is critical', () => {
    expect(judged({ category: 'rescue.drowning', zone: 'beach' }, [volume(0)])).toMatchObject({ level: 'critical', score: 80 });
    expect(judged({ category: 'rescue.lost-child', zone: 'pool' }, [volume(0)])).toMatchObject({ level: 'critical', score: 80 });
    expect(judged({ category: 'rescue.lost-child', zone: 'stage' }, [volume(0)])).toMatchObject({ level: 'high', score: 50 });
  });

  it('ten injured alert for anything', () => {
    expect(judged({ category: 'order.drone', injured: 9 }, [volume(0)])).toMatchObject({ level: 'moderate' });
    expect(judged({ category: 'order.drone', injured: 10 }, [volume(0)])).toMatchObject({ level: 'high' });
  });
});

describe('what the publisher says of it', () => {
  const score = (more: Partial<Incident>): number => judged({ category: 'order.drone', ...more }, [volume(0)]).score - 20;

  it.each([[0, 0], [1, 5], [2, 10], [3, 15], [4, 25]])('verification %i gives %i points', (verification, points) => {
    expect(score({ verification })).toBe(points);
  });
  it.each([['Unknown', 0], ['Minor', 0], ['Moderate', 5], ['Severe', 15], ['Extreme', 25]] as const)('severity %s gives %i points', (severity, points) => {
    expect(score({ severity })).toBe(points);
  });
  it.each([[0, 0], [1, 15], [2, 15], [3, 25], [9, 25], [10, 45]])('%i injured give %i points', (injured, points) => {
    expect(score({ injured })).toBe(points);
  });
  it.each([[4, 0], [5, 5], [19, 5], [20, 15]])('%i involved give %i points', (involved, points) => {
    expect(score({ involved })).toBe(points);
  });
  it.each([['21:59', 0], ['22:00', 5], ['04:59', 5], ['05:00', 0]])('at %s the hour gives %i points', (clock, points) => {
    expect(score({ occurredAt: at(`2025-07-19 ${clock}`) })).toBe(points);
  });

  it('an exercise is graded like the real thing', () => {
    const real = judged({ category: 'fire.fire' });
    for (const status of ['Exercise', 'Test'] as const) expect(judged({ category: 'fire.fire', status })).toEqual(real);
  });
});

describe('what nobody can name', () => {
  it('an unknown kind of rescue is graded as the worst of its group', () => {
    const report = judged({ category: 'rescue.unknown', categoryAsSent: 'rescue.drownning', zone: 'beach' }, [volume(0)]);
    expect(report).toMatchObject({ level: 'critical', score: 90 });
    expect(report.reasons[0]).toEqual({ rule: 'category', points: 60, floor: 'high', text: { vi: 'Cứu nạn, cứu hộ (chưa rõ loại)', en: 'Rescue (kind unknown)' } });
  });

  it('an unknown kind of vice has no floor, because nothing in its group has one', () => {
    expect(judged({ category: 'vice.unknown', categoryAsSent: 'vice.betting' })).toMatchObject({ level: 'moderate', score: 30 });
  });

  it.each(['other.unknown', 'weather.storm', ''])('what nobody can name (%s) is at least high', (category) => {
    expect(judged({ category, categoryAsSent: 'storm' }, [volume(0)])).toMatchObject({ level: 'high', score: 25 });
  });
});

it('grades every category of the catalogue itself', () => {
  expect(Object.keys(builtInPolicy().categories).sort()).toEqual([...CATALOGUE.keys()].sort());
});

it('has the figures with which the specs of the domain tell of crowds, situations and what is usual', () => {
  const { crowd, situations, surprise } = builtInPolicy();
  expect({ crowd, situations, surprise }).toEqual({ crowd: SAMPLE_POLICY.crowd, situations: SAMPLE_POLICY.situations, surprise: SAMPLE_POLICY.surprise });
});

describe('what the site thinks of it', () => {
  const score = (more: Partial<Incident>): number => judged({ category: 'order.drone', ...more }, [volume(0)]).score - 20;

  it('weighs less where it calls it unlikely, until somebody verified that people are there', () => {
    expect([score({ severity: 'Extreme' }), score({ severity: 'Extreme', certainty: 'Unlikely' }), score({ severity: 'Extreme', certainty: 'Unlikely', verification: 2 })]).toEqual([25, 5, 35]);
  });

  it('weighs more where it was seen and verified', () => {
    expect(score({ severity: 'Severe', certainty: 'Observed', verification: 3 })).toBe(15 + 15 + 10);
  });

  it('caps what nobody verified and it does not believe itself, where waiting harms little', () => {
    const doubtful = { category: 'order.disturbance', certainty: 'Unlikely', involved: 30, severity: 'Severe' } as const;
    expect(judged(doubtful, [volume(5600)])).toMatchObject({ level: 'moderate', score: 30 + 15 + 5 + 35 });
    expect(judged({ ...doubtful, verification: 1 }, [volume(5600)])).toMatchObject({ level: 'critical' });
    expect(judged({ ...doubtful, category: 'violence.fight' }, [volume(5600)])).toMatchObject({ level: 'critical' });
    expect(judged({ ...doubtful, weapon: true }, [volume(0)])).toMatchObject({ level: 'critical', score: 30 + 15 + 5 + 25 });
  });
});

describe('the kind of day', () => {
  it('counts where the crowd matters and is not known', () => {
    const on = (day: string) => judged({ occurredAt: at(`${day} 12:00`) });
    expect([on('2026-02-17').score, on('2026-04-30').score, on('2026-04-28').score]).toEqual([50, 50, 45]);
    expect(judged({ category: 'order.fireworks', occurredAt: at('2026-02-17 12:00') }, [volume(100, { measuredAt: at('2026-02-17 11:50') })]).score).toBe(35);
  });
});

describe('what the description says', () => {
  it.each(['Có em bé rơi xuống hồ', 'co em be roi xuong ho', 'Một CHÁU BÉ 4 tuổi', 'two children in the water', 'Học sinh đi dã ngoại', 'Bé trai 5 tuổi', 'cháu bé trai', 'co mot be trai roi xuong ho', 'Bé trai ngã ở bể trái, bé trai 5 tuổi'])('%s: children', (description) => {
    expect(rulesOf(judged({ category: 'health.emergency', description }))).toContain('children');
  });
  it.each(['Khách xem bến thuyền', 'Kidney trouble', 'Bể bơi đóng cửa', 'Cháu của chủ nhà, 40 tuổi', 'Đuối nước ở bể trái', 'BỂ TRÁI đóng cửa'])('%s: none', (description) => {
    expect(rulesOf(judged({ category: 'health.emergency', description }))).not.toContain('children');
  });
  it('counts only where it makes it worse', () => {
    expect(rulesOf(judged({ category: 'security.lost-property', description: 'Em bé làm rơi mũ' }))).not.toContain('children');
  });
});
