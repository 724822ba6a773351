import { canonicalJson, type RiskAssessment } from '@vong-gac/domain';
import { assessmentPieces } from './assessment-pieces';

const SHARED = { rule: 'category', points: 20, text: { vi: 'Trộm cắp “tài sản” \ud800', en: 'Theft' } };

const ASSESSMENT: RiskAssessment = {
  policyId: 'built-"in"',
  policyVersion: 3,
  level: 'high',
  score: 45.5,
  reasons: [SHARED, { text: { en: 'Weapon', vi: 'Hung khí\0' }, rule: 'weapon', floor: 'high' }, SHARED],
  context: {
    occupancy: { count: 10, measuredAt: 5, ageSeconds: 1, volumeKind: 'measured', zone: 'sân khấu' },
    capacity: null,
    areaM2: 12.5,
    water: true,
    zoneKnown: false,
    dayClass: 'weekend',
    localHour: 23,
    jurisdictionNote: null,
  },
};

describe('assessmentPieces', () => {
  const text = (assessment: RiskAssessment): string => Buffer.concat(assessmentPieces(assessment).map((piece) => Buffer.from(piece))).toString('utf8');

  it('are the very bytes of canonicalJson, the first time and again', () => {
    for (let i = 0; i < 2; i++) expect(text(ASSESSMENT)).toBe(canonicalJson(ASSESSMENT));
    for (const reasons of [[], [SHARED]]) expect(text({ ...ASSESSMENT, reasons })).toBe(canonicalJson({ ...ASSESSMENT, reasons }));
  });
});
