/**
 * How intake's speed changes with the number of its processes and of the topic's partitions, and which process's CPU is used up where it stops.
 * The clock runs while all processes are at work: from when the last is ready until 95 % are settled. bench/README.md says more.
 */
import 'reflect-metadata';
import { setTimeout as pause } from 'node:timers/promises';
import { openDatabase } from '@vong-gac/database';
import { createKafka } from '@vong-gac/kafka';
import { publishBacklog, type Backlog } from './backlog';
import { coresFromNow } from './machine';
import { brokerOf, startService, type Service } from './processes';
import { waiting } from './events';
import { answer, benchDatabase, benchStack, createTopics, dropDatabase, option, say, settledOf, type BenchStack } from './stage';

const EVENTS = option('events', 600_000);
const PARTITIONS = process.argv.includes('--partitions') ? [option('partitions', 6)] : [6, 24];
const PROCESSES = [1, 2, 4];
const SHARE = 0.95;
const LOOK_MS = 100;
const TOPIC = 'incident.reported';

interface Point {
  partitions: number;
  processes: number;
  eventsPerSecond: number;
  /** Cores kept busy: by all intakes, by Postgres, by Kafka, and by everything on the machine. */
  cores: Record<string, number>;
}

async function measure(stack: BenchStack, partitions: number, processes: number): Promise<Point> {
  const url = await benchDatabase(stack, `scale_${partitions}_${processes}`);
  const database = openDatabase({ url, poolSize: 1, applicationName: 'bench' });
  const settled = (): Promise<number> => settledOf(database, TOPIC);
  const env = { KAFKA_BROKERS: stack.kafkaBrokers, DATABASE_URL: url, GROUP_ID: `scale-${partitions}-${processes}` };
  const intakes: Service[] = [];
  try {
    await Promise.all(Array.from({ length: processes }, async () => intakes.push(await startService('intake', env))));
    const cores = coresFromNow({ intake: intakes.map(({ pid }) => pid), kafka: brokerOf(stack.dataDir) }, stack.postmaster);
    const [from, at] = [await settled(), performance.now()];
    if (from > EVENTS / 2) throw new Error(`half of the events were settled before all intakes were ready: more than ${EVENTS} are needed (--events)`);
    let now = from;
    for (; now < EVENTS * SHARE; now = await settled()) await pause(LOOK_MS);
    const eventsPerSecond = Math.round(((now - from) * 1_000) / (performance.now() - at));
    return { partitions, processes, eventsPerSecond, cores: cores() };
  } finally {
    await Promise.all(intakes.map((each) => each.stop()));
    await database.close();
    await dropDatabase(stack, url);
  }
}

async function main(): Promise<void> {
  const points: Point[] = [];
  for (const partitions of PARTITIONS) {
    const stack = await benchStack();
    try {
      const backlog: Backlog = { topic: TOPIC, partitions, events: EVENTS, options: { ...waiting(EVENTS, 50), alertEvery: 100, run: 'scale' } };
      await createTopics(createKafka({ brokers: stack.kafkaBrokers.split(','), clientId: 'bench' }), [{ topic: 'visitor-volume.measured', partitions, replication: 1 }]);
      await publishBacklog(stack.kafkaBrokers, backlog);
      for (const processes of PROCESSES) {
        const point = await measure(stack, partitions, processes);
        points.push(point);
        say(`${partitions} partitions, ${processes} intakes: ${point.eventsPerSecond}/s; cores ${JSON.stringify(point.cores)}`);
      }
    } finally {
      await stack.stop();
    }
  }
  const result = { name: 'scale', events: EVENTS, points };
  answer(result);
}

void main();
