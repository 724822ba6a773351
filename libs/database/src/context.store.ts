import { zoneKey, type AlertState, type AlertStatus, type CapStatus, type Correction, type CrowdState, type Incident, type ThreadKey, type VisitorVolume, type VolumeReading } from '@vong-gac/domain';
import { textArray } from './binary-array';
import { ALERTS_OF, CONTEXT_QUERY, INCIDENTS_A_WINDOW, readingsMax, type AlertAsJson, type ContextRow, type StoredAsJson } from './context-query';
import type { Database } from './data-source';
import { levelOf } from './incident-row';
import { exactReadings, exactWindowsOf, readingsOf, windowParams, windowsOf } from './volume-windows';

/** A (source, event id) as one string. Event ids have no NUL: Postgres would not take one either. */
export function eventKey(source: string, eventId: string): string {
  return `${source}\u0000${eventId}`;
}

/** What is stored already of what a chunk's events touch. */
export interface StoredContext {
  /** Of the partition's ledger; null: no row is open. */
  generation: number | null;
  registryVersion: number;
  /** The newest decision about policies; 0: there is none. */
  policySeq: number;
  /** Each incident that is stored already, by `eventKey`; empty where nobody looked. */
  incidents: ReadonlyMap<string, StoredVersion>;
  /** The same for visitor volumes. */
  volumes: ReadonlyMap<string, StoredVersion>;
  /** The stored incidents that correct incidents of the chunk, by `eventKey` of the corrected one. */
  corrections: ReadonlyMap<string, readonly Correction[]>;
  /** The stored incidents that incidents of the chunk correct, by `eventKey` of the corrected one. */
  corrected: ReadonlyMap<string, CorrectedRow>;
  alerts: readonly StoredAlert[];
  readings: readonly VolumeReading[];
  /** The crowd of each place that a volume of the chunk speaks of, by `zoneKey`; none: nothing is known of it yet. */
  crowds: ReadonlyMap<string, CrowdState>;
}

/** What an event that is stored already is known by, without its text. */
export interface StoredVersion {
  /** Of the original's bytes, hexadecimal. */
  sha256: string;
  /** It came in binary mode. */
  binary: boolean;
}

/** A stored incident that another corrects. */
export interface CorrectedRow {
  firstId: string;
  siteId: string;
  status: CapStatus;
  /** The thread that founded the situation which it joined; null: it joined none. */
  founder: Pick<ThreadKey, 'source' | 'firstId'> | null;
}

export interface StoredAlert {
  id: string;
  state: AlertState;
  /** What it says (AlertContent), as JSON. */
  data: string;
}

/** Reads, in one round trip, everything that a chunk is judged with. Nothing is locked: `IncidentStore.record` finds out when it changed. */
export class ContextStore {
  constructor(private readonly database: Database) {}

  /** @param look whether to look which of the events are stored already; without it only the unique keys find out, as a race */
  async load(place: { topic: string; partition: number }, incidents: readonly Incident[], volumes: readonly VisitorVolume[], look: boolean): Promise<StoredContext> {
    const corrections = incidents.filter((incident) => incident.corrects !== null);
    const merged = windowsOf(incidents);
    const exact = incidents.length < INCIDENTS_A_WINDOW * merged.length;
    const most = readingsMax(incidents.length);
    const [row] = await this.database.query<ContextRow>(CONTEXT_QUERY, [
      textArray(incidents.map((each) => each.source)),
      textArray(incidents.map((each) => each.eventId)),
      textArray(look ? volumes.map((each) => each.source) : []),
      textArray(look ? volumes.map((each) => each.eventId) : []),
      textArray(corrections.map((each) => each.source)),
      textArray(corrections.map((each) => each.corrects)),
      ...windowParams(exact ? exactWindowsOf(incidents) : merged),
      place.topic,
      place.partition,
      look,
      ...placeParams(volumes),
      exact ? null : most + 1,
      textArray([...new Set(incidents.map((each) => each.source))]),
    ]);
    if (row === undefined) throw new Error('the context query gave no row');
    const readings = row.readings ?? [];
    return {
      generation: row.generation,
      registryVersion: row.version,
      policySeq: row.policy_seq,
      incidents: versions(incidents, row.incidents),
      volumes: versions(volumes, row.volumes),
      corrections: correctionsOf(incidents, row.corrected ?? []),
      corrected: correctedOf(corrections, row.first_ids ?? []),
      alerts: row.alerts?.map(storedAlert) ?? [],
      readings: !exact && readings.length > most ? await exactReadings(this.database, incidents) : readingsOf(readings),
      crowds: new Map(row.crowds?.map(([siteId, zone, state]) => [zoneKey(siteId, zone), JSON.parse(state) as CrowdState])),
    };
  }

  /** The alerts of these threads, those that have one. */
  async alertsOf(threads: readonly ThreadKey[]): Promise<StoredAlert[]> {
    if (threads.length === 0) return [];
    const [row] = await this.database.query<Pick<ContextRow, 'alerts'>>(ALERTS_OF, [
      textArray(threads.map((each) => each.source)), textArray(threads.map((each) => each.firstId)),
      textArray(threads.map((each) => each.siteId)), textArray(threads.map((each) => each.status)),
    ]);
    return row?.alerts?.map(storedAlert) ?? [];
  }

  /** The text of one stored event. @throws where it is not stored */
  async original(type: 'incident' | 'volume', { source, eventId }: Keyed): Promise<{ value: Buffer; envelope: string | null }> {
    const [row] = await this.database.query<{ original: string; envelope: string | null }>(ORIGINAL[type], [source, eventId]);
    if (row === undefined) throw new Error(`the ${type} ${eventId} of ${source} was stored a moment ago, and is not any more`);
    return { value: Buffer.from(row.original), envelope: row.envelope };
  }
}

/** The places of the volumes, each once. */
function placeParams(volumes: readonly VisitorVolume[]): Buffer[] {
  const places = new Map(volumes.map(({ siteId, zone }) => [zoneKey(siteId, zone ?? ''), { siteId, zone: zone ?? '' }]));
  return [textArray([...places.values()].map(({ siteId }) => siteId)), textArray([...places.values()].map(({ zone }) => zone))];
}

const ORIGINAL = {
  incident: { name: 'original of an incident', text: 'SELECT original, envelope FROM incidents WHERE source = $1 AND event_id = $2' },
  volume: { name: 'original of a volume', text: 'SELECT original, envelope FROM visitor_volumes WHERE source = $1 AND event_id = $2' },
};

interface Keyed {
  source: string;
  eventId: string;
}

/** Postgres counts from one. */
function keyAt(events: readonly Keyed[], n: number): string {
  const event = events[n - 1];
  if (event === undefined) throw new RangeError(`the context query answered for event ${n} of ${events.length}`);
  return eventKey(event.source, event.eventId);
}

function versions(events: readonly Keyed[], found: StoredAsJson[] | null): Map<string, StoredVersion> {
  return new Map(found?.map(([n, sha256, binary]) => [keyAt(events, n), { sha256, binary }]));
}

function correctedOf(corrections: readonly Incident[], found: NonNullable<ContextRow['first_ids']>): Map<string, CorrectedRow> {
  return new Map(
    found.flatMap(([n, firstId, founderSource, founderFirstId, siteId, status]) => {
      const correction = corrections[n - 1];
      if (correction?.corrects == null) return [];
      const founder = founderSource === null || founderFirstId === null ? null : { source: founderSource, firstId: founderFirstId };
      return [[eventKey(correction.source, correction.corrects), { firstId, siteId, status: oneOf(STATUSES, status), founder }] as const];
    }),
  );
}

function correctionsOf(incidents: readonly Incident[], found: NonNullable<ContextRow['corrected']>): Map<string, Correction[]> {
  const corrections = new Map<string, Correction[]>();
  for (const [n, siteId, status, backfill] of found) {
    const key = keyAt(incidents, n);
    corrections.set(key, [...(corrections.get(key) ?? []), { siteId, status: oneOf(STATUSES, status), backfill }]);
  }
  return corrections;
}

const STATUSES: readonly CapStatus[] = ['Actual', 'Exercise', 'Test'];
const ALERT_STATUSES: readonly AlertStatus[] = ['pending', 'delivered', 'acknowledged', 'en-route', 'on-scene', 'closed', 'cancelled'];

function storedAlert(row: AlertAsJson): StoredAlert {
  return {
    id: row.id,
    data: row.data,
    state: {
      thread: { source: row.source, siteId: row.site_id, status: oneOf(STATUSES, row.status), firstId: row.first_id },
      level: levelOf(row.level),
      highestLevel: levelOf(row.highest_level),
      alertStatus: oneOf(ALERT_STATUSES, row.alert_status),
      revision: row.revision,
      raisedRevision: row.raised_revision,
      raiseEventId: row.raise_event_id,
      raiseSource: row.raise_source,
      escalation: row.escalation,
      raisedAt: row.raised_at,
      acknowledgeBy: row.acknowledge_by,
      policeBodyId: row.police_body_id,
    },
  };
}

function oneOf<T extends string>(words: readonly T[], word: string): T {
  const found = words.find((each) => each === word);
  if (found === undefined) throw new RangeError(`"${word}" is none of ${words.join(', ')}`);
  return found;
}
