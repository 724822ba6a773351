import type { Database } from '@vong-gac/database';
import { postgresCpuSeconds } from './figures';

/** Rows of one statement while a table is filled; two run at a time. */
const FILL_ROWS = 250_000;
const TEMPLATES = 997;
const YEAR_MS = 365 * 86_400_000;

/** What is new in a row that is filled in: everything else comes from a row that the product stored. Event ids fall anywhere, keys follow the time. */
const NEW: Record<string, string> = {
  id: `(lpad(to_hex(n.ms), 12, '0') || substr(md5(n.i::text), 13, 20))::uuid`,
  event_id: `'-' || substr(md5(n.i::text), 1, 16) || '-f' || n.i`,
  first_id: `'-' || substr(md5(n.i::text), 1, 16) || '-f' || n.i`,
  occurred_at: 'to_timestamp(n.ms / 1000.0)',
  received_at: 'to_timestamp(n.ms / 1000.0)',
  kafka_offset: '-n.i',
};

/** Adds rows to `incidents` until it holds so many, in the shape of rows that the product stored in `source`, spread over the year before. */
export async function fillTo(database: Database, rows: number, source: Database): Promise<void> {
  const [{ n: present = 0 } = {}] = await database.query<{ n: number }>('SELECT count(*)::int4 AS n FROM incidents');
  if (database !== source && present === 0) await copyTemplates(database, source);
  const columns = await columnsOf(database);
  const text = `INSERT INTO incidents (${columns.join(', ')})
    SELECT ${columns.map((column) => NEW[column] ?? `t.${column}`).join(', ')}
    FROM (SELECT i, $3::int8 + i * ($4::int8 / $5::int8) AS ms FROM generate_series($1::int8, $2::int8) i) n
    JOIN (SELECT *, row_number() OVER () - 1 AS number FROM (SELECT * FROM incidents WHERE defects IS NULL LIMIT ${TEMPLATES}) first) t ON t.number = n.i % ${TEMPLATES}`;
  const starts: number[] = [];
  for (let from = present; from < rows; from += FILL_ROWS) starts.push(from);
  const work = async (): Promise<void> => {
    for (let from = starts.shift(); from !== undefined; from = starts.shift()) {
      await database.execute(text, [from + 1, Math.min(from + FILL_ROWS, rows), Date.now() - YEAR_MS, YEAR_MS, rows]);
    }
  };
  await Promise.all([work(), work()]);
  // Otherwise autovacuum would do it during the measurement.
  await database.execute('VACUUM (ANALYZE) incidents');
  await database.execute('CHECKPOINT');
}

async function columnsOf(database: Database): Promise<string[]> {
  const rows = await database.query<{ name: string }>(`SELECT attname::text AS name FROM pg_attribute WHERE attrelid = 'incidents'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`);
  return rows.map(({ name }) => name);
}

async function copyTemplates(database: Database, source: Database): Promise<void> {
  const rows = await source.query<{ row: string }>(`SELECT to_json(t)::text AS row FROM (SELECT * FROM incidents WHERE defects IS NULL LIMIT ${TEMPLATES}) t`);
  await database.execute('INSERT INTO incidents SELECT (json_populate_record(NULL::incidents, r::json)).* FROM unnest($1::text[]) r', [rows.map(({ row }) => row)]);
}

/** `to` goes on reading where `from` stands, as if it had settled the same records: ledger and last records are copied. */
export async function copyLedger(from: Database, to: Database): Promise<void> {
  const rows = await from.query<{ row: string }>('SELECT to_json(l)::text AS row FROM intake_ledger l');
  await to.execute('INSERT INTO intake_ledger SELECT (json_populate_record(NULL::intake_ledger, r::json)).* FROM unnest($1::text[]) r', [rows.map(({ row }) => row)]);
}

const TRIED_ROWS = 50_000;
const WITHOUT: Record<string, string | null> = {
  all: null,
  withoutUniqueEvent: 'ALTER TABLE incidents DROP CONSTRAINT incidents_event',
  withoutKey: 'ALTER TABLE incidents DROP CONSTRAINT incidents_pkey',
  withoutBoth: 'ALTER TABLE incidents DROP CONSTRAINT incidents_event, DROP CONSTRAINT incidents_pkey',
};

class Undo extends Error {}

/** Postgres's CPU for a new row, microseconds, with all indexes and without one or the other; every try is rolled back. */
export async function indexCosts(database: Database, postmaster: number): Promise<Record<string, number>> {
  const columns = await columnsOf(database);
  const select = columns.map((column) => ({ id: 'uuidv7()', event_id: `'-' || substr(md5(random()::text), 1, 16) || '-t' || n`, first_id: `'-' || n` })[column] ?? `t.${column}`);
  const text = `INSERT INTO incidents (${columns.join(', ')}) SELECT ${select.join(', ')} FROM generate_series(1, ${TRIED_ROWS}) n, (SELECT * FROM incidents LIMIT 1) t`;
  const micros: Record<string, number> = {};
  for (const [name, drop] of Object.entries(WITHOUT)) {
    await database
      .transaction(async (tx) => {
        if (drop !== null) await tx.execute(drop);
        const before = postgresCpuSeconds(postmaster);
        await tx.execute(text);
        micros[name] = Number((((postgresCpuSeconds(postmaster) - before) * 1e6) / TRIED_ROWS).toFixed(1));
        throw new Undo();
      })
      .catch((error: unknown) => {
        if (!(error instanceof Undo)) throw error;
      });
  }
  return micros;
}
