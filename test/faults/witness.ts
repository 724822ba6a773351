import { Kafka, logLevel, type Admin, type Consumer } from 'kafkajs';
import type { Database } from '@vong-gac/database';
import { groupOf } from '@vong-gac/kafka';
import type { LogRecord, PartitionSample, Sample } from './history';
import type { SupervisedProcess } from './processes';

export const READ_TOPICS = ['incident.reported', 'visitor-volume.measured'] as const;

/** The name that intake's consumer groups begin with unless told otherwise. */
const GROUP = 'vong-gac-intake';
const SAMPLE_EVERY_MS = 500;
const HEALTH_MS = 1_000;

/** Reads what intake reads, with a group of its own, and looks at offsets, ledger and readiness all the time. */
export class Witness {
  readonly log = new Map<string, LogRecord>();
  readonly samples: Sample[] = [];
  private readonly admin: Admin;
  private readonly consumer: Consumer;
  private looking: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(
    brokers: string,
    private readonly database: Database,
    private readonly intakes: readonly SupervisedProcess[],
  ) {
    const kafka = new Kafka({ brokers: [brokers], clientId: 'faults witness', logLevel: logLevel.NOTHING, requestTimeout: 3_000, connectionTimeout: 2_000, retry: { retries: 1_000, initialRetryTime: 100, maxRetryTime: 500 } });
    this.admin = new Kafka({ brokers: [brokers], clientId: 'faults looks', logLevel: logLevel.NOTHING, requestTimeout: 2_000, connectionTimeout: 1_000, retry: { retries: 2, initialRetryTime: 50, maxRetryTime: 100 } }).admin();
    this.consumer = kafka.consumer({ groupId: 'faults-witness', sessionTimeout: 6_000, rebalanceTimeout: 6_000, heartbeatInterval: 1_000, maxWaitTimeInMs: 250 });
  }

  async open(): Promise<void> {
    await this.consumer.connect();
    await this.consumer.subscribe({ topics: [...READ_TOPICS], fromBeginning: true });
    await this.consumer.run({
      autoCommit: false,
      partitionsConsumedConcurrently: 3,
      eachMessage: async ({ topic, partition, message }) => {
        const offset = Number(message.offset);
        this.log.set(`${topic}/${partition}@${offset}`, { topic, partition, offset, value: message.value ?? Buffer.alloc(0) });
      },
    });
    this.looking = this.lookOn();
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.looking;
    await Promise.all([this.consumer.disconnect(), this.admin.disconnect()].map((each) => each.catch(() => undefined)));
  }

  /** Where each partition ends now. @throws while Kafka is away */
  async ends(): Promise<{ topic: string; partition: number; endOffset: number }[]> {
    await this.admin.connect();
    const all = await Promise.all(READ_TOPICS.map(async (topic) => (await this.admin.fetchTopicOffsets(topic)).map(({ partition, high }) => ({ topic, partition, endOffset: Number(high) }))));
    return all.flat();
  }

  /** What is not yet read here, or not yet settled there; empty: nothing. */
  async unfinished(): Promise<string[]> {
    const ledger = await this.ledger();
    return (await this.ends()).flatMap(({ topic, partition, endOffset }) => {
      const settled = ledger.get(`${topic}/${partition}`) ?? 0;
      if (settled < endOffset) return [`${topic}/${partition} is settled up to ${settled} of ${endOffset}`];
      return endOffset === 0 || this.log.has(`${topic}/${partition}@${endOffset - 1}`) ? [] : [`the witness has not read ${topic}/${partition} to its end`];
    });
  }

  private async lookOn(): Promise<void> {
    while (!this.closed) {
      const next = new Promise((resolve) => setTimeout(resolve, SAMPLE_EVERY_MS));
      this.samples.push(await this.look());
      await next;
    }
  }

  private async look(): Promise<Sample> {
    const [partitions, green] = await Promise.all([this.partitions().catch(() => []), this.green()]);
    return { at: Date.now(), partitions, green };
  }

  /** The group's offsets are read before the ledger, which only rises: so no race can make a good pair look bad. */
  private async partitions(): Promise<PartitionSample[]> {
    await this.admin.connect();
    const committed = new Map<string, number>();
    for (const topic of READ_TOPICS) {
      const [group] = await this.admin.fetchOffsets({ groupId: groupOf(GROUP, topic), topics: [topic] });
      for (const { partition, offset } of group?.partitions ?? []) if (Number(offset) >= 0) committed.set(`${topic}/${partition}`, Number(offset));
    }
    const ends = await this.ends();
    const ledger = await this.ledger();
    return ends.flatMap(({ topic, partition, endOffset }) => {
      const place = `${topic}/${partition}`;
      const nextOffset = ledger.get(place);
      return nextOffset === undefined ? [] : [{ topic, partition, committed: committed.get(place) ?? null, nextOffset, endOffset }];
    });
  }

  private async ledger(): Promise<Map<string, number>> {
    const rows = await this.database.query<{ place: string; next: number }>(`SELECT topic || '/' || partition AS place, next_offset AS next FROM intake_ledger WHERE closed_at IS NULL`);
    return new Map(rows.map(({ place, next }) => [place, next]));
  }

  /** One that does not answer is red: whoever supervises it sees that too. */
  private async green(): Promise<boolean> {
    const answers = await Promise.all(this.intakes.map(async ({ url }) => (await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(HEALTH_MS) })).ok).map((each) => each.catch(() => false)));
    return answers.every(Boolean);
  }
}
