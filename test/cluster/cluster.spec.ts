import type { Chunk } from '@vong-gac/kafka';
import { Cluster } from '../faults/cluster';
import { atEnd, waitFor } from '../support';
import { advance, kafka, newTopic, producer, startTransport, valuesOf, type Started } from '../kafka/harness';

jest.setTimeout(300_000);

const PARTITIONS = 6;
const EVERY_MS = 100;

let cluster: Cluster;
beforeAll(async () => {
  cluster = await Cluster.open((line) => process.stderr.write(`cluster: ${line}\n`));
}, 180_000);
afterEach(() => cluster.whole(), 120_000);

const log = (level: string, message: string, fields: object): void => void (process.env.CLUSTER_DEBUG && process.stderr.write(`${new Date().toISOString()} ${level} ${message} ${JSON.stringify(fields).slice(0, 400)}\n`));
const connection = (name: string) => kafka(cluster.brokers, { clientId: name, log });

/** A topic that is written to and read by two members all the time. */
class Traffic {
  readonly acknowledged = new Map<string, number>();
  readonly read = new Map<string, number>();
  readonly members: Started[] = [];
  private stopped = false;
  private readonly writers: Promise<void>[] = [];

  private constructor(readonly topic: string) {}

  static async begin(): Promise<Traffic> {
    const traffic = new Traffic(await newTopic(connection('admin'), PARTITIONS));
    const handler = async (chunk: Chunk) => {
      for (const value of valuesOf(chunk)) traffic.read.set(value, traffic.read.get(value) ?? Date.now());
      return advance(chunk);
    };
    const settings = { groupId: `group-${traffic.topic}` };
    for (const name of ['member 1', 'member 2']) traffic.members.push(await startTransport(connection(name), { [traffic.topic]: handler }, { settings: { ...settings, lookEveryMs: 5_000 } }));
    await waitFor(() => traffic.members.every(({ transport }) => transport.health().ready), { what: 'both members to read', timeoutMs: 60_000 });
    for (let partition = 0; partition < PARTITIONS; partition += 1) traffic.writers.push(traffic.write(partition));
    atEnd(() => (traffic.stopped = true));
    return traffic;
  }

  /** Until everything acknowledged was read. @returns the longest time that one waited, milliseconds. */
  async end(): Promise<number> {
    this.stopped = true;
    await Promise.all(this.writers);
    const missing = () => [...this.acknowledged.keys()].filter((value) => !this.read.has(value));
    await waitFor(() => missing().length === 0, { what: 'all that was acknowledged to be read', timeoutMs: 60_000 });
    for (const { crashes, close } of this.members) {
      expect(crashes).toEqual([]);
      await close();
    }
    return Math.max(...[...this.acknowledged].map(([value, at]) => (this.read.get(value) ?? Infinity) - at));
  }

  private async write(partition: number): Promise<void> {
    const out = producer(connection(`writer ${partition}`), { sendTimeoutMs: 6_000 });
    for (let n = 0; !this.stopped; n += 1) {
      const value = `${partition}:${n}`;
      while (!this.stopped) {
        try {
          await out.send(this.topic, [{ key: null, value, partition }]);
          this.acknowledged.set(value, Date.now());
          break;
        } catch {
          await pause(EVERY_MS);
        }
      }
      await pause(EVERY_MS);
    }
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** One record to each partition in one send; the broker that leads some of them does not get its part and stops: the others, which have answered, take over. */
async function sentWhileLeadersMove(send: (topic: string, messages: { key: null; value: string; partition: number }[]) => Promise<unknown>): Promise<{ acknowledged: string[]; held: string[] }> {
  const topic = await newTopic(connection('admin'), PARTITIONS);
  const values = (name: string) => Array.from({ length: PARTITIONS }, (_, partition) => ({ key: null, value: `${name}:${partition}`, partition }));
  await send(topic, values('before')); // the client knows every broker
  const { broker } = await cluster.leaderOf(topic, 0);
  broker.proxy.halfOpen('requests');
  const sent = waitFor(() => send(topic, values('meanwhile')).then(() => true), { what: 'an acknowledgement', timeoutMs: 90_000 });
  await pause(1_000); // the others have answered
  broker.proxy.cut();
  await cluster.stop(broker, 'graceful');
  await sent;
  const held = new Set<string>();
  const reader = await startTransport(connection('reader'), { [topic]: async (chunk: Chunk) => (valuesOf(chunk).forEach((value) => held.add(value)), advance(chunk)) });
  await waitFor(() => held.has('before:0') && reader.transport.health().ready, { what: 'the topic to be read', timeoutMs: 60_000 });
  await waitFor(() => reader.transport.partitions().every(({ position, highWatermark }) => position >= highWatermark), { what: 'the end of the topic', timeoutMs: 60_000 });
  await reader.close();
  return { acknowledged: values('meanwhile').map(({ value }) => value), held: [...held] };
}

// Found by the faults with three brokers, seed 1: seven acknowledged reports of one site were in no log.
describe('a send to several leaders, one of which hands over to another', () => {
  it('is not acknowledged before every record is there', async () => {
    const out = producer(connection('producer'), { sendTimeoutMs: 6_000 });
    const { acknowledged, held } = await sentWhileLeadersMove((topic, messages) => out.send(topic, messages));
    expect(held).toEqual(expect.arrayContaining(acknowledged));
  });

  it("with kafkajs's own retries is acknowledged without them (the negative control, and why they stay off)", async () => {
    const client = connection('raw').client('wait');
    const raw = client.kafka.producer({ allowAutoTopicCreation: false });
    await raw.connect();
    const { acknowledged, held } = await sentWhileLeadersMove((topic, messages) => raw.send({ topic, messages, acks: -1 }));
    expect(held).not.toEqual(expect.arrayContaining(acknowledged));
    await raw.disconnect();
    client.end();
  });
});

describe('of three brokers', () => {
  it('each is restarted in turn: what is acknowledged meanwhile is read within seconds', async () => {
    const traffic = await Traffic.begin();
    for (const broker of cluster.running()) {
      await cluster.stop(broker, 'graceful');
      await cluster.start(broker);
      await cluster.inSync();
    }
    const longest = await traffic.end();
    process.stderr.write(`cluster: rolling restart: ${traffic.acknowledged.size} records, the slowest read ${longest} ms after its acknowledgement\n`);
    expect(longest).toBeLessThan(20_000);
  });

  it('one dies and does not come back: the others are read on', async () => {
    const traffic = await Traffic.begin();
    await cluster.stop(cluster.running(1)[0], 'kill');
    await pause(40_000);
    const longest = await traffic.end();
    process.stderr.write(`cluster: one lost for good: ${traffic.acknowledged.size} records, the slowest read ${longest} ms after its acknowledgement\n`);
    expect(longest).toBeLessThan(20_000);
  });
});
