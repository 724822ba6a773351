import { TOPICS } from '@vong-gac/contracts';
import { createKafka, KafkaAdmin } from '@vong-gac/kafka';
import { waitFor } from '../support/wait-for';
import { readLog } from './log-reader';
import type { ToldRecord } from './history';

const ENDS_WITHIN_MS = 30_000;

/** What one seed's alerts say in Kafka, where others than the police may read it. */
export class ToldLog {
  private constructor(
    private readonly brokers: string,
    private readonly begins: ReadonlyMap<number, number>,
  ) {}

  static async open(brokers: string): Promise<ToldLog> {
    return new ToldLog(brokers, await endsOf(brokers));
  }

  async all(): Promise<ToldRecord[]> {
    const stretches = [...(await endsOf(this.brokers))].map(([partition, to]) => ({ topic: TOPICS.alertRaised, partition, generation: 1, from: this.begins.get(partition) ?? 0, to }));
    return (await readLog(this.brokers, stretches)).map(({ value }) => {
      const body = value.toString();
      const { id }: { id: string } = JSON.parse(body);
      return { deliveryId: id, body };
    });
  }
}

async function endsOf(brokers: string): Promise<Map<number, number>> {
  const admin = new KafkaAdmin(createKafka({ brokers: brokers.split(','), clientId: 'faults told' }));
  try {
    // Dispatch creates it with its first message.
    const ends = async (): Promise<Map<number, number>> => ((await admin.topicExists(TOPICS.alertRaised)) ? admin.highWatermarks(TOPICS.alertRaised) : new Map());
    return await waitFor(ends, { what: `Kafka to say where ${TOPICS.alertRaised} ends`, timeoutMs: ENDS_WITHIN_MS });
  } finally {
    await admin.close();
  }
}
