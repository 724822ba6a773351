import type { Bilingual, Instant } from '../incident';
import type { PolicyVersion, RiskPolicy } from '../policy';
import type { Reason, RiskLevel } from '../risk';
import type { VisitorVolume, VolumeKind } from '../visitor-volume';
import type { CrowdStep } from './rules';

/** How full a place is, apart from how serious any incident in it is. `unknown`: no reading that is believed, or nothing to compare it with; never "empty". */
export type CrowdPosture = CrowdStep | 'unknown';

/** By what a crowd is judged. */
export type CrowdPolicy = PolicyVersion & Pick<RiskPolicy, 'crowd'>;

/** The part of a volume that the crowd is judged by. */
export type CrowdReading = Pick<VisitorVolume, 'source' | 'eventId' | 'measuredAt' | 'receivedAt' | 'occupancy' | 'entered' | 'left' | 'windowSeconds' | 'volumeKind'>;

/** What a count is compared with; null: not on record. */
export interface CrowdMeasures {
  areaM2: number | null;
  capacity: number | null;
  exitWidthM: number | null;
}

/** Of a place of which nothing is on record. */
export const UNMEASURED: CrowdMeasures = Object.freeze({ areaM2: null, capacity: null, exitWidthM: null });

/** A whole site (zone empty) or one of its registered zones. */
export interface CrowdPlace extends CrowdMeasures {
  siteId: string;
  zone: string;
}

/** Why a measured count is not believed. Machine words; of several the first in this order is the reason of a reading. */
export const IMPLAUSIBLE = ['stalled', 'not-reset', 'jump', 'counter-drift'] as const;
export type Implausible = (typeof IMPLAUSIBLE)[number];

export interface Doubt {
  /** A count below it ends the doubt … */
  below: number | null;
  /** … or one above it. null: it ends otherwise. */
  above: number | null;
  /** The first reading that was not believed. */
  since: Instant;
  /** What is wrong, with its numbers. */
  text: Bilingual;
  word: Implausible;
}

export interface Count {
  at: Instant;
  people: number;
}

/** What is remembered of a place's counter, believed or not. A few numbers, however many readings there were. */
export interface Counter {
  /** The last count that was believed. */
  believed: Count | null;
  /** What counting at the doors makes of the place since both last agreed. */
  doors: Count | null;
  doubts: Doubt[];
  /** The last reading. */
  last: Count | null;
  /** How the last nights ended, the latest last. */
  nights: ('reset' | 'kept')[];
  /** Since when it hardly moves. */
  run: { at: Instant; high: number; low: number; readings: number; since: Instant } | null;
  /** The first count after a jump: one that agrees with it is believed. */
  suspect: Count | null;
  /** The day of the last reading until then; null: there was none. */
  vigil: Vigil | null;
}

/** What a night is judged by in which counts go on coming. A day begins with the policy's `dayBegins`; the small hours are the last before it. */
export interface Vigil {
  /** The last count before the small hours. */
  evening: Count | null;
  /** Fewest people in the small hours; null: no count of them. */
  least: number | null;
  /** Most people of the day. */
  most: number;
}

/** All that is known of a place's crowd; the next reading is judged from this alone. Keys in order: see canonicalJson. */
export interface CrowdState {
  /** The open alert about it, with the most people that the police were told of; null: none. */
  alert: { firstId: string; level: RiskLevel; people: number; source: string } | null;
  /** The reading that says how many are present; null: none that is believed. */
  counted: (Count & { kind: VolumeKind }) | null;
  counter: Counter;
  /** Since when every count lay below the step, and the highest step that they still held; null: they do not. */
  falling: { since: Instant; step: CrowdStep } | null;
  /** The latest reading that was taken; one at or before it changes history only. */
  latest: Instant;
  measures: CrowdMeasures;
  /** The policy that the latest reading was judged by. */
  policy: PolicyVersion;
  posture: CrowdPosture;
  /** Readings taken so far. */
  revision: number;
  /** Since when the posture holds. */
  since: Instant;
  /** The last step known; it stands behind `unknown`, so that nobody starts from empty afterwards. */
  step: CrowdStep;
}

/** What a change of a crowd does to its alert. */
export interface CrowdAlertEffect {
  change: 'raise' | 'change' | 'cancel';
  /** What caused it, as deliveries name it. */
  causeId: string;
  firstId: string;
  level: RiskLevel;
  source: string;
}

/** A change worth keeping: another posture, a count no longer or again believed, other measures, another policy, or an alert. Keys in order. */
export interface CrowdChange {
  alert: CrowdAlertEffect | null;
  at: Instant;
  density: number | null;
  /** The doubts that hold now. */
  doubts: Pick<Doubt, 'word' | 'text'>[];
  explanation: Bilingual;
  from: CrowdPosture | null;
  measures: CrowdMeasures;
  /** People present; null: not known. */
  occupancy: number | null;
  /** The policy that it and the readings after it were judged by. */
  policy: PolicyVersion;
  ratio: number | null;
  reasons: Reason[];
  revision: number;
  since: Instant;
  to: CrowdPosture;
}

/** What one reading did. */
export interface CrowdObservation {
  state: CrowdState;
  /** Why the reading is not believed; null: it is, or nothing was asked of it. */
  implausible: Implausible | null;
  /** The reading was taken; false: it changes history only. */
  taken: boolean;
  change: CrowdChange | null;
}
