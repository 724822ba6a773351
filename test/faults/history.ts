import { createHash } from 'node:crypto';
import type { AlertStatus, CapStatus, PolicyDecision } from '@vong-gac/domain';

/** What the harness itself saw, and at the end what the database says. The checker reads this and nothing else. Times are milliseconds. */
export interface History {
  seed: number;
  startedAt: number;
  endedAt: number;
  publications: Publication[];
  /** Every record of the topics that intake reads, as Kafka holds it. */
  log: LogRecord[];
  hits: Hit[];
  /** What stands in `alert.raised`. */
  told: ToldRecord[];
  officer: OfficerAction[];
  samples: Sample[];
  faults: Fault[];
  /** Processes that ended without being told to. */
  crashes: Crash[];
  dump: Dump;
}

/** One distinct message: the same bytes published again are the same publication. */
export interface Publication {
  topic: string;
  source: string;
  /** null: not an event. */
  eventId: string | null;
  bytes: Buffer;
  through: 'kafka' | 'http';
  /** What must become of it: a row (or a conflict with the row of its id), or quarantine for this reason. */
  expect: 'event' | { rejected: string };
  firstSentAt: number;
  /** Each acknowledgement; empty: it may or may not be there. */
  acknowledgedAt: number[];
}

/** The event behind the cause of a change: a crowd's is named after the count that made it. */
export const reportOf = (causeEventId: string): string => causeEventId.replace(/^crowd:[^:]*:/, '');

/** Where a record lies. */
export interface Place {
  topic: string;
  partition: number;
  /** Of the ledger: rises when a topic that was deleted and created again is taken up. */
  generation: number;
  offset: number;
}

export interface LogRecord extends Place {
  value: Buffer;
}

/** Offsets of one partition. */
export interface Stretch {
  topic: string;
  partition: number;
  generation: number;
  /** The first. */
  from: number;
  /** One past the last. */
  to: number;
}

/** One request that reached a receiver whole. */
export interface Hit {
  at: number;
  receiverId: string;
  deliveryId: string;
  signed: boolean;
  body: string;
  /** `accepted`: a 2xx was written. What became of it on its way back the receiver cannot know. */
  answer: 'accepted' | 'refused';
}

/** One message about an alert in Kafka. */
export interface ToldRecord {
  deliveryId: string;
  body: string;
}

export interface OfficerAction {
  at: number;
  alertId: string;
  verb: 'acknowledge' | 'close';
  by: string;
  revision: number;
  /** UNANSWERED: nobody said whether it was done. */
  status: number;
}

export const UNANSWERED = 0;

export interface Sample {
  at: number;
  partitions: PartitionSample[];
  /** Every intake answered 200 on /health/ready. null: not asked this time. */
  green: boolean | null;
}

export interface PartitionSample {
  topic: string;
  partition: number;
  /** What the group would resume at; read before `nextOffset`. null: nothing committed. */
  committed: number | null;
  /** The lowest unsettled offset, as the ledger has it. */
  nextOffset: number;
  /** null: not asked this time. */
  endOffset: number | null;
}

/** The topic that is recreated, and the kind of fault that does it. */
export const INCIDENTS = 'incident.reported';
export const RECREATED = 'topic deleted and created again';

/** What a fault breaks: what an alert waits for, and what may send a message once more. */
export type Part = 'intake' | 'dispatch' | 'api' | 'postgres' | 'kafka' | 'receiver' | 'publisher';

export interface Fault {
  kind: string;
  breaks: readonly Part[];
  at: number;
  /** When what was broken was whole again (a killed process: started again). */
  endedAt: number;
  detail: string;
  /** How long after its end an alert may still be late (I5). */
  allowMs: number;
  /**
   * Whether a message may come again because of it (I4): never (no answer can be lost); or also after it is marked, since who sends it, or the transaction that marks it,
   * stood still meanwhile. Not said: until it is marked.
   */
  repeats?: 'never' | 'held';
  /** Only the services' cable: the harness looks past it. */
  cable?: true;
  /** Of a publisher: it delays nobody's alert (I5). */
  light?: true;
  /** Only leads to another, which is counted. */
  prelude?: true;
  /** What retention removed before it was read. */
  removed?: Stretch[];
  /** Which receiver, of a fault that breaks one. */
  receiverId?: string;
  /** The receiver that answered 410, until a test-alert switched it on again. */
  off?: string;
  /** What the product should have said or done about it, and did not. */
  wrong?: string;
}

export interface Crash {
  at: number;
  process: string;
  how: string;
  log: string;
}

export interface Dump {
  incidents: IncidentRow[];
  volumes: VolumeRow[];
  quarantine: QuarantineRow[];
  repeats: { type: 'incident' | 'volume'; source: string; eventId: string; count: number }[];
  alerts: AlertRow[];
  deliveries: DeliveryRow[];
  /** Every generation. `…Before`: as it was when the seed began. */
  ledger: { topic: string; partition: number; generation: number; nextOffset: number; lost: number; lostOffsets: [first: number, last: number][]; lostBefore: [first: number, last: number][]; absent: number; absentBefore: number; stoppedReason: string | null }[];
  /** Every visitor volume that an assessment may have used, of earlier seeds too. */
  readings: { siteId: string; zone: string | null; measuredAt: number; count: number }[];
  /** Who may publish for which site. */
  publishers: { source: string; siteId: string }[];
  receivers: { id: string; kind: 'webhook' | 'topic'; bodyId: string | null; disabled: boolean }[];
  /** Every policy that is stored, with its text, and everything that was decided about policies. */
  policies: { id: string; version: number; document: string }[];
  decisions: Pick<PolicyDecision, 'seq' | 'role' | 'policy' | 'effectiveAt'>[];
}

export interface IncidentRow {
  source: string;
  eventId: string;
  siteId: string;
  status: CapStatus;
  corrects: string | null;
  firstId: string;
  /** The thread that founded the situation which it joined. */
  founderSource: string | null;
  founderFirstId: string | null;
  backfill: boolean;
  level: number;
  original: string;
  /** What was set aside of it, as it is stored: JSON; null: nothing. */
  defects: string | null;
  /** The record's time, and the assessment as it is stored, bytes and all. */
  receivedAt: number;
  assessment: string;
  partition: number;
  generation: number;
  offset: number;
}

export interface VolumeRow {
  source: string;
  eventId: string;
  siteId: string;
  original: string;
  defects: string | null;
  receivedAt: number;
}

export interface QuarantineRow extends Place {
  value: Buffer | null;
  reason: string;
  state: string;
}

export interface AlertRow {
  id: string;
  source: string;
  siteId: string;
  status: CapStatus;
  firstId: string;
  level: number;
  highestLevel: number;
  alertStatus: AlertStatus;
  revision: number;
  raisedRevision: number;
  raiseEventId: string;
  escalation: number;
  acknowledgedBy: string | null;
  closedBy: string | null;
}

export interface DeliveryRow {
  id: string;
  receiverId: string;
  alertId: string;
  change: string;
  revision: number;
  escalation: number;
  raiseEventId: string;
  state: 'waiting' | 'delivered';
  attempts: number;
  lastAnswer: string | null;
  /** When the transaction began that marked it delivered; null: none did. */
  deliveredAt: number | null;
  body: string;
}

export const digestOf = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');
export const keyOf = (source: string, eventId: string): string => `${source}\u0000${eventId}`;
export const partitionOf = ({ topic, partition, generation }: Omit<Place, 'offset'>): string => `${topic}/${partition}${generation === 1 ? '' : `#${generation}`}`;
export const placeOf = (place: Place): string => `${partitionOf(place)}@${place.offset}`;

/** A broken invariant, and the one event that shows it. */
export interface Violation {
  invariant: 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8' | 'crash';
  says: string;
  /** What the story is told of. */
  about: { source?: string; eventId?: string; alertId?: string; deliveryId?: string; place?: string; at?: number };
}
