import { Kafka, logLevel } from 'kafkajs';
import { waitFor } from '../support';

export interface Message {
  key: string;
  contentType: string;
  event: { id: string; type: string; data: Record<string, unknown> };
}

/** All that a topic holds, as a consumer of it sees it. */
export async function messagesOf(broker: string, topic: string): Promise<Message[]> {
  const kafka = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  const wanted = (await admin.fetchTopicOffsets(topic)).reduce((sum, { offset }) => sum + Number(offset), 0);
  await admin.disconnect();
  const consumer = kafka.consumer({ groupId: `reader-${topic}-${Date.now()}` });
  const messages: Message[] = [];
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message: { key, value, headers } }) => {
        messages.push({ key: String(key), contentType: String(headers?.['content-type']), event: JSON.parse(String(value)) });
      },
    });
    await waitFor(() => messages.length >= wanted, { what: `${wanted} messages of ${topic}`, timeoutMs: 30_000 });
  } finally {
    await consumer.disconnect();
  }
  return messages;
}
