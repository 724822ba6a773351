import { join } from 'node:path';
import { migrate, openDatabase, type Database, RegistryStore, SAMPLE_FILES } from '@vong-gac/database';
import { isKafkaOutage, KafkaAdmin, type KafkaConnection, type TopicSpec } from '@vong-gac/kafka';
import { localDir, startStack, type LocalStack } from '../apps/cli/src/stack';
import { NOISY_SHARE, othersShare, postmasterOf, readCpu } from './figures';

const ROOT = process.cwd();
export const PRODUCT_MAIN = join(ROOT, 'dist', 'apps', 'intake', 'src', 'main.js');
export const LIMIT_MAIN = join(ROOT, 'dist', 'bench', 'limit.js');

/** Progress goes to standard error; the answer alone to standard output. */
export const say = (line: string): void => void process.stderr.write(`bench: ${line}\n`);

/** `--name N` */
export function option(name: string, otherwise: number): number {
  const at = process.argv.indexOf(`--${name}`);
  const value = at === -1 ? otherwise : Number(process.argv[at + 1]);
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`--${name} takes a whole number`);
  return value;
}

const BEGUN = readCpu();

/** The answer, alone on standard output, and beside it how much of the machine's CPU processes took meanwhile that the bench did not start. Call it before the stack is taken down. */
export function answer(result: object): void {
  const share = othersShare(BEGUN, readCpu());
  if (share > NOISY_SHARE) say(`noisy: other processes took ${(share * 100).toFixed(0)} % of the CPU`);
  const told = { ...result, othersShare: Number(share.toFixed(3)) };
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(told)}\n`);
  else console.dir(told, { depth: null });
}

export interface BenchStack extends LocalStack {
  postmaster: number;
}

/** Timed only where somebody asks: it costs each statement a little. */
const PLANNING: Record<string, string> = process.argv.includes('--statements') ? { 'pg_stat_statements.track_planning': 'on' } : {};

/** A native Kafka and Postgres of the bench's own, with Postgres's defaults (fsync on) and room for its log. */
export async function benchStack(postgresSettings: Record<string, string> = {}): Promise<BenchStack> {
  const { KAFKA_BROKERS: _kafka, DATABASE_URL: _database, ...env } = process.env;
  const dir = join(localDir(env), `bench-${process.pid}`);
  const stack = await startStack({ dir, mode: 'native', owned: true, discard: true, env, log: say, postgresSettings: { max_wal_size: '4GB', shared_buffers: '512MB', shared_preload_libraries: 'pg_stat_statements', ...PLANNING, ...postgresSettings } });
  return { ...stack, postmaster: postmasterOf(join(stack.dataDir, 'postgres')) };
}

/** A migrated and seeded database of its own for one round. */
export async function benchDatabase(stack: LocalStack, name: string): Promise<string> {
  const admin = openDatabase({ url: stack.databaseUrl, poolSize: 1, applicationName: 'bench', statementTimeoutMs: 60_000 });
  await admin.execute(`CREATE DATABASE ${name}`);
  // What earlier rounds left to be written must not be paid for by the next.
  await admin.execute('CHECKPOINT');
  await admin.close();
  const url = new URL(stack.databaseUrl);
  url.pathname = `/${name}`;
  await migrate(url.href);
  const database = openDatabase({ url: url.href, poolSize: 1, applicationName: 'bench' });
  await new RegistryStore(database).seed(SAMPLE_FILES, new Date());
  await database.close();
  return url.href;
}

/** How many records of a topic intake has settled. */
export async function settledOf(database: Database, topic: string): Promise<number> {
  const [row] = await database.query<{ n: number }>('SELECT COALESCE(sum(next_offset - first_offset), 0)::int8 AS n FROM intake_ledger WHERE topic = $1', [topic]);
  return row?.n ?? 0;
}

/** A round that is over leaves nothing behind: Postgres would vacuum its table while the next round is measured. */
export async function dropDatabase(stack: LocalStack, url: string): Promise<void> {
  const admin = openDatabase({ url: stack.databaseUrl, poolSize: 1, applicationName: 'bench', statementTimeoutMs: 60_000 });
  await admin.execute(`DROP DATABASE ${new URL(url).pathname.slice(1)} WITH (FORCE)`);
  await admin.close();
}

/** What Postgres spent its time on in one database: `--statements`. */
export async function sayStatements(url: string): Promise<void> {
  const database = openDatabase({ url, poolSize: 1, applicationName: 'bench' });
  await database.execute('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
  const rows = await database.query<{ ms: number; plan_ms: number; calls: number; rows: number; query: string }>(
    `SELECT round(total_exec_time)::int4 AS ms, round(total_plan_time)::int4 AS plan_ms, calls, rows, left(regexp_replace(query, '\\s+', ' ', 'g'), 110) AS query FROM pg_stat_statements
      WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY total_exec_time + total_plan_time DESC LIMIT 14`,
  );
  for (const row of rows) say(`  ${row.ms} ms (planned ${row.plan_ms} ms), ${row.calls} calls, ${row.rows} rows: ${row.query}`);
  await database.close();
}

const TOPIC_TRIES = 20;

/** A broker that has just started, or just created a topic, answers "not here" for a moment. */
export async function createTopics(connection: KafkaConnection, specs: readonly TopicSpec[]): Promise<void> {
  const admin = new KafkaAdmin(connection);
  try {
    for (let left = TOPIC_TRIES; ; left--) {
      try {
        await admin.ensureTopics(specs);
        return;
      } catch (error) {
        if (!isKafkaOutage(error) || left === 0) throw error;
      }
    }
  } finally {
    await admin.close();
  }
}
