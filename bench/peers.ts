/**
 * The product beside what others would take for the same work, and beside the limit: waiting events into the same table with the same indexes, each as a
 * process of its own, by turns in each round, because the machine's speed drifts. bench/README.md says how each peer is set up.
 */
import 'reflect-metadata';
import { join } from 'node:path';
import { openDatabase } from '@vong-gac/database';
import { createKafka } from '@vong-gac/kafka';
import { publishBacklog, type Backlog } from './backlog';
import { figuresOf, inTurn, isNoisy, limit, noiseOf, product, rounded, warmUp, type Contender } from './contenders';
import { waiting } from './events';
import { measureDrain, type Drain } from './drain';
import { median } from './figures';
import { kafkaConnectCommand } from './peers/kafka-connect';
import { redpandaConnectCommand } from './peers/redpanda-connect';
import { peerDatabase, settledRows, typicalRow, type TypicalRow } from './peers/table';
import { answer, benchStack, createTopics, dropDatabase, option, say, type BenchStack } from './stage';

const ROUNDS = option('rounds', 5);
const PARTITIONS = 6;
const EVENTS = option('events', 300_000);
const BACKLOG: Backlog = { topic: 'incident.reported', partitions: PARTITIONS, events: EVENTS, options: { ...waiting(EVENTS, 100), alertEvery: 100, run: 'bench' } };
/** For the peer that takes one message after the other. */
const SHORT: Backlog = { ...BACKLOG, topic: 'incident.reported.short', events: option('short-events', 12_000) };
const CONNECT_TASKS = option('connect-tasks', 2);
const REDPANDA_CONNECT = process.env.BENCH_REDPANDA_CONNECT;
/** How many times as fast as each peer the product must be. */
const GOALS: Record<string, number> = { kafkaConnect: 2, redpandaConnect: 2.5, nest: 50 };

let typical: TypicalRow | undefined;

function peer(name: string, backlog: Backlog, command?: (stack: BenchStack, run: { url: string; topic: string; group: string }) => string[] | Promise<string[]>): Contender {
  return async (stack, round) => {
    if (typical === undefined) throw new Error('the product drains before a peer, which takes the width of its rows');
    const url = await peerDatabase(stack, `${name.replaceAll('-', '_')}_${round}`, typical);
    const run = { url, topic: backlog.topic, group: `${name}-${round}` };
    const env = { BENCH_BROKERS: stack.kafkaBrokers, BENCH_DATABASE: url, BENCH_TOPIC: run.topic, BENCH_GROUP: run.group };
    const database = openDatabase({ url, poolSize: 1, applicationName: 'bench', statementTimeoutMs: 120_000 });
    const drain = await measureDrain({ main: join(__dirname, 'peers', `${name}.js`), command: await command?.(stack, run), env, total: backlog.events, postmaster: stack.postmaster, settled: settledRows(database, backlog) });
    await database.close();
    await dropDatabase(stack, url);
    return drain;
  };
}

const PRODUCT = product(BACKLOG, async (database) => void (typical ??= await typicalRow(database)));
const CONTENDERS: Record<string, Contender> = {
  product: PRODUCT,
  limit: limit(BACKLOG),
  kafkaConnect: peer('kafka-connect', BACKLOG, (stack, run) => kafkaConnectCommand({ stack, ...run, tasks: CONNECT_TASKS, log: say })),
  ...(REDPANDA_CONNECT === undefined ? {} : { redpandaConnect: peer('redpanda-connect', BACKLOG, (stack, run) => redpandaConnectCommand(REDPANDA_CONNECT, stack, run)) }),
  typeormBatch: peer('typeorm-batch', BACKLOG),
  nest: peer('nest', SHORT),
};

/** `--only a,b`: the product and these. */
function chosen(): [string, Contender][] {
  const at = process.argv.indexOf('--only');
  const names = at === -1 ? Object.keys(CONTENDERS) : ['product', ...(process.argv[at + 1] ?? '').split(',')];
  return Object.entries(CONTENDERS).filter(([name]) => names.includes(name));
}

async function measure(stack: BenchStack): Promise<Map<string, Drain[]>> {
  const drains = new Map<string, Drain[]>(chosen().map(([name]) => [name, []]));
  for (let round = 1; round <= ROUNDS; round++) {
    for (const [name, contender] of inTurn(chosen(), round)) {
      const drain = await contender(stack, round);
      drains.get(name)?.push(drain);
      say(`round ${round}: ${name} ${rounded(drain.eventsPerSecond)}/s, ${rounded(drain.rssMiB)} MiB, CPU ${rounded(drain.cpuSeconds, 1)} s and Postgres ${rounded(drain.postgresCpuSeconds, 1)} s${noiseOf(drain)}`);
    }
  }
  return drains;
}

/** How many times as fast as another the product was: the median of the rounds' ratios. */
function timesAsFast(drains: ReadonlyMap<string, readonly Drain[]>): Record<string, number> {
  const own = drains.get('product') ?? [];
  const others = [...drains].filter(([name]) => name !== 'product');
  return Object.fromEntries(others.map(([name, peers]) => [name, rounded(median(peers.map((each, i) => (own[i]?.eventsPerSecond ?? NaN) / each.eventsPerSecond)), 2)]));
}

async function main(): Promise<void> {
  if (REDPANDA_CONNECT === undefined) say('Redpanda Connect is not measured: BENCH_REDPANDA_CONNECT names no program');
  const stack = await benchStack();
  try {
    const connection = createKafka({ brokers: stack.kafkaBrokers.split(','), clientId: 'bench' });
    await createTopics(connection, [{ topic: 'visitor-volume.measured', partitions: PARTITIONS, replication: 1 }]);
    for (const backlog of [BACKLOG, SHORT]) await publishBacklog(stack.kafkaBrokers, backlog);
    await warmUp(stack, PRODUCT);
    const drains = await measure(stack);
    const ratios = timesAsFast(drains);
    const contenders = Object.fromEntries([...drains].map(([name, each]) => [name, figuresOf(each)]));
    const notMeasured = Object.keys(GOALS).filter((name) => !drains.has(name));
    const result = { name: 'peers', rounds: ROUNDS, contenders, ratio: ratios.limit ?? null, ratios, notMeasured, noisyDrains: [...drains.values()].flat().filter((each) => isNoisy(each)).length };
    answer(result);
    for (const [name, times] of Object.entries(GOALS)) {
      const reached = ratios[name];
      if (reached !== undefined && reached >= times) continue;
      say(`${name}: ${reached === undefined ? 'not measured' : 'not good enough'}, ${times} times as fast is asked for`);
      process.exitCode = 1;
    }
  } finally {
    await stack.stop();
  }
}

void main();
