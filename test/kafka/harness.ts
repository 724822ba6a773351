import { BatchTransport, createKafka, KafkaAdmin, KafkaProducer, groupOf, type Chunk, type ChunkHandler, type KafkaConnection, type KafkaConfig, type TransportOptions, type Verdict } from '@vong-gac/kafka';
import { Kafka, logLevel } from 'kafkajs';
import { atEnd, kafkaBrokers, uniqueName } from '../support';

/** The shared Kafka, or another one. */
export function kafka(brokers = kafkaBrokers(), more: Partial<KafkaConfig> = {}): KafkaConnection {
  return createKafka({ brokers: brokers.split(','), clientId: 'test', ...more });
}

/** Everything below the chunk's end is settled, and a resume begins with its last record, as intake does it. */
export const advance = (chunk: Chunk): Verdict => ({ do: 'advance', nextOffset: chunk.nextOffset, commitOffset: chunk.records.at(-1)?.offset ?? chunk.firstOffset });

export async function newTopic(connection: KafkaConnection, partitions = 1, name = uniqueName('topic')): Promise<string> {
  const admin = new KafkaAdmin(connection);
  try {
    await admin.ensureTopics([{ topic: name, partitions }]);
  } finally {
    await admin.close();
  }
  return name;
}

export function producer(connection: KafkaConnection, options: ConstructorParameters<typeof KafkaProducer>[1] = {}): KafkaProducer {
  const made = new KafkaProducer(connection, options);
  atEnd(() => made.close());
  return made;
}

export const numbered = (from: number, to: number): { key: null; value: string; partition: number }[] =>
  Array.from({ length: to - from }, (_, index) => ({ key: null, value: String(from + index), partition: 0 }));

export const valuesOf = (chunk: Chunk): string[] => chunk.records.map(({ value }) => value?.toString() ?? '');

export interface Started {
  transport: BatchTransport;
  groupId: string;
  crashes: unknown[];
  close(): Promise<void>;
}

/** A transport that reads, with handlers by topic, as one member of each group unless `partitionsAtOnce` says otherwise; closed when the suite ends. */
export async function startTransport(
  connection: KafkaConnection,
  handlers: Record<string, ChunkHandler>,
  { settings, ...options }: Omit<Partial<TransportOptions>, 'settings'> & { settings?: Partial<TransportOptions['settings']> } = {},
): Promise<Started> {
  const crashes: unknown[] = [];
  const groupId = settings?.groupId ?? uniqueName('group');
  const transport = new BatchTransport(connection, { onCrash: (error) => void crashes.push(error), ...options, settings: { lookEveryMs: 200, partitionsAtOnce: 1, ...settings, groupId } });
  for (const [topic, handler] of Object.entries(handlers)) transport.addHandler(topic, handler, true);
  await new Promise<void>((resolve, reject) => transport.listen((error) => (error === undefined ? resolve() : reject(error))));
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= transport.close());
  atEnd(close);
  return { transport, groupId, crashes, close };
}

export const raw = () => new Kafka({ brokers: kafkaBrokers().split(','), logLevel: logLevel.NOTHING });

/** How many members the group has, by Kafka's own word. */
export async function members(groupId: string, topic: string): Promise<number> {
  const admin = raw().admin();
  await admin.connect();
  const { groups } = await admin.describeGroups([groupOf(groupId, topic)]);
  await admin.disconnect();
  return groups[0]?.members.length ?? 0;
}

/** The group's offset of each partition. */
export async function committed(groupId: string, topic: string): Promise<Map<number, number>> {
  const admin = new KafkaAdmin(kafka());
  const offsets = await admin.groupOffsets(groupOf(groupId, topic), topic);
  await admin.close();
  return offsets;
}
