import type { CrowdChange, CrowdReading, Instant } from '@vong-gac/domain';
import { READING_COLUMNS, readingOf, type ReadingColumns } from './crowd-readings';
import type { Database, Queryable } from './data-source';

/** A volume that moved the state of its place on, with the change that was stored of it. */
export interface StoredReading {
  siteId: string;
  /** '': the whole site. */
  zone: string;
  reading: CrowdReading;
  change: CrowdChange | null;
  /** Of a place's first reading here: the last change up to it. It says how large the place then was, and by which policy it was judged. Of the others null. */
  last: CrowdChange | null;
}

export interface ReadingFilter {
  siteId?: string;
  /** When they were measured: then or later, and before. */
  from?: Instant;
  to?: Instant;
}

/** Rows held in memory at a time. */
const PAGE_ROWS = 5_000;

/** Reads what crowds were judged by, to judge it again. */
export class CrowdReplayStore {
  constructor(private readonly database: Database) {}

  /** Place by place, each in the order in which its readings were taken; in one snapshot. */
  async each({ siteId, from, to }: ReadingFilter, take: (row: StoredReading) => void): Promise<void> {
    const at = (instant: Instant | undefined): Date | null => (instant === undefined ? null : new Date(instant));
    await this.database.transaction(async (tx) => {
      await tx.execute('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
      await tx.execute(READINGS, [siteId ?? null, at(from), at(to)]);
      let place = '';
      for (;;) {
        const page = await tx.query<ReadingRow>(`FETCH ${PAGE_ROWS} FROM crowds_again`);
        for (const row of page) {
          const isFirst = place !== `${row.site_id}/${row.zone}`;
          place = `${row.site_id}/${row.zone}`;
          const last = isFirst ? await changeOf(tx, row) : null;
          take({ siteId: row.site_id, zone: row.zone, reading: readingOf(row), change: row.change === null ? null : (JSON.parse(row.change) as CrowdChange), last });
        }
        if (page.length === 0) return;
      }
    });
  }
}

/** The last change up to a reading: while nothing changes, none is stored. */
async function changeOf(tx: Queryable, { site_id, zone, revision }: ReadingRow): Promise<CrowdChange | null> {
  const [last] = await tx.query<{ data: string }>('SELECT data FROM crowd_changes WHERE site_id = $1 AND zone = $2 AND revision <= $3 ORDER BY revision DESC LIMIT 1', [site_id, zone, revision]);
  return last === undefined ? null : (JSON.parse(last.data) as CrowdChange);
}

interface ReadingRow extends ReadingColumns {
  site_id: string;
  zone: string;
  revision: number;
  change: string | null;
}

/** $1 site, $2, $3 from and to; each may be null. */
const READINGS = `DECLARE crowds_again NO SCROLL CURSOR FOR
  SELECT v.site_id, COALESCE(v.zone, '') AS zone, v.crowd_revision AS revision, ${READING_COLUMNS}, c.data AS change
  FROM visitor_volumes v LEFT JOIN crowd_changes c ON c.site_id = v.site_id AND c.zone = COALESCE(v.zone, '') AND c.revision = v.crowd_revision
  WHERE v.crowd_revision IS NOT NULL AND ($1::text IS NULL OR v.site_id = $1) AND ($2::timestamptz IS NULL OR v.measured_at >= $2) AND ($3::timestamptz IS NULL OR v.measured_at < $3)
  ORDER BY 1, 2, v.crowd_revision`;
