import { levelRank, type AlertChange, type AlertState, type AlertStatus, type CapStatus, type Disposition, type Instant, type RiskLevel } from '@vong-gac/domain';
import { ALERT_COLUMNS, alertState, type AlertColumns } from './alert-row';
import type { Database, Queryable } from './data-source';
import { writeDeliveries, type NewDelivery } from './delivery-write';
import { Where } from './where';

/** What an officer did: who, when, what was said. */
export interface OfficerMark {
  by: string;
  at: Instant;
  note: string | null;
}

/** An alert as it is stored. */
export interface AlertRecord {
  id: string;
  state: AlertState;
  /** JSON text of what a message about this alert says (contracts: AlertContent). */
  content: string;
  acknowledged: OfficerMark | null;
  closed: (OfficerMark & { disposition: Disposition }) | null;
  changedAt: Instant;
}

/** What `change` writes: the new state, who did it, and the messages that tell of it. */
export interface AlertWrite {
  state: AlertState;
  acknowledged: OfficerMark | null;
  closed: (OfficerMark & { disposition: Disposition }) | null;
  deliveries: readonly NewDelivery[];
}

/** `write` absent: nothing changes. `result` goes to the caller. */
export interface AlertDecision<T> {
  result: T;
  write?: AlertWrite;
}

/** One change of an alert that somebody was told of. */
export interface AlertHistoryEntry {
  revision: number;
  change: AlertChange;
  at: Instant;
  /** The alert's level after it. */
  level: RiskLevel;
}

export interface AlertFilter {
  siteId?: string;
  alertStatuses?: AlertStatus[];
  status?: CapStatus;
  levels?: RiskLevel[];
  policeBodyIds?: string[];
  /** Last raised from (counts) and to (does not count). */
  fromAt?: Instant;
  toAt?: Instant;
}

/** Where a page ended: the order is last raised first, then id. */
export interface AlertCursor {
  raisedAt: Instant;
  id: string;
}

/** Most changes that `history` gives: the last ones. */
export const ALERT_HISTORY_LIMIT = 20;
/** Most alerts of one answer. */
export const ALERT_PAGE_LIMIT = 500;

/** Alerts: questions, and the changes that officers make. */
export class AlertStore {
  constructor(private readonly database: Database) {}

  /** Last raised first. An alert that is raised again meanwhile moves to the front; it may then be missed by, or come twice in, one walk. */
  async list(filter: AlertFilter, page: { after?: AlertCursor; limit: number }): Promise<{ items: AlertRecord[]; next: AlertCursor | null }> {
    const where = conditions(filter);
    if (page.after !== undefined) where.add('(raised_at, id) < (?, ?::uuid)', new Date(page.after.raisedAt), page.after.id);
    const limit = Math.min(page.limit, ALERT_PAGE_LIMIT);
    const rows = await this.database.query<RawAlert>(
      `SELECT ${COLUMNS} FROM alerts a ${where.text()} ORDER BY raised_at DESC, id DESC LIMIT ${where.bind(limit + 1)}`,
      where.values,
    );
    const items = rows.slice(0, limit).map(alertRow);
    const last = items.at(-1);
    return { items, next: rows.length > limit && last !== undefined ? { raisedAt: last.state.raisedAt, id: last.id } : null };
  }

  /** @returns null: no such alert. */
  async one(id: string): Promise<AlertRecord | null> {
    const [row] = await this.database.query<RawAlert>(`SELECT ${COLUMNS} FROM alerts a WHERE id = $1::uuid`, [id]);
    return row === undefined ? null : alertRow(row);
  }

  /** The last changes that messages were written for, in rising revision. */
  async history(id: string): Promise<AlertHistoryEntry[]> {
    const rows = await this.database.query<{ revision: number; change: AlertChange; at: Date; level: RiskLevel }>(
      `SELECT revision, min(change) AS change, min(created_at) AS at, min(body::json #>> '{data,level}') AS level
       FROM deliveries WHERE alert_id = $1::uuid GROUP BY revision ORDER BY revision DESC LIMIT $2`,
      [id, ALERT_HISTORY_LIMIT],
    );
    return rows.map((row) => ({ ...row, at: row.at.getTime() })).reverse();
  }

  /**
   * Locks the row, shows it to `decide`, and writes what that decides together with its deliveries in one transaction. Two changes of one alert
   * therefore happen one after the other, each on what the other left.
   * @returns null: no such alert.
   */
  async change<T>(id: string, decide: (row: AlertRecord) => AlertDecision<T>): Promise<T | null> {
    return this.database.transaction(async (tx) => {
      const [raw] = await tx.query<RawAlert>(`SELECT ${COLUMNS} FROM alerts a WHERE id = $1::uuid FOR UPDATE`, [id]);
      if (raw === undefined) return null;
      const { result, write } = decide(alertRow(raw));
      if (write !== undefined) {
        await update(tx, id, write);
        await writeDeliveries(tx, write.deliveries);
      }
      return result;
    });
  }
}

async function update(tx: Queryable, id: string, { state, acknowledged, closed }: AlertWrite): Promise<void> {
  const changed = await tx.execute(
    `UPDATE alerts SET level = $2, highest_level = $3, alert_status = $4, revision = $5, raised_revision = $6, raise_event_id = $7, raise_source = $18, escalation = $8,
       raised_at = $9, acknowledge_by = $10, acknowledged_by = $11, acknowledged_at = $12, acknowledge_note = $13,
       closed_by = $14, closed_at = $15, close_note = $16, disposition = $17, changed_at = now()
     WHERE id = $1::uuid`,
    [
      id, levelRank(state.level), levelRank(state.highestLevel), state.alertStatus, state.revision, state.raisedRevision, state.raiseEventId,
      state.escalation, new Date(state.raisedAt), date(state.acknowledgeBy),
      acknowledged?.by, date(acknowledged?.at), acknowledged?.note, closed?.by, date(closed?.at), closed?.note, closed?.disposition, state.raiseSource,
    ],
  );
  if (changed !== 1) throw new Error(`alert ${id} is gone although it is locked`);
}

function conditions(filter: AlertFilter): Where {
  const where = new Where();
  if (filter.siteId !== undefined) where.add('site_id = ?', filter.siteId);
  if (filter.alertStatuses !== undefined) where.add('alert_status = ANY(?::text[])', filter.alertStatuses);
  if (filter.status !== undefined) where.add('status = ?', filter.status);
  if (filter.levels !== undefined) where.add('level = ANY(?::smallint[])', filter.levels.map(levelRank));
  if (filter.policeBodyIds !== undefined) where.add('police_body_id = ANY(?::text[])', filter.policeBodyIds);
  if (filter.fromAt !== undefined) where.add('raised_at >= ?', new Date(filter.fromAt));
  if (filter.toAt !== undefined) where.add('raised_at < ?', new Date(filter.toAt));
  return where;
}

const COLUMNS = `${ALERT_COLUMNS}, a.acknowledged_by, a.acknowledged_at, a.acknowledge_note, a.closed_by, a.closed_at, a.close_note,
  a.disposition, a.changed_at`;

interface RawAlert extends AlertColumns {
  acknowledged_by: string | null;
  acknowledged_at: Date | null;
  acknowledge_note: string | null;
  closed_by: string | null;
  closed_at: Date | null;
  close_note: string | null;
  disposition: Disposition | null;
  changed_at: Date;
}

function alertRow(row: RawAlert): AlertRecord {
  return {
    id: row.id,
    state: alertState(row),
    content: row.data,
    acknowledged: mark(row.acknowledged_by, row.acknowledged_at, row.acknowledge_note),
    closed: closure(row),
    changedAt: row.changed_at.getTime(),
  };
}

function mark(by: string | null, at: Date | null, note: string | null): OfficerMark | null {
  return by === null || at === null ? null : { by, at: at.getTime(), note };
}

function closure(row: RawAlert): AlertRecord['closed'] {
  const closed = mark(row.closed_by, row.closed_at, row.close_note);
  return closed === null || row.disposition === null ? null : { ...closed, disposition: row.disposition };
}

function date(at: Instant | null | undefined): Date | null {
  return at === null || at === undefined ? null : new Date(at);
}
