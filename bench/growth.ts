/**
 * What an event costs while the table grows from 10^5 to 10^7 rows: intake drains the same new events into a table of 10^5 rows and into the grown
 * one, in adjacent pairs. CPU of intake and Postgres is counted, and what is logged. Afterwards, what each index costs at either size. bench/README.md says more.
 */
import 'reflect-metadata';
import { totalmem } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { openDatabase, type Database } from '@vong-gac/database';
import { createKafka } from '@vong-gac/kafka';
import { publishBacklog, type Backlog } from './backlog';
import { inTurn, rounded } from './contenders';
import { cpuSeconds, median, postgresCpuSeconds } from './figures';
import { copyLedger, fillTo, indexCosts } from './growth-table';
import { startService } from './processes';
import { answer, benchDatabase, benchStack, createTopics, dropDatabase, option, say, type BenchStack } from './stage';

const SMALL = option('small', 100_000);
const LARGEST = option('rows', 10_000_000);
const SIZES = [LARGEST / 10, LARGEST].filter((size) => size > SMALL);
/** As many as a checkpoint is followed by at full speed: what the first change of each page costs after it, and the first touch of a page by a new process, falls on all of them. */
const EVENTS = option('events', 500_000);
const PAIRS = option('pairs', 3);
const PARTITIONS = 6;
const TOPIC = 'incident.reported';
const SLOWER_MAX = 1.15;
const PATIENCE_MS = 120_000;
/** It would look at new rows while something else is measured. */
const NO_VACUUM = 'ALTER TABLE incidents SET (autovacuum_enabled = false)';

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
  const log = await logOf(database);
  const cost = await timed(stack, url, database, group);
  // Intake is gone: its connections have told Postgres all that they logged.
  const { bytes, pages } = await logOf(database);
  return { ...cost, logKb: (bytes - log.bytes) / 1_000 / EVENTS, logPages: (pages - log.pages) / EVENTS };
}

async function timed(stack: BenchStack, url: string, database: Database, group: string): Promise<Omit<Cost, 'logKb' | 'logPages'>> {
  const settled = async (): Promise<number> => Number((await database.query<{ n: number }>('SELECT COALESCE(sum(stored), 0)::int8 AS n FROM intake_ledger WHERE topic = $1', [TOPIC]))[0]?.n);
  const before = await settled();
  const intake = await startService('intake', { KAFKA_BROKERS: stack.kafkaBrokers, DATABASE_URL: url, GROUP_ID: group, LOG_LEVEL: 'info' });
  try {
    const look = async () => ({ events: (await settled()) - before, at: performance.now(), intake: cpuSeconds(intake.pid), postgres: postgresCpuSeconds(stack.postmaster) });
    let first = await look();
    for (let now = first; ; now = await look()) {
      if (first.events === 0) first = now;
      if (now.events === EVENTS) {
        const per = (from: number, to: number): number => ((to - from) * 1e6) / (now.events - first.events);
        return { intakeMicros: per(first.intake, now.intake), postgresMicros: per(first.postgres, now.postgres), eventsPerSecond: 1e6 / per(first.at / 1_000, now.at / 1_000) };
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
const open = (url: string): Database => openDatabase({ url, poolSize: 2, applicationName: 'bench', statementTimeoutMs: 3_600_000, transactionTimeoutMs: 3_600_000 });

async function pairsAt(stack: BenchStack, grownUrl: string, grown: Database, size: number) {
  const pairs: { small: Cost; grown: Cost }[] = [];
  for (let pair = 1; pair <= PAIRS; pair++) {
    const name = `small_${size}_${pair}`;
    const url = await benchDatabase(stack, name);
    const small = open(url);
    await fillTo(small, SMALL, grown);
    await small.execute(NO_VACUUM);
    await copyLedger(grown, small);
    await publishNext(stack);
    const costs: Partial<{ small: Cost; grown: Cost }> = {};
    for (const which of inTurn(['small', 'grown'] as const, pair)) {
      await grown.execute('CHECKPOINT');
      if (which === 'grown') costs.grown = await drain(stack, grownUrl, grown, 'grown');
      else {
        costs.small = await drain(stack, url, small, name);
        await small.close();
        await dropDatabase(stack, url);
      }
    }
    pairs.push(costs as { small: Cost; grown: Cost });
    say(`  ${size} rows, pair ${pair}: ${Object.entries(costs).map(([which, cost]) => `${which} ${rounded(total(cost), 1)} µs an event, ${rounded(cost.logPages, 2)} pages logged`).join('; ')}`);
  }
  const of = (which: 'small' | 'grown', what: keyof Cost): number => median(pairs.map((pair) => pair[which][what]));
  const side = (which: 'small' | 'grown') => ({
    intakeMicros: rounded(of(which, 'intakeMicros'), 1),
    postgresMicros: rounded(of(which, 'postgresMicros'), 1),
    eventsPerSecond: rounded(of(which, 'eventsPerSecond')),
    logKb: rounded(of(which, 'logKb'), 1),
    logPages: rounded(of(which, 'logPages'), 2),
  });
  const ratios = pairs.map((pair) => rounded(total(pair.grown) / total(pair.small), 3));
  return { rows: size, small: side('small'), grown: side('grown'), ratio: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) };
}

async function main(): Promise<void> {
  // A quarter of the memory, as Postgres's documentation advises for a machine of its own: whoever stores ten million rows has set it.
  // Its log has room for a drain without another checkpoint.
  const stack = await benchStack({ shared_buffers: `${Math.floor(totalmem() / 4 / 2 ** 20)}MB`, max_wal_size: '16GB', checkpoint_timeout: '1h' });
  try {
    const topics = [TOPIC, 'visitor-volume.measured'].map((topic) => ({ topic, partitions: PARTITIONS, replication: 1 }));
    await createTopics(createKafka({ brokers: stack.kafkaBrokers.split(','), clientId: 'bench' }), topics);
    const url = await benchDatabase(stack, 'grown');
    const grown = open(url);
    await grown.execute(NO_VACUUM);
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
