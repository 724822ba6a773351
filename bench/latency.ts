/**
 * How long it takes from publishing an incident to its alert at the police's receiver, while 1,000 events a second arrive of which 10 raise one:
 * intake and dispatch as processes from the build, a real Kafka and Postgres, a receiver that answers 204 at once. bench/README.md says more.
 */
import 'reflect-metadata';
import { spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { CheckStore, type Database, openDatabase, RegistryStore } from '@vong-gac/database';
import { createKafka, KafkaProducer } from '@vong-gac/kafka';
import { eventOf, SITE, type EventOptions } from './events';
import { cpuSeconds, peakResidentMiB } from './figures';
import { benchDatabase, benchStack, createTopics, option, PRODUCT_MAIN, say } from './stage';

const RATE = option('rate', 1_000);
const SECONDS = option('seconds', 60);
const WARM_UP_SECONDS = 5;
const ALERT_EVERY = 100;
const P99_MS_MAX = 500;
/** Events go out in ticks of this length, as a steady stream rather than in bursts of a second. */
const TICK_MS = 20;
const PATIENCE_MS = 30_000;
const DISPATCH_MAIN = join(process.cwd(), 'dist', 'apps', 'dispatch', 'src', 'main.js');

/** The receiver: notes when each alert was first told, by the id of its event. */
async function receiver(told: Map<string, number>): Promise<{ url: string; close(): void }> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const at = performance.now();
      const { data } = JSON.parse(Buffer.concat(parts).toString()) as { data: { incident: { eventId: string } } };
      if (!told.has(data.incident.eventId)) told.set(data.incident.eventId, at);
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => server.close() };
}

/** Starts a service of the build and waits until it says that it is ready. */
async function service(main: string, env: Record<string, string>): Promise<ChildProcess> {
  const child = spawn(process.execPath, [main], { env: { PATH: process.env.PATH, LOG_LEVEL: 'info', ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  const address = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`${main} ended with ${code}: ${lines.slice(-3).join('\n')}`)));
  });
  const url = await address;
  for (const end = performance.now() + PATIENCE_MS; !(await fetch(`${url}/health/ready`)).ok; await pause(100)) {
    if (performance.now() > end) throw new Error(`${main} was not ready within ${PATIENCE_MS / 1_000} s`);
  }
  return child;
}

/** Publishes at the rate; @returns when each alerting event was handed to the producer, by its id. */
async function publish(brokers: string, options: EventOptions): Promise<Map<string, number>> {
  const producer = new KafkaProducer(createKafka({ brokers: brokers.split(','), clientId: 'bench' }));
  const published = new Map<string, number>();
  const total = RATE * (SECONDS + WARM_UP_SECONDS);
  const warmUp = RATE * WARM_UP_SECONDS;
  const sends: Promise<unknown>[] = [];
  const start = performance.now();
  for (let next = 0; next < total; await pause(TICK_MS)) {
    const due = Math.min(total, Math.floor(((performance.now() - start) * RATE) / 1_000));
    const messages: { key: string; value: string }[] = [];
    for (; next < due; next++) {
      const value = eventOf(next, options);
      if (next >= warmUp && next % ALERT_EVERY === ALERT_EVERY - 1) published.set(idOf(value), performance.now());
      messages.push({ key: `${SITE}-${next % 6}`, value });
    }
    if (messages.length > 0) sends.push(producer.send('incident.reported', messages));
  }
  await Promise.all(sends);
  await producer.close();
  return published;
}

const idOf = (value: string): string => (JSON.parse(value) as { id: string }).id;

function percentile(sorted: readonly number[], share: number): number {
  return Math.round(sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? NaN);
}

/** Where the time goes: from Kafka's append to the transaction that wrote the alert, and from there to the receiver's answer being settled. */
async function stages(database: Database): Promise<Record<string, { p50: number; p99: number }>> {
  const rows = await database.query<{ recorded: number; settled: number }>(
    `SELECT extract(epoch FROM d.created_at - i.received_at) * 1000 AS recorded, extract(epoch FROM d.delivered_at - d.created_at) * 1000 AS settled
      FROM deliveries d JOIN alerts a ON a.id = d.alert_id JOIN incidents i ON i.source = a.source AND i.event_id = a.raise_event_id
      WHERE d.change = 'raised' AND d.receiver_id NOT LIKE 'topic:%' AND d.delivered_at IS NOT NULL`,
  );
  const figures = (values: number[]) => ({ p50: percentile(values.sort((a, b) => a - b), 0.5), p99: percentile(values, 0.99) });
  return { appendedToRecorded: figures(rows.map(({ recorded }) => Number(recorded))), recordedToSettled: figures(rows.map(({ settled }) => Number(settled))) };
}

async function main(): Promise<void> {
  const stack = await benchStack();
  const told = new Map<string, number>();
  const police = await receiver(told);
  const services: ChildProcess[] = [];
  try {
    const url = await benchDatabase(stack, 'latency');
    const database = openDatabase({ url, poolSize: 1, applicationName: 'bench' });
    const text = `body_id,kind,url,secret,takes_test\nca-xuan-hoa,webhook,${police.url},whsec_${Buffer.alloc(32, 7).toString('base64')},false\n`;
    await new RegistryStore(database).seed({ receivers: { name: 'bench', text } }, new Date());
    const topic = (name: string) => ({ topic: name, partitions: 6, replication: 1 });
    await createTopics(createKafka({ brokers: stack.kafkaBrokers.split(','), clientId: 'bench' }), ['incident.reported', 'visitor-volume.measured', 'alert.raised', 'event.receipt'].map(topic));
    const env = { KAFKA_BROKERS: stack.kafkaBrokers, DATABASE_URL: url };
    services.push(await service(PRODUCT_MAIN, env), await service(DISPATCH_MAIN, env));
    say(`${RATE} events/s for ${WARM_UP_SECONDS} + ${SECONDS} s, one in ${ALERT_EVERY} raises an alert`);
    const published = await publish(stack.kafkaBrokers, { startAt: Date.now() - 60_000, stepMs: 1, alertEvery: ALERT_EVERY, run: 'latency' });
    for (const end = performance.now() + PATIENCE_MS; [...published.keys()].some((id) => !told.has(id)); await pause(50)) {
      if (performance.now() > end) throw new Error(`${[...published.keys()].filter((id) => !told.has(id)).length} of ${published.size} alerts never came`);
    }
    const ms = [...published].map(([id, at]) => (told.get(id) ?? NaN) - at).sort((a, b) => a - b);
    const used = services.map(({ pid = 0 }) => ({ rssMiB: Math.round(peakResidentMiB(pid)), cpuSeconds: Math.round(cpuSeconds(pid) * 10) / 10 }));
    const { problems } = await new CheckStore(database).check();
    const stagesMs = await stages(database);
    await database.close();
    if (problems.length > 0) throw new Error(`check: ${problems.join('; ')}`);
    const latencyMs = { p50: percentile(ms, 0.5), p99: percentile(ms, 0.99), max: Math.round(ms.at(-1) ?? NaN) };
    const result = { name: 'latency', eventsPerSecond: RATE, seconds: SECONDS, alerts: published.size, latencyMs, stagesMs, intake: used[0], dispatch: used[1] };
    if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(result)}\n`);
    else console.dir(result, { depth: null });
    if (latencyMs.p99 > P99_MS_MAX) {
      say(`not good enough: p99 of at most ${P99_MS_MAX} ms is asked for`);
      process.exitCode = 1;
    }
  } finally {
    for (const child of services) child.kill('SIGTERM');
    police.close();
    await stack.stop();
  }
}

void main();
