/** Milliseconds since 1970-01-01T00:00:00Z. The domain has no clock and no time zone of its own: every instant is passed in. */
export type Instant = number;

/** CAP 1.2 `status`, the three values that a resort may send. */
export type CapStatus = 'Actual' | 'Exercise' | 'Test';
/** CAP 1.2 `severity`, the publisher's own view. */
export type CapSeverity = 'Extreme' | 'Severe' | 'Moderate' | 'Minor' | 'Unknown';
/** CAP 1.2 `urgency`. */
export type CapUrgency = 'Immediate' | 'Expected' | 'Future' | 'Past' | 'Unknown';
/** CAP 1.2 `certainty`. */
export type CapCertainty = 'Observed' | 'Likely' | 'Possible' | 'Unlikely' | 'Unknown';

/** A text for people: Vietnamese first, English second. */
export interface Bilingual {
  vi: string;
  en: string;
}

/** A detail of an event that was set aside because it was wrong; the event itself is stored and assessed (fail open). */
export interface Defect {
  /** JSON pointer into `data` (`/occurredAt`), or into the envelope when it starts with `ce:` (`ce:backfill`). */
  path: string;
  /** What is wrong, in English, one sentence that names the remedy. */
  problem: string;
}

/** WGS 84 degrees. */
export interface GeoPoint {
  lat: number;
  lon: number;
}

/** What a resort reported, after decoding: every field is usable, whatever was wrong is in `defects`. References to evidence stay in the original: nothing here reads them. */
export interface Incident {
  kind: 'incident';
  /** CloudEvents `source`: names the publisher. */
  source: string;
  /** CloudEvents `id`: unique per source for this type, for ever. */
  eventId: string;
  siteId: string;
  /** Catalogue code (`violence.fight`); `<group>.unknown` for an unknown name in a known group, `other.unknown` for an unknown group. */
  category: string;
  /** The word as the publisher sent it. */
  categoryAsSent: string;
  occurredAt: Instant;
  reportedAt: Instant | null;
  /** The Kafka record's timestamp (LogAppendTime). */
  receivedAt: Instant;
  status: CapStatus;
  severity: CapSeverity | null;
  urgency: CapUrgency | null;
  certainty: CapCertainty | null;
  /** ANSI/TMA AVS-01 level 0–4: 0 none, 1 limited, 2 human presence, 3 threat to property, 4 threat to life. */
  verification: number | null;
  zone: string | null;
  location: GeoPoint | null;
  /** At most 4,000 characters; the whole text is in the original. */
  description: string | null;
  injured: number | null;
  involved: number | null;
  weapon: boolean | null;
  /** Event id of the same source that this event corrects. */
  corrects: string | null;
  /** An old log is being loaded: stored and assessed, raises no alert. Already false where it does not count (contract: fewer than 24 h old). */
  backfill: boolean;
  defects: Defect[];
}
