import {
  addReport, beginIn, counts, emptyMemory, foundedBy, HISTORY_DAYS_MAX, historyOf, keep, kinOf, reachMs, remember, situationKey, surpriseWindowMs,
  type CapStatus, type DayClass, type DayCount, type DayPeak, type Instant, type LocalDate, type MemoryRules, type SiteHistory, type SiteMemory,
} from '@vong-gac/domain';
import { dateArray, textArray } from './binary-array';
import type { Database, Prepared } from './data-source';
import { locationOf } from './incident-row';

/** A site, and the day before which its history is wanted: that day, or the latest on which the site has incidents, if that is later. */
export interface SiteDay {
  siteId: string;
  day: LocalDate;
}

/** Whose incidents are read, and when those occurred that are to be judged. */
export interface MemoryRange {
  partition: number;
  from: Instant;
  to: Instant;
}

/** Most incidents (of all sites) that are read to know what goes on at a time; beyond it the oldest are not remembered. Some 50 ms. */
const RECENT_ROWS_MAX = 20_000;

/**
 * Loads what a process would remember if it had judged all that is stored: a restart, a rebalance or a rolled-back chunk forget nothing that
 * matters. Reads two small tables and the primary key's range of the last hours; no index is kept for it.
 */
export class SiteMemoryStore {
  constructor(private readonly database: Database) {}

  async load(sites: readonly SiteDay[], range: MemoryRange, rules: MemoryRules, classOf: (siteId: string, day: LocalDate) => DayClass): Promise<Map<string, SiteMemory>> {
    const ids = textArray(sites.map(({ siteId }) => siteId));
    const backMs = Math.max(reachMs(rules.situations), surpriseWindowMs(rules.surprise));
    const [histories, recent] = await Promise.all([
      this.histories(sites, classOf),
      this.database.query<RecentRow>(RECENT, [ids, range.partition, floorId(range.from - backMs), floorId(range.to + backMs)]),
    ]);
    const memories = new Map([...histories].map(([siteId, history]) => [siteId, emptyMemory(history)]));
    for (const row of recent.sort(byArrival)) recall(memories, row, rules);
    return memories;
  }

  /** What sites are used to, as of the days given (see SiteDay): all that a new day changes in a memory. */
  async histories(sites: readonly SiteDay[], classOf: (siteId: string, day: LocalDate) => DayClass): Promise<Map<string, SiteHistory>> {
    const [days] = await this.database.query<DaysRow>(DAYS, [textArray(sites.map(({ siteId }) => siteId)), dateArray(sites.map(({ day }) => day))]);
    const histories = new Map<string, SiteHistory>();
    const counted = bySite(days?.incidents ?? []);
    const peaks = bySite(days?.visitors ?? []);
    for (const [siteId, day] of days?.sites ?? []) {
      const incidents: DayCount[] = (counted.get(siteId) ?? []).map(([, on, category, count]) => ({ day: on, category, count }));
      const guests: DayPeak[] = (peaks.get(siteId) ?? []).map(([, on, peak]) => ({ day: on, peak }));
      histories.set(siteId, historyOf(day, incidents, guests, (on) => classOf(siteId, on)));
    }
    return histories;
  }
}

interface DaysRow {
  sites: [siteId: string, day: LocalDate][] | null;
  incidents: [siteId: string, day: LocalDate, category: string, count: number][] | null;
  visitors: [siteId: string, day: LocalDate, peak: number][] | null;
}

/** $1, $2 sites and their days. One row. */
const DAYS: Prepared = {
  name: 'days of sites',
  text: `WITH s AS (SELECT g.site_id, greatest(g.day, (SELECT max(i.day) FROM incident_days i WHERE i.site_id = g.site_id)) AS day FROM unnest($1::text[], $2::date[]) g(site_id, day))
    SELECT (SELECT json_agg(json_build_array(s.site_id, s.day)) FROM s) AS sites,
    (SELECT json_agg(json_build_array(d.site_id, d.day, d.category, d.count)) FROM (
      SELECT i.site_id, i.day, i.category, sum(i.count)::int8 AS count FROM s
      JOIN incident_days i ON i.site_id = s.site_id AND i.day BETWEEN s.day - ${HISTORY_DAYS_MAX} AND s.day GROUP BY 1, 2, 3) d) AS incidents,
    (SELECT json_agg(json_build_array(d.site_id, d.day, d.peak)) FROM (
      SELECT v.site_id, v.day, max(v.peak) AS peak FROM s
      JOIN visitor_days v ON v.site_id = s.site_id AND v.day BETWEEN s.day - ${HISTORY_DAYS_MAX} AND s.day - 1 GROUP BY 1, 2) d) AS visitors`,
};

interface RecentRow {
  source: string;
  site_id: string;
  status: CapStatus;
  first_id: string;
  zone: string | null;
  category: string;
  injured: number | null;
  weapon: boolean | null;
  lat: number | null;
  lon: number | null;
  corrects: string | null;
  founder_source: string | null;
  founder_first_id: string | null;
  occurred_at: Date;
  kafka_generation: number;
  kafka_offset: number;
}

const RECENT_COLUMNS = 'source, site_id, status, first_id, zone, category, injured, weapon, lat, lon, corrects, founder_source, founder_first_id, occurred_at, kafka_generation, kafka_offset';

/** The latest incidents of the sites among so many of all that have such an id. */
const latestOf = (ids: string): string => `SELECT ${RECENT_COLUMNS}
    FROM (SELECT ${RECENT_COLUMNS}, kafka_partition, backfill FROM incidents WHERE ${ids} ORDER BY id DESC LIMIT ${RECENT_ROWS_MAX}) i
    WHERE site_id = ANY($1::text[]) AND kafka_partition = $2 AND NOT backfill`;

/**
 * $1 sites · $2 partition · $3, $4 ids from and to: they rise with the time of occurrence. What goes on at the time of those that are to be judged, and what goes on
 * after it: the first report that comes may be hours late. Each has its own bound: where other partitions are far ahead, theirs must not hide the former.
 */
const RECENT: Prepared = {
  name: 'recent incidents of sites',
  text: `${latestOf('id >= $3::uuid AND id < $4::uuid')} UNION ALL ${latestOf('id >= $4::uuid')}`,
};

/** What one stored incident left in the memory when it was judged: the same steps, with the outcome that is stored. */
function recall(memories: ReadonlyMap<string, SiteMemory>, row: RecentRow, { situations }: MemoryRules): void {
  const memory = memories.get(row.site_id);
  if (memory === undefined || row.corrects !== null) return;
  const { source, status, zone, category, injured, weapon, lat, lon } = row;
  const occurredAt = row.occurred_at.getTime();
  if (row.founder_source === null && counts({ status, corrects: null })) remember(memory, category, occurredAt);
  const kin = kinOf(situations, category);
  if (kin === undefined) return;
  const key = situationKey(kin, { status, zone });
  const report = { occurredAt, source, category, injured, weapon, location: locationOf(lat, lon) };
  if (row.founder_source === null) {
    beginIn(memory, key, kin, foundedBy(report, { source, siteId: row.site_id, status, firstId: row.first_id }));
    return;
  }
  const joined = memory.situations.get(key)?.find(({ founder }) => founder.source === row.founder_source && founder.firstId === row.founder_first_id);
  // Its founder lies before what was read: then nothing that comes now is near enough in time to join.
  if (joined === undefined) return;
  addReport(joined, report);
  keep(memory, key, joined);
}

function byArrival(a: RecentRow, b: RecentRow): number {
  return a.kafka_generation - b.kafka_generation || a.kafka_offset - b.kafka_offset;
}

function bySite<Row extends [siteId: string, ...unknown[]]>(rows: readonly Row[]): Map<string, Row[]> {
  const sites = new Map<string, Row[]>();
  for (const row of rows) {
    const list = sites.get(row[0]);
    if (list === undefined) sites.set(row[0], [row]);
    else list.push(row);
  }
  return sites;
}

/** The least incident id of that millisecond: its first 48 bits (contracts: incidentId). */
function floorId(instant: Instant): string {
  const hex = Math.min(Math.max(Math.trunc(instant), 0), 2 ** 48 - 1).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
