import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CheckStore, openDatabase, type Database } from '@vong-gac/database';
import { shippedPolicies } from '@vong-gac/policy';
import { MALLOC_ENV, NODE_FLAGS } from '@vong-gac/runtime';
import type { Backlog } from './backlog';
import { measureDrain, type Drain } from './drain';
import { median, NOISY_SHARE } from './figures';
import { benchDatabase, dropDatabase, LIMIT_MAIN, PRODUCT_MAIN, say, sayStatements, settledOf, type BenchStack } from './stage';

/** The product and the limit, with which everything is compared. Each drain has a new process and a new database, which is dropped when it is over: Postgres would vacuum it while the next is measured. */
export type Contender = (stack: BenchStack, round: number) => Promise<Drain>;

/** Intake as it is shipped. @param after a look at what it stored */
export function product(backlog: Backlog, after: (database: Database) => Promise<void> = async () => undefined): Contender {
  return async (stack, round) => {
    const url = await benchDatabase(stack, `product_${round}`);
    const database = openDatabase({ url, poolSize: 1, applicationName: 'bench', statementTimeoutMs: 120_000, transactionTimeoutMs: 240_000 });
    const drain = await measureDrain({
      main: PRODUCT_MAIN,
      flags: NODE_FLAGS,
      env: { ...MALLOC_ENV, KAFKA_BROKERS: stack.kafkaBrokers, DATABASE_URL: url, GROUP_ID: `product-${round}`, LOG_LEVEL: 'warn' },
      total: backlog.events,
      postmaster: stack.postmaster,
      settled: () => settledOf(database, backlog.topic),
    });
    await mustBeRight(database, backlog);
    await keepTypicalRows(database, stack);
    await after(database);
    await database.close();
    if (process.argv.includes('--statements')) await sayStatements(url);
    await dropDatabase(stack, url);
    return drain;
  };
}

async function mustBeRight(database: Database, { events }: Backlog): Promise<void> {
  const { problems } = await new CheckStore(database, shippedPolicies).check();
  const [rows] = await database.query<{ n: number; alerts: number }>('SELECT (SELECT count(*) FROM incidents) AS n, (SELECT count(*) FROM alerts) AS alerts');
  if (problems.length > 0 || rows?.n !== events) throw new Error(`the product stored ${rows?.n} of ${events}: ${problems.join('; ')}`);
  say(`  ${rows.n} stored, ${rows.alerts} alerts, check finds nothing wrong`);
}

/** Whoever came first would pay for a cold Kafka, and for Postgres's memory and log files, touched for the first time. */
export async function warmUp(stack: BenchStack, contender: Contender): Promise<void> {
  say('a drain that does not count: it warms the machine up');
  await contender(stack, 0);
}

/** kafkajs and COPY with nothing in between (limit.ts). */
export function limit(backlog: Backlog): Contender {
  return async (stack, round) => {
    if (!existsSync(typicalRowsFile(stack))) throw new Error('the product drains before the limit, which takes the width of its rows');
    const url = await benchDatabase(stack, `limit_${round}`);
    const drain = await measureDrain({
      main: LIMIT_MAIN,
      env: { BENCH_BROKERS: stack.kafkaBrokers, BENCH_DATABASE: url, BENCH_TOPIC: backlog.topic, BENCH_GROUP: `limit-${round}`, BENCH_TYPICAL: typicalRowsFile(stack) },
      total: backlog.events,
      postmaster: stack.postmaster,
      settled: null,
    });
    await dropDatabase(stack, url);
    return drain;
  };
}

/** What the product wrote beside the event itself, of a run of events: the limit writes rows of the same width. */
async function keepTypicalRows(database: Database, stack: BenchStack): Promise<void> {
  if (existsSync(typicalRowsFile(stack))) return;
  const rows = await database.query<{ row: unknown }>('SELECT json_build_array(assessment, founder_source, founder_first_id) AS row FROM incidents WHERE kafka_partition = 0 ORDER BY kafka_offset LIMIT $1', [TYPICAL_ROWS]);
  writeFileSync(typicalRowsFile(stack), JSON.stringify(rows.map(({ row }) => row)));
}

const TYPICAL_ROWS = 2_000;
const typicalRowsFile = (stack: BenchStack): string => join(stack.dataDir, 'typical-rows.json');

export const rounded = (value: number, digits = 0): number => Number(value.toFixed(digits));

/** One contender over all rounds. */
export function figuresOf(drains: readonly Drain[]) {
  const rates = drains.map(({ eventsPerSecond }) => eventsPerSecond);
  return {
    eventsPerSecond: rounded(median(rates)),
    min: rounded(Math.min(...rates)),
    max: rounded(Math.max(...rates)),
    rssMiB: rounded(Math.max(...drains.map(({ rssMiB }) => rssMiB))),
    cpuSeconds: rounded(median(drains.map(({ cpuSeconds }) => cpuSeconds)), 1),
    postgresCpuSeconds: rounded(median(drains.map(({ postgresCpuSeconds }) => postgresCpuSeconds)), 1),
    othersShare: rounded(Math.max(...drains.map(({ othersShare }) => othersShare)), 3),
  };
}

/** Whether other processes took so much of the machine that the figures mean little. */
export const isNoisy = (...drains: readonly Drain[]): boolean => drains.some(({ othersShare }) => othersShare > NOISY_SHARE);

/** The same, as the end of a sentence; '' where they did not. */
export function noiseOf(...drains: readonly Drain[]): string {
  const share = Math.max(...drains.map(({ othersShare }) => othersShare));
  return isNoisy(...drains) ? `; noisy: other processes took ${rounded(share * 100)} % of the CPU` : '';
}

/** By turns: whoever comes later finds a warmer machine. */
export const inTurn = <T>(all: readonly T[], round: number): T[] => (round % 2 === 1 ? [...all] : [...all].reverse());
