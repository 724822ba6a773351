import { hash } from 'node:crypto';
import { sameContent, type AcceptedContent, type DecodedEvent, type Rejection } from '@vong-gac/contracts';
import { eventKey, type ContextStore, type RepeatWrite, type StoredContext, type StoredVersion } from '@vong-gac/database';
import type { SiteEvent } from '@vong-gac/domain';
import type { KafkaRecord } from '@vong-gac/kafka';

/** An event and the record that it came in. */
export interface ReceivedEvent {
  record: KafkaRecord;
  event: DecodedEvent;
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

/**
 * Sorts events by whether their id is known, in the store and inside the chunk. (source, id) names one event of its type for ever.
 * @param same of the events whose id is stored, those that say what is stored (`sameAsStored`)
 */
export function dedupe(events: readonly ReceivedEvent[], stored: Pick<StoredContext, 'incidents' | 'volumes'>, same: ReadonlySet<ReceivedEvent>): Deduped {
  const fresh: ReceivedEvent[] = [];
  const conflicts: RejectedRecord[] = [];
  const repeats = new Map<string, RepeatWrite>();
  const inChunk = { incident: new EventIds<ReceivedEvent>(), volume: new EventIds<ReceivedEvent>() };
  const anyStored = stored.incidents.size > 0 || stored.volumes.size > 0;
  for (const received of events) {
    const { event } = received.event;
    const isStored = anyStored && storedVersion(event, eventKey(event.source, event.eventId), stored) !== undefined;
    const ofSource = inChunk[event.kind].of(event.source);
    const earlier = ofSource.get(event.eventId);
    if (!isStored && earlier === undefined) {
      ofSource.set(event.eventId, received);
      fresh.push(received);
    } else if (earlier === undefined ? same.has(received) : sameContent(contentOf(earlier), contentOf(received))) {
      countRepeat(repeats, received, eventKey(event.source, event.eventId));
    } else {
      conflicts.push({ record: received.record, rejection: conflict(event) });
    }
  }
  return { fresh, repeats: [...repeats.values()], conflicts };
}

/** Something by (source, event id), without a joined key for each event: a run of events has one source. */
class EventIds<T> {
  private readonly bySource = new Map<string, Map<string, T>>();
  private last: { source: string; ids: Map<string, T> } | null = null;

  of(source: string): Map<string, T> {
    if (this.last?.source === source) return this.last.ids;
    let ids = this.bySource.get(source);
    if (ids === undefined) this.bySource.set(source, (ids = new Map()));
    this.last = { source, ids };
    return ids;
  }
}

/**
 * Of the events whose id is stored already, those that say the same. Nearly always the very bytes came again, and their hash tells; where it
 * differs the stored text is read, one at a time, so that no flood of repeats can fill the memory.
 */
export async function sameAsStored(events: readonly ReceivedEvent[], stored: Pick<StoredContext, 'incidents' | 'volumes'>, contexts: Pick<ContextStore, 'original'>): Promise<Set<ReceivedEvent>> {
  const same = new Set<ReceivedEvent>();
  if (stored.incidents.size === 0 && stored.volumes.size === 0) return same;
  for (const received of events) {
    const { event } = received.event;
    const version = storedVersion(event, eventKey(event.source, event.eventId), stored);
    if (version === undefined) continue;
    const content = contentOf(received);
    const sameBytes = version.binary === (content.envelope !== null) && version.sha256 === hash('sha256', content.value, 'hex');
    if (sameBytes || sameContent(await contexts.original(event.kind, event), content)) same.add(received);
  }
  return same;
}

function storedVersion({ kind }: SiteEvent, key: string, stored: Pick<StoredContext, 'incidents' | 'volumes'>): StoredVersion | undefined {
  return (kind === 'incident' ? stored.incidents : stored.volumes).get(key);
}

function contentOf({ record, event }: ReceivedEvent): AcceptedContent {
  if (record.value === null) throw new Error('an accepted event has a value');
  return { value: record.value, envelope: event.envelope };
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

function conflict({ source, eventId }: SiteEvent): Rejection {
  return {
    outcome: 'rejection',
    reason: 'conflicting-duplicate',
    detail: 'An event with this source and id is stored with other data. Give a new event an id of its own; to change a stored one, send a new event whose corrects names it.',
    source,
    eventId,
  };
}
