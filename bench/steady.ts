import { setTimeout as pause } from 'node:timers/promises';
import { type Database, openDatabase, RegistryStore } from '@vong-gac/database';
import { createKafka, KafkaProducer } from '@vong-gac/kafka';
import { eventOf, SITE, type EventOptions } from './events';
import { epochMs, receiver, startService, type Receiver, type Service } from './processes';
import { benchDatabase, benchStack, createTopics, type BenchStack } from './stage';

/** Events go out in ticks of this length, as a steady stream rather than in bursts of a second. */
const TICK_MS = 5;
export const WARM_UP_SECONDS = 5;
const SENDS_AT_ONCE = 50;
const PATIENCE_MS = 60_000;
export const ALERTS_PER_SECOND = 10;
const TOPICS = ['incident.reported', 'visitor-volume.measured', 'alert.raised', 'event.receipt'];

/** The product with everything around it: intake and dispatch as processes, a receiver, Kafka and Postgres. */
export interface House {
  stack: BenchStack;
  url: string;
  database: Database;
  police: Receiver;
  env: Record<string, string>;
  services: { intake: Service; dispatch: Service };
  close(): Promise<void>;
}

/** Postgres notes the time of each commit, so that "stored" can be told for every event. */
export async function openHouse(name: string): Promise<House> {
  const stack = await benchStack({ track_commit_timestamp: 'on' });
  const police = await receiver();
  const opened: (() => Promise<unknown> | void)[] = [() => stack.stop(), () => police.close()];
  const close = async (): Promise<void> => {
    for (const each of opened.reverse()) await each();
  };
  try {
    const url = await benchDatabase(stack, name);
    const database = openDatabase({ url, poolSize: 2, applicationName: 'bench', statementTimeoutMs: 120_000 });
    opened.push(() => database.close());
    const text = `body_id,kind,url,secret,takes_test\nca-xuan-hoa,webhook,${police.url},whsec_${Buffer.alloc(32, 7).toString('base64')},false\n`;
    await new RegistryStore(database).seed({ receivers: { name: 'bench', text } }, new Date());
    await createTopics(createKafka({ brokers: stack.kafkaBrokers.split(','), clientId: 'bench' }), TOPICS.map((topic) => ({ topic, partitions: 6, replication: 1 })));
    const env = { KAFKA_BROKERS: stack.kafkaBrokers, DATABASE_URL: url };
    const intake = await startService('intake', env);
    opened.push(() => intake.stop());
    const dispatch = await startService('dispatch', env);
    opened.push(() => dispatch.stop());
    return { stack, url, database, police, env, services: { intake, dispatch }, close };
  } catch (error) {
    await close();
    throw error;
  }
}

export interface Steady {
  rate: number;
  seconds: number;
  run: string;
}

export interface Spread {
  p50: number;
  p99: number;
  max: number;
}

export interface SteadyFigures {
  eventsPerSecond: number;
  /** What the publisher managed. */
  published: number;
  seconds: number;
  alerts: number;
  /** From when an event was due to be sent to its transaction's commit (before it is flushed), milliseconds. */
  storedMs: Spread;
  /** … to the first request at the receiver. */
  alertMs: Spread;
}

/** Publishes at the rate and waits until all is stored and told; the first seconds are not counted. */
export async function measureSteady(house: House, { rate, seconds, run }: Steady): Promise<SteadyFigures> {
  const alertEvery = Math.max(1, Math.round(rate / ALERTS_PER_SECOND));
  const { sent, perSecond } = await publish(house.stack.kafkaBrokers, rate, seconds, { startAt: Date.now(), stepMs: 1_000 / rate, alertEvery, run });
  const alerting = [...sent].filter(([, { alerts }]) => alerts);
  const missing = (): string[] => alerting.filter(([id]) => !house.police.told.has(id)).map(([id]) => id);
  for (const end = performance.now() + PATIENCE_MS; missing().length > 0; await pause(50)) {
    if (performance.now() < end) continue;
    const late = missing();
    const stored = await house.database.query('SELECT 1 FROM incidents WHERE event_id = ANY ($1)', [late]);
    throw new Error(`${late.length} of ${alerting.length} alerts did not come within ${PATIENCE_MS / 1_000} s (${late[0]} to ${late.at(-1)}); ${stored.length} of them are stored`);
  }
  const stored = await commits(house.database, run, rate * (seconds + WARM_UP_SECONDS));
  const storedMs = [...sent].map(([id, { at }]) => (stored.get(id) ?? NaN) - at);
  const alertMs = alerting.map(([id, { at }]) => (house.police.told.get(id) ?? NaN) - at);
  return { eventsPerSecond: rate, published: Math.round(perSecond), seconds, alerts: alerting.length, storedMs: spread(storedMs), alertMs: spread(alertMs) };
}

interface Sent {
  at: number;
  alerts: boolean;
}

async function publish(brokers: string, rate: number, seconds: number, options: EventOptions): Promise<{ sent: Map<string, Sent>; perSecond: number }> {
  const producer = new KafkaProducer(createKafka({ brokers: brokers.split(','), clientId: 'bench' }));
  await producer.connect();
  const sent = new Map<string, Sent>();
  const total = rate * (seconds + WARM_UP_SECONDS);
  const warmUp = rate * WARM_UP_SECONDS;
  const open = new Set<Promise<unknown>>();
  let failure: Error | null = null;
  const [start, startedAt] = [performance.now(), epochMs()];
  /** An event counts from when it was due: a publisher that was held up hides nothing. */
  const dueAt = (index: number): number => startedAt + (index * 1_000) / rate;
  for (let next = 0; next < total; await pause(TICK_MS)) {
    // Where Kafka does not keep up, the publisher falls behind its rate, and `published` says so.
    while (open.size >= SENDS_AT_ONCE) await Promise.race(open);
    if (failure !== null) throw failure;
    const due = Math.min(total, Math.floor(((performance.now() - start) * rate) / 1_000));
    const messages: { key: string; value: string }[] = [];
    for (; next < due; next++) {
      const value = eventOf(next, options);
      if (next >= warmUp) sent.set(idOf(value), { at: dueAt(next), alerts: next % options.alertEvery === options.alertEvery - 1 });
      messages.push({ key: `${SITE}-${next % 24}`, value });
    }
    if (messages.length === 0) continue;
    const send: Promise<unknown> = producer
      .send('incident.reported', messages)
      .catch((cause: unknown) => (failure = new Error('the publisher could not go on', { cause })))
      .finally(() => open.delete(send));
    open.add(send);
  }
  await Promise.all(open);
  const perSecond = (total * 1_000) / (performance.now() - start);
  await producer.close();
  return { sent, perSecond };
}

const idOf = (value: string): string => /"id":"([^"]+)"/.exec(value)?.[1] ?? '';

/** When each event's transaction committed, milliseconds since 1970. */
async function commits(database: Database, run: string, total: number): Promise<Map<string, number>> {
  const here = `FROM incidents WHERE event_id LIKE $1`;
  const count = async (): Promise<number> => (await database.query<{ n: number }>(`SELECT count(*)::int4 AS n ${here}`, [`${run}-%`]))[0]?.n ?? 0;
  for (const end = performance.now() + PATIENCE_MS; (await count()) < total; await pause(500)) {
    if (performance.now() > end) throw new Error(`${await count()} of ${total} events were stored`);
  }
  const rows = await database.query<{ event_id: string; ms: number }>(`SELECT event_id, (extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000)::float8 AS ms ${here}`, [`${run}-%`]);
  return new Map(rows.map(({ event_id, ms }) => [event_id, ms]));
}

export function spread(values: number[]): Spread {
  const sorted = values.sort((a, b) => a - b);
  const at = (share: number): number => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN);
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}
