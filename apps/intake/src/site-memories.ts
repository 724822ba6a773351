import type { SiteDay, SiteMemoryStore } from '@vong-gac/database';
import { dayClassOn, localDate, type Incident, type Instant, type LocalDate, type Registry, type MemoryRules, type SiteHistory, type SiteMemory } from '@vong-gac/domain';

/** Sites that one partition's memory holds; the one that was quiet longest is forgotten, and loaded again when it is heard of. */
const SITES_MAX = 1_000;
/** Sites that are loaded by one query: a site may have years of days. */
const SITES_AT_ONCE = 20;

/**
 * What intake remembers of each site from chunk to chunk, per partition: the events of a site come through one partition (key = site), so its memory
 * is whole. A publisher that keys otherwise makes it less fresh, never wrong: each assessment stores what it used. Whatever was not recorded is
 * forgotten and loaded again from what is stored.
 */
export class SiteMemories {
  private readonly partitions = new Map<string, Map<string, SiteMemory>>();

  constructor(private readonly store: Pick<SiteMemoryStore, 'load' | 'histories'>) {}

  /** The memory of each site that the incidents are of, as the store had it before them. @param place names topic and partition */
  async of(place: string, partition: number, incidents: readonly Incident[], registry: Registry, rules: MemoryRules): Promise<Map<string, SiteMemory>> {
    const kept = this.partitions.get(place) ?? new Map<string, SiteMemory>();
    this.partitions.set(place, kept);
    const found = new Map<string, SiteMemory>();
    const missing: SiteDay[] = [];
    const older: SiteDay[] = [];
    for (const [siteId, day] of daysOf(incidents)) {
      const memory = kept.get(siteId);
      if (memory === undefined) missing.push({ siteId, day: day ?? localDate(incidents[0]?.occurredAt ?? 0) });
      else {
        found.set(siteId, memory);
        if (day !== null && memory.history.day < day) older.push({ siteId, day });
      }
    }
    if (missing.length > 0) await this.load(found, missing, { partition, ...rangeOf(incidents) }, registry, rules);
    for (const [siteId, history] of await this.histories(older, registry)) {
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

  /** What these sites learned was not stored. */
  forget(place: string, sites: Iterable<string>): void {
    const kept = this.partitions.get(place);
    for (const siteId of sites) kept?.delete(siteId);
  }

  /** Others may have written meanwhile. */
  clear(place: string): void {
    this.partitions.delete(place);
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

const classIn = (registry: Registry) => (siteId: string, day: LocalDate) => dayClassOn(day, registry.siteEvents.get(siteId));

/** The last day of each site's incidents; an old log's days do not count, they are not compared. */
function daysOf(incidents: readonly Incident[]): Map<string, LocalDate | null> {
  const latest = new Map<string, Instant | null>();
  for (const { siteId, occurredAt, backfill } of incidents) {
    const before = latest.get(siteId) ?? null;
    latest.set(siteId, backfill ? before : Math.max(before ?? occurredAt, occurredAt));
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
