import { levelRank, type CapStatus, type Incident, type RiskAssessment, type RiskLevel, type ThreadKey } from '@vong-gac/domain';
import type { Database } from './data-source';
import { eventColumnsOf, incidentOf, levelOf, type EventRow } from './incident-row';
import { searchPattern } from './search-pattern';
import { alertOf, incidentsOfAlert, takesPlace } from './takes-place';
import { Where } from './where';

/** A stored incident as a question answers it. Instants are milliseconds since 1970. */
export interface ListedIncident extends Incident {
  /** UUIDv8 derived from (source, event id, occurred at): rises with `occurredAt`, so it is also the cursor. */
  id: string;
  /** First event id of the thread: an incident and its corrections (contract.md, Corrections). */
  firstId: string;
  /** The thread that founded the situation (several reports of one happening) which it joined; null: it joined none. Its alert is the situation's. */
  situation: Pick<ThreadKey, 'source' | 'firstId'> | null;
  level: RiskLevel;
  score: number;
  policeBodyId: string;
}

/** One incident with everything that is kept about it. */
export interface IncidentDetail extends ListedIncident {
  assessment: RiskAssessment;
  /** The record value as it came, exact text. */
  original: string;
  /** The ce_ headers of a binary CloudEvent; null where the value is the whole event. */
  envelope: string | null;
  alertId: string | null;
}

/** What to list. Every filter is optional; they are joined by *and*. */
export interface IncidentFilter {
  siteId?: string;
  /** Catalogue codes, any of them. */
  categories?: string[];
  /** Any of these levels. */
  levels?: RiskLevel[];
  status?: CapStatus;
  /** Attributed to one of these police bodies. */
  policeBodyIds?: string[];
  /** Part of the description or of the category as sent; case and diacritics do not count. */
  text?: string;
  minVerification?: number;
  /** Ids from (inclusive) and to (exclusive): `incidentIdFloor` of an instant gives a range of `occurredAt`. */
  fromId?: string;
  toId?: string;
  /** Those that this alert speaks for. */
  alertId?: string;
  /** Also the rows that were corrected since. */
  all?: boolean;
}

/** Most rows of one answer (contract.md). */
export const INCIDENT_PAGE_LIMIT = 500;

export interface IncidentPage {
  items: ListedIncident[];
  /** Give it as `after` for the next page; null: there was no more. */
  next: string | null;
}

/** Questions about stored incidents. */
export class IncidentQueryStore {
  constructor(private readonly database: Database) {}

  /**
   * One page in the order of `occurredAt` (newest or oldest first). The cursor is the last row's id: rows that are stored meanwhile neither repeat
   * nor push out a row of a later page; one that belongs *before* the cursor is not seen in this walk.
   */
  async list(filter: IncidentFilter, page: { after?: string; limit: number; order: 'newest' | 'oldest' }): Promise<IncidentPage> {
    const where = conditions(filter);
    if (page.after !== undefined) where.add(page.order === 'newest' ? 'i.id < ?::uuid' : 'i.id > ?::uuid', page.after);
    const limit = Math.min(page.limit, INCIDENT_PAGE_LIMIT);
    const rows = await this.database.query<RawIncident>(
      `SELECT ${COLUMNS} FROM incidents i ${where.text()} ORDER BY i.id ${page.order === 'newest' ? 'DESC' : 'ASC'} LIMIT ${where.bind(limit + 1)}`,
      where.values,
    );
    const items = rows.slice(0, limit).map(incidentRow);
    return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
  }

  /** @returns null: no such incident. */
  async one(id: string): Promise<IncidentDetail | null> {
    const [row] = await this.database.query<RawIncident & { assessment: string; original: string; envelope: string | null; alert_id: string | null }>(
      `SELECT ${COLUMNS}, i.assessment, i.original, i.envelope, a.id AS alert_id
       FROM incidents i
       LEFT JOIN alerts a ON ${alertOf('a', 'i')}
       WHERE i.id = $1::uuid`,
      [id],
    );
    if (row === undefined) return null;
    return {
      ...incidentRow(row),
      assessment: JSON.parse(row.assessment) as RiskAssessment,
      original: row.original,
      envelope: row.envelope,
      alertId: row.alert_id,
    };
  }
}

function conditions(filter: IncidentFilter): Where {
  const where = new Where();
  if (filter.siteId !== undefined) where.add('i.site_id = ?', filter.siteId);
  if (filter.categories !== undefined) where.add('i.category = ANY(?::text[])', filter.categories);
  if (filter.levels !== undefined) where.add('i.level = ANY(?::smallint[])', filter.levels.map(levelRank));
  if (filter.status !== undefined) where.add('i.status = ?', filter.status);
  if (filter.policeBodyIds !== undefined) where.add('i.police_body_id = ANY(?::text[])', filter.policeBodyIds);
  if (filter.minVerification !== undefined) where.add('i.verification >= ?', filter.minVerification);
  if (filter.fromId !== undefined) where.add('i.id >= ?::uuid', filter.fromId);
  if (filter.toId !== undefined) where.add('i.id < ?::uuid', filter.toId);
  if (filter.text !== undefined) {
    const pattern = searchPattern(filter.text);
    where.add('i.description ~ ? OR i.category_as_sent ~ ?', pattern, pattern);
  }
  if (filter.alertId !== undefined) where.add(`i.id IN (${incidentsOfAlert(where.bind(filter.alertId))})`);
  if (filter.all !== true) where.add(CURRENT);
  return where;
}

/**
 * The last received row of its thread that no row corrects. A row that corrects nothing is alone in its thread or was corrected, so that only
 * corrections need to look at their thread. Records of one send share the time of receipt: their offset tells which came last.
 */
const CURRENT = `NOT EXISTS (SELECT FROM incidents c WHERE ${takesPlace('c', 'i')})
  AND (i.corrects IS NULL OR NOT EXISTS (
    SELECT FROM incidents later
    WHERE later.source = i.source AND later.first_id = i.first_id AND later.corrects IS NOT NULL
      AND later.site_id = i.site_id AND later.status = i.status
      AND (later.received_at, later.kafka_generation, later.kafka_offset, later.id) > (i.received_at, i.kafka_generation, i.kafka_offset, i.id)
      AND NOT EXISTS (SELECT FROM incidents c WHERE ${takesPlace('c', 'later')})))`;

const COLUMNS = `i.id, ${eventColumnsOf('i')}, i.first_id, i.founder_source, i.founder_first_id, i.level, i.score, i.police_body_id`;

interface RawIncident extends EventRow {
  id: string;
  first_id: string;
  founder_source: string | null;
  founder_first_id: string | null;
  level: number;
  score: number;
  police_body_id: string;
}

function incidentRow(row: RawIncident): ListedIncident {
  return {
    ...incidentOf(row),
    id: row.id,
    firstId: row.first_id,
    situation: row.founder_source === null || row.founder_first_id === null ? null : { source: row.founder_source, firstId: row.founder_first_id },
    level: levelOf(row.level),
    score: row.score,
    policeBodyId: row.police_body_id,
  };
}
