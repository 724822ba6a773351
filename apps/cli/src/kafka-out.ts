import { TOPICS } from '@vong-gac/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import { isKafkaOutage, KafkaAdmin, KafkaProducer, type Compression, type OutgoingMessage } from '@vong-gac/kafka';
import { kafka } from './addresses';

/** Writes messages to a topic; resolves when every one is acknowledged. */
export type Send = (topic: string, messages: OutgoingMessage[]) => Promise<void>;

/** A new topic has no leader for a moment; a broker that is away was waited for by the client already. */
const LEADER_WAIT_MS = 10_000;
const LEADER_LOOK_MS = 300;

/** Creates the topics that are missing, and waits until they may be written to. */
export async function ensureTopics(admin: KafkaAdmin, topics: readonly string[]): Promise<void> {
  const end = Date.now() + LEADER_WAIT_MS;
  for (;;) {
    try {
      await admin.ensureTopics(topics.map((topic) => ({ topic })));
      return;
    } catch (error) {
      if (!isKafkaOutage(error) || Date.now() > end) throw error;
      await sleep(LEADER_LOOK_MS);
    }
  }
}

/** A producer whose topics exist, for as long as `work` takes. */
export async function withSend<T>(compression: Compression, work: (send: Send) => Promise<T>): Promise<T> {
  const connection = kafka();
  const admin = new KafkaAdmin(connection);
  const producer = new KafkaProducer(connection, { compression });
  try {
    // A publisher may have no right to look at settings: only what is missing is made.
    for (const topic of [TOPICS.incidentReported, TOPICS.visitorVolumeMeasured]) if (!(await admin.topicExists(topic))) await ensureTopics(admin, [topic]);
    await producer.connect();
    return await work((topic, messages) => producer.send(topic, messages));
  } finally {
    await Promise.all([producer.close(), admin.close()]);
  }
}
