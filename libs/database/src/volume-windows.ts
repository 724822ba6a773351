import { OCCUPANCY_WINDOW_MS, type Incident, type Instant, type VolumeReading } from '@vong-gac/domain';
import { textArray, timestamptzArray } from './binary-array';
import type { VolumeAsJson } from './context-query';
import type { Prepared, Queryable } from './data-source';

/** A span of time at one place in which a stored reading may matter to some incident. */
export interface ReadingWindow {
  siteId: string;
  /** Empty: the whole site. */
  zone: string;
  since: Instant;
  until: Instant;
}

/** The windows of all incidents, those of one place that touch merged into one. */
export function windowsOf(incidents: readonly Incident[]): ReadingWindow[] {
  const times = new Map<string, Map<string, Instant[]>>();
  for (const { siteId, zone, occurredAt } of incidents) {
    const places = times.get(siteId) ?? new Map<string, Instant[]>();
    times.set(siteId, places);
    for (const place of zone === null || zone === '' ? [''] : [zone, '']) {
      const list = places.get(place);
      if (list === undefined) places.set(place, [occurredAt]);
      else list.push(occurredAt);
    }
  }
  return [...times].flatMap(([siteId, places]) => [...places].flatMap(([zone, instants]) => merged(siteId, zone, instants)));
}

function merged(siteId: string, zone: string, instants: Instant[]): ReadingWindow[] {
  const windows: ReadingWindow[] = [];
  let open: ReadingWindow | null = null;
  for (const at of instants.sort((a, b) => a - b)) {
    if (open !== null && at - OCCUPANCY_WINDOW_MS <= open.until) {
      open.until = at;
      continue;
    }
    open = { siteId, zone, since: at - OCCUPANCY_WINDOW_MS, until: at };
    windows.push(open);
  }
  return windows;
}

export function windowParams(windows: readonly ReadingWindow[]): Buffer[] {
  return [
    textArray(windows.map(({ siteId }) => siteId)),
    textArray(windows.map(({ zone }) => zone)),
    timestamptzArray(windows.map(({ since }) => since)),
    timestamptzArray(windows.map(({ until }) => until)),
  ];
}

/**
 * The believed readings that `occupancyOf` may choose, for each incident alone: of its zone and of its site, the latest measured and the latest
 * declared one in its window, of equal instants the greatest. At most four probes of an index per incident (`visitor_volumes_believed`, which wants its
 * own condition said), however many readings there are; a fifth where one is declared: of equal ones, whether any was counted.
 * @param windows of four arrays: site, zone, since, until
 */
export const exactReadingsOf = (windows: string): string => `SELECT json_agg(DISTINCT jsonb_build_array(r.site_id, r.zone, round(extract(epoch FROM r.measured_at) * 1000)::int8, r.occupancy, r.kind,
      CASE WHEN r.kind = 'declared' THEN EXISTS (SELECT FROM visitor_volumes c WHERE c.site_id = r.site_id AND COALESCE(c.zone, '') = COALESCE(r.zone, '') AND c.kind = 'declared' AND c.measured_at = r.measured_at
        AND c.occupancy = r.occupancy AND c.kind <> 'forecast' AND c.implausible IS NULL AND c.crowd_revision IS NOT NULL) ELSE FALSE END)) AS readings
    FROM ${windows} w(site_id, zone, since, until)
    CROSS JOIN (VALUES ('measured'), ('declared')) k(kind)
    CROSS JOIN LATERAL (SELECT v.site_id, v.zone, v.measured_at, v.occupancy, v.kind FROM visitor_volumes v
      WHERE v.site_id = w.site_id AND COALESCE(v.zone, '') = w.zone AND v.measured_at BETWEEN w.since AND w.until AND v.kind = k.kind AND v.kind <> 'forecast' AND v.implausible IS NULL
      ORDER BY v.measured_at DESC, v.occupancy DESC LIMIT 1) r`;

const EXACT_READINGS: Prepared = { name: 'exact readings', text: exactReadingsOf('unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[])') };

/** The windows of each incident by itself. */
export const exactWindowsOf = (incidents: readonly Incident[]): ReadingWindow[] => incidents.flatMap((incident) => windowsOf([incident]));

export async function exactReadings(database: Queryable, incidents: readonly Incident[]): Promise<VolumeReading[]> {
  const [row] = await database.query<{ readings: VolumeAsJson[] | null }>(EXACT_READINGS, windowParams(exactWindowsOf(incidents)));
  return readingsOf(row?.readings ?? []);
}

export function readingsOf(rows: readonly VolumeAsJson[]): VolumeReading[] {
  return rows.map(([siteId, zone, measuredAt, occupancy, volumeKind, counted]) => ({ siteId, zone, measuredAt, occupancy, volumeKind, counted }));
}
