import { hash } from 'node:crypto';
import type { AlertChange, Instant, ThreadKey } from '@vong-gac/domain';
import { parse, stringify, v5 } from 'uuid';

/** The namespace of every UUIDv5 that Vọng Gác derives: itself the v5 of the product's name in the URL namespace. Never to be changed. */
const NAMESPACE = parse(v5('https://vong-gac.vn/ids', v5.URL));

/** Milliseconds that fit 48 bits. */
const LAST_48_BITS = 2 ** 48 - 1;
const TIME_BYTES = 6;
/** Where a UUID says its version (RFC 9562). */
const VERSION_AT = 6;
const VARIANT_AT = 8;

/**
 * The id of an incident: a UUIDv8 of `occurredAt` (48 bits, milliseconds) and a hash of source and event id. Ids sort by time; the same
 * event has the same id in every database.
 */
export function incidentId(source: string, eventId: string, occurredAt: Instant): string {
  return stringify(incidentIdBytes(source, eventId, occurredAt));
}

/** The 16 bytes of `incidentId`, made for every event that is stored. */
export function incidentIdBytes(source: string, eventId: string, occurredAt: Instant): Buffer {
  const bytes = Buffer.allocUnsafe(16);
  bytes.writeUIntBE(within48Bits(occurredAt), 0, TIME_BYTES);
  // One character a byte: cheaper than asking `hash` for a Buffer (Node 20).
  const digest = hash('sha1', `${source}\u0000${eventId}`, 'binary');
  for (let i = TIME_BYTES; i < bytes.length; i++) bytes[i] = digest.charCodeAt(i - TIME_BYTES);
  bytes[VERSION_AT] = 0x80 | (digest.charCodeAt(0) & 0x0f);
  bytes[VARIANT_AT] = 0x80 | (digest.charCodeAt(2) & 0x3f);
  return bytes;
}

/** No incident that occurred at `instant` or later has a smaller id, none before it a greater one: the border of a time range. */
export function incidentIdFloor(instant: Instant): string {
  return `${timePart(instant)}-8000-8000-000000000000`;
}

function timePart(instant: Instant): string {
  const hex = within48Bits(instant).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}

function within48Bits(instant: Instant): number {
  return Math.min(Math.max(Math.trunc(instant), 0), LAST_48_BITS);
}

/** The id of the one alert that a thread may have. */
export function alertId(thread: ThreadKey): string {
  return derived('alert', thread.source, thread.siteId, thread.status, thread.firstId);
}

/** What makes a delivery the same delivery. */
export interface DeliveryKey {
  /** `source` of the thread. */
  source: string;
  /** Id of the event that caused the change; of one by the clock or an officer: of the event that last raised the alert. */
  causeEventId: string;
  change: AlertChange;
  escalation: number;
  receiverId: string;
}

/** The id of a delivery, and of its message: even a restored database sends the same one again, so that a receiver can drop it. */
export function deliveryId({ source, causeEventId, change, escalation, receiverId }: DeliveryKey): string {
  return derived('delivery', source, causeEventId, change, String(escalation), receiverId);
}

/** The place of a record in the product's own count; a recreated topic starts a new generation. */
export interface RecordPlace {
  topic: string;
  partition: number;
  generation: number;
  offset: number;
}

/** The id of the receipt of a record. */
export function receiptId({ topic, partition, generation, offset }: RecordPlace): string {
  return derived('receipt', topic, String(partition), String(generation), String(offset));
}

/** JSON keeps the parts apart, whatever characters they hold. */
function derived(...parts: string[]): string {
  return v5(Buffer.from(JSON.stringify(parts)), NAMESPACE);
}
