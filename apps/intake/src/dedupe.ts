import type { Rejection } from '@vong-gac/contracts';
import { eventKey, type RepeatWrite, type StoredContext } from '@vong-gac/database';
import type { KafkaRecord } from '@vong-gac/kafka';
import type { EventWithoutText } from './chunk-decoder';

/** An event and the record that it came in. */
export interface ReceivedEvent {
  record: KafkaRecord;
  event: EventWithoutText;
}

export interface RejectedRecord {
  record: KafkaRecord;
  rejection: Rejection;
}

export interface Deduped {
  /** Not stored yet, each id once, in the order of arrival. */
  fresh: ReceivedEvent[];
  /** Stored already, or earlier in this chunk, with the same content. */
  repeats: RepeatWrite[];
  /** The id is taken by another content. What is stored is never overwritten. */
  conflicts: RejectedRecord[];
}

/** Sorts events by whether their id is known, in the store and inside the chunk. (source, id) names one event of its type for ever. */
export function dedupe(events: readonly ReceivedEvent[], stored: Pick<StoredContext, 'incidents' | 'volumes'>): Deduped {
  const fresh: ReceivedEvent[] = [];
  const conflicts: RejectedRecord[] = [];
  const repeats = new Map<string, RepeatWrite>();
  const inChunk = { incident: new Map<string, Buffer>(), volume: new Map<string, Buffer>() };
  for (const received of events) {
    const { event, digest } = received.event;
    const key = eventKey(event.source, event.eventId);
    const known = (event.kind === 'incident' ? stored.incidents : stored.volumes).get(key);
    const earlier = inChunk[event.kind].get(key);
    if (known === undefined && earlier === undefined) {
      inChunk[event.kind].set(key, digest);
      fresh.push(received);
    } else if (known === undefined ? earlier?.equals(digest) : known === digest.toString('hex')) {
      countRepeat(repeats, received, key);
    } else {
      conflicts.push({ record: received.record, rejection: conflict(received.event) });
    }
  }
  return { fresh, repeats: [...repeats.values()], conflicts };
}

function countRepeat(repeats: Map<string, RepeatWrite>, { record, event: { event } }: ReceivedEvent, key: string): void {
  const id = `${event.kind}\u0000${key}`;
  const found = repeats.get(id);
  if (found === undefined) {
    repeats.set(id, { type: event.kind, source: event.source, eventId: event.eventId, count: 1, lastAt: record.timestamp });
    return;
  }
  found.count++;
  found.lastAt = Math.max(found.lastAt, record.timestamp);
}

function conflict({ event: { source, eventId } }: EventWithoutText): Rejection {
  return {
    outcome: 'rejection',
    reason: 'conflicting-duplicate',
    detail: 'An event with this source and id is stored with other data. Give a new event an id of its own; to change a stored one, send a new event whose corrects names it.',
    source,
    eventId,
  };
}
