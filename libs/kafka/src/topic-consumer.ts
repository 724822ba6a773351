import type { KafkaAdmin, PartitionEnds } from './admin';
import type { ReaderContext } from './consumer-session';
import { isMissingTopic } from './failure';
import { TopicProgress, type PartitionProgress } from './progress';
import { Reader } from './reader';

export interface TopicHealth {
  live: boolean;
  ready: boolean;
  reasons: string[];
}

/** What the app's own book says of the partitions held. */
export interface Inspection {
  /** A reason for each partition that it distrusts. */
  stopped: ReadonlyMap<number, string>;
  /** The next offset to settle, by partition, as far as it is known. The group's offset is only a copy: a consumer that stands above it reads on from here. */
  next: ReadonlyMap<number, number>;
}

export interface Watch {
  /** The app's own look at the ends, every few seconds. */
  inspect?(topic: string, partitions: readonly PartitionEnds[]): Promise<Inspection>;
  /** Kafka has had no such topic for `missingAfterMs`; asked at each look from then on. May create it. A promise that rejects is a bug and ends the process. */
  onMissing?(topic: string): Promise<void>;
  /** Ends the process: a bug, or a fault of Kafka's that waiting does not cure. */
  onCrash(error: unknown): void;
}

export type TopicContext = Omit<ReaderContext, 'progress' | 'reader'> & { admin: KafkaAdmin };

/**
 * Keeps one topic read, and judges whether it moves. So many readers share its partitions as are handled at the same time: kafkajs fetches again only when
 * all that a fetch brought is settled, so that one consumer alone would wait for each fetch, and each fetch for the last of its batches.
 */
export class TopicConsumer {
  private readonly readers: readonly Reader[];
  /** Why the last look learned nothing, a sentence; null while Kafka answers. */
  private outage: string | null = 'Kafka was not asked yet';
  /** Since when Kafka has said that there is no such topic. */
  private missingSince: number | null = null;

  constructor(
    private readonly context: TopicContext,
    private readonly watch: Watch,
  ) {
    this.readers = Array.from({ length: context.settings.partitionsAtOnce }, (_, index) => new Reader({ ...context, reader: index + 1, progress: new TopicProgress(context.topic) }, (error) => watch.onCrash(error)));
  }

  start(): void {
    for (const reader of this.readers) reader.start();
  }

  /** Leaves the group and joins again with new clients. */
  rejoin(): void {
    for (const reader of this.readers) reader.rejoin();
  }

  /** Finishes the chunks in flight, commits, leaves the group. */
  async close(): Promise<void> {
    await Promise.all(this.readers.map((reader) => reader.close()));
  }

  /** Those that this process holds now. */
  partitions(): PartitionProgress[] {
    return this.readers.flatMap(({ progress }) => progress.snapshot());
  }

  /** Asks the broker where the partitions end; each reader judges its own by it, and the app is asked about all that are held. */
  async look(): Promise<void> {
    const { topic, admin, connection } = this.context;
    let ends: PartitionEnds[];
    try {
      ends = await admin.partitionEnds(topic);
    } catch (error) {
      return this.unanswered(error);
    }
    this.missingSince = null;
    if (this.outage !== null) connection.log('info', `${topic}: Kafka answers`, { topic });
    this.outage = null;
    const now = Date.now();
    for (const reader of this.readers) reader.looked(ends, now);
    await this.inspect(ends);
  }

  private async unanswered(error: unknown): Promise<void> {
    const { topic, connection, settings } = this.context;
    const missing = isMissingTopic(error);
    const sentence = missing ? 'Kafka has no such topic' : `Kafka does not answer: ${error instanceof Error ? error.message : String(error)}`;
    if (this.outage === null) connection.log('warn', `${topic}: ${sentence}; waits for it`, { topic });
    this.outage = sentence;
    const now = Date.now();
    for (const reader of this.readers) reader.unanswered(now);
    this.missingSince = missing ? (this.missingSince ?? now) : null;
    if (this.missingSince !== null && now - this.missingSince >= settings.missingAfterMs) await this.watch.onMissing?.(topic);
  }

  health(now: number): TopicHealth {
    const { topic, settings } = this.context;
    const reasons: string[] = [];
    if (this.outage !== null) reasons.push(`${topic}: ${this.outage}`);
    if (!this.readers.every((reader) => reader.isJoined())) reasons.push(`${topic}: the consumer group is not joined`);
    for (const { partition, stopped, behindSince, position, highWatermark } of this.partitions()) {
      if (stopped !== null) reasons.push(`${topic}/${partition} is stopped: ${stopped}`);
      else if (behindSince !== null && now - behindSince >= settings.rejoinAfterMs) {
        reasons.push(`${topic}/${partition} has not advanced for ${Math.round((now - behindSince) / 1000)} s, ${highWatermark - position} offsets wait`);
      }
    }
    const dead = this.deadBecause(now);
    return { live: dead === null, ready: reasons.length === 0 && dead === null, reasons: dead === null ? reasons : [dead, ...reasons] };
  }

  private deadBecause(now: number): string | null {
    if (this.outage !== null) return null;
    for (const reader of this.readers) {
      const dead = reader.deadBecause(now);
      if (dead !== null) return dead;
    }
    return null;
  }

  private async inspect(ends: readonly PartitionEnds[]): Promise<void> {
    const held = ends.filter(({ partition }) => this.readers.some(({ progress }) => progress.holds(partition)));
    if (this.watch.inspect === undefined || held.length === 0) return;
    const before = this.readers.map(({ progress }) => progress.positions());
    const { stopped, next } = await this.watch.inspect(this.context.topic, held);
    this.readers.forEach((reader, index) => {
      reader.progress.distrust(stopped);
      for (const [partition, offset] of reader.progress.standAbove(before[index] ?? new Map(), next)) reader.resumeAt(partition, offset);
    });
  }
}
