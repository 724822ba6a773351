import type { AlertState, AlertStatus, CrowdChange, CrowdState, Implausible, Incident, Instant, RiskAssessment, ThreadKey, VisitorVolume } from '@vong-gac/domain';
import type { NewDelivery } from './delivery-write';
import type { ShadowCount } from './shadow-write';

/** What one chunk becomes: everything that is written in its one transaction. */
export interface ChunkWork {
  topic: string;
  partition: number;
  /** The ledger's generation that the chunk was judged in; receipts carry it. */
  generation: number;
  /** The newest decision about policies that it was judged by; where another was made meanwhile, it is judged again. */
  policySeq: number;
  /** The first offset that is settled, a gap before the first record included; the ledger must stand here. */
  firstOffset: number;
  /** One past the last offset that is settled. */
  nextOffset: number;
  /** The last record below `nextOffset`: what a resume is compared with. */
  last: Fingerprint;
  /** The wall clock. */
  now: Instant;
  /** Taken over by `IncidentStore.record`: empty as soon as their rows are on their way, for they are most of what a chunk keeps in memory. */
  incidents: IncidentWrite[];
  volumes: readonly VolumeWrite[];
  /** Events that are stored already with the same content, how often each came. */
  repeats: readonly RepeatWrite[];
  quarantine: readonly QuarantineWrite[];
  alerts: readonly AlertUpsert[];
  /** The places whose crowd the chunk's volumes changed. */
  crowds: readonly CrowdWrite[];
  deliveries: readonly NewDelivery[];
  /** What a candidate in the shadow would have decided; empty where there is none. */
  shadow: readonly ShadowCount[];
  /** Offsets for which Kafka holds no record. */
  absent: number;
  /** Offsets below Kafka's log start that were never read. */
  lost: number;
}

/** Tells one record from another that sits at the same offset of a recreated topic. */
export interface Fingerprint {
  offset: number;
  timestamp: Instant;
  digest: Buffer;
}

/** The event as it came. */
interface EventBytes {
  /** The record's value, UTF-8 (it was read as JSON): copied as bytes, which is cheaper than writing its text again. */
  original: Buffer;
  envelope: string | null;
}

export interface IncidentWrite extends EventBytes {
  /** The 16 bytes of its uuid. */
  id: Buffer;
  incident: Incident;
  assessment: RiskAssessment;
  firstId: string;
  /** The thread that founded the situation which it joined; null: it joined none. */
  founder: Pick<ThreadKey, 'source' | 'firstId'> | null;
  policeBodyId: string;
  /** Of its record: within the chunk's partition and generation, the order of arrival. */
  offset: number;
}

export interface VolumeWrite extends EventBytes {
  volume: VisitorVolume;
  /** Why the count is not believed; null: it is, or nothing was asked of it. */
  implausible: Implausible | null;
  /** Which revision of its place's crowd state it made; null: it changed history only. */
  crowdRevision: number | null;
}

/** The state of one place's crowd after the chunk. */
export interface CrowdWrite {
  siteId: string;
  /** Empty: the whole site. */
  zone: string;
  state: CrowdState;
  /** The revision that the state was computed from; 0: there was none. */
  baseRevision: number;
  changes: readonly CrowdChangeWrite[];
}

export interface CrowdChangeWrite {
  change: CrowdChange;
  /** The volume that caused it. */
  source: string;
  eventId: string;
}

export interface RepeatWrite {
  type: 'incident' | 'volume';
  source: string;
  eventId: string;
  count: number;
  lastAt: Instant;
}

export interface QuarantineWrite {
  offset: number;
  timestamp: Instant;
  key: Buffer | null;
  headers: ReadonlyArray<readonly [name: string, value: Buffer]>;
  value: Buffer | null;
  reason: string;
  detail: string;
  source: string | null;
  eventId: string | null;
}

export interface AlertUpsert {
  id: string;
  state: AlertState;
  /** The last change of this chunk raised it (again): what officers noted before no longer stands. */
  raised: boolean;
  /** JSON (contracts: AlertContent). */
  data: string;
  /** The state that the new one was computed from; revision 0: there was no alert. */
  base: { revision: number; alertStatus: AlertStatus | null };
}

/** Where the ledger stands for one partition. */
export interface LedgerPosition {
  generation: number;
  nextOffset: number;
  last: Fingerprint | null;
}

/** How the attempt to record a chunk ended. Only `recorded` wrote anything. */
export type RecordOutcome =
  | { outcome: 'recorded' }
  /** The ledger stands above the chunk's first offset: drop what is below it and go on with the rest. */
  | { outcome: 'behind'; ledger: LedgerPosition }
  /** The ledger stands below the chunk's first offset: something was not read, or is not there. */
  | { outcome: 'ahead'; ledger: LedgerPosition }
  /** Another partition's writer, dispatch or an officer was faster with a row: load the context again and run the chunk again. `on`: what was met. */
  | { outcome: 'race'; on: string }
  /** The partition was stopped, with the reason. */
  | { outcome: 'stopped'; reason: string }
  /** No ledger row is open for the partition. */
  | { outcome: 'unopened' };
