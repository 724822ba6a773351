/**
 * How fast waiting events are drained: the product, as its own process from the build, against the limit (bench/limit.ts), alternately, in
 * adjacent pairs, because the machine's speed drifts. bench/README.md says more.
 */
import 'reflect-metadata';
import { assess, canonicalJson } from '@vong-gac/domain';
import { builtInPolicy, shippedPolicies } from '@vong-gac/policy';
import { decode } from '@vong-gac/contracts';
import { CheckStore, Database, openDatabase, RegistryStore } from '@vong-gac/database';
import { createKafka } from '@vong-gac/kafka';
import { MALLOC_ENV, NODE_FLAGS } from '@vong-gac/runtime';
import { publishBacklog } from './backlog';
import { eventOf, type EventOptions } from './events';
import { median, NOISY_SHARE } from './figures';
import { measureDrain, type Drain } from './drain';
import { benchDatabase, benchStack, createTopics, dropDatabase, LIMIT_MAIN, option, PRODUCT_MAIN, say, sayStatements, settledOf } from './stage';

const EVENTS = option('events', 300_000);
const PAIRS = option('pairs', 3);
const PARTITIONS = 6;
const TOPIC = 'incident.reported';
const OPTIONS: EventOptions = { startAt: Date.now() - 12 * 3_600_000, stepMs: 100, alertEvery: 100, run: 'bench' };
const REQUIRED_RATIO = 0.7;
const RESIDENT_MIB_MAX = 250;

/** An assessment as the product stores one for these events: the limit writes rows of the same width. */
async function typicalAssessment(database: Database): Promise<string> {
  const registry = await new RegistryStore(database).load();
  const decoded = decode({ timestamp: Date.now(), value: Buffer.from(eventOf(0, OPTIONS)), headers: [] });
  if (decoded.outcome !== 'event' || decoded.event.kind !== 'incident') throw new Error('the bench sends no incident');
  return canonicalJson(assess(decoded.event, { registry, volumes: new Map() }, builtInPolicy()).assessment);
}

async function product(stack: Awaited<ReturnType<typeof benchStack>>, round: number): Promise<Drain> {
  const url = await benchDatabase(stack, `product_${round}`);
  const database = openDatabase({ url, poolSize: 1, applicationName: 'bench', statementTimeoutMs: 120_000, transactionTimeoutMs: 240_000 });
  const drain = await measureDrain({
    main: PRODUCT_MAIN,
    flags: NODE_FLAGS,
    env: { ...MALLOC_ENV, KAFKA_BROKERS: stack.kafkaBrokers, DATABASE_URL: url, GROUP_ID: `product-${round}`, LOG_LEVEL: 'warn' },
    total: EVENTS,
    postmaster: stack.postmaster,
    settled: () => settledOf(database, TOPIC),
  });
  const { problems } = await new CheckStore(database, shippedPolicies).check();
  const [rows] = await database.query<{ n: number; alerts: number }>('SELECT (SELECT count(*) FROM incidents) AS n, (SELECT count(*) FROM alerts) AS alerts');
  await database.close();
  if (process.argv.includes('--statements')) await sayStatements(url);
  if (problems.length > 0 || rows?.n !== EVENTS) throw new Error(`the product stored ${rows?.n} of ${EVENTS}: ${problems.join('; ')}`);
  say(`  ${rows.n} stored, ${rows.alerts} alerts, check finds nothing wrong`);
  await dropDatabase(stack, url);
  return drain;
}

async function limit(stack: Awaited<ReturnType<typeof benchStack>>, round: number): Promise<Drain> {
  const url = await benchDatabase(stack, `limit_${round}`);
  const database = openDatabase({ url, poolSize: 1, applicationName: 'bench', statementTimeoutMs: 120_000 });
  const assessment = await typicalAssessment(database);
  await database.close();
  const drain = await measureDrain({
    main: LIMIT_MAIN,
    env: { BENCH_BROKERS: stack.kafkaBrokers, BENCH_DATABASE: url, BENCH_TOPIC: TOPIC, BENCH_GROUP: `limit-${round}`, BENCH_ASSESSMENT: assessment },
    total: EVENTS,
    postmaster: stack.postmaster,
    settled: null,
  });
  await dropDatabase(stack, url);
  return drain;
}

const rounded = (value: number, digits = 0): number => Number(value.toFixed(digits));

function contender(drains: readonly Drain[]) {
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

/** Says it where other processes took so much of the machine that the figures mean little; '' where they did not. */
function noiseOf(...drains: readonly Drain[]): string {
  const share = Math.max(...drains.map(({ othersShare }) => othersShare));
  return share > NOISY_SHARE ? `; noisy: other processes took ${rounded(share * 100)} % of the CPU` : '';
}

async function main(): Promise<void> {
  const stack = await benchStack();
  try {
    say(`publishing ${EVENTS} events of about ${Buffer.byteLength(eventOf(0, OPTIONS))} bytes`);
    await createTopics(createKafka({ brokers: stack.kafkaBrokers.split(','), clientId: 'bench' }), [{ topic: 'visitor-volume.measured', partitions: PARTITIONS, replication: 1 }]);
    await publishBacklog(stack.kafkaBrokers, { topic: TOPIC, partitions: PARTITIONS, events: EVENTS, options: OPTIONS });
    const pairs: { limit: Drain; product: Drain }[] = [];
    for (let round = 1; round <= PAIRS; round++) {
      // By turns: whoever comes second finds a warmer machine.
      const drains = new Map<typeof limit, Drain>();
      for (const contender of round % 2 === 1 ? [limit, product] : [product, limit]) drains.set(contender, await contender(stack, round));
      const [first, second] = [drains.get(limit), drains.get(product)];
      if (first === undefined || second === undefined) throw new Error('a pair has both contenders');
      pairs.push({ limit: first, product: second });
      say(`pair ${round}: limit ${rounded(first.eventsPerSecond)}/s, product ${rounded(second.eventsPerSecond)}/s, ratio ${rounded(second.eventsPerSecond / first.eventsPerSecond, 3)}; product ${rounded(second.rssMiB)} MiB${noiseOf(first, second)}`);
    }
    const ratio = rounded(median(pairs.map((pair) => pair.product.eventsPerSecond / pair.limit.eventsPerSecond)), 3);
    const contenders = { limit: contender(pairs.map((pair) => pair.limit)), product: contender(pairs.map((pair) => pair.product)) };
    const noisyPairs = pairs.filter((pair) => noiseOf(pair.limit, pair.product) !== '').length;
    const ratios = pairs.map((pair) => rounded(pair.product.eventsPerSecond / pair.limit.eventsPerSecond, 3));
    const result = { name: 'intake', rounds: PAIRS, contenders, ratio, ratios, noisy: noisyPairs > 0, noisyPairs };
    if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(result)}\n`);
    else console.dir(result, { depth: null });
    if (ratio < REQUIRED_RATIO || contenders.product.rssMiB > RESIDENT_MIB_MAX) {
      say(`not good enough: a ratio of at least ${REQUIRED_RATIO} and at most ${RESIDENT_MIB_MAX} MiB are asked for`);
      process.exitCode = 1;
    }
  } finally {
    await stack.stop();
  }
}

void main();
