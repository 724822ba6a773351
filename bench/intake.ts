/**
 * How fast waiting events are drained: the product, as its own process from the build, against the limit (bench/limit.ts), alternately, in
 * adjacent pairs, because the machine's speed drifts. bench/README.md says more.
 */
import 'reflect-metadata';
import { createKafka } from '@vong-gac/kafka';
import { publishBacklog, type Backlog } from './backlog';
import { figuresOf, inTurn, isNoisy, limit, noiseOf, product, rounded, warmUp } from './contenders';
import type { Drain } from './drain';
import { eventOf, waiting, type EventOptions } from './events';
import { median } from './figures';
import { answer, benchStack, createTopics, option, say } from './stage';

const EVENTS = option('events', 300_000);
const PAIRS = option('pairs', 5);
const PARTITIONS = 6;
const OPTIONS: EventOptions = { ...waiting(EVENTS, 100), alertEvery: 100, run: 'bench' };
const BACKLOG: Backlog = { topic: 'incident.reported', partitions: PARTITIONS, events: EVENTS, options: OPTIONS };
const CONTENDERS = { product: product(BACKLOG), limit: limit(BACKLOG) };
const REQUIRED_RATIO = 0.8;
const RESIDENT_MIB_MAX = 250;

type Pair = Record<keyof typeof CONTENDERS, Drain>;

const ratioOf = (pair: Pair): number => pair.product.eventsPerSecond / pair.limit.eventsPerSecond;

async function main(): Promise<void> {
  const stack = await benchStack();
  try {
    say(`publishing ${EVENTS} events of about ${Buffer.byteLength(eventOf(0, OPTIONS))} bytes`);
    await createTopics(createKafka({ brokers: stack.kafkaBrokers.split(','), clientId: 'bench' }), [{ topic: 'visitor-volume.measured', partitions: PARTITIONS, replication: 1 }]);
    await publishBacklog(stack.kafkaBrokers, BACKLOG);
    await warmUp(stack, CONTENDERS.product);
    const pairs: Pair[] = [];
    for (let round = 1; round <= PAIRS; round++) {
      const pair: Partial<Pair> = {};
      for (const name of inTurn(['product', 'limit'] as const, round)) pair[name] = await CONTENDERS[name](stack, round);
      const done = pair as Pair;
      pairs.push(done);
      say(`pair ${round}: limit ${rounded(done.limit.eventsPerSecond)}/s, product ${rounded(done.product.eventsPerSecond)}/s, ratio ${rounded(ratioOf(done), 3)}; product ${rounded(done.product.rssMiB)} MiB${noiseOf(done.limit, done.product)}`);
    }
    const ratios = pairs.map((pair) => rounded(ratioOf(pair), 3));
    const ratio = rounded(median(ratios), 3);
    const contenders = { limit: figuresOf(pairs.map((pair) => pair.limit)), product: figuresOf(pairs.map((pair) => pair.product)) };
    const noisyPairs = pairs.filter((pair) => isNoisy(pair.limit, pair.product)).length;
    const result = { name: 'intake', rounds: PAIRS, contenders, ratio, ratios, noisy: noisyPairs > 0, noisyPairs };
    answer(result);
    if (ratio < REQUIRED_RATIO || contenders.product.rssMiB > RESIDENT_MIB_MAX) {
      say(`not good enough: a ratio of at least ${REQUIRED_RATIO} and at most ${RESIDENT_MIB_MAX} MiB are asked for`);
      process.exitCode = 1;
    }
  } finally {
    await stack.stop();
  }
}

void main();
