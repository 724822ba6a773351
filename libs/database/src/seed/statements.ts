import type { Queryable } from '../data-source';
import { byTable, TABLE_NAMES, TABLES, type Row, type Table, type TableName, type TableRows } from './tables';

const typed = (table: Table, names: readonly string[]): string => names.map((name) => `${name} ${table.columns[name] ?? 'text'}`).join(', ');
const same = (table: Table): string => table.key.map((column) => `t.${column} IS NOT DISTINCT FROM r.${column}`).join(' AND ');

/** What a reader gets beside the columns: a receiver's secret stays out of it. */
const READ_ONLY: Partial<Record<TableName, string>> = { receivers: 'id, body_id, kind, url, takes_test, (disabled_at IS NOT NULL) AS disabled' };

function selectRows(name: TableName, withSecrets: boolean): string {
  const table = TABLES[name];
  const columns = (withSecrets ? undefined : READ_ONLY[name]) ?? Object.keys(table.columns).join(', ');
  const where = table.bitemporal ? 'WHERE CASE WHEN $1::timestamptz IS NULL THEN recorded_to IS NULL ELSE recorded_from <= $1 AND COALESCE(recorded_to, \'infinity\') > $1 END' : '';
  return `(SELECT COALESCE(json_agg(r), '[]') FROM (SELECT ${columns} FROM ${name} ${where} ORDER BY ${table.key.join(', ')}) r) AS ${name}`;
}

/** One statement, so that version and rows belong to one snapshot. */
const readText = (withSecrets: boolean): string =>
  `SELECT (SELECT version::text FROM registry_version) AS version, ${TABLE_NAMES.map((name) => selectRows(name, withSecrets)).join(',\n')}, $1::timestamptz AS known_at`;

const READ = readText(false);
const READ_WITH_SECRETS = readText(true);

type ReadRow = TableRows & { version: string };

/** All registry rows as they were recorded at `knownAt` (null: now). Tables without recorded_* are always as of now. */
export async function readTables(on: Queryable, knownAt: Date | null, withSecrets: boolean): Promise<{ version: number; rows: TableRows }> {
  const [row] = await on.query<ReadRow>(withSecrets ? READ_WITH_SECRETS : READ, [knownAt]);
  if (!row) throw new Error('The registry answered no row: the schema is not the one of this program; run vong-gac migrate.');
  const { version, ...rows } = row;
  return { version: Number(version), rows };
}

const INSERT = byTable((name, table) => {
  const columns = Object.keys(table.columns);
  const from = `FROM jsonb_to_recordset($1::jsonb) AS r(${typed(table, columns)})`;
  const mine = columns.map((column) => `r.${column}`).join(', ');
  if (table.bitemporal) return `INSERT INTO ${name} (${columns.join(', ')}, recorded_from) SELECT ${mine}, $2::timestamptz ${from}`;
  const others = columns.filter((column) => !table.key.includes(column));
  const change = others.length > 0 ? `DO UPDATE SET ${others.map((column) => `${column} = EXCLUDED.${column}`).join(', ')}` : 'DO NOTHING';
  return `INSERT INTO ${name} (${columns.join(', ')}) SELECT ${mine} ${from} WHERE $2::timestamptz IS NOT NULL ON CONFLICT (${table.key.join(', ')}) ${change}`;
});

const REMOVE = byTable((name, table) => {
  const rows = `jsonb_to_recordset($1::jsonb) AS r(${typed(table, table.key)})`;
  if (table.bitemporal) return `UPDATE ${name} t SET recorded_to = $2::timestamptz FROM ${rows} WHERE t.recorded_to IS NULL AND ${same(table)}`;
  return `DELETE FROM ${name} t USING ${rows} WHERE $2::timestamptz IS NOT NULL AND ${same(table)}`;
});

/** Adds rows, or changes them in tables without history. `at` is the instant from which they are recorded. */
export async function insertRows(on: Queryable, name: TableName, rows: Row[], at: string): Promise<void> {
  if (rows.length > 0) await on.execute(INSERT[name], [JSON.stringify(rows), at]);
}

const DROP_WAITING = `
DELETE FROM deliveries d USING (
  SELECT id FROM deliveries WHERE state = 'waiting' AND receiver_id = ANY($1::text[]) ORDER BY id FOR UPDATE
) gone WHERE d.id = gone.id`;

/** Nobody is left to take these messages. What was delivered stays as it is. */
export async function dropWaiting(on: Queryable, receivers: readonly Row[]): Promise<void> {
  if (receivers.length > 0) await on.execute(DROP_WAITING, [receivers.map(({ id }) => id)]);
}

/** Closes rows of a bitemporal table, deletes those of another. */
export async function removeRows(on: Queryable, name: TableName, rows: Row[], at: string): Promise<void> {
  if (rows.length > 0) await on.execute(REMOVE[name], [JSON.stringify(rows), at]);
}
