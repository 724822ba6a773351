import { connect } from 'node:net';
import { Kafka, logLevel, type Admin, type KafkaConfig } from 'kafkajs';
import type { Database } from '@vong-gac/database';
import { groupOf } from '@vong-gac/kafka';
import { waitFor } from '../support/wait-for';
import type { PartitionSample, Sample } from './history';
import type { SupervisedProcess } from './processes';

export const READ_TOPICS = ['incident.reported', 'visitor-volume.measured'] as const;

/** The name that intake's consumer groups begin with unless told otherwise. */
const GROUP = 'vong-gac-intake';
/** A look costs a millisecond or two: two questions to Kafka, one to Postgres. Ends and readiness are asked for at every fifth. */
const SAMPLE_EVERY_MS = 100;
const WHOLE_LOOK_EVERY = 5;
const HEALTH_MS = 1_000;

/** Looks at offsets, ledger and readiness all the time. */
export class Witness {
  readonly samples: Sample[] = [];
  private admin: Admin;
  private looking: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(
    private readonly brokers: string,
    private readonly database: Database,
    private readonly intakes: readonly SupervisedProcess[],
    private readonly behind: ReadonlyMap<number, number>,
  ) {
    this.admin = this.connection();
  }

  private connection(): Admin {
    return new Kafka({ ...this.address(), clientId: 'faults looks', requestTimeout: 2_000, connectionTimeout: 1_000, retry: { retries: 2, initialRetryTime: 50, maxRetryTime: 100 } }).admin();
  }

  /** A single broker tells everybody its proxy's address: here it is known what lies behind it. */
  private address(): Pick<KafkaConfig, 'brokers' | 'logLevel' | 'socketFactory'> {
    return { brokers: this.brokers.split(','), logLevel: logLevel.NOTHING, socketFactory: ({ host, port, onConnect }) => connect({ host, port: this.behind.get(port) ?? port, noDelay: true }, onConnect) };
  }

  /** Partitions were added, a topic was created again, or Kafka was away: kafkajs's admin would go on with what it knew, or never find its way again. */
  async lookAnew(): Promise<void> {
    const before = this.admin;
    this.admin = this.connection();
    await before.disconnect().catch(() => undefined);
  }

  /** What an operator asks Kafka for: partitions, deletion. */
  async operate<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
    const admin = new Kafka({ ...this.address(), clientId: 'faults operator' }).admin();
    try {
      await admin.connect();
      return await work(admin);
    } finally {
      await admin.disconnect().catch(() => undefined);
      await this.lookAnew();
    }
  }

  open(): void {
    this.looking = this.lookOn();
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.looking;
    await this.admin.disconnect().catch(() => undefined);
  }

  /** Where each partition ends now; waits for a Kafka that just came back. */
  endsNow(): Promise<{ topic: string; partition: number; endOffset: number }[]> {
    const ask = () => this.ends().catch(async (error: unknown) => {
      await this.lookAnew();
      throw error;
    });
    return waitFor(ask, { what: 'Kafka to say where its topics end', timeoutMs: 30_000 });
  }

  /** @throws while Kafka is away */
  private async ends(): Promise<{ topic: string; partition: number; endOffset: number }[]> {
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
    for (let turn = 0; !this.closed; turn += 1) {
      const next = new Promise((resolve) => setTimeout(resolve, SAMPLE_EVERY_MS));
      const sample: Sample = turn % WHOLE_LOOK_EVERY === 0 ? await this.look() : { at: Date.now(), partitions: await this.partitions(null).catch(() => []), green: null };
      this.samples.push(sample);
      if (sample.partitions.length === 0) await this.lookAnew();
      await next;
    }
  }

  private async look(): Promise<Sample> {
    const ends = this.ends().then((all) => new Map(all.map(({ topic, partition, endOffset }) => [`${topic}/${partition}`, endOffset])));
    const [partitions, green] = await Promise.all([ends.then((known) => this.partitions(known)).catch(() => []), this.green()]);
    return { at: Date.now(), partitions, green };
  }

  /** The group's offsets are read before the ledger, which only rises: so no race can make a good pair look bad. */
  private async partitions(ends: ReadonlyMap<string, number> | null): Promise<PartitionSample[]> {
    await this.admin.connect();
    const groups = await Promise.all(READ_TOPICS.map((topic) => this.admin.fetchOffsets({ groupId: groupOf(GROUP, topic), topics: [topic] })));
    const committed = new Map<string, number>(groups.flat().flatMap(({ topic, partitions }) => partitions.map(({ partition, offset }) => [`${topic}/${partition}`, Number(offset)] as const)));
    const ledger = await this.ledger();
    return [...ledger].flatMap(([place, nextOffset]) => {
      const [topic = '', partition] = place.split('/');
      const [offset = -1, endOffset] = [committed.get(place), ends === null ? null : ends.get(place)];
      return endOffset === undefined ? [] : [{ topic, partition: Number(partition), committed: offset < 0 ? null : offset, nextOffset, endOffset }];
    });
  }

  private async ledger(): Promise<Map<string, number>> {
    const rows = await this.database.query<{ place: string; next: number }>(`SELECT topic || '/' || partition AS place, next_offset AS next FROM intake_ledger WHERE closed_at IS NULL`);
    return new Map(rows.map(({ place, next }) => [place, next] as const));
  }

  /** One that does not answer is red: whoever supervises it sees that too. */
  private async green(): Promise<boolean> {
    const answers = await Promise.all(this.intakes.map(async ({ url }) => (await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(HEALTH_MS) })).ok).map((each) => each.catch(() => false)));
    return answers.every(Boolean);
  }
}
