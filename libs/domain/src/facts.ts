import { groupOf } from './categories';
import type { Incident } from './incident';
import { plainWords } from './plain-words';
import { surpriseOf, type SurpriseRules } from './memory/baseline';
import type { ContextUsed, DayClass } from './risk';

/**
 * What a condition of a policy may look at, made from the incident and the stored context alone. Numbers are never negative and never NaN;
 * what is absent counts 0 (a text: '', a CAP word: `Unknown`), and `…Known` tells it from a real 0. docs/risk.md explains each.
 */
export interface Facts {
  readonly category: string;
  readonly group: string;
  readonly status: string;
  readonly severity: string;
  readonly urgency: string;
  readonly certainty: string;
  readonly verification: number;
  readonly verificationKnown: boolean;
  readonly weapon: boolean;
  readonly injured: number;
  readonly involved: number;
  readonly description: string;
  /** `plainWords(description)`. */
  readonly descriptionPlain: string;
  readonly zone: string;
  readonly water: boolean;
  readonly crowdSensitive: boolean;
  readonly occupancyKnown: boolean;
  readonly occupancy: number;
  /** The people were counted in the incident's own zone; false: on the whole site, or not at all. */
  readonly occupancyOfZone: boolean;
  readonly occupancyAgeSeconds: number;
  readonly capacity: number;
  readonly capacityKnown: boolean;
  /** occupancy / capacity. */
  readonly ratio: number;
  /** People per square metre. */
  readonly density: number;
  readonly densityKnown: boolean;
  readonly hour: number;
  readonly dayClass: DayClass;
  readonly reports: number;
  readonly sources: number;
  readonly observed: number;
  readonly expected: number;
  /** Hours in which they were counted. */
  readonly windowHours: number;
  /** How probable so many incidents would be by chance, 0–1; 1: no surprise, or not known. */
  readonly surprise: number;
  readonly baselineKnown: boolean;
}

/** Facts that are often absent. Each has a bit in `absentFacts`. */
const OFTEN_ABSENT: readonly (keyof Facts)[] = ['weapon', 'injured', 'involved', 'verification', 'severity', 'certainty', 'description', 'water', 'ratio', 'density', 'occupancyKnown', 'baselineKnown'];

/** The bits of facts that a rule needs; a fact that is seldom absent has none. */
export function neededBits(names: readonly (keyof Facts)[]): number {
  return names.reduce((bits, name) => bits | (OFTEN_ABSENT.includes(name) ? 1 << OFTEN_ABSENT.indexOf(name) : 0), 0);
}

/** The bits of facts that are absent, in the order of OFTEN_ABSENT: looked at once, then each rule costs one comparison. */
export function absentFacts(facts: Facts): number {
  return (
    (facts.weapon ? 0 : 1) | (facts.injured > 0 ? 0 : 2) | (facts.involved > 0 ? 0 : 4) | (facts.verification > 0 ? 0 : 8) | (facts.severity === UNKNOWN_WORD ? 16 : 0) |
    (facts.certainty === UNKNOWN_WORD ? 32 : 0) | (facts.description === '' ? 64 : 0) | (facts.water ? 0 : 128) | (facts.ratio > 0 ? 0 : 256) | (facts.density > 0 ? 0 : 512) |
    (facts.occupancyKnown ? 0 : 1024) | (facts.baselineKnown ? 0 : 2048)
  );
}

export const UNKNOWN_WORD = 'Unknown';

/** A number of the outside world as a fact. */
const amount = (value: number | null): number => (value !== null && value > 0 ? value : 0);

/** @param crowdSensitive what the policy says of the incident's category */
export function factsOf(incident: Incident, used: ContextUsed, crowdSensitive: boolean, rules: SurpriseRules): Facts {
  return new IncidentFacts(incident, used, crowdSensitive, rules);
}

/** A class, so that all facts have one shape for the engine and the plain words are made only for a rule that asks. */
class IncidentFacts implements Facts {
  readonly category: string;
  readonly group: string;
  readonly status: string;
  readonly severity: string;
  readonly urgency: string;
  readonly certainty: string;
  readonly verification: number;
  readonly verificationKnown: boolean;
  readonly weapon: boolean;
  readonly injured: number;
  readonly involved: number;
  readonly description: string;
  readonly zone: string;
  readonly water: boolean;
  readonly occupancyKnown: boolean;
  readonly occupancy: number;
  readonly occupancyOfZone: boolean;
  readonly occupancyAgeSeconds: number;
  readonly capacity: number;
  readonly capacityKnown: boolean;
  readonly ratio: number;
  readonly density: number;
  readonly densityKnown: boolean;
  readonly hour: number;
  readonly dayClass: DayClass;
  readonly reports: number;
  readonly sources: number;
  readonly observed: number;
  readonly expected: number;
  readonly windowHours: number;
  readonly surprise: number;
  readonly baselineKnown: boolean;
  private plain: string | null = null;

  constructor(incident: Incident, used: ContextUsed, readonly crowdSensitive: boolean, rules: SurpriseRules) {
    const { occupancy, baseline } = used;
    this.category = incident.category;
    this.group = groupOf(incident.category);
    this.status = incident.status;
    this.severity = incident.severity ?? UNKNOWN_WORD;
    this.urgency = incident.urgency ?? UNKNOWN_WORD;
    this.certainty = incident.certainty ?? UNKNOWN_WORD;
    this.verification = amount(incident.verification);
    this.verificationKnown = incident.verification !== null;
    this.weapon = incident.weapon === true;
    this.injured = amount(incident.injured);
    this.involved = amount(incident.involved);
    // Vietnamese is sent composed and decomposed; a condition is written one way.
    this.description = incident.description?.normalize('NFC') ?? '';
    this.zone = incident.zone ?? '';
    this.water = used.water;
    this.occupancyKnown = occupancy !== null;
    this.occupancy = occupancy === null ? 0 : amount(occupancy.count);
    this.occupancyOfZone = occupancy !== null && occupancy.zone !== null;
    this.occupancyAgeSeconds = occupancy === null ? 0 : amount(occupancy.ageSeconds);
    this.capacity = amount(used.capacity);
    this.capacityKnown = used.capacity !== null;
    this.ratio = this.capacity > 0 ? this.occupancy / this.capacity : 0;
    const areaM2 = amount(used.areaM2);
    this.density = areaM2 > 0 ? this.occupancy / areaM2 : 0;
    this.densityKnown = occupancy !== null && areaM2 > 0;
    this.hour = amount(used.localHour);
    this.dayClass = used.dayClass;
    this.reports = used.situation.reports;
    this.sources = used.situation.sources;
    this.baselineKnown = baseline !== null;
    this.observed = baseline === null ? 0 : amount(baseline.observed);
    this.expected = baseline === null ? 0 : amount(baseline.expected);
    this.windowHours = baseline === null ? 0 : amount(baseline.windowHours);
    this.surprise = baseline === null ? 1 : surpriseOf(baseline, rules);
  }

  get descriptionPlain(): string {
    return (this.plain ??= plainWords(this.description));
  }
}
