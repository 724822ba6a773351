import { Kafka, logLevel, type Admin } from 'kafkajs';
import type { Database } from '@vong-gac/database';
import { groupOf } from '@vong-gac/kafka';
import type { PartitionSample, Sample } from './history';
import type { SupervisedProcess } from './processes';

export const READ_TOPICS = ['incident.reported', 'visitor-volume.measured'] as const;

/** The name that intake's consumer groups begin with unless told otherwise. */
const GROUP = 'vong-gac-intake';
const SAMPLE_EVERY_MS = 500;
const HEALTH_MS = 1_000;

/** Looks at offsets, ledger and readiness all the time. */
export class Witness {
  readonly samples: Sample[] = [];
  private readonly admin: Admin;
  private looking: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(
    brokers: string,
    private readonly database: Database,
    private readonly intakes: readonly SupervisedProcess[],
  ) {
    this.admin = new Kafka({ brokers: brokers.split(','), clientId: 'faults looks', logLevel: logLevel.NOTHING, requestTimeout: 2_000, connectionTimeout: 1_000, retry: { retries: 2, initialRetryTime: 50, maxRetryTime: 100 } }).admin();
  }

  open(): void {
    this.looking = this.lookOn();
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.looking;
    await this.admin.disconnect().catch(() => undefined);
  }

  /** Where each partition ends now. @throws while Kafka is away */
  async ends(): Promise<{ topic: string; partition: number; endOffset: number }[]> {
    await this.admin.connect();
    const all = await Promise.all(READ_TOPICS.map(async (topic) => (await this.admin.fetchTopicOffsets(topic)).map(({ partition, high }) => ({ topic, partition, endOffset: Number(high) }))));
    return all.flat();
  }

  /** What is not settled yet; empty: nothing. */
  async unsettled(): Promise<string[]> {
    const ledger = await this.ledger();
    return (await this.ends()).flatMap(({ topic, partition, endOffset }) => {
      const settled = ledger.get(`${topic}/${partition}`) ?? 0;
      return settled < endOffset ? [`${topic}/${partition} is settled up to ${settled} of ${endOffset}`] : [];
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
