import { createHash } from 'node:crypto';
import { levelRank } from '@vong-gac/domain';
import type { AlertUpsert, ChunkWork, QuarantineWrite, RepeatWrite } from './chunk-work';
import { columnsOf, encode, inKeyOrder, insertOf, unnest } from './column-arrays';
import type { Prepared } from './data-source';

/** The statements of `IncidentStore.record` beside the COPY of the events: constant texts, and how rows become their parameters. */
export type Statement = [statement: Prepared, params: unknown[]];

const KEY_SEPARATOR = '\u0000';
const eventKey = (source: string, eventId: string): string => source + KEY_SEPARATOR + eventId;

const r = columnsOf<RepeatWrite>();
const REPEAT_COLUMNS = [
  r.text('type', (row) => row.type),
  r.text('source', (row) => row.source),
  r.text('event_id', (row) => row.eventId),
  r.bigint('count', (row) => row.count),
  r.instant('last_at', (row) => row.lastAt),
];
const INSERT_REPEATS = insertOf(
  'event_repeats',
  REPEAT_COLUMNS,
  `ON CONFLICT (type, source, event_id) DO UPDATE
    SET count = event_repeats.count + EXCLUDED.count, last_at = greatest(event_repeats.last_at, EXCLUDED.last_at)`,
);

export function repeatWrite(rows: readonly RepeatWrite[]): Statement {
  const ordered = inKeyOrder(rows, (row) => row.type + KEY_SEPARATOR + eventKey(row.source, row.eventId));
  return [INSERT_REPEATS, encode(REPEAT_COLUMNS, ordered)];
}

interface QuarantineRow extends QuarantineWrite {
  work: ChunkWork;
}

/** Longer than any id that names an event: such a text cannot be looked up, and would break the index. It is in the bytes anyway. */
const ID_LENGTH_MAX = 300;
const indexable = (text: string | null): string | null => (text !== null && text.length > ID_LENGTH_MAX ? null : text);

/**
 * As much of a refused value as a topic takes in one record (`max.message.bytes`) is kept to the byte. A larger one is only possible where a small
 * compressed batch unpacks to it; to write all of it would take longer than a transaction may, and the partition would stand still for ever.
 */
const KEPT_WHOLE_BYTES = 16 * 1024 * 1024;
const KEPT_START_BYTES = 1024 * 1024;
const isCut = ({ value }: QuarantineWrite): boolean => value !== null && value.length > KEPT_WHOLE_BYTES;

const q = columnsOf<QuarantineRow>();
const QUARANTINE_COLUMNS = [
  q.text('topic', (row) => row.work.topic),
  q.integer('partition', (row) => row.work.partition),
  q.integer('generation', (row) => row.work.generation),
  q.bigint('offset', (row) => row.offset),
  q.instant('kafka_time', (row) => row.timestamp),
  q.bytes('key', (row) => row.key),
  q.text('headers', (row) => JSON.stringify(row.headers.map(([name, value]) => [name, value.toString('base64')]))),
  q.bytes('value', (row) => (isCut(row) ? (row.value?.subarray(0, KEPT_START_BYTES) ?? null) : row.value)),
  q.integer('value_bytes', (row) => row.value?.length ?? 0),
  q.bytes('value_sha256', (row) => createHash('sha256').update(row.value ?? '').digest()),
  q.text('reason', (row) => row.reason),
  q.text('detail', (row) => (isCut(row) ? `${row.detail} Of its ${row.value?.length} bytes the first ${KEPT_START_BYTES} are kept.` : row.detail)),
  q.text('source', (row) => indexable(row.source)),
  q.text('event_id', (row) => indexable(row.eventId)),
  q.instant('first_seen', (row) => row.work.now),
];
const INSERT_QUARANTINE = insertOf('quarantine', QUARANTINE_COLUMNS);

export function quarantineWrite(work: ChunkWork): Statement {
  return [INSERT_QUARANTINE, encode(QUARANTINE_COLUMNS, work.quarantine.map((row) => ({ ...row, work })))];
}

const a = columnsOf<AlertUpsert>();
const ALERT_COLUMNS = [
  a.uuid('id', (row) => row.id),
  a.text('source', (row) => row.state.thread.source),
  a.text('site_id', (row) => row.state.thread.siteId),
  a.text('status', (row) => row.state.thread.status),
  a.text('first_id', (row) => row.state.thread.firstId),
  a.small('level', (row) => levelRank(row.state.level)),
  a.small('highest_level', (row) => levelRank(row.state.highestLevel)),
  a.text('alert_status', (row) => row.state.alertStatus),
  a.integer('revision', (row) => row.state.revision),
  a.integer('raised_revision', (row) => row.state.raisedRevision),
  a.text('raise_event_id', (row) => row.state.raiseEventId),
  a.text('raise_source', (row) => row.state.raiseSource),
  a.small('escalation', (row) => row.state.escalation),
  a.instant('raised_at', (row) => row.state.raisedAt),
  a.instant('acknowledge_by', (row) => row.state.acknowledgeBy),
  a.text('police_body_id', (row) => row.state.policeBodyId),
  a.text('data', (row) => row.data),
];
const ALERT_BASE = [
  a.flag('raised', (row) => row.raised),
  a.integer('base_revision', (row) => row.base.revision),
  a.text('base_status', (row) => row.base.alertStatus),
];
const ALERT_PARAMS = [...ALERT_COLUMNS, ...ALERT_BASE];
const ALERT_KEY = new Set(['id', 'source', 'site_id', 'status', 'first_id']);
const NOTES = ['acknowledged_by', 'acknowledged_at', 'acknowledge_note', 'closed_by', 'closed_at', 'close_note', 'disposition'];
const names = (columns: readonly { name: string }[]): string => columns.map(({ name }) => name).join(', ');
const CHANGED_AT = `$${ALERT_PARAMS.length + 1}::timestamptz`;

const MERGE_ALERTS: Prepared = {
  name: 'merge alerts',
  text: `MERGE INTO alerts a USING (SELECT * FROM ${unnest(ALERT_PARAMS)} AS n(${names(ALERT_PARAMS)})) n
      ON a.source = n.source AND a.first_id = n.first_id AND a.site_id = n.site_id AND a.status = n.status
    WHEN MATCHED AND a.revision = n.base_revision AND a.alert_status = n.base_status THEN UPDATE SET
      ${ALERT_COLUMNS.filter(({ name }) => !ALERT_KEY.has(name)).map(({ name }) => `${name} = n.${name}`).join(', ')},
      ${NOTES.map((name) => `${name} = CASE WHEN n.raised THEN NULL ELSE a.${name} END`).join(', ')}, changed_at = ${CHANGED_AT}
    WHEN NOT MATCHED AND n.base_revision = 0 THEN INSERT (${names(ALERT_COLUMNS)}, changed_at)
      VALUES (${ALERT_COLUMNS.map(({ name }) => `n.${name}`).join(', ')}, ${CHANGED_AT})`,
};

/** Writes an alert only where it still is what `base` says; the count of changed rows tells whether all were. */
export function alertWrite(rows: readonly AlertUpsert[], now: number): Statement {
  const ordered = inKeyOrder(rows, ({ state: { thread } }) => [thread.source, thread.firstId, thread.siteId, thread.status].join(KEY_SEPARATOR));
  return [MERGE_ALERTS, [...encode(ALERT_PARAMS, ordered), new Date(now)]];
}
