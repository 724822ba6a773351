import type { Bilingual, CapSeverity } from './incident';
import type { RiskLevel } from './risk';

/**
 * A risk policy is data: what gives points, what sets a floor, and from which score a level holds. It is versioned and can be written as
 * JSON, so that a stored assessment names the policy that made it. Points are whole numbers ≥ 0: nothing in a policy lowers a level.
 */

/** What a fact weighs: points are added to the score, a floor holds whatever the score. */
export interface Weight {
  points: number;
  floor?: RiskLevel;
}

/** A step of a rising scale: holds for values ≥ `from`, or > `from` where `above` is true. */
export interface Band extends Weight {
  from: number;
  above?: boolean;
  /** What the step is called in a reason. */
  name: Bilingual;
}

/** How a category is graded. */
export interface CategoryRule extends Weight {
  /** The crowd makes this kind of incident worse: occupancy gives points. */
  crowdSensitive?: boolean;
  /** Added where the incident's zone has open water. */
  water?: Weight;
}

export interface RiskPolicy {
  id: string;
  version: number;
  /** The lowest score of each level above `low`. */
  thresholds: { moderate: number; high: number; critical: number };
  /** By catalogue code. `<group>.unknown` need not be listed: it takes the highest points, floor and water rule of its group, and is crowd-sensitive if one of the group is. */
  categories: Readonly<Record<string, CategoryRule>>;
  /** The event says that a weapon was seen. */
  weapon: Weight;
  /** By AVS-01 verification level 0–4. */
  verification: readonly [Weight, Weight, Weight, Weight, Weight];
  /** By CAP 1.2 severity as the publisher gave it. */
  severity: Readonly<Record<CapSeverity, Weight>>;
  /** By number of injured people; rising. */
  injured: readonly Band[];
  /** By number of people involved; rising. */
  involved: readonly Band[];
  /** By people present / capacity; rising. The greater of this and `crowdDensity` counts, for crowd-sensitive categories. */
  occupancyRatio: readonly Band[];
  /** By people per square metre; rising. */
  crowdDensity: readonly Band[];
  /** For crowd-sensitive categories whose crowd is not known. */
  occupancyUnknown: Weight;
  /** Local hours [fromHour, toHour), over midnight where fromHour > toHour. */
  night: Weight & { fromHour: number; toHour: number };
}

/** The highest step that a value reaches; null below the first, and for a value that is not a number. */
export function bandOf(bands: readonly Band[], value: number): Band | null {
  for (let i = bands.length - 1; i >= 0; i--) {
    const band = bands[i];
    if (band !== undefined && (band.above === true ? value > band.from : value >= band.from)) return band;
  }
  return null;
}

/** Whether a local hour lies in the policy's night. */
export function isNight(night: { fromHour: number; toHour: number }, hour: number): boolean {
  return night.fromHour <= night.toHour ? hour >= night.fromHour && hour < night.toHour : hour >= night.fromHour || hour < night.toHour;
}
