import { CATEGORY_CODES, CATEGORY_GROUPS, DAY_CLASSES, OCCUPANCY_WINDOW_MS, type Facts } from '@vong-gac/domain';

/**
 * What a fact may be. `grave`: a greater value (or true) makes it graver, so no rule may hold only below it. `knownBy`: it is 0 or false where that
 * fact is false.
 */
export type FactKind =
  | { type: 'double'; whole: boolean; min: number; max: number; grave: boolean; knownBy?: keyof Facts }
  | { type: 'bool'; grave: boolean; knownBy?: keyof Facts }
  /** One of these words. */
  | { type: 'word'; words: readonly string[] }
  /** Free text, to be searched. */
  | { type: 'text' };

const amount = (whole: boolean, more: { min?: number; max?: number; grave?: boolean; knownBy?: keyof Facts } = {}): FactKind => ({ type: 'double', whole, min: 0, max: Infinity, grave: false, ...more });
const flag = (more: { grave?: boolean; knownBy?: keyof Facts } = {}): FactKind => ({ type: 'bool', grave: false, ...more });
const word = (...words: string[]): FactKind => ({ type: 'word', words });
/** The most that a report can say (docs/publishing.md): more is set aside when it is decoded. */
const PEOPLE_MAX = 100_000;
/** More publishers of one situation are not counted: SOURCES_MAX of the domain's memory. */
const SOURCES_MAX = 8;
const TEXT: FactKind = { type: 'text' };

/** Every fact that a condition may name; docs/risk.md says what each means. */
export const FACT_TABLE: Readonly<Record<keyof Facts, FactKind>> = {
  category: word(...CATEGORY_CODES),
  group: word(...CATEGORY_GROUPS.keys()),
  status: word('Actual', 'Exercise', 'Test'),
  severity: word('Extreme', 'Severe', 'Moderate', 'Minor', 'Unknown'),
  urgency: word('Immediate', 'Expected', 'Future', 'Past', 'Unknown'),
  certainty: word('Observed', 'Likely', 'Possible', 'Unlikely', 'Unknown'),
  verification: amount(true, { max: 4, grave: true, knownBy: 'verificationKnown' }),
  verificationKnown: flag({ grave: true }),
  weapon: flag({ grave: true }),
  injured: amount(true, { max: PEOPLE_MAX, grave: true }),
  involved: amount(true, { max: PEOPLE_MAX, grave: true }),
  description: TEXT,
  descriptionPlain: TEXT,
  zone: TEXT,
  water: flag(),
  crowdSensitive: flag(),
  occupancyKnown: flag(),
  occupancy: amount(true, { grave: true, knownBy: 'occupancyKnown' }),
  occupancyOfZone: flag({ knownBy: 'occupancyKnown' }),
  occupancyAgeSeconds: amount(true, { max: OCCUPANCY_WINDOW_MS / 1_000, knownBy: 'occupancyKnown' }),
  capacity: amount(true, { knownBy: 'capacityKnown' }),
  capacityKnown: flag(),
  ratio: amount(false, { grave: true, knownBy: 'occupancyKnown' }),
  density: amount(false, { grave: true, knownBy: 'densityKnown' }),
  densityKnown: flag({ knownBy: 'occupancyKnown' }),
  hour: amount(true, { max: 23 }),
  dayClass: word(...DAY_CLASSES),
  reports: amount(true, { min: 1, grave: true }),
  sources: amount(true, { min: 1, max: SOURCES_MAX, grave: true }),
  observed: amount(true, { grave: true, knownBy: 'baselineKnown' }),
  expected: amount(false, { knownBy: 'baselineKnown' }),
  windowHours: amount(true, { knownBy: 'baselineKnown' }),
  surprise: amount(false, { max: 1 }),
  baselineKnown: flag(),
};

export const FACT_NAMES = Object.keys(FACT_TABLE) as (keyof Facts)[];

export function isFact(name: string): name is keyof Facts {
  return Object.hasOwn(FACT_TABLE, name);
}

/** An incident of which nothing is known: what the facts are that a condition does not name. */
export const NOTHING_KNOWN: Facts = {
  category: 'other.other', group: 'other', status: 'Actual', severity: 'Unknown', urgency: 'Unknown', certainty: 'Unknown', verification: 0, verificationKnown: false, weapon: false,
  injured: 0, involved: 0, description: '', descriptionPlain: '', zone: '', water: false, crowdSensitive: false, occupancyKnown: false, occupancy: 0, occupancyOfZone: false,
  occupancyAgeSeconds: 0, capacity: 0, capacityKnown: false, ratio: 0, density: 0, densityKnown: false, hour: 12, dayClass: 'weekday', reports: 1, sources: 1, observed: 0, expected: 0, windowHours: 0,
  surprise: 1, baselineKnown: false,
};
