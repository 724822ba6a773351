/**
 * The product beside what others would take for the same work: waiting events into the same table with the same indexes, each as a process of its
 * own, one after the other in each round, because the machine's speed drifts. bench/README.md says how each peer is set up.
 */
import 'reflect-metadata';
import { join } from 'node:path';
import { CheckStore, openDatabase, type Database } from '@vong-gac/database';
import { shippedPolicies } from '@vong-gac/policy';
import { createKafka } from '@vong-gac/kafka';
import { MALLOC_ENV, NODE_FLAGS } from '@vong-gac/runtime';
import { publishBacklog, type Backlog } from './backlog';
import { measureDrain, type Drain } from './drain';
import { median } from './figures';
import { kafkaConnectCommand } from './peers/kafka-connect';
import { redpandaConnectCommand } from './peers/redpanda-connect';
import { peerDatabase, settledRows, typicalRow, type TypicalRow } from './peers/table';
import { benchDatabase, benchStack, createTopics, option, PRODUCT_MAIN, say, type BenchStack } from './stage';

const ROUNDS = option('rounds', 3);
const PARTITIONS = 6;
const OPTIONS = { startAt: Date.now() - 12 * 3_600_000, stepMs: 100, alertEvery: 100 };
const BACKLOG: Backlog = { topic: 'incident.reported', partitions: PARTITIONS, events: option('events', 300_000), options: { ...OPTIONS, run: 'bench' } };
/** For the peer that takes one message after the other. */
const SHORT: Backlog = { ...BACKLOG, topic: 'incident.reported.short', events: option('short-events', 12_000) };
const CONNECT_TASKS = option('connect-tasks', 2);
const REDPANDA_CONNECT = process.env.BENCH_REDPANDA_CONNECT;
/** How many times as fast as each peer the product must be. */
const GOALS: Record<string, number> = { kafkaConnect: 2, redpandaConnect: 2.5, nest: 50 };

type Contender = (stack: BenchStack, round: number) => Promise<Drain>;

let typical: TypicalRow | undefined;

async function drained(stack: BenchStack, url: string, backlog: Backlog, start: { main: string; flags?: readonly string[]; command?: string[]; env: Record<string, string> }, after?: (database: Database) => Promise<void>): Promise<Drain> {
  const database = openDatabase({ url, poolSize: 1, applicationName: 'bench', statementTimeoutMs: 120_000 });
  try {
    const drain = await measureDrain({ ...start, total: backlog.events, postmaster: stack.postmaster, settled: settledRows(database, backlog) });
    await after?.(database);
    return drain;
  } finally {
    await database.close();
  }
}

const product: Contender = async (stack, round) => {
  const url = await benchDatabase(stack, `product_${round}`);
  const env = { ...MALLOC_ENV, KAFKA_BROKERS: stack.kafkaBrokers, DATABASE_URL: url, GROUP_ID: `product-${round}`, LOG_LEVEL: 'warn' };
  return drained(stack, url, BACKLOG, { main: PRODUCT_MAIN, flags: NODE_FLAGS, env }, async (database) => {
    const { problems } = await new CheckStore(database, shippedPolicies).check();
    if (problems.length > 0) throw new Error(`check: ${problems.join('; ')}`);
    typical ??= await typicalRow(database);
  });
};

function peer(name: string, backlog: Backlog, command?: (stack: BenchStack, run: { url: string; topic: string; group: string }) => string[] | Promise<string[]>): Contender {
  return async (stack, round) => {
    if (typical === undefined) throw new Error('the product goes first: a peer takes the width of its rows');
    const url = await peerDatabase(stack, `${name.replaceAll('-', '_')}_${round}`, typical);
    const run = { url, topic: backlog.topic, group: `${name}-${round}` };
    const env = { BENCH_BROKERS: stack.kafkaBrokers, BENCH_DATABASE: url, BENCH_TOPIC: run.topic, BENCH_GROUP: run.group };
    return drained(stack, url, backlog, { main: join(__dirname, 'peers', `${name}.js`), command: await command?.(stack, run), env });
  };
}

const CONTENDERS: Record<string, Contender> = {
  product,
  kafkaConnect: peer('kafka-connect', BACKLOG, (stack, run) => kafkaConnectCommand({ stack, ...run, tasks: CONNECT_TASKS, log: say })),
  ...(REDPANDA_CONNECT === undefined ? {} : { redpandaConnect: peer('redpanda-connect', BACKLOG, (stack, run) => redpandaConnectCommand(REDPANDA_CONNECT, stack, run)) }),
  typeormBatch: peer('typeorm-batch', BACKLOG),
  nest: peer('nest', SHORT),
};

const rounded = (value: number, digits = 0): number => Number(value.toFixed(digits));

function figures(drains: readonly Drain[]) {
  const rates = drains.map(({ eventsPerSecond }) => eventsPerSecond);
  return {
    eventsPerSecond: rounded(median(rates)),
    min: rounded(Math.min(...rates)),
    max: rounded(Math.max(...rates)),
    rssMiB: rounded(Math.max(...drains.map(({ rssMiB }) => rssMiB))),
    cpuSeconds: rounded(median(drains.map(({ cpuSeconds }) => cpuSeconds)), 1),
    postgresCpuSeconds: rounded(median(drains.map(({ postgresCpuSeconds }) => postgresCpuSeconds)), 1),
  };
}

/** `--only a,b`: the product and these. */
function chosen(): [string, Contender][] {
  const at = process.argv.indexOf('--only');
  const names = at === -1 ? Object.keys(CONTENDERS) : ['product', ...(process.argv[at + 1] ?? '').split(',')];
  return Object.entries(CONTENDERS).filter(([name]) => names.includes(name));
}

async function measure(stack: BenchStack): Promise<Map<string, Drain[]>> {
  const drains = new Map<string, Drain[]>(chosen().map(([name]) => [name, []]));
  for (let round = 1; round <= ROUNDS; round++) {
    for (const [name, contender] of chosen()) {
      const drain = await contender(stack, round);
      drains.get(name)?.push(drain);
      say(`round ${round}: ${name} ${rounded(drain.eventsPerSecond)}/s, ${rounded(drain.rssMiB)} MiB, CPU ${rounded(drain.cpuSeconds, 1)} s and Postgres ${rounded(drain.postgresCpuSeconds, 1)} s`);
    }
  }
  return drains;
}

/** How many times as fast as a peer the product was: the median of the rounds' ratios. */
function timesAsFast(drains: ReadonlyMap<string, readonly Drain[]>): Record<string, number> {
  const own = drains.get('product') ?? [];
  const others = [...drains].filter(([name]) => name !== 'product');
  return Object.fromEntries(others.map(([name, peers]) => [name, rounded(median(peers.map((each, i) => (own[i]?.eventsPerSecond ?? NaN) / each.eventsPerSecond)), 2)]));
}

async function main(): Promise<void> {
  if (REDPANDA_CONNECT === undefined) say('Redpanda Connect is left out: BENCH_REDPANDA_CONNECT names no program');
  const stack = await benchStack();
  try {
    const connection = createKafka({ brokers: stack.kafkaBrokers.split(','), clientId: 'bench' });
    await createTopics(connection, [{ topic: 'visitor-volume.measured', partitions: PARTITIONS, replication: 1 }]);
    for (const backlog of [BACKLOG, SHORT]) await publishBacklog(stack.kafkaBrokers, backlog);
    const drains = await measure(stack);
    const ratios = timesAsFast(drains);
    const contenders = Object.fromEntries([...drains].map(([name, each]) => [name, figures(each)]));
    const result = { name: 'peers', rounds: ROUNDS, contenders, ratio: Math.min(...Object.values(ratios)), ratios };
    if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(result)}\n`);
    else console.dir(result, { depth: null });
    for (const [name, times] of Object.entries(GOALS).filter(([each, goal]) => (ratios[each] ?? goal) < goal)) {
      say(`not good enough: ${times} times as fast as ${name} is asked for`);
      process.exitCode = 1;
    }
  } finally {
    await stack.stop();
  }
}

void main();
