import type { Count, Counter, CrowdMeasures, CrowdReading, Doubt, Implausible } from './crowd';
import type { CrowdRules } from './rules';

/** One doubt's view of a new count: the counter's fields that it remembers, and the doubt, where it holds. */
export interface View {
  remembered: Partial<Counter>;
  doubt: Doubt | null;
}

/** Where and how the new count was made. */
export interface Counted {
  isSite: boolean;
  measures: CrowdMeasures;
  reading: CrowdReading;
}

export type Ask = (counter: Counter, count: Count, counted: Counted, rules: CrowdRules) => View;

export const held = (counter: Counter, word: Implausible): Doubt | null => counter.doubts.find((doubt) => doubt.word === word) ?? null;

export const newDoubt = (word: Implausible, count: Count, text: Doubt['text'], band: { below?: number; above?: number } = {}): Doubt => ({
  above: band.above ?? null, below: band.below ?? null, since: count.at, text, word,
});

export const hasLeft = ({ below, above }: Doubt, { people }: Count): boolean => (below !== null && people < below) || (above !== null && people > above);
