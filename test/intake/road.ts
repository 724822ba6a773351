import { Kafka, logLevel, Partitioners, type Admin } from 'kafkajs';
import { CheckStore, Database, LedgerStore, migrate, openDatabase, RegistryStore, SAMPLE_FILES } from '@vong-gac/database';
import { shippedPolicies } from '@vong-gac/policy';
import type { ConsumerSettings } from '@vong-gac/kafka';
import { createLogger } from '@vong-gac/runtime';
import { IntakeEnv } from '../../apps/intake/src/env';
import { intakeParts, type IntakeParts } from '../../apps/intake/src/intake.parts';
import { atEnd, kafkaBrokers, testDatabase, uniqueName, waitFor } from '../support';
import type { Data } from './world';

/** A Kafka client of the tests' own: it does what publishers and operators do. */
export function rawKafka(brokers: string): Kafka {
  return new Kafka({ brokers: brokers.split(','), clientId: 'intake test', logLevel: logLevel.NOTHING, retry: { retries: 20, maxRetryTime: 500 } });
}

export async function publish(brokers: string, topic: string, events: readonly (Data | string)[], options: { partition?: number; transactionalId?: string } = {}): Promise<void> {
  const producer = rawKafka(brokers).producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
    ...(options.transactionalId === undefined ? {} : { transactionalId: options.transactionalId, maxInFlightRequests: 1, idempotent: true }),
  });
  await producer.connect();
  const messages = events.map((event, i) => ({ key: `k${i}`, value: typeof event === 'string' ? event : JSON.stringify(event), partition: options.partition }));
  const sender = options.transactionalId === undefined ? producer : await producer.transaction();
  for (let from = 0; from < messages.length; from += 1_000) await sender.send({ topic, acks: -1, messages: messages.slice(from, from + 1_000) });
  if ('commit' in sender) await sender.commit();
  await producer.disconnect();
}

/** A migrated and seeded database at `url`, and what is asked of it. */
export async function seededDatabase(url: string): Promise<Database> {
  await migrate(url);
  const database = openDatabase({ url, poolSize: 3, applicationName: 'intake test' });
  atEnd(() => database.close());
  await new RegistryStore(database).seed(SAMPLE_FILES, new Date());
  return database;
}

export interface Road {
  database: Database;
  ledger: LedgerStore;
  topic: string;
  /** The consumer group that intake reads it with. */
  group: string;
  admin: Admin;
  /** Intake in this process, on the real Kafka and Postgres; one at a time. */
  start(consumer?: Partial<ConsumerSettings>): Promise<IntakeParts>;
  stop(): Promise<void>;
  send(events: readonly (Data | string)[], options?: { transactionalId?: string }): Promise<void>;
  /** Until the ledger stands at this offset. */
  reaches(nextOffset: number): Promise<void>;
  /** The open ledger row. */
  account(): Promise<Record<string, unknown>>;
  problems(): Promise<string[]>;
  create(): Promise<void>;
  recreate(): Promise<void>;
}

const FAST: Partial<ConsumerSettings> = { lookEveryMs: 300, askAgainEveryMs: 300, fetchWaitMs: 50 };

/** A topic with one partition and a database of the suite's own, with intake between them. */
export async function road(): Promise<Road> {
  const brokers = kafkaBrokers();
  const { url } = await testDatabase('road');
  const database = await seededDatabase(url);
  const ledger = new LedgerStore(database);
  const topic = uniqueName('incident.reported');
  const admin = rawKafka(brokers).admin();
  await admin.connect();
  atEnd(() => admin.disconnect());
  const groupId = uniqueName('intake');
  let parts: IntakeParts | null = null;

  const create = async () => {
    await admin.createTopics({ topics: [{ topic, numPartitions: 1, configEntries: [{ name: 'message.timestamp.type', value: 'LogAppendTime' }] }], waitForLeaders: false });
    await waitFor(async () => (await admin.fetchTopicOffsets(topic)).length === 1, { what: `${topic} to be there` });
  };
  const stop = async () => {
    const running = parts;
    parts = null;
    if (running === null) return;
    running.condition.stop();
    await running.transport.close();
    await running.kafka.close();
    await running.database.close();
  };
  atEnd(stop);
  const open = async () => (await ledger.list(topic)).find(({ closedAt }) => closedAt === null);
  await create();
  return {
    database, ledger, topic, group: `${groupId}.${topic}`, admin, create, stop,
    start: async (consumer = {}) => {
      await stop();
      const env = Object.assign(new IntakeEnv(), { kafkaBrokers: brokers, databaseUrl: url, groupId });
      const crash = (error: unknown) => {
        throw error;
      };
      const started = intakeParts(env, createLogger('intake', 'silent'), crash, { ...FAST, ...consumer });
      started.transport.addHandler(topic, (chunk) => started.settler.settle(chunk), true);
      started.transport.listen((error) => (error === undefined ? undefined : crash(error)));
      parts = started;
      return started;
    },
    send: (events, options) => publish(brokers, topic, events, { partition: 0, ...options }),
    reaches: async (nextOffset) => {
      await waitFor(async () => (await open())?.nextOffset === nextOffset, { what: `the ledger of ${topic} to reach ${nextOffset}`, timeoutMs: 30_000 });
    },
    account: async () => {
      const row = await open();
      if (row === undefined) throw new Error(`no open ledger row for ${topic}`);
      const { generation, firstOffset, nextOffset, stored, duplicate, quarantined, absent, lost } = row;
      return { generation, firstOffset, nextOffset, stored, duplicate, quarantined, absent, lost };
    },
    problems: async () => (await new CheckStore(database, shippedPolicies).check()).problems,
    recreate: async () => {
      await admin.deleteTopics({ topics: [topic] });
      await waitFor(async () => !(await admin.listTopics()).includes(topic), { what: `${topic} to be gone` });
      await create();
    },
  };
}
