import type { Bilingual, Instant } from './incident';
import type { BaselineUsed } from './memory/baseline';
import type { SituationUsed } from './memory/situation';
import type { JurisdictionNote } from './jurisdiction';
import type { Registry } from './registry';
import type { VolumeKind, VolumeReading } from './visitor-volume';

export const RISK_LEVELS = ['low', 'moderate', 'high', 'critical'] as const;
export type RiskLevel = (typeof RISK_LEVELS)[number];

/** Position in RISK_LEVELS: 0 low … 3 critical. */
export function levelRank(level: RiskLevel): number {
  return RISK_LEVELS.indexOf(level);
}

/** From this level on an alert is raised (contract.md). */
export const ALERT_LEVEL: RiskLevel = 'high';

/** One reason of an assessment: it gave points, or set a floor or a cap, or only says something (`zone-unknown`). */
export interface Reason {
  /** A machine word, stable per policy version. */
  rule: string;
  points?: number;
  /** The level is at least this, whatever the points and caps. */
  floor?: RiskLevel;
  /** The points count up to this level at most. */
  cap?: RiskLevel;
  text: Bilingual;
}

/** The visitor volume that an assessment used. */
export interface OccupancyUsed {
  count: number;
  measuredAt: Instant;
  ageSeconds: number;
  volumeKind: VolumeKind;
  /** The zone it was measured in; null: the whole site. */
  zone: string | null;
}

export const DAY_CLASSES = ['weekday', 'weekend', 'holiday', 'tet', 'event'] as const;
/** What kind of day it is in Việt Nam: `event` is a day that the site itself announced, `tet` the public holiday around Giao thừa. */
export type DayClass = (typeof DAY_CLASSES)[number];

/** Everything beside the event that an assessment used; stored with it, so that it can be computed again from this alone. */
export interface ContextUsed {
  occupancy: OccupancyUsed | null;
  /** null: too little is known of the site to expect anything. */
  baseline: BaselineUsed | null;
  situation: SituationUsed;
  /** Capacity and area that belong to the occupancy's place (zone or site), else to the incident's. */
  capacity: number | null;
  areaM2: number | null;
  /** Open water at the incident's zone. */
  water: boolean;
  /** false: the event names a zone that is not registered. */
  zoneKnown: boolean;
  dayClass: DayClass;
  /** Hour of day in Việt Nam, 0–23. */
  localHour: number;
  /** Why the police body is not that of the day itself; null: it is. */
  jurisdictionNote: JurisdictionNote | null;
}

export interface RiskAssessment {
  policyId: string;
  policyVersion: number;
  level: RiskLevel;
  score: number;
  reasons: Reason[];
  context: ContextUsed;
}

/** What `assess` looks at beside the event and the policy. Advances event by event; never mutated. */
export interface RiskContext {
  registry: Registry;
  /** Stored readings that may matter, by place (`zoneKey(siteId, zone ?? '')`), each list in rising `measuredAt`. */
  volumes: ReadonlyMap<string, readonly VolumeReading[]>;
}
