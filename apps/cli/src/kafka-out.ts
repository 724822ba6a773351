import { TOPICS } from '@vong-gac/contracts';
import { KafkaAdmin, KafkaProducer, type Compression, type OutgoingMessage } from '@vong-gac/kafka';
import { kafka } from './addresses';

/** Writes messages to a topic; resolves when every one is acknowledged. */
export type Send = (topic: string, messages: OutgoingMessage[]) => Promise<void>;

/** A producer whose topics exist, for as long as `work` takes. */
export async function withSend<T>(compression: Compression, work: (send: Send) => Promise<T>): Promise<T> {
  const connection = kafka();
  const admin = new KafkaAdmin(connection);
  const producer = new KafkaProducer(connection, { compression });
  try {
    await admin.ensureTopics([{ topic: TOPICS.incidentReported }, { topic: TOPICS.visitorVolumeMeasured }]);
    await producer.connect();
    return await work((topic, messages) => producer.send(topic, messages));
  } finally {
    await Promise.all([producer.close(), admin.close()]);
  }
}
