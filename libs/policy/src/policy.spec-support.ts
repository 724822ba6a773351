import { problemInEnglish, type PolicyProblem } from './problems';
import { readPolicy } from './read-policy';

/** A small policy document, and what is wrong with one. */

export const HEAD = `id: sample
version: 2
validFrom: "2026-01-01"
author: Ban chỉ huy
sources:
  law: Luật
thresholds: { moderate: 25, high: 50, critical: 75, source: law }
categories:
  violence.fight: { points: 40, crowdSensitive: true, source: law }
  vice.gambling: { points: 20, source: "proposal: low" }
`;
export const LINES = HEAD.split('\n').length;

export const SECTIONS = `crowd:
  ratio: { bands: [{ step: watch, from: 0.7 }, { step: breach, from: 1, above: true }], source: law }
  density: { bands: [{ step: watch, from: 2 }, { step: high, from: 3 }], source: law }
  inflow: { bands: [{ step: high, from: 1, above: true }], peoplePerMetreAndMinute: 82, source: law }
  hold: { hysteresis: 0.05, seconds: 600, source: law }
  fresh: { seconds: 1800, source: law }
  alert: { levels: { stop-inflow: high, breach: critical }, againShare: 0.1, againDensity: 1, source: law }
  jump: { share: 0.2, people: 50, sharePerMinute: 0.1, agreeSeconds: 30, mostRatio: 3, mostDensity: 10, source: law }
  stall: { people: 100, spread: 0.02, seconds: 10800, readings: 6, gapSeconds: 5400, fromHour: 9, toHour: 24, siteToHour: 21, moves: 0.05, source: law }
  night: { dayBegins: 5, gapSeconds: 14400, people: 50, reset: 0.5, kept: 0.9, nights: 2, givesUp: 3, remembered: 5, source: law }
  drift: { share: 0.1, people: 20, windowTolerance: 0.25, source: law }
situations:
  - { id: fight, for: [violence.fight, order], windowMinutes: 15, spanMinutes: 60, nearMetres: 150, source: law }
  - { id: fire, for: fire, windowMinutes: 30, spanMinutes: 120, source: law }
surprise:
  window: { hours: 2, leastObserved: 3, source: law }
  poisson: { fromDays: 14, classDays: 4, addedCount: 0.5, dayHours: 12, source: law }
  ears: { days: 7, gapDays: 2, leastSpread: 0.5, source: law }
`;
/** A document with these rules; the first line of `rules` is line 12. */
export const withRules = (rules: string): string => `${HEAD}rules:\n${rules}${SECTIONS}`;
/** A document whose sections begin in line 11, with other words in them. */
export const withSections = (from: string, to: string): string => {
  if (!SECTIONS.includes(from)) throw new Error(`no section has ${from}`);
  return `${HEAD}${SECTIONS.replace(from, to)}rules: []\n`;
};
export const rule = (fields: string): string => withRules(`  - id: one\n${fields}\n    text: { vi: Một, en: One }\n    source: law\n`);
const DIACRITICS = /[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]/i;
/** Whether it is in Vietnamese in fact, and not the English again. */
const saidInVietnamese = ({ problem, remedy, vi }: PolicyProblem): boolean => vi.problem !== problem && vi.remedy !== remedy && DIACRITICS.test(vi.problem) && DIACRITICS.test(vi.remedy);

/** The problems in English. Each of them must be said in Vietnamese, too. */
export function problemsOf(text: string): string[] {
  const { problems } = readPolicy(text);
  expect(problems.filter((problem) => !saidInVietnamese(problem))).toEqual([]);
  return problems.map(problemInEnglish);
}
