import type { Facts } from './facts';
import type { Bilingual } from './incident';

/**
 * Texts of rules with figures in them: `{injured} người bị thương`. Vietnamese groups digits by points and has a decimal comma. Figures are
 * rounded down, so that they never contradict the step that they explain.
 */

type Language = keyof Bilingual;
type Fill = (facts: Facts, language: Language) => string;

const count = (of: (facts: Facts) => number): Fill => (facts, language) => digits(Math.floor(of(facts)), language);
const tenths = (of: (facts: Facts) => number): Fill => (facts, language) => oneDecimal(of(facts), language);

/** What may stand between braces in a rule's text. */
export const PLACEHOLDERS: Readonly<Record<string, Fill>> = {
  injured: count((facts) => facts.injured),
  involved: count((facts) => facts.involved),
  occupancy: count((facts) => facts.occupancy),
  capacity: count((facts) => facts.capacity),
  percent: (facts, language) => (facts.ratio > 1 && facts.ratio < 1.01 ? { vi: 'hơn 100', en: 'over 100' }[language] : digits(Math.floor(facts.ratio * 100), language)),
  density: tenths((facts) => facts.density),
  observed: count((facts) => facts.observed),
  expected: (facts, language) => (facts.expected > 0 && facts.expected < 0.1 ? { vi: 'dưới 0,1', en: 'under 0.1' }[language] : oneDecimal(facts.expected, language)),
  windowHours: count((facts) => facts.windowHours),
  reports: count((facts) => facts.reports),
  sources: count((facts) => facts.sources),
  verification: count((facts) => facts.verification),
  hour: count((facts) => facts.hour),
  place: (facts, language) => (facts.occupancyOfZone ? { vi: 'Khu vực này', en: 'The zone' } : { vi: 'Toàn khu', en: 'The whole site' })[language],
};

/** A text in pieces: every second one is a placeholder. */
export interface FilledText {
  vi: readonly string[];
  en: readonly string[];
}

const PLACEHOLDER = /\{(\w+)\}/;

/** Null: the text holds no placeholder and stays as it is. */
export function filledText({ vi, en }: Bilingual): FilledText | null {
  return PLACEHOLDER.test(vi) || PLACEHOLDER.test(en) ? { vi: vi.split(PLACEHOLDER), en: en.split(PLACEHOLDER) } : null;
}

/** Names between braces in a text. */
export function placeholdersIn(text: string): string[] {
  return text.split(PLACEHOLDER).filter((_, i) => i % 2 === 1);
}

/** Keys in order: see canonicalJson. */
export function fill(text: FilledText, facts: Facts): Bilingual {
  return { en: join(text.en, facts, 'en'), vi: join(text.vi, facts, 'vi') };
}

function join(pieces: readonly string[], facts: Facts, language: Language): string {
  let text = '';
  for (let i = 0; i < pieces.length; i++) {
    const piece = pieces[i] ?? '';
    text += i % 2 === 0 ? piece : (PLACEHOLDERS[piece]?.(facts, language) ?? `{${piece}}`);
  }
  return text;
}

/** A count with its thousands grouped: the same on every machine, whatever locales it has. */
export function digits(value: number, language: Language): string {
  const plain = String(value);
  if (value < 1_000) return plain;
  return /^\d{4,15}$/.test(plain) ? plain.replace(/\B(?=(\d{3})+$)/g, language === 'vi' ? '.' : ',') : plain;
}

function oneDecimal(value: number, language: Language): string {
  const whole = Math.floor(value);
  // Of a number beyond whole precision there is no tenth to tell.
  const tenth = Math.min(9, Math.floor((value - whole) * 10 + 1e-9)) || 0;
  return `${digits(whole, language)}${language === 'vi' ? ',' : '.'}${tenth}`;
}
