import type { Instant } from '@vong-gac/domain';
import type { Database, Queryable } from './data-source';
import { Where } from './where';

export type QuarantineState = 'held' | 'released' | 'discarded';

/** A quarantined record without its bytes. */
export interface QuarantineEntry {
  id: number;
  topic: string;
  partition: number;
  generation: number;
  offset: number;
  /** The record's timestamp. */
  kafkaTime: Instant;
  valueBytes: number;
  /** SHA-256 of the value, hexadecimal; kept when the bytes are discarded. */
  valueSha256: string;
  reason: string;
  detail: string;
  source: string | null;
  eventId: string | null;
  firstSeen: Instant;
  state: QuarantineState;
  stateBy: string | null;
  stateAt: Instant | null;
}

/** A quarantined record as it came. */
export interface QuarantinedRecord {
  topic: string;
  key: Buffer | null;
  value: Buffer | null;
  /** In order, repeats kept. */
  headers: Array<[name: string, value: Buffer]>;
}

export interface QuarantineDetail extends QuarantineEntry {
  key: Buffer | null;
  headers: Array<[name: string, value: Buffer]>;
  /** The first VALUE_SHOWN_BYTES bytes; null: discarded, or a record without a value. */
  valueStart: Buffer | null;
}

export interface QuarantineFilter {
  state?: QuarantineState;
  reason?: string;
  topic?: string;
  source?: string;
}

/** What became of a wish to release or discard a row. */
export type QuarantineChange =
  | { outcome: 'done'; row: QuarantineEntry }
  | { outcome: 'not-found' }
  /** It was released or discarded before. */
  | { outcome: 'not-held'; row: QuarantineEntry }
  /** Its reason does not allow a release (contract.md). */
  | { outcome: 'not-releasable'; row: QuarantineEntry }
  /** Somebody else is releasing or discarding it at this moment. */
  | { outcome: 'busy' };

/** Most rows of one answer. */
export const QUARANTINE_PAGE_LIMIT = 500;
/** Most bytes of a value that `show` gives. */
export const VALUE_SHOWN_BYTES = 65_536;
/** The copy would end where the record is: a conflict stays a conflict, and what is too large stays so. */
export const NOT_RELEASABLE: readonly string[] = ['conflicting-duplicate', 'too-large'];

/** What was set apart, and what people decide about it. Rows are never deleted. */
export class QuarantineStore {
  constructor(private readonly database: Database) {}

  /** Newest first. `after` is the last row's id. */
  async list(filter: QuarantineFilter, page: { after?: number; limit: number }): Promise<{ items: QuarantineEntry[]; next: number | null }> {
    const where = new Where();
    if (filter.state !== undefined) where.add('state = ?', filter.state);
    if (filter.reason !== undefined) where.add('reason = ?', filter.reason);
    if (filter.topic !== undefined) where.add('topic = ?', filter.topic);
    if (filter.source !== undefined) where.add('source = ?', filter.source);
    if (page.after !== undefined) where.add('id < ?', page.after);
    const limit = Math.min(page.limit, QUARANTINE_PAGE_LIMIT);
    const rows = await this.database.query<RawRow>(
      `SELECT ${COLUMNS} FROM quarantine ${where.text()} ORDER BY id DESC LIMIT ${where.bind(limit + 1)}`,
      where.values,
    );
    const items = rows.slice(0, limit).map(quarantineRow);
    return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
  }

  /** @returns null: no such row. */
  async show(id: number): Promise<QuarantineDetail | null> {
    const [row] = await this.database.query<RawRow & { key: Buffer | null; headers: string; value: Buffer | null }>(
      `SELECT ${COLUMNS}, key, headers, substring(value FROM 1 FOR $2) AS value FROM quarantine WHERE id = $1`,
      [id, VALUE_SHOWN_BYTES],
    );
    if (row === undefined) return null;
    return { ...quarantineRow(row), key: row.key, headers: headersOf(row.headers), valueStart: row.value };
  }

  /**
   * Gives the record to `publish` and marks the row once that resolves. The row is locked meanwhile: of two releases at once one publishes, the
   * other answers `busy`. When the process dies between the acknowledgement and the mark, the row is still `held`; released again, the second copy is
   * a duplicate of the first. `publish` must end within the session's idle-in-transaction limit; when it rejects, the row stays `held` and the error
   * goes to the caller.
   */
  async release(id: number, by: string | null, now: Instant, publish: (record: QuarantinedRecord) => Promise<void>): Promise<QuarantineChange> {
    return this.database.transaction(async (tx) => {
      const locked = await lock(tx, id);
      if (locked.outcome !== 'locked') return locked;
      if (NOT_RELEASABLE.includes(locked.row.reason)) return { outcome: 'not-releasable', row: locked.row };
      const [record] = await tx.query<{ key: Buffer | null; headers: string; value: Buffer | null }>(
        'SELECT key, headers, value FROM quarantine WHERE id = $1',
        [id],
      );
      if (record === undefined) throw new Error(`quarantine row ${id} is gone although it is locked`);
      await publish({ topic: locked.row.topic, key: record.key, value: record.value, headers: headersOf(record.headers) });
      return mark(tx, id, 'released', by, now);
    });
  }

  /** Drops the bytes and the headers; the digest, the reason and where it was read stay. */
  async discard(id: number, by: string | null, now: Instant): Promise<QuarantineChange> {
    return this.database.transaction(async (tx) => {
      const locked = await lock(tx, id);
      return locked.outcome === 'locked' ? mark(tx, id, 'discarded', by, now) : locked;
    });
  }
}

type Locked = { outcome: 'locked'; row: QuarantineEntry } | { outcome: 'not-found' } | { outcome: 'busy' } | { outcome: 'not-held'; row: QuarantineEntry };

async function lock(tx: Queryable, id: number): Promise<Locked> {
  const [raw] = await tx.query<RawRow>(`SELECT ${COLUMNS} FROM quarantine WHERE id = $1 FOR UPDATE SKIP LOCKED`, [id]);
  if (raw === undefined) {
    const there = await tx.query('SELECT FROM quarantine WHERE id = $1', [id]);
    return { outcome: there.length === 0 ? 'not-found' : 'busy' };
  }
  const row = quarantineRow(raw);
  return row.state === 'held' ? { outcome: 'locked', row } : { outcome: 'not-held', row };
}

async function mark(tx: Queryable, id: number, state: QuarantineState, by: string | null, now: Instant): Promise<QuarantineChange> {
  const dropped = state === 'discarded' ? ", key = NULL, value = NULL, headers = '[]'" : '';
  const [raw] = await tx.query<RawRow>(
    `UPDATE quarantine SET state = $2, state_by = $3, state_at = $4${dropped} WHERE id = $1 RETURNING ${COLUMNS}`,
    [id, state, by, new Date(now)],
  );
  if (raw === undefined) throw new Error(`quarantine row ${id} is gone although it is locked`);
  return { outcome: 'done', row: quarantineRow(raw) };
}

const COLUMNS = `id, topic, partition, generation, "offset", kafka_time, value_bytes, value_sha256, reason, detail, source, event_id, first_seen,
  state, state_by, state_at`;

interface RawRow {
  id: number;
  topic: string;
  partition: number;
  generation: number;
  offset: number;
  kafka_time: Date;
  value_bytes: number;
  value_sha256: Buffer;
  reason: string;
  detail: string;
  source: string | null;
  event_id: string | null;
  first_seen: Date;
  state: QuarantineState;
  state_by: string | null;
  state_at: Date | null;
}

function quarantineRow(row: RawRow): QuarantineEntry {
  return {
    id: row.id,
    topic: row.topic,
    partition: row.partition,
    generation: row.generation,
    offset: row.offset,
    kafkaTime: row.kafka_time.getTime(),
    valueBytes: row.value_bytes,
    valueSha256: row.value_sha256.toString('hex'),
    reason: row.reason,
    detail: row.detail,
    source: row.source,
    eventId: row.event_id,
    firstSeen: row.first_seen.getTime(),
    state: row.state,
    stateBy: row.state_by,
    stateAt: row.state_at?.getTime() ?? null,
  };
}

function headersOf(text: string): Array<[name: string, value: Buffer]> {
  return (JSON.parse(text) as Array<[string, string]>).map(([name, value]) => [name, Buffer.from(value, 'base64')]);
}
