import fc from 'fast-check';
import { canonicalJson, DAY_CLASSES, type RiskAssessment } from '@vong-gac/domain';
import { writeAssessment } from './assessment-json';
import { writeRows } from './copy-rows';

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
  const rows = writeRows({ columns: ['assessment'], write: (out, each: RiskAssessment) => writeAssessment(out, each) }, [assessment], null).message();
  return rows.toString('utf8', ROW_AT + 4, ROW_AT + 4 + rows.readInt32BE(ROW_AT));
}
const ROW_AT = 26;

describe('writeAssessment', () => {
  it('writes the very bytes of canonicalJson, the first time and again', () => {
    for (let i = 0; i < 2; i++) expect(text(ASSESSMENT)).toBe(canonicalJson(ASSESSMENT));
    for (const reasons of [[], [SHARED]]) expect(text({ ...ASSESSMENT, reasons })).toBe(canonicalJson({ ...ASSESSMENT, reasons }));
  });

  it('does so for any context', () => {
    const number = fc.oneof(fc.constant(null), fc.double({ min: 0, noNaN: true }), fc.integer());
    const occupancy = fc.record({ count: fc.nat(), measuredAt: fc.integer(), ageSeconds: fc.nat(), volumeKind: fc.constantFrom('measured' as const, 'declared' as const), zone: fc.option(fc.string({ unit: 'binary' })) });
    const baseline = fc.record({ days: fc.nat(), expected: fc.double({ min: 0, noNaN: true }), method: fc.constantFrom('poisson' as const, 'ears-c2' as const), observed: fc.nat(), spread: number, windowHours: fc.nat() });
    const situation = fc.record({ reports: fc.nat(), sources: fc.nat() });
    const context = fc.record({ baseline: fc.option(baseline), situation, occupancy: fc.option(occupancy), capacity: number, areaM2: number, water: fc.boolean(), zoneKnown: fc.boolean(), dayClass: fc.constantFrom(...DAY_CLASSES), localHour: fc.integer({ min: 0, max: 23 }), jurisdictionNote: fc.constantFrom(null, 'body-not-recorded' as const) });
    fc.assert(fc.property(context, (any) => text({ ...ASSESSMENT, context: any }) === canonicalJson({ ...ASSESSMENT, context: any })));
  });
});
