import { KafkaAdmin, type Chunk } from '@vong-gac/kafka';
import type { LocalStack } from '../../apps/cli/src/stack';
import { privateStack, waitFor } from '../support';
import { advance, kafka, newTopic, numbered, producer, startTransport, valuesOf, type Started } from './harness';

jest.setTimeout(180_000);

let stack: LocalStack;
beforeAll(async () => {
  stack = await privateStack();
}, 120_000);

const connection = () => kafka(stack.kafkaBrokers, { requestTimeoutMs: 3_000 });

async function reading(topic: string): Promise<Started & { seen: string[] }> {
  const seen: string[] = [];
  const started = await startTransport(connection(), { [topic]: async (chunk: Chunk) => (seen.push(...valuesOf(chunk)), advance(chunk)) });
  return { ...started, seen };
}

async function survives(started: Started & { seen: string[] }, topic: string, away: () => Promise<void>): Promise<number> {
  const { transport, seen, crashes } = started;
  await producer(connection()).send(topic, numbered(0, 10));
  await waitFor(() => seen.length === 10 && transport.health().ready, { what: 'the first records' });
  await away();
  const back = Date.now();
  // Before anything is sent: readiness comes back by itself.
  await waitFor(() => transport.health().ready, { what: 'readiness after the return', timeoutMs: 60_000 });
  await producer(connection()).send(topic, numbered(10, 20));
  await waitFor(() => seen.includes('19'), { what: 'the records after the return', timeoutMs: 60_000 });
  expect(new Set(seen).size).toBe(20);
  expect(crashes).toEqual([]);
  return Date.now() - back;
}

/** Red readiness, green liveness, for as long as the broker is away. */
async function redButAlive({ transport }: Started, forMs: number): Promise<void> {
  await waitFor(() => !transport.health().ready, { what: 'readiness to turn red', timeoutMs: 30_000 });
  const until = Date.now() + forMs;
  await waitFor(() => {
    const { live, ready, reasons } = transport.health();
    if (!live || ready) throw new Error(`live ${live}, ready ${ready}: ${reasons.join()}`);
    return Date.now() >= until;
  }, { what: 'the outage to be waited out', timeoutMs: forMs + 10_000 });
}

describe('a broker that is away', () => {
  it('killed and started 15 s later: waited out, then read on within seconds', async () => {
    const topic = await newTopic(connection());
    const started = await reading(topic);
    const took = await survives(started, topic, async () => {
      await stack.kafka.stop('kill');
      await redButAlive(started, 15_000);
      await stack.kafka.start();
    });
    process.stderr.write(`outage: read on ${took} ms after the broker took requests again\n`);
    expect(took).toBeLessThan(20_000);
    await started.close();
  });

  it('frozen, its connections open, for longer than the session: the same', async () => {
    const topic = await newTopic(connection());
    const started = await reading(topic);
    await survives(started, topic, async () => {
      await stack.kafka.pause();
      await redButAlive(started, 12_000);
      await stack.kafka.resume();
    });
    await started.close();
  });

  // The consumer was restarted for ever with nothing to tell so: neither did the process end nor did a probe turn red.
  it('kafkajs#1721: when the process starts: it starts nevertheless, is not ready, and reads as soon as there is a broker', async () => {
    const topic = await newTopic(connection());
    await producer(connection()).send(topic, numbered(0, 3));
    await stack.kafka.stop('graceful');
    const started = await reading(topic);
    await redButAlive(started, 3_000);
    await stack.kafka.start();
    await waitFor(() => started.seen.length === 3 && started.transport.health().ready, { what: 'the records', timeoutMs: 60_000 });
    expect(started.crashes).toEqual([]);
    await started.close();
  });

  it('does not hold up a process that closes', async () => {
    const topic = await newTopic(connection());
    const started = await reading(topic);
    await waitFor(() => started.transport.health().ready, { what: 'readiness' });
    await stack.kafka.stop('kill');
    const asked = Date.now();
    await started.close();
    expect(Date.now() - asked).toBeLessThan(8_000);
    await stack.kafka.start();
  });
});

describe('a topic that is deleted under its reader', () => {
  it('turns readiness red, crashes nothing, and is read from its start when it is created again', async () => {
    const topic = await newTopic(connection());
    const started = await reading(topic);
    await producer(connection()).send(topic, numbered(0, 10));
    await waitFor(() => started.seen.length === 10, { what: 'the first records' });
    await deleteTopic(topic);
    await waitFor(() => !started.transport.health().ready, { what: 'readiness to turn red', timeoutMs: 30_000 });
    await newTopic(connection(), 1, topic);
    await producer(connection()).send(topic, numbered(100, 103));
    await waitFor(() => started.seen.includes('102'), { what: 'the records of the new topic', timeoutMs: 60_000 });
    expect(started.seen.slice(10)).toEqual(['100', '101', '102']);
    expect(started.crashes).toEqual([]);
    await started.close();
  });
});

async function deleteTopic(topic: string): Promise<void> {
  const raw = connection().client('answer');
  const admin = raw.kafka.admin();
  await admin.connect();
  await admin.deleteTopics({ topics: [topic] });
  await admin.disconnect();
  raw.end();
  const ask = new KafkaAdmin(connection());
  await waitFor(async () => !(await ask.topicExists(topic)), { what: 'the topic to be gone' });
  await ask.close();
}
