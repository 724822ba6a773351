import { KafkaAdmin, type Chunk, type Compression, type KafkaRecord } from '@vong-gac/kafka';
import { ConfigResourceTypes, Kafka, logLevel } from 'kafkajs';
import { randomBytes } from 'node:crypto';
import { kafkaBrokers, waitFor } from '../support';
import { advance, kafka, newTopic, producer, startTransport } from './harness';

jest.setTimeout(60_000);

/** Every record of a topic, read by the product's consumer. */
async function read(topic: string, count: number): Promise<KafkaRecord[]> {
  const records: KafkaRecord[] = [];
  const reader = await startTransport(kafka(), { [topic]: async (chunk: Chunk) => (records.push(...chunk.records), advance(chunk)) });
  await waitFor(() => records.length >= count, { what: `${count} records of ${topic}`, timeoutMs: 30_000 });
  expect(reader.crashes).toEqual([]);
  await reader.close();
  return records;
}

/** Makes the broker itself, with the Java codecs, compress (or unpack) what it stores in a topic. */
async function storedAs(topic: string, compression: string): Promise<void> {
  const admin = new Kafka({ brokers: kafkaBrokers().split(','), logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const configEntries = [['compression.type', compression], ['message.timestamp.type', 'LogAppendTime'], ['max.message.bytes', '16777216']] as const;
  await admin.alterConfigs({ validateOnly: false, resources: [{ type: ConfigResourceTypes.TOPIC, name: topic, configEntries: configEntries.map(([name, value]) => ({ name, value })) }] });
  await admin.disconnect();
}

const values = ['', 'đuối nước', 'a'.repeat(100_000), randomBytes(60_000).toString('base64')];
const messages = values.map((value) => ({ key: 'dai-lai', value, partition: 0 }));

describe.each<Compression>(['gzip', 'snappy', 'lz4', 'zstd'])('%s', (compression) => {
  it('is written as the broker stores it and read back', async () => {
    const topic = await newTopic(kafka());
    await producer(kafka(), { compression }).send(topic, messages);
    expect((await read(topic, values.length)).map(({ value }) => value?.toString())).toEqual(values);
  });

  it("is read as Java's codec writes it", async () => {
    const topic = await newTopic(kafka());
    await storedAs(topic, compression);
    await producer(kafka()).send(topic, messages);
    expect((await read(topic, values.length)).map(({ value }) => value?.toString())).toEqual(values);
  });

  it("is written so that Java's codec reads it: the broker unpacks it", async () => {
    const topic = await newTopic(kafka());
    await storedAs(topic, 'uncompressed');
    await producer(kafka(), { compression }).send(topic, messages);
    expect((await read(topic, values.length)).map(({ value }) => value?.toString())).toEqual(values);
  });
});

describe('a record', () => {
  it('keeps key, bytes and headers: in order, repeated, with awkward names', async () => {
    const topic = await newTopic(kafka());
    const headers = [['ce_id', '1'], ['__proto__', 'x'], ['2', 'two'], ['1', 'one'], ['ce_id', 'again'], ['', 'no name'], ['constructor', '']] as const;
    const bytes = Buffer.from([0, 255, 254, 10]);
    await producer(kafka()).send(topic, [{ key: Buffer.from([9, 0]), value: bytes, headers }, { key: null, value: null }]);
    const records = await read(topic, 2);
    const rich = records.find(({ key }) => key !== null);
    expect(rich?.headers.map(([name, value]) => [name, value.toString()])).toEqual(headers.map(([name, value]) => [name, value]));
    expect(rich?.value).toEqual(bytes);
    expect(rich?.key).toEqual(Buffer.from([9, 0]));
    expect(records.find(({ key }) => key === null)).toMatchObject({ value: null, headers: [] });
  });

  it('with 10,000 headers costs no session', async () => {
    const topic = await newTopic(kafka());
    const headers = Array.from({ length: 10_000 }, (_, index) => [`header-${index}`, 'x'.repeat(80)] as const);
    await producer(kafka()).send(topic, [{ key: null, value: 'v', headers }]);
    const before = process.cpuUsage();
    const [record] = await read(topic, 1);
    expect(record?.headers).toHaveLength(10_000);
    expect(record?.headers.at(-1)?.[0]).toBe('header-9999');
    // Unpatched it is 15 s of processor time; this is the whole test's.
    expect(process.cpuUsage(before).user).toBeLessThan(5_000_000);
  });

  it('of 15 MiB comes whole, in a chunk of its own', async () => {
    const topic = await newTopic(kafka());
    const large = randomBytes(15 * 1024 * 1024);
    await producer(kafka()).send(topic, [{ key: null, value: 'before', partition: 0 }, { key: null, value: large, partition: 0 }, { key: null, value: 'after', partition: 0 }]);
    const records = await read(topic, 3);
    expect(records.map(({ value }) => value?.length)).toEqual([6, large.length, 5]);
    expect(records[1]?.value?.equals(large)).toBe(true);
  });

  it('carries the time at which the broker took it', async () => {
    const topic = await newTopic(kafka());
    const before = Date.now();
    await producer(kafka()).send(topic, [{ key: null, value: 'v' }]);
    const [record] = await read(topic, 1);
    expect(Math.abs((record?.timestamp ?? 0) - before)).toBeLessThan(10_000);
    const admin = new KafkaAdmin(kafka());
    expect(await admin.offsetsAt(topic, before + 3_600_000)).toEqual(new Map([[0, 1]]));
    expect(await admin.offsetsAt(topic, before - 3_600_000)).toEqual(new Map([[0, 0]]));
    await admin.close();
  });
});

it('150,000 records in one batch of a publisher are read: as many as overflow the stack when they are spread into a call', async () => {
  const topic = await newTopic(kafka());
  const raw = new Kafka({ brokers: kafkaBrokers().split(','), logLevel: logLevel.NOTHING }).producer({ allowAutoTopicCreation: false });
  await raw.connect();
  const all = Array.from({ length: 150_000 }, (_, index) => ({ value: String(index) }));
  // kafkajs groups messages in quadratic time, which would take minutes here: the list groups itself.
  await raw.send({ topic, messages: Object.assign([], { reduce: () => ({ 0: all }) }) });
  await raw.disconnect();
  const records = await read(topic, all.length);
  expect(records).toHaveLength(all.length);
  expect(records.at(-1)).toMatchObject({ offset: 149_999, value: Buffer.from('149999') });
});
