import type { Instant, SiteEvent } from '@vong-gac/domain';

/** What decode needs of a Kafka record or an HTTP body. Structurally a `KafkaRecord` of libs/kafka. */
export interface RawRecord {
  /** `receivedAt`: the record's timestamp, milliseconds. */
  timestamp: Instant;
  value: Buffer | null;
  headers: ReadonlyArray<readonly [name: string, value: Buffer]>;
  /** Set where the value is a whole batch of records, compressed as it came: unpacked it would be too large. */
  wholeBatch?: { firstOffset: number; records: number } | null;
}

/** Why a record was quarantined: a closed list of machine words (contract.md, Outcome of every record read). */
export const REJECTION_REASONS = [
  'not-json',
  'not-cloudevent',
  'unknown-type',
  'unsupported-version',
  'invalid-data',
  'too-large',
  'unknown-publisher',
  'not-allowed-for-site',
  'unknown-site',
  'conflicting-duplicate',
  'time-out-of-range',
  'not-storable',
] as const;
export type RejectionReason = (typeof REJECTION_REASONS)[number];

export interface Rejection {
  outcome: 'rejection';
  reason: RejectionReason;
  /** English, names the path, what is wrong and the remedy. At most 1,000 characters. */
  detail: string;
  /** As far as they could be read: so that the publisher can be told. */
  source: string | null;
  eventId: string | null;
}

export interface DecodedEvent {
  outcome: 'event';
  event: SiteEvent;
  /** The ce_ headers of a binary CloudEvent as a JSON object; null in structured mode. */
  envelope: string | null;
}

export type Decoded = DecodedEvent | Rejection;
