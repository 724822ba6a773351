/**
 * What an event costs while the table grows from 10^5 to 10^7 rows: intake drains the same new events into a table of 10^5 rows and into the grown
 * one, in adjacent pairs, which follow one checkpoint together. CPU of intake and Postgres is counted. Afterwards, what each index costs at either size. bench/README.md says more.
 */
import 'reflect-metadata';
import { totalmem } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { openDatabase, type Database } from '@vong-gac/database';
import { createKafka } from '@vong-gac/kafka';
import { publishBacklog, type Backlog } from './backlog';
import { inTurn } from './contenders';
import { cpuSeconds, postgresCpuSeconds } from './figures';
import { copyLedger, fillTo, indexCosts } from './growth-table';
import { startService } from './processes';
import { answer, benchDatabase, benchStack, createTopics, dropDatabase, option, say, type BenchStack } from './stage';

const SMALL = option('small', 100_000);
const LARGEST = option('rows', 10_000_000);
const SIZES = [LARGEST / 10, LARGEST].filter((size) => size > SMALL);
const EVENTS = option('events', 100_000);
const PAIRS = option('pairs', 5);
const PARTITIONS = 6;
const TOPIC = 'incident.reported';
const SLOWER_MAX = 1.15;
const PATIENCE_MS = 120_000;

interface Cost {
  intakeMicros: number;
  postgresMicros: number;
  eventsPerSecond: number;
  /** What Postgres logs for an event: kB in all, and how many whole pages, which it logs where a page is changed for the first time after a checkpoint. */
  logKb: number;
  logPages: number;
}

let published = 0;

/** Events whose ids fall anywhere between those that are stored, as random ids do. */
async function publishNext(stack: BenchStack): Promise<void> {
  const options = { startAt: Date.now() - 3_600_000 - published * 10, stepMs: 10, alertEvery: 100, run: '' };
  const backlog: Backlog = { topic: TOPIC, partitions: PARTITIONS, events: EVENTS, options: { ...options, first: published } };
  await publishBacklog(stack.kafkaBrokers, backlog);
  published += EVENTS;
}

/** Lets a new intake settle what waits. The CPU is counted from the first commit to the last. */
async function drain(stack: BenchStack, url: string, database: Database, group: string): Promise<Cost> {
  const settled = async (): Promise<number> => Number((await database.query<{ n: number }>('SELECT COALESCE(sum(stored), 0)::int8 AS n FROM intake_ledger WHERE topic = $1', [TOPIC]))[0]?.n);
  const before = await settled();
  const intake = await startService('intake', { KAFKA_BROKERS: stack.kafkaBrokers, DATABASE_URL: url, GROUP_ID: group, LOG_LEVEL: 'info' });
  try {
    const look = async () => ({ events: (await settled()) - before, at: performance.now(), intake: cpuSeconds(intake.pid), postgres: postgresCpuSeconds(stack.postmaster), log: await logOf(database) });
    let first = await look();
    for (let now = first; ; now = await look()) {
      if (first.events === 0) first = now;
      if (now.events === EVENTS) {
        const per = (from: number, to: number): number => ((to - from) * 1e6) / (now.events - first.events);
        return {
          intakeMicros: per(first.intake, now.intake),
          postgresMicros: per(first.postgres, now.postgres),
          eventsPerSecond: 1e6 / per(first.at / 1_000, now.at / 1_000),
          logKb: per(first.log.bytes, now.log.bytes) / 1e9,
          logPages: per(first.log.pages, now.log.pages) / 1e6,
        };
      }
      if (now.at - first.at > PATIENCE_MS) throw new Error(`${now.events} of ${EVENTS} events were settled in ${PATIENCE_MS / 1_000} s`);
      await pause(50);
    }
  } finally {
    await intake.stop();
  }
}

async function logOf(database: Database): Promise<{ bytes: number; pages: number }> {
  const [row] = await database.query<{ bytes: number; pages: number }>('SELECT wal_bytes::float8 AS bytes, wal_fpi::float8 AS pages FROM pg_stat_wal');
  return row ?? { bytes: NaN, pages: NaN };
}

const total = ({ intakeMicros, postgresMicros }: Cost): number => intakeMicros + postgresMicros;
const rounded = (value: number, digits = 1): number => Number(value.toFixed(digits));
const open = (url: string): Database => openDatabase({ url, poolSize: 2, applicationName: 'bench', statementTimeoutMs: 3_600_000, transactionTimeoutMs: 3_600_000 });

/** A table of 10^5 rows that goes on where the grown one stands. Vacuum would find its new rows while the next pair is measured. */
async function smallTable(stack: BenchStack, grown: Database, name: string): Promise<{ name: string; url: string; database: Database }> {
  const url = await benchDatabase(stack, name);
  const database = open(url);
  await fillTo(database, SMALL, grown);
  await database.execute('ALTER TABLE incidents SET (autovacuum_enabled = false)');
  return { name, url, database };
}

/**
 * All pairs of a size follow one checkpoint, as in a running system, where the next comes when so much was logged, or after five minutes: that a page is
 * logged whole when it is changed for the first time falls on all the events between. (To make or drop a database is a checkpoint: all small ones are made before, and dropped after.)
 */
async function pairsAt(stack: BenchStack, grownUrl: string, grown: Database, size: number) {
  const tables: Awaited<ReturnType<typeof smallTable>>[] = [];
  for (let pair = 1; pair <= PAIRS; pair++) tables.push(await smallTable(stack, grown, `small_${size}_${pair}`));
  await grown.execute('CHECKPOINT');
  const pairs: Record<'small' | 'grown', Cost>[] = [];
  for (const { name, url, database } of tables) {
    await copyLedger(grown, database);
    await publishNext(stack);
    const costs: Partial<Record<'small' | 'grown', Cost>> = {};
    for (const which of inTurn(['small', 'grown'] as const, pairs.length + 1)) {
      costs[which] = which === 'grown' ? await drain(stack, grownUrl, grown, 'grown') : await drain(stack, url, database, name);
    }
    pairs.push(costs as Record<'small' | 'grown', Cost>);
    const told = Object.entries(costs).map(([which, cost]) => `${which} ${rounded(total(cost))} µs an event, ${rounded(cost.logPages, 2)} pages logged`);
    say(`  ${size} rows, pair ${pairs.length}: ${told.join('; ')}`);
  }
  for (const { url, database } of tables) {
    await database.close();
    await dropDatabase(stack, url);
  }
  const mean = (which: 'small' | 'grown', of: (cost: Cost) => number): number => pairs.reduce((sum, pair) => sum + of(pair[which]), 0) / pairs.length;
  const side = (which: 'small' | 'grown') => ({
    intakeMicros: rounded(mean(which, (cost) => cost.intakeMicros)),
    postgresMicros: rounded(mean(which, (cost) => cost.postgresMicros)),
    eventsPerSecond: Math.round(1 / mean(which, (cost) => 1 / cost.eventsPerSecond)),
    logKb: rounded(mean(which, (cost) => cost.logKb)),
    logPages: rounded(mean(which, (cost) => cost.logPages), 2),
  });
  const ratios = pairs.map((pair) => rounded(total(pair.grown) / total(pair.small), 3));
  return { rows: size, small: side('small'), grown: side('grown'), ratio: rounded(mean('grown', total) / mean('small', total), 3), first: ratios[0], min: Math.min(...ratios), max: Math.max(...ratios) };
}

async function main(): Promise<void> {
  // A quarter of the memory, as Postgres's documentation advises for a machine of its own: whoever stores ten million rows has set it.
  // Its log has room for the pairs of a size without another checkpoint.
  const stack = await benchStack({ shared_buffers: `${Math.floor(totalmem() / 4 / 2 ** 20)}MB`, max_wal_size: '16GB', checkpoint_timeout: '1h' });
  try {
    const topics = [TOPIC, 'visitor-volume.measured'].map((topic) => ({ topic, partitions: PARTITIONS, replication: 1 }));
    await createTopics(createKafka({ brokers: stack.kafkaBrokers.split(','), clientId: 'bench' }), topics);
    const url = await benchDatabase(stack, 'grown');
    const grown = open(url);
    await publishNext(stack);
    await drain(stack, url, grown, 'grown');
    const sizes = [];
    for (const size of SIZES) {
      const start = performance.now();
      await fillTo(grown, size, grown);
      say(`filled to ${size} rows in ${Math.round((performance.now() - start) / 1_000)} s`);
      sizes.push(await pairsAt(stack, url, grown, size));
    }
    const small = open(await benchDatabase(stack, 'small_indexes'));
    await fillTo(small, SMALL, grown);
    const indexes = { small: await indexCosts(small, stack.postmaster), grown: await indexCosts(grown, stack.postmaster) };
    await Promise.all([small.close(), grown.close()]);
    const result = { name: 'growth', events: EVENTS, rounds: PAIRS, smallRows: SMALL, sizes, indexMicros: indexes };
    answer(result);
    if (sizes.some(({ ratio }) => ratio > SLOWER_MAX)) {
      say(`not good enough: an event may cost at most ${SLOWER_MAX} times as much in the grown table`);
      process.exitCode = 1;
    }
  } finally {
    await stack.stop();
  }
}

void main();
