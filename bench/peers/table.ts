import { openDatabase, type Database } from '@vong-gac/database';
import { lastIds, type Backlog } from '../backlog';
import { SOURCE } from '../events';
import { benchDatabase, type BenchStack } from '../stage';

/** What a peer takes from an event. The rest of the product's row is not in the event, or is judged from it. */
export const COLUMNS = [
  'source', 'event_id', 'site_id', 'category', 'occurred_at', 'status', 'severity', 'urgency', 'certainty', 'verification', 'zone', 'lat', 'lon',
  'description', 'involved', 'weapon',
] as const;

/** What the product wrote beside those columns for a typical event; a peer's rows get the same by default, so that they are as wide. */
export interface TypicalRow {
  category_as_sent: string;
  first_id: string;
  level: number;
  score: number;
  police_body_id: string;
  assessment: string;
  original: string;
}

export async function typicalRow(database: Database): Promise<TypicalRow> {
  const [row] = await database.query<TypicalRow>('SELECT category_as_sent, first_id, level, score, police_body_id, assessment, original FROM incidents WHERE level = 0 LIMIT 1');
  if (row === undefined) throw new Error('the product stored no ordinary event');
  return row;
}

const quoted = (value: string | number): string => (typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`);

/** The product's schema with its indexes; what a peer cannot fill has a default. The key is in order of time, as the product's is. */
export async function peerDatabase(stack: BenchStack, name: string, typical: TypicalRow): Promise<string> {
  const url = await benchDatabase(stack, name);
  const database = openDatabase({ url, poolSize: 1, applicationName: 'bench' });
  const defaults = { ...Object.fromEntries(Object.entries(typical).map(([column, value]) => [column, quoted(value)])), id: 'uuidv7()', received_at: 'now()', backfill: 'false', kafka_partition: '0', kafka_generation: '1', kafka_offset: '0' };
  await database.execute(`ALTER TABLE incidents ${Object.entries(defaults).map(([column, value]) => `ALTER ${column} SET DEFAULT ${value}`).join(', ')}`);
  await database.close();
  return url;
}

/**
 * How many rows are there, without burdening Postgres: counted when the first are seen, and again from when the last event of each partition is there.
 */
export function settledRows(database: Database, backlog: Backlog): () => Promise<number> {
  const ids = lastIds(backlog);
  const count = async (): Promise<number> => (await database.query<{ n: number }>('SELECT count(*)::int4 AS n FROM incidents'))[0]?.n ?? 0;
  let seen = 0;
  return async () => {
    if (seen === 0) return (seen = (await database.query('SELECT 1 FROM incidents LIMIT 1')).length === 0 ? 0 : await count());
    const last = await database.query('SELECT 1 FROM incidents WHERE source = $1 AND event_id = ANY ($2)', [SOURCE, ids]);
    if (last.length === ids.length) seen = await count();
    return seen;
  };
}
