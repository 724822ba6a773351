import { assess } from './assess';
import { categoryNames } from './categories';
import { explain } from './explain';
import type { Incident } from './incident';
import { observe } from './occupancy';
import type { Thresholds } from './policy';
import { SAMPLE_POLICY } from './sample-policy.spec-support';
import { at, incident, QUIET, volume } from './sample.spec-support';

const explained = (more: Partial<Incident>, count: number | null = 0, thresholds: Thresholds | null = SAMPLE_POLICY.thresholds) => {
  const report = incident(more);
  return explain(categoryNames(report.category), assess(report, count === null ? QUIET : observe(volume(count), QUIET), SAMPLE_POLICY).assessment, thresholds);
};

it('says level, score and grounds', () => {
  expect(explained({ injured: 2 }, 5100)).toEqual({
    vi: 'Đánh nhau: mức cao, 70 điểm (từ 50 là cao). Căn cứ: 2 người bị thương; toàn khu: 92 %.',
    en: 'Fight: high, 70 points (high from 50 on). Grounds: 2 injured; the whole site: 92 %.',
  });
});

it('says which rule holds the level, up or down', () => {
  expect(explained({ category: 'security.theft', weapon: true }).vi).toBe('Trộm cắp tài sản: mức cao, 45 điểm (từ 50 là cao); “Có hung khí” thì ít nhất ở mức này. Căn cứ: có hung khí.');
  expect(explained({ injured: 1, certainty: 'Unlikely' }).en).toBe('Fight: moderate, 55 points (high from 50 on); “Unlikely” holds it at this level. Grounds: 1 injured; unlikely.');
});

it('names a cap only where the points alone would give more', () => {
  expect(explained({ certainty: 'Unlikely' }).vi).toBe('Đánh nhau: mức trung bình, 40 điểm (từ 25 là trung bình). Căn cứ: khó xảy ra.');
  expect(explained({ category: 'security.theft', certainty: 'Unlikely' }).en).not.toContain('holds it');
  expect(explained({ injured: 1, certainty: 'Unlikely' }, 0, null).en).toBe('Fight: moderate, 55 points. Grounds: 1 injured; unlikely.');
});

it('says what is in doubt, and counts what it leaves out', () => {
  const { vi } = explained({ weapon: true, injured: 1, verification: 1, occurredAt: at('2025-07-19 23:00'), description: 'em bé', zone: 'x', defects: [{ path: '/a', problem: 'b' }] }, null);
  expect(vi).toBe('Đánh nhau: mức nguy cấp, 100 điểm (từ 75 là nguy cấp). Căn cứ: có hung khí; 1 người bị thương; children; night (+1). Cần lưu ý: không có số khách trong 30 phút trước đó; khu vực “x” không có trong sổ đăng ký của cơ sở (+1).');
});

it('of a quiet report is one sentence', () => {
  expect(explained({ category: 'security.theft' })).toEqual({ vi: 'Trộm cắp tài sản: mức thấp, 20 điểm (từ 25 là trung bình).', en: 'Theft: low, 20 points (moderate from 25 on).' });
});

it('gives points no scale where the policy that gave them is not known', () => {
  expect(explained({ category: 'security.theft' }, 0, null)).toEqual({ vi: 'Trộm cắp tài sản: mức thấp, 20 điểm.', en: 'Theft: low, 20 points.' });
});
