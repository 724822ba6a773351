import fc from 'fast-check';
import { canonicalJson, DAY_CLASSES, type RiskAssessment } from '@vong-gac/domain';
import { assessmentText, readAssessmentHead, writeAssessment } from './assessment-json';
import { rowsOf } from './copy-rows';
import { messagesOf } from './copy-rows.spec-support';

const SHARED = { rule: 'category', points: 20, text: { vi: 'Trộm cắp “tài sản” \ud800', en: 'Theft' } };

const ASSESSMENT: RiskAssessment = {
  policyId: 'built-"in"',
  policyVersion: 3,
  level: 'high',
  score: 45.5,
  reasons: [SHARED, { text: { en: 'Weapon', vi: 'Hung khí\0' }, rule: 'weapon', floor: 'high', cap: 'critical' }, SHARED],
  context: {
    occupancy: { count: 10, measuredAt: 5, ageSeconds: 1, volumeKind: 'measured', zone: 'sân khấu' },
    capacity: null,
    areaM2: 12.5,
    baseline: { days: 40, expected: 0.25, method: 'poisson', observed: 4, spread: null, windowHours: 2 },
    situation: { reports: 2, sources: 1 },
    water: true,
    zoneKnown: false,
    dayClass: 'weekend',
    localHour: 23,
    jurisdictionNote: null,
  },
};

/** What a COPY of this one value would store: behind the header and the row's beginning stands its length. */
function text(assessment: RiskAssessment): string {
  const [rows = Buffer.alloc(0)] = messagesOf(rowsOf({ columns: ['assessment'], write: (out, each: RiskAssessment) => writeAssessment(out, each) }, [assessment], null));
  return rows.toString('utf8', ROW_AT + 4, ROW_AT + 4 + rows.readInt32BE(ROW_AT));
}
const ROW_AT = 26;

describe('writeAssessment and assessmentText', () => {
  it('write the very bytes of canonicalJson, the first time and again', () => {
    for (let i = 0; i < 2; i++) expect([text(ASSESSMENT), assessmentText(ASSESSMENT)]).toEqual([canonicalJson(ASSESSMENT), canonicalJson(ASSESSMENT)]);
    for (const reasons of [[], [SHARED]]) for (const way of [text, assessmentText]) expect(way({ ...ASSESSMENT, reasons })).toBe(canonicalJson({ ...ASSESSMENT, reasons }));
  });

  it('do so for any context, and its head is read back', () => {
    const number = fc.oneof(fc.constant(null), fc.double({ min: 0, noNaN: true }), fc.integer());
    const occupancy = fc.record({ count: fc.nat(), measuredAt: fc.integer(), ageSeconds: fc.nat(), volumeKind: fc.constantFrom('measured' as const, 'declared' as const), zone: fc.option(fc.string({ unit: 'binary' })) });
    const baseline = fc.record({ days: fc.nat(), expected: fc.double({ min: 0, noNaN: true }), method: fc.constantFrom('poisson' as const, 'ears-c2' as const), observed: fc.nat(), spread: number, windowHours: fc.nat() });
    const situation = fc.record({ reports: fc.nat(), sources: fc.nat(), news: fc.constant(true as const) }, { requiredKeys: ['reports', 'sources'] });
    const context = fc.record({ baseline: fc.option(baseline), situation, occupancy: fc.option(occupancy), capacity: number, areaM2: number, water: fc.boolean(), zoneKnown: fc.boolean(), dayClass: fc.constantFrom(...DAY_CLASSES), localHour: fc.integer({ min: 0, max: 23 }), jurisdictionNote: fc.constantFrom(null, 'body-not-recorded' as const) });
    fc.assert(fc.property(context, (any) => {
      const bytes = canonicalJson({ ...ASSESSMENT, policyId: 'built-in', context: any });
      expect(text({ ...ASSESSMENT, context: any })).toBe(canonicalJson({ ...ASSESSMENT, context: any }));
      expect(assessmentText({ ...ASSESSMENT, policyId: 'built-in', context: any })).toBe(bytes);
      const { context: read, level, policyId, policyVersion } = JSON.parse(bytes) as RiskAssessment;
      expect(readAssessmentHead(bytes)).toEqual({ context: read, level, policyId, policyVersion });
    }));
  });
});

describe('readAssessmentHead', () => {
  const whole = canonicalJson({ ...ASSESSMENT, policyId: 'built-in' });

  it('is not misled by a zone that looks like what follows the context', () => {
    const occupancy = { count: 1, measuredAt: 5, ageSeconds: 1, volumeKind: 'measured' as const, zone: '},"level":"low","policyId":"x","policyVersion":1,"reasons":[' };
    const bytes = canonicalJson({ ...ASSESSMENT, policyId: 'built-in', context: { ...ASSESSMENT.context, occupancy } });
    expect(readAssessmentHead(bytes)).toMatchObject({ level: 'high', policyId: 'built-in', policyVersion: 3, context: { occupancy } });
  });

  it.each(['', '{', 'null', '{"level":"low"}', whole.replace('{"context":{', '{"context":{{'), whole.replace('"level":"high"', '"level":"grave"'), whole.replace('"situation"', '"situatiom"'), ` ${whole}`])('takes %j for none', (damaged) => {
    expect(readAssessmentHead(whole)).not.toBeNull();
    expect(readAssessmentHead(damaged)).toBeNull();
  });
});
