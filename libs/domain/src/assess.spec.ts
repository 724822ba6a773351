import { assess, assessAgain } from './assess';
import { canonicalJson } from './canonical-json';
import type { Incident } from './incident';
import { observe } from './occupancy';
import type { RiskPolicy } from './policy';
import type { RiskAssessment, RiskContext } from './risk';
import { SAMPLE_POLICY, when } from './sample-policy.spec-support';
import { at, DAI_LAI, incident, QUIET, registry, volume, ZONES } from './sample.spec-support';
import type { VisitorVolume } from './visitor-volume';

function judged(report: Partial<Incident>, volumes: VisitorVolume[] = [], policy: RiskPolicy = SAMPLE_POLICY): RiskAssessment {
  const context = volumes.reduce<RiskContext>((before, next) => observe(next, before), QUIET);
  return assess(incident(report), context, policy).assessment;
}

const rulesOf = (assessment: RiskAssessment): string[] => assessment.reasons.map((reason) => reason.rule);
const withRules = (...rules: RiskPolicy['rules']): RiskPolicy => ({ ...SAMPLE_POLICY, rules });

describe('the level', () => {
  it('rises with the score over the thresholds, and names the policy that made it', () => {
    expect(judged({ category: 'security.theft' }, [volume(0)])).toMatchObject({ level: 'low', score: 20, policyId: 'sample', policyVersion: 3 });
    expect(judged({}, [volume(0)])).toMatchObject({ level: 'moderate', score: 40 });
    expect(judged({ injured: 1 }, [volume(0)])).toMatchObject({ level: 'high', score: 55 });
    expect(judged({ injured: 1, verification: 4 }, [volume(0)])).toMatchObject({ level: 'critical', score: 80 });
  });

  it('is held by a cap, and a floor beats the cap', () => {
    expect(judged({ injured: 1, certainty: 'Unlikely' }, [volume(0)])).toMatchObject({ level: 'moderate', score: 55 });
    expect(judged({ injured: 1, certainty: 'Unlikely', weapon: true }, [volume(0)])).toMatchObject({ level: 'high', score: 80 });
    expect(judged({ category: 'security.theft', certainty: 'Unlikely' }, [volume(0)])).toMatchObject({ level: 'low' });
  });

  it('takes the highest floor and the lowest cap', () => {
    const rules = [when('a', () => true, { cap: 'high' }), when('b', () => true, { cap: 'moderate' }), when('c', () => true, { points: 500 })];
    expect(judged({ category: 'security.theft' }, [], withRules(...rules)).level).toBe('moderate');
    expect(judged({ category: 'security.theft' }, [], withRules(...rules, when('d', () => true, { floor: 'critical' }), when('e', () => true, { floor: 'moderate' }))).level).toBe('critical');
  });
});

describe('reasons', () => {
  it('are the category, then the rules by id whatever their order in the policy, then what is in doubt', () => {
    const report = { weapon: true, injured: 2, occurredAt: at('2025-07-19 23:00'), zone: 'nowhere' };
    const once = judged(report);
    expect(rulesOf(once)).toEqual(['category', 'injured', 'night', 'weapon', 'occupancy-unknown', 'zone-unknown']);
    expect(canonicalJson(judged(report, [], { ...SAMPLE_POLICY, rules: [...SAMPLE_POLICY.rules].reverse() }))).toBe(canonicalJson(once));
  });

  it('carry the figures, Vietnamese with points between thousands', () => {
    expect(judged({ injured: 1234 }).reasons[1]).toEqual({ rule: 'injured', points: 45, floor: 'high', text: { vi: '1.234 người bị thương', en: '1,234 injured' } });
  });

  it('of a category that a rule is not for do not appear', () => {
    expect(rulesOf(judged({ category: 'security.theft' }, [volume(5600)]))).toEqual(['category']);
    expect(rulesOf(judged({}, [volume(5600)]))).toEqual(['category', 'ratio']);
  });

  it('of one word count once: the greatest in points, with the highest floor', () => {
    const crowd = (id: string, step: Parameters<typeof when>[2]) => when(id, () => true, step, { greatestOf: 'crowd' });
    const { reasons, level, score } = judged({ category: 'security.theft' }, [], withRules(crowd('a', { points: 5, floor: 'high' }), crowd('b', { points: 9 }), crowd('c', { points: 9 }), crowd('d', { points: 1, floor: 'moderate' })));
    expect(reasons.slice(0, 2)).toEqual([expect.objectContaining({ rule: 'category' }), { rule: 'b', points: 9, floor: 'high', text: { vi: 'b', en: 'b' } }]);
    expect([level, score, reasons.length]).toEqual(['high', 29, 3]);
  });

  it('say where a rule could not be computed; the others stand', () => {
    const broken = when('broken', () => { throw new Error('no such overload'); }, { points: 90 });
    const found = judged({ weapon: true }, [volume(0)], withRules(...SAMPLE_POLICY.rules, broken));
    expect(found).toMatchObject({ level: 'high', score: 65 });
    expect(found.reasons.at(-1)).toEqual({ rule: 'rule-failed', text: { vi: 'Quy tắc không tính được, đã bỏ qua: broken', en: 'Rules that could not be computed were left out: broken' } });
  });

  it('read a description without its marks, and ask no text rule where there is none', () => {
    expect(rulesOf(judged({ description: 'Có Em Bé rơi xuống hồ' }, [volume(0)]))).toEqual(['category', 'children']);
    const asked = when('asked', () => { throw new Error('asked'); }, {}, { needs: ['description'] });
    expect(rulesOf(judged({}, [volume(0)], withRules(asked)))).toEqual(['category']);
  });
});

describe('doubts are said, whatever the policy', () => {
  const silent = withRules();

  it('that the crowd is not known', () => {
    const report = judged({}, [], silent);
    expect(report.context.occupancy).toBeNull();
    expect(report.reasons[1]).toEqual({ rule: 'occupancy-unknown', text: { vi: 'Không có số khách trong 30 phút trước đó', en: 'Occupancy unknown: no visitor volume in the 30 minutes before' } });
    const weighed = when('occupancy-unknown', (facts) => !facts.occupancyKnown, { points: 5 });
    expect(judged({}, [], withRules(weighed)).reasons.map(({ rule, points }) => [rule, points])).toEqual([['category', 40], ['occupancy-unknown', 5]]);
  });

  it('a word that the catalogue does not have', () => {
    expect(judged({ category: 'rescue.unknown', categoryAsSent: 'rescue.drownning' }, [volume(0)], silent).reasons).toEqual([
      { rule: 'category', points: 50, floor: 'high', text: { vi: 'Cứu nạn, cứu hộ (chưa rõ loại)', en: 'Rescue (kind unknown)' } },
      {
        rule: 'category-unknown',
        text: {
          vi: 'Loại “rescue.drownning” không có trong danh mục; tính theo mức cao nhất có thể',
          en: 'The category “rescue.drownning” is not in the catalogue; graded as the worst that it may be',
        },
      },
    ]);
    expect(judged({ category: 'other.unknown', categoryAsSent: 'Other.Unknown' }).reasons.find((reason) => reason.rule === 'category-unknown')?.text.vi).toBe('Bên gửi không rõ loại vụ việc');
  });

  it('a zone that is not registered', () => {
    const report = judged({ zone: 'Sân khấu 2' }, [volume(5100)]);
    expect(report.context).toMatchObject({ zoneKnown: false, capacity: 5500, water: false });
    expect(report.reasons).toContainEqual(expect.objectContaining({ rule: 'zone-unknown', text: expect.objectContaining({ vi: 'Khu vực “Sân khấu 2” không có trong sổ đăng ký của cơ sở' }) }));
  });

  it('details that were set aside', () => {
    const defects = ['/occurredAt', '/injured', '/zone', '/location'].map((path) => ({ path, problem: 'wrong' }));
    expect(judged({ defects }).reasons.at(-1)).toEqual({
      rule: 'defects',
      text: { vi: '4 chi tiết sai không được sử dụng: /occurredAt, /injured, /zone (+1)', en: '4 wrong details were set aside: /occurredAt, /injured, /zone (+1)' },
    });
    expect(judged({ defects: defects.slice(0, 1) }).reasons.at(-1)?.text.en).toBe('1 wrong detail was set aside: /occurredAt');
  });

  it('a body that is not that of the day', () => {
    expect(rulesOf(judged({ occurredAt: at('2025-03-15 10:00') }))).not.toContain('jurisdiction-body-not-recorded');
    expect(judged({ siteId: 'nowhere' }).reasons).toContainEqual(expect.objectContaining({ rule: 'jurisdiction-body-not-recorded' }));
  });

  it('long words are cut between characters', () => {
    const report = judged({ category: 'other.unknown', categoryAsSent: `${'x'.repeat(99)}🔥${'x'.repeat(50)}` });
    expect(report.reasons.find((reason) => reason.rule === 'category-unknown')?.text.en).toContain(`“${'x'.repeat(99)}…”`);
  });
});

describe('a policy that says less than the catalogue', () => {
  const silent: RiskPolicy = { ...SAMPLE_POLICY, categories: {}, rules: [] };

  it('lets nothing fall below high: what nobody graded is graded as unknown', () => {
    for (const category of ['security.theft', 'vice.unknown', 'other.unknown', 'nothing.known']) expect(judged({ category }, [], silent)).toMatchObject({ level: 'high', score: 0 });
  });

  it('grades an unknown kind by the highest of its group, points and floor each for itself', () => {
    const categories = { 'vice.gambling': { points: 70 }, 'vice.prostitution': { points: 3, floor: 'moderate' }, 'vice.drugs': { points: 5, floor: 'low', crowdSensitive: true } } as const;
    expect(judged({ category: 'vice.unknown' }, [], { ...silent, categories }).reasons[0]).toMatchObject({ points: 70, floor: 'moderate' });
    expect(judged({ category: 'vice.drugs' }, [], { ...silent, categories }).reasons[0]).toMatchObject({ points: 5, floor: 'low' });
  });
});

describe('the context used', () => {
  it('says everything that the judgement looked at, and the judgement can be made again from it', () => {
    const report = incident({ zone: 'beach', category: 'rescue.drowning', injured: 1 });
    const first = assess(report, observe(volume(1200, { zone: 'beach' }), QUIET), SAMPLE_POLICY).assessment;
    expect(first.context).toEqual({
      occupancy: { count: 1200, measuredAt: at('2025-07-19 19:55'), ageSeconds: 300, volumeKind: 'measured', zone: 'beach' },
      baseline: null, situation: { reports: 1, sources: 1 }, capacity: 1500, areaM2: 6000, water: true, zoneKnown: true, dayClass: 'weekend', localHour: 20, jurisdictionNote: null,
    });
    expect(canonicalJson(assessAgain(report, JSON.parse(canonicalJson(first.context)), SAMPLE_POLICY))).toBe(canonicalJson(first));
  });

  it('is told for the place of the count, else for the place of the incident', () => {
    expect(judged({ occurredAt: at('2025-07-21 00:30') }).context).toMatchObject({ dayClass: 'weekday', localHour: 0, capacity: 5500, areaM2: null, zoneKnown: true, water: false });
    expect(judged({ zone: 'beach' }).context).toMatchObject({ occupancy: null, capacity: 1500, areaM2: 6000, zoneKnown: true, water: true });
    expect(judged({ zone: 'gate' }, [volume(900, { zone: 'gate' })]).context).toMatchObject({ occupancy: { count: 900, zone: 'gate' }, capacity: null, areaM2: null });
    expect(judged({ zone: 'gate' }, [volume(900, { zone: 'gate' }), volume(800)]).context).toMatchObject({ occupancy: { count: 800, zone: null }, capacity: 5500, areaM2: null });
  });

  it('a capacity or area of zero is a gap in the register, not a place for nobody', () => {
    const zones = ZONES.map((zone) => ({ ...zone, capacity: 0, areaM2: 0 }));
    const context = observe(volume(900, { zone: 'stage' }), { registry: registry({ zones, sites: [{ ...DAI_LAI, capacity: 0 }] }), volumes: new Map() });
    expect(assess(incident({ zone: 'stage' }), context, SAMPLE_POLICY).assessment).toMatchObject({ score: 40, context: { capacity: null, areaM2: null } });
  });

  it('knows the days that a site announced', () => {
    const siteEvents = new Map([['dai-lai', [{ siteId: 'dai-lai', from: '2025-07-18', to: '2025-07-19', name: 'Đêm nhạc' }]]]);
    const on = (day: string): string => assess(incident({ occurredAt: at(`${day} 12:00`) }), { registry: registry({ siteEvents }), volumes: new Map() }, SAMPLE_POLICY).assessment.context.dayClass;
    expect(['2025-07-17', '2025-07-18', '2025-07-19', '2025-07-20'].map(on)).toEqual(['weekday', 'event', 'event', 'weekend']);
  });
});
