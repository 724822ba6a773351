import type { SiteDay, SiteMemoryStore, VolumeWrite } from '@vong-gac/database';
import type { Chunk } from '@vong-gac/kafka';
import { counts, dayClassOn, localDate, saysGuests, type Incident, type Instant, type LocalDate, type Registry, type MemoryRules, type SiteHistory, type SiteMemory } from '@vong-gac/domain';
import { placeName } from './positions';

/** Sites that one partition's memory holds; the one that was quiet longest is forgotten, and loaded again when it is heard of. */
const SITES_MAX = 1_000;
/** Sites that are loaded by one query: a site may have years of days. */
const SITES_AT_ONCE = 20;

/**
 * What intake remembers of each site from chunk to chunk, per partition: the events of a site come through one partition (key = site), so its memory
 * is whole. A publisher that keys otherwise makes it less fresh, never wrong: each assessment stores what it used. Whatever was not recorded is
 * forgotten and loaded again from what is stored; so is all of it where other rules come into force (what is kept depends on how far they look back), or other
 * days of events (what is usual depends on the class of each day).
 *
 * Incidents of earlier days are counted as they are judged. Guests of earlier days come through another topic: the history is read again for them.
 */
export class SiteMemories {
  private readonly partitions = new Map<string, Remembered>();

  constructor(private readonly store: Pick<SiteMemoryStore, 'load' | 'histories'>) {}

  /** The memory of each site that the incidents are of, as the store had it before them. @param chunk that they came in */
  async of(chunk: Place, incidents: readonly Incident[], registry: Registry, rules: MemoryRules): Promise<Map<string, SiteMemory>> {
    if (incidents.length === 0) return new Map();
    const { partition } = chunk;
    const { sites: kept, guestsHeard, reading } = this.remembered(chunk, registry, rules);
    const found = new Map<string, SiteMemory>();
    const missing: SiteDay[] = [];
    const older: SiteDay[] = [];
    for (const [siteId, day] of daysOf(incidents)) {
      const memory = kept.get(siteId);
      if (memory === undefined) missing.push({ siteId, day: day ?? FIRST_DAY });
      else {
        found.set(siteId, memory);
        if (day !== null && (memory.history.day < day || guestsHeard.has(siteId))) older.push({ siteId, day: memory.history.day < day ? day : memory.history.day });
      }
    }
    // Before the store is asked: what is recorded meanwhile is heard again.
    if (guestsHeard.size > 0) for (const { siteId } of [...missing, ...older]) guestsHeard.delete(siteId);
    if (missing.length > 0) await this.load(found, missing, { partition, ...rangeOf(incidents) }, registry, rules);
    for (const { siteId } of older) reading.add(siteId);
    for (const [siteId, history] of await this.histories(older, registry).finally(() => reading.clear())) {
      const memory = found.get(siteId);
      if (memory !== undefined) found.set(siteId, { ...memory, history, since: new Map() });
    }
    for (const [siteId, memory] of found) {
      kept.delete(siteId);
      kept.set(siteId, memory);
    }
    for (const [siteId] of kept) {
      if (kept.size <= SITES_MAX) break;
      kept.delete(siteId);
    }
    return found;
  }

  /** Under a new assignment nothing is remembered: others may have written meanwhile. A chunk of a past one gets a memory that is kept nowhere. */
  private remembered(chunk: Place, { siteEvents }: Registry, rules: MemoryRules): Remembered {
    const place = placeName(chunk.topic, chunk.partition);
    const { assignment } = chunk;
    const known = this.partitions.get(place);
    if (known?.assignment === assignment && known.rules === rules && known.siteEvents === siteEvents) return known;
    const fresh: Remembered = { assignment, rules, siteEvents, sites: new Map(), guestsHeard: new Set(), reading: new Set() };
    if (known === undefined || known.assignment <= assignment) this.partitions.set(place, fresh);
    return fresh;
  }

  /** Volumes were recorded, through whatever partition: where a site had guests on a day before its history's, that is read again. */
  heard(volumes: readonly VolumeWrite[]): void {
    const earliest = new Map<string, Instant>();
    for (const { volume, implausible } of volumes) if (implausible === null && saysGuests(volume)) earliest.set(volume.siteId, Math.min(earliest.get(volume.siteId) ?? Infinity, volume.measuredAt));
    for (const [siteId, measuredAt] of earliest) {
      const day = localDate(measuredAt);
      for (const { sites, guestsHeard, reading } of this.partitions.values()) {
        const memory = sites.get(siteId); // none: it may be being loaded
        if (memory === undefined || day < memory.history.day || reading.has(siteId)) guestsHeard.add(siteId);
      }
    }
  }

  /** What was learned from the chunk was not stored, or somebody else wrote meanwhile. */
  forget({ topic, partition, assignment }: Place): void {
    const place = placeName(topic, partition);
    if (this.partitions.get(place)?.assignment === assignment) this.partitions.delete(place);
  }

  /** On a new day what happened lately still counts; only what the site is used to is read anew. */
  private async histories(sites: readonly SiteDay[], registry: Registry): Promise<Map<string, SiteHistory>> {
    const all = new Map<string, SiteHistory>();
    for (let from = 0; from < sites.length; from += SITES_AT_ONCE) {
      for (const [siteId, history] of await this.store.histories(sites.slice(from, from + SITES_AT_ONCE), classIn(registry))) all.set(siteId, history);
    }
    return all;
  }

  private async load(into: Map<string, SiteMemory>, sites: readonly SiteDay[], range: { partition: number; from: Instant; to: Instant }, registry: Registry, rules: MemoryRules): Promise<void> {
    for (let from = 0; from < sites.length; from += SITES_AT_ONCE) {
      const loaded = await this.store.load(sites.slice(from, from + SITES_AT_ONCE), range, rules, classIn(registry));
      for (const [siteId, memory] of loaded) into.set(siteId, memory);
    }
  }
}

/** Where a chunk was read, and under which assignment. */
type Place = Pick<Chunk, 'topic' | 'partition' | 'assignment'>;

interface Remembered {
  assignment: number;
  rules: MemoryRules;
  siteEvents: Registry['siteEvents'];
  sites: Map<string, SiteMemory>;
  /** Sites of which guests of an earlier day were recorded since their history was read; no more than there are registered sites. */
  guestsHeard: Set<string>;
  /** Sites whose history is being read at this moment, for a day that the one kept does not show. */
  reading: Set<string>;
}

const classIn = (registry: Registry) => (siteId: string, day: LocalDate) => dayClassOn(day, registry.siteEvents.get(siteId));

/** Before all days: the latest day that is stored is later. */
const FIRST_DAY: LocalDate = '0001-01-01';

/** The last day of each site's incidents; those of an old log, drills and corrections do not count, they are not compared. */
function daysOf(incidents: readonly Incident[]): Map<string, LocalDate | null> {
  const latest = new Map<string, Instant | null>();
  for (const incident of incidents) {
    const { siteId, occurredAt } = incident;
    const before = latest.get(siteId) ?? null;
    latest.set(siteId, incident.backfill || !counts(incident) ? before : Math.max(before ?? occurredAt, occurredAt));
  }
  return new Map([...latest].map(([siteId, at]) => [siteId, at === null ? null : localDate(at)]));
}

function rangeOf(incidents: readonly Incident[]): { from: Instant; to: Instant } {
  let from = Infinity;
  let to = -Infinity;
  for (const { occurredAt, backfill } of incidents) {
    if (backfill) continue;
    from = Math.min(from, occurredAt);
    to = Math.max(to, occurredAt);
  }
  return from <= to ? { from, to } : { from: 0, to: 0 };
}
