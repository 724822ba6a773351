/**
 * Does memory stay flat? Intake, dispatch and api under a steady load for as long as is asked (`--minutes N`), looked at every ten seconds.
 * The slope is a straight line fitted to what was seen after the warm-up. bench/README.md says more.
 */
import 'reflect-metadata';
import { setTimeout as pause } from 'node:timers/promises';
import { createKafka, KafkaProducer } from '@vong-gac/kafka';
import { eventOf, SITE } from './events';
import { residentMiB } from './machine';
import { startService, type Service } from './processes';
import { answer, option, say } from './stage';
import { ALERTS_PER_SECOND, openHouse, type House } from './steady';

const MINUTES = option('minutes', 60);
const RATE = option('rate', 10_000);
const LOOK_MS = 10_000;
const TICK_MS = 20;
const WARM_UP_MS = Math.max(60_000, MINUTES * 6_000);
const RESIDENT_MIB_MAX = 200;
/** A straight line through an hour that rises by more than this is no flat one. */
const RISE_MIB_MAX = 10;
/** The rows of an hour would not fit every disk; no service holds anything of a stored incident. */
const EMPTY_EVERY_MS = 60_000;
const MIB = 1_024 * 1_024;
const HOUR_MS = 3_600_000;

interface Look {
  at: number;
  rssMiB: number;
  heapMiB: number;
  loopLagMs: number;
}

/** A process's own figures, from its /metrics. */
async function look({ pid, url }: Service, at: number): Promise<Look> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const metric = (name: string): number => Number(new RegExp(`^${name}(?:{[^}]*})? (\\S+)$`, 'm').exec(text)?.[1] ?? NaN);
  return { at, rssMiB: residentMiB(pid), heapMiB: metric('nodejs_heap_size_used_bytes') / MIB, loopLagMs: metric('nodejs_eventloop_lag_p99_seconds') * 1_000 };
}

/** The slope of a straight line through the points, per hour. */
function perHour(points: readonly { at: number; value: number }[]): number {
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(points.map(({ at }) => at)), mean(points.map(({ value }) => value))];
  const over = points.reduce((sum, { at, value }) => sum + (at - x) * (value - y), 0);
  return (over / points.reduce((sum, { at }) => sum + (at - x) ** 2, 0)) * HOUR_MS;
}

async function load(house: House, until: number): Promise<number> {
  const producer = new KafkaProducer(createKafka({ brokers: house.stack.kafkaBrokers.split(','), clientId: 'bench' }));
  await producer.connect();
  // Each event occurs when it is sent: one that ran ahead of the clock would be a defect, and its publisher told so.
  const options = { startAt: Date.now(), stepMs: 1_000 / RATE, alertEvery: Math.max(1, Math.round(RATE / ALERTS_PER_SECOND)), run: 'soak' };
  const open = new Set<Promise<unknown>>();
  let failure: unknown = null;
  let next = 0;
  const start = performance.now();
  for (; performance.now() < until && failure === null; await pause(TICK_MS)) {
    const due = Math.floor(((performance.now() - start) * RATE) / 1_000);
    const messages: { key: string; value: string }[] = [];
    for (; next < due; next++) messages.push({ key: `${SITE}-${next % 24}`, value: eventOf(next, options) });
    if (messages.length === 0) continue;
    const sending = producer.send('incident.reported', messages).catch((error: unknown) => (failure = error)).finally(() => open.delete(sending));
    open.add(sending);
  }
  await Promise.all(open);
  await producer.close();
  if (failure !== null) throw new Error('the publisher could not keep on', { cause: failure });
  return next;
}

/** An officer's page and an analyst's question, once a second. */
async function ask(api: Service, until: number): Promise<void> {
  for (; performance.now() < until; await pause(1_000)) {
    for (const path of ['/v1/alerts?limit=50', '/v1/incidents?limit=100']) {
      const answer = await fetch(`${api.url}${path}`);
      await answer.text();
      if (!answer.ok) throw new Error(`GET ${path} answered ${answer.status}`);
    }
  }
}

async function emptyNowAndThen(house: House, until: number): Promise<void> {
  for (let next = performance.now() + EMPTY_EVERY_MS; performance.now() < until; await pause(1_000)) {
    if (performance.now() < next) continue;
    await house.database.execute('TRUNCATE incidents');
    next += EMPTY_EVERY_MS;
  }
}

function summary(looks: readonly Look[]) {
  const after = looks.filter(({ at }) => at >= WARM_UP_MS);
  const of = (what: 'rssMiB' | 'heapMiB' | 'loopLagMs') => ({
    max: Math.round(Math.max(...looks.map((each) => each[what]))),
    perHour: Number(perHour(after.map((each) => ({ at: each.at, value: each[what] }))).toFixed(1)),
  });
  return { rssMiB: of('rssMiB'), heapMiB: of('heapMiB'), loopLagMs: of('loopLagMs') };
}

async function main(): Promise<void> {
  const house = await openHouse('soak');
  const api = await startService('api', house.env);
  try {
    const services = { ...house.services, api };
    const looks: Record<string, Look[]> = { intake: [], dispatch: [], api: [] };
    const start = performance.now();
    const until = start + MINUTES * 60_000;
    const watch = async (): Promise<void> => {
      for (; performance.now() < until; await pause(LOOK_MS)) {
        for (const [name, each] of Object.entries(services)) looks[name]?.push(await look(each, performance.now() - start));
        say(Object.entries(looks).map(([name, all]) => `${name} ${Math.round(all.at(-1)?.rssMiB ?? 0)} MiB`).join(', '));
      }
    };
    const [published] = await Promise.all([load(house, until), watch(), ask(api, until), emptyNowAndThen(house, until)]);
    const unread = await settle(house, published);
    const result = { name: 'soak', minutes: MINUTES, eventsPerSecond: RATE, published, unreadAtTheEnd: unread, services: Object.fromEntries(Object.entries(looks).map(([name, all]) => [name, summary(all)])) };
    answer(result);
    // A line through a few minutes says nothing of an hour.
    const rises = MINUTES >= 30 ? RISE_MIB_MAX : Infinity;
    if (Object.values(result.services).some(({ rssMiB }) => rssMiB.max > RESIDENT_MIB_MAX || rssMiB.perHour > rises)) {
      say(`not good enough: at most ${RESIDENT_MIB_MAX} MiB and a rise of at most ${RISE_MIB_MAX} in an hour are asked for`);
      process.exitCode = 1;
    }
  } finally {
    await api.stop();
    await house.close();
  }
}

/** Waits until all is settled; @returns how much was still unread when the publisher ended. @throws when not every event was stored. */
async function settle({ database }: House, published: number): Promise<number> {
  const stored = async (): Promise<number> => Number((await database.query<{ n: number }>(`SELECT COALESCE(sum(stored), 0)::int8 AS n FROM intake_ledger WHERE topic = 'incident.reported'`))[0]?.n);
  const first = await stored();
  for (const end = performance.now() + 120_000; (await stored()) < published; await pause(200)) {
    if (performance.now() > end) throw new Error(`${await stored()} of ${published} events were stored`);
  }
  return published - first;
}

void main();
