import { KafkaAdmin, MAX_MESSAGE_BYTES } from '@vong-gac/kafka';
import { ConfigResourceTypes, Kafka, logLevel } from 'kafkajs';
import { atEnd, kafkaBrokers, uniqueName } from '../support';
import { kafka, numbered, producer } from './harness';

jest.setTimeout(60_000);

const admin = new KafkaAdmin(kafka());
const raw = new Kafka({ brokers: kafkaBrokers().split(','), logLevel: logLevel.NOTHING }).admin();
beforeAll(() => raw.connect());
atEnd(() => raw.disconnect());
atEnd(() => admin.close());

async function settings(topic: string): Promise<Map<string, string>> {
  const { resources } = await raw.describeConfigs({ includeSynonyms: false, resources: [{ type: ConfigResourceTypes.TOPIC, name: topic }] });
  return new Map(resources[0]?.configEntries.map(({ configName, configValue }) => [configName, configValue]));
}

describe('ensureTopics', () => {
  it('creates a topic with its partitions and settings, and changes nothing the next time', async () => {
    const spec = { topic: uniqueName('topic'), replication: 1, minInsyncReplicas: 1 };
    expect(await admin.ensureTopics([spec])).toEqual([{ topic: spec.topic, created: true, changed: [], wrong: [] }]);
    expect(await admin.partitionEnds(spec.topic)).toHaveLength(6);
    const found = await settings(spec.topic);
    expect(found.get('max.message.bytes')).toBe(String(MAX_MESSAGE_BYTES));
    expect(found.get('message.timestamp.type')).toBe('LogAppendTime');
    expect(found.get('min.insync.replicas')).toBe('1');
    expect(await admin.ensureTopics([spec])).toEqual([{ topic: spec.topic, created: false, changed: [], wrong: [] }]);
  });

  it('corrects what is safe, keeps every other setting of the topic, and only reports what could drop or move records', async () => {
    const topic = uniqueName('topic');
    const configEntries = [['retention.ms', '3600000'], ['cleanup.policy', 'compact'], ['segment.bytes', '2097152'], ['max.message.bytes', '1000000']] as const;
    await raw.createTopics({ topics: [{ topic, numPartitions: 2, configEntries: configEntries.map(([name, value]) => ({ name, value })) }] });
    const [report] = await admin.ensureTopics([{ topic, partitions: 6, retentionMs: -1, replication: 3 }]);
    expect(report).toEqual({
      topic,
      created: false,
      changed: [`${topic}: max.message.bytes was 1000000, is now 16777216`, `${topic}: message.timestamp.type was CreateTime, is now LogAppendTime`],
      wrong: [
        expect.stringContaining('2 partitions, 6 were asked for'),
        expect.stringContaining('1 replicas, 3 were asked for'),
        expect.stringContaining('cleanup.policy is compact, delete was asked for'),
        expect.stringContaining('retention.ms is 3600000, -1 was asked for'),
      ],
    });
    const found = await settings(topic);
    expect(Object.fromEntries(['retention.ms', 'cleanup.policy', 'segment.bytes', 'max.message.bytes'].map((name) => [name, found.get(name)]))).toEqual({
      'retention.ms': '3600000',
      'cleanup.policy': 'compact',
      'segment.bytes': '2097152',
      'max.message.bytes': '16777216',
    });
  });

  it('answers when every partition takes records: of one send to all of them nothing is refused, and so nothing written twice', async () => {
    const out = producer(kafka());
    const partitions = 32;
    for (let round = 0; round < 5; round++) {
      const topic = uniqueName('topic');
      await admin.ensureTopics([{ topic, partitions }]);
      await out.send(topic, Array.from({ length: partitions }, (_, partition) => ({ key: null, value: 'once', partition })));
      expect([...(await admin.highWatermarks(topic)).values()]).toEqual(Array(partitions).fill(1));
    }
  });

  it('from several processes at once creates it once', async () => {
    const topic = uniqueName('topic');
    const admins = [1, 2, 3].map(() => new KafkaAdmin(kafka()));
    const reports = await Promise.all(admins.map((one) => one.ensureTopics([{ topic }])));
    await Promise.all(admins.map((one) => one.close()));
    expect(reports.flat().filter(({ created }) => created)).toHaveLength(1);
    expect(reports.flat().flatMap(({ wrong }) => wrong)).toEqual([]);
  });
});

describe('the ends of a topic', () => {
  it('follow what is written, deleted and added', async () => {
    const topic = uniqueName('topic');
    await admin.ensureTopics([{ topic, partitions: 1 }]);
    expect(await admin.partitionEnds(topic)).toEqual([{ partition: 0, logStart: 0, highWatermark: 0 }]);
    await producer(kafka()).send(topic, numbered(0, 5));
    await raw.fetchTopicOffsets(topic);
    await raw.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '2' }] });
    expect(await admin.logStart(topic, 0)).toBe(2);
    expect(await admin.highWatermarks(topic)).toEqual(new Map([[0, 5]]));
    await raw.createPartitions({ topicPartitions: [{ topic, count: 3 }] });
    expect([...(await admin.highWatermarks(topic)).keys()]).toEqual([0, 1, 2]);
    await expect(admin.logStart(topic, 9)).rejects.toThrow(/no partition 9/);
  });

  it('of a topic that is not there are an error, and the admin goes on', async () => {
    await expect(admin.partitionEnds(uniqueName('nowhere'))).rejects.toMatchObject({ type: 'UNKNOWN_TOPIC_OR_PARTITION' });
    expect((await admin.describe()).nodes).toBe(1);
  });
});
