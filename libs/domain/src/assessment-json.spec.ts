import { assessmentJson } from './assessment-json';
import { canonicalJson } from './canonical-json';
import type { RiskAssessment } from './risk';

const SHARED = { rule: 'category', points: 20, text: { vi: 'Trộm cắp “tài sản”', en: 'Theft' } };

const ASSESSMENT: RiskAssessment = {
  policyId: 'built-"in"',
  policyVersion: 3,
  level: 'high',
  score: 45.5,
  reasons: [SHARED, { text: { en: 'Weapon', vi: 'Hung khí' }, rule: 'weapon', floor: 'high' }, SHARED],
  context: {
    occupancy: { count: 10, measuredAt: 5, ageSeconds: 1, volumeKind: 'measured', zone: null },
    capacity: null,
    areaM2: 12.5,
    water: true,
    zoneKnown: false,
    dayClass: 'weekend',
    localHour: 23,
    jurisdictionNote: null,
  },
};

describe('assessmentJson', () => {
  it('writes the very bytes of canonicalJson, the first time and again', () => {
    for (let i = 0; i < 2; i++) expect(assessmentJson(ASSESSMENT)).toBe(canonicalJson(ASSESSMENT));
    expect(assessmentJson({ ...ASSESSMENT, reasons: [] })).toBe(canonicalJson({ ...ASSESSMENT, reasons: [] }));
  });

  it('knows every field of an assessment', () => {
    expect(Object.keys(JSON.parse(assessmentJson(ASSESSMENT))).sort()).toEqual(Object.keys(ASSESSMENT).sort());
  });
});
