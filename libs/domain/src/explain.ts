import { digits } from './fill-text';
import type { Bilingual } from './incident';
import type { Thresholds } from './policy';
import { levelRank, RISK_LEVELS, type Reason, type RiskAssessment, type RiskLevel } from './risk';

/** Level names for people. */
export const LEVEL_NAMES: Readonly<Record<RiskLevel, Bilingual>> = {
  low: { vi: 'thấp', en: 'low' },
  moderate: { vi: 'trung bình', en: 'moderate' },
  high: { vi: 'cao', en: 'high' },
  critical: { vi: 'nguy cấp', en: 'critical' },
};

/** What an explanation needs of an assessment. A crowd has no score: its step alone decides, and each of its reasons is a ground. */
export type Explained = Pick<RiskAssessment, 'level' | 'reasons'> & { score?: number };

/** Most grounds that an explanation names; the table of reasons has all. */
const GROUNDS_MAX = 4;
const DOUBTS_MAX = 2;

/**
 * Two or three sentences on why an incident has its level: the level and what decided it, the weightiest grounds, and what is in doubt. From
 * the stored assessment and its policy's thresholds alone. Pure and total.
 *
 * @param called what happened: `categoryNames`, or what a crowd is called
 * @param thresholds of the policy that assessed, so that points have a scale; null: it is not known here, or there is no score
 */
export function explain(called: Bilingual, assessment: Explained, thresholds: Thresholds | null): Bilingual {
  const weighs = (reason: Reason): boolean => assessment.score === undefined || isGround(reason);
  const weighing = assessment.reasons.filter((reason) => reason.rule !== 'category' && weighs(reason)).sort(byWeight);
  const doubts = assessment.reasons.filter((reason) => reason.rule !== 'category' && !weighs(reason));
  return { en: sentences('en', called.en, { assessment, thresholds }, weighing, doubts), vi: sentences('vi', called.vi, { assessment, thresholds }, weighing, doubts) };
}

const isGround = ({ points, floor, cap }: Reason): boolean => points !== undefined || floor !== undefined || cap !== undefined;

/** Floors first, the highest of them before the others, then by points; equal weights stay in their order. */
function byWeight(a: Reason, b: Reason): number {
  return floorRank(b) - floorRank(a) || (b.points ?? 0) - (a.points ?? 0);
}
const floorRank = ({ floor }: Reason): number => (floor === undefined ? -1 : levelRank(floor));

type Language = keyof Bilingual;

function sentences(language: Language, called: string, { assessment, thresholds }: { assessment: Explained; thresholds: Thresholds | null }, weighing: readonly Reason[], doubts: readonly Reason[]): string {
  const words = WORDS[language];
  const level = LEVEL_NAMES[assessment.level][language];
  const parts = [words.level(called, level, assessment.score === undefined ? null : points(assessment.score, assessment.level, thresholds, language), decidedBy(assessment, thresholds, language))];
  if (weighing.length > 0) parts.push(words.grounds(listed(weighing, GROUNDS_MAX, language)));
  if (doubts.length > 0) parts.push(words.doubts(listed(doubts, DOUBTS_MAX, language)));
  return parts.join(' ');
}

/**
 * The score, and where a level begins: the graver of the level itself and of the one that the points alone would give (a cap holds it then), so that
 * a floor or a cap shows. Of `low`, which begins with nothing, where the next one begins.
 */
function points(score: number, level: RiskLevel, thresholds: Thresholds | null, language: Language): string {
  const { points: say, from } = WORDS[language];
  if (thresholds === null) return say(digits(score, language));
  const reached = (['critical', 'high'] as const).find((each) => level === each || score >= thresholds[each]) ?? 'moderate';
  return `${say(digits(score, language))} (${from(LEVEL_NAMES[reached][language], digits(thresholds[reached], language))})`;
}

/** What holds the level: a floor that reaches it, or a cap below what the points alone would give. A cap that takes nothing away decided nothing. */
function decidedBy({ level, reasons, score }: Explained, thresholds: Thresholds | null, language: Language): string | null {
  const floor = reasons.find((reason) => reason.floor === level);
  if (floor !== undefined) return WORDS[language].floor(floor.text[language]);
  const above = RISK_LEVELS[levelRank(level) + 1];
  const isHeld = thresholds !== null && score !== undefined && above !== undefined && above !== 'low' && score >= thresholds[above];
  const cap = isHeld ? reasons.find((reason) => reason.cap === level) : undefined;
  return cap === undefined ? null : WORDS[language].cap(cap.text[language]);
}

function listed(reasons: readonly Reason[], most: number, language: Language): string {
  const named = reasons.slice(0, most).map((reason) => lowerFirst(reason.text[language]));
  return named.join('; ') + (reasons.length > most ? ` (+${reasons.length - most})` : '');
}

/** Inside a sentence; a word in capitals or a quotation keeps its beginning. */
function lowerFirst(text: string): string {
  const second = text.charAt(1);
  return second !== '' && second === second.toLowerCase() ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

interface Words {
  points(score: string): string;
  from(level: string, threshold: string): string;
  level(called: string, level: string, score: string | null, decided: string | null): string;
  floor(reason: string): string;
  cap(reason: string): string;
  grounds(list: string): string;
  doubts(list: string): string;
}

const WORDS: Readonly<Record<Language, Words>> = {
  vi: {
    points: (score) => `${score} điểm`,
    from: (level, threshold) => `từ ${threshold} là ${level}`,
    level: (called, level, score, decided) => `${called}: mức ${level}${score === null ? '' : `, ${score}`}${decided === null ? '' : `; ${decided}`}.`,
    floor: (reason) => `“${reason}” thì ít nhất ở mức này`,
    cap: (reason) => `“${reason}” giữ ở mức này`,
    grounds: (list) => `Căn cứ: ${list}.`,
    doubts: (list) => `Cần lưu ý: ${list}.`,
  },
  en: {
    points: (score) => `${score} points`,
    from: (level, threshold) => `${level} from ${threshold} on`,
    level: (called, level, score, decided) => `${called}: ${level}${score === null ? '' : `, ${score}`}${decided === null ? '' : `; ${decided}`}.`,
    floor: (reason) => `“${reason}” is never below this level`,
    cap: (reason) => `“${reason}” holds it at this level`,
    grounds: (list) => `Grounds: ${list}.`,
    doubts: (list) => `Note: ${list}.`,
  },
};
