import type { Instant, VolumeKind } from '@vong-gac/domain';
import type { Database } from './data-source';
import { Where } from './where';

/** What to sum up. `fromAt` counts, `toAt` does not. */
export interface VolumeFilter {
  siteId: string;
  /** A zone's id; undefined: the whole site and every zone, each as a line of its own. */
  zone?: string;
  fromAt: Instant;
  toAt: Instant;
  /** Width of a step, seconds. Steps begin at midnight in Việt Nam. */
  stepSeconds: number;
}

/** The readings of one place within one step. */
export interface VolumeStep {
  /** Where the step begins. */
  at: Instant;
  /** null: the whole site. */
  zone: string | null;
  kind: VolumeKind;
  readings: number;
  /** People present: least, most, and by the last reading of the step; readings that are not believed count too. */
  min: number;
  max: number;
  last: number;
  /** People who entered and left, summed over the readings that say so; null: none did. */
  entered: number | null;
  left: number | null;
  /** How many of the readings are not believed, and why. */
  implausible: number;
  implausibleReasons: string[];
}

/** Most lines of one answer. */
export const VOLUME_STEPS_LIMIT = 5_000;

/** Questions about stored visitor volumes. */
export class VisitorVolumeQueryStore {
  constructor(private readonly database: Database) {}

  /** @returns at most VOLUME_STEPS_LIMIT lines in the order of time, and whether there were more. */
  async steps(filter: VolumeFilter): Promise<{ items: VolumeStep[]; truncated: boolean }> {
    const where = new Where();
    where.add('site_id = ?', filter.siteId);
    where.add('measured_at >= ?', new Date(filter.fromAt));
    where.add('measured_at < ?', new Date(filter.toAt));
    if (filter.zone !== undefined) where.add("COALESCE(zone, '') = ?", filter.zone);
    const rows = await this.database.query<RawStep>(
      `SELECT date_bin(make_interval(secs => ${where.bind(filter.stepSeconds)}), measured_at, '2000-01-01T00:00:00+07:00') AS at, zone, kind,
         count(*) AS readings, min(occupancy) AS min, max(occupancy) AS max,
         (array_agg(occupancy ORDER BY measured_at DESC, received_at DESC, source, event_id))[1] AS last,
         sum(entered::bigint)::bigint AS entered, sum(left_count::bigint)::bigint AS left_count,
         count(implausible) AS implausible, COALESCE(array_agg(DISTINCT implausible) FILTER (WHERE implausible IS NOT NULL), '{}') AS reasons
       FROM visitor_volumes ${where.text()}
       GROUP BY 1, 2, 3 ORDER BY 1, 2 NULLS FIRST, 3 LIMIT ${where.bind(VOLUME_STEPS_LIMIT + 1)}`,
      where.values,
    );
    const items = rows.slice(0, VOLUME_STEPS_LIMIT).map(({ at, left_count: left, reasons: implausibleReasons, ...rest }) => ({ ...rest, at: at.getTime(), left, implausibleReasons }));
    return { items, truncated: rows.length > VOLUME_STEPS_LIMIT };
  }
}

interface RawStep {
  at: Date;
  zone: string | null;
  kind: VolumeKind;
  readings: number;
  min: number;
  max: number;
  last: number;
  entered: number | null;
  left_count: number | null;
  implausible: number;
  reasons: string[];
}
