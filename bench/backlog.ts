import { createKafka, KafkaProducer } from '@vong-gac/kafka';
import { eventOf, SITE, type EventOptions } from './events';
import { createTopics } from './stage';

export interface Backlog {
  topic: string;
  partitions: number;
  events: number;
  /** `first` is the number of the first event; otherwise 0. */
  options: EventOptions & { first?: number };
}

const EVENTS_A_SEND = 5_000;

/** Fills a topic with waiting events, spread evenly over its partitions. */
export async function publishBacklog(brokers: string, { topic, partitions, events, options }: Backlog): Promise<void> {
  const connection = createKafka({ brokers: brokers.split(','), clientId: 'bench' });
  await createTopics(connection, [{ topic, partitions, replication: 1 }]);
  const producer = new KafkaProducer(connection);
  for (let from = 0; from < events; from += EVENTS_A_SEND) {
    const messages = Array.from({ length: Math.min(EVENTS_A_SEND, events - from) }, (_, i) => ({ key: SITE, value: eventOf((options.first ?? 0) + from + i, options), partition: (from + i) % partitions }));
    await producer.send(topic, messages);
  }
  await producer.close();
}

/** The id of the last event of each partition. */
export function lastIds({ partitions, events, options }: Backlog): string[] {
  return Array.from({ length: Math.min(partitions, events) }, (_, i) => (JSON.parse(eventOf((options.first ?? 0) + events - 1 - i, options)) as { id: string }).id);
}
