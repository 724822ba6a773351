import { KafkaJSNonRetriableError, type Consumer, type EachBatchPayload } from 'kafkajs';
import { setTimeout as pause } from 'node:timers/promises';
import type { KafkaAdmin, PartitionEnds } from './admin';
import { settleBatch } from './batch';
import type { ChunkHandler } from './chunk';
import type { KafkaClient, KafkaConnection } from './connection';
import { isOutage } from './failure';
import { GroupOffsets, type SendOffsets } from './group-offsets';
import { Heartbeat } from './heartbeat';
import { memberName } from './predecessors';
import type { TopicProgress } from './progress';
import type { ConsumerSettings } from './settings';

/** Why a session ended: asked to; a fault of Kafka or kafkajs; a fault of the handler or a hook, which is a bug. */
export type SessionEnd = { why: 'closed' | 'rejoin' } | { why: 'failed' | 'crashed'; error: unknown };

/** What a topic's consumer calls. A promise that is pending keeps the partitions (heartbeats go on); one that rejects is a bug and ends the process. */
export interface TopicHooks {
  handler: ChunkHandler;
  onAssigned(topic: string, partitions: readonly PartitionEnds[]): Promise<void>;
}

export interface ReaderContext {
  topic: string;
  /** Which of the topic's readers in this process it is, from 1. */
  reader: number;
  connection: KafkaConnection;
  admin: KafkaAdmin;
  hooks: TopicHooks;
  settings: ConsumerSettings;
  progress: TopicProgress;
  /** Numbers assignments, of all readers of the process; each is higher than those before. */
  nextAssignment(): number;
}

const ASK_AGAIN_MS = 1_000;
/** About so much is read again after kill -9 or a rebalance, found settled and dropped. */
const TELL_OFFSETS_EVERY_MS = 200;
/** How long a consumer that closes waits for the group to know its offsets. */
const OFFSETS_WITHIN_MS = 1_000;
/** How long an assignment waits for the ends of its partitions, where they were known before. */
const ENDS_WITHIN_MS = 2_000;

/** One life of one kafkajs consumer on one topic: from its connect to its end. Never used again afterwards. */
export class ConsumerSession {
  private readonly client: KafkaClient;
  private readonly consumer: Consumer;
  private readonly ended: Promise<SessionEnd>;
  private resolveEnd: (end: SessionEnd) => void = () => undefined;
  private over = false;
  /** The present one; 0: none yet. */
  private assignment = 0;
  private partitions: ReadonlySet<number> = new Set();
  /** Settles when the present assignment's hook is done; never rejects. */
  private ready: Promise<void> = Promise.resolve();
  private readonly resumeTimers = new Set<NodeJS.Timeout>();
  private readonly offsets = new GroupOffsets(TELL_OFFSETS_EVERY_MS, (error) => this.end({ why: 'crashed', error }));
  /** When the group was joined; null while joining. */
  joinedAt: number | null = null;

  constructor(private readonly context: ReaderContext) {
    const { connection, topic, reader, settings } = context;
    // kafkajs deals partitions out in the order of the members' names, which begin so: each process gets its share before a second reader gets another.
    this.client = connection.client('wait', memberName(String(reader)));
    this.consumer = this.client.kafka.consumer({
      groupId: groupOf(settings.groupId, topic),
      sessionTimeout: settings.sessionTimeoutMs,
      rebalanceTimeout: settings.rebalanceTimeoutMs,
      heartbeatInterval: settings.heartbeatEveryMs,
      metadataMaxAge: settings.metadataMaxAgeMs,
      maxBytes: settings.fetchMaxBytes,
      maxBytesPerPartition: settings.fetchMaxBytesPerPartition,
      maxWaitTimeInMs: settings.fetchWaitMs,
      allowAutoTopicCreation: false,
      retry: { restartOnFailure: async () => false },
    });
    this.ended = new Promise((resolve) => (this.resolveEnd = resolve));
  }

  /** Reads until `end`, or a fault. */
  async run(): Promise<SessionEnd> {
    this.listen();
    this.start().catch((error: unknown) => this.end({ why: 'failed', error }));
    return this.ended;
  }

  /** The first word counts. */
  end(end: SessionEnd): void {
    this.over = true;
    this.resolveEnd(end);
  }

  /** Reads a partition from an offset below where it stands: the group's offset (of a log that is no more) lay above what is settled. */
  resumeAt(partition: number, offset: number): void {
    const { topic, connection, progress } = this.context;
    if (this.over || this.joinedAt === null) return; // the next look finds it again
    connection.log('warn', `${topic}/${partition}: the group's offset lies above what is settled; reads on from ${offset}`, { topic, partition });
    this.consumer.seek({ topic, partition, offset: String(offset) });
    this.offsets.forget(partition);
    progress.sought(partition, offset);
    // The copy is put right at once: until a record comes, nothing else would. Where that fails, the next start finds the same again.
    this.consumer.commitOffsets([{ topic, partition, offset: String(offset) }]).catch((error: unknown) => connection.log('debug', `${topic}/${partition}: the group's offset was not put right`, { error: String(error) }));
  }

  /**
   * Lets the chunk in flight finish, commits, leaves the group; gives up after `withinMs`.
   * @param hangs it waits for an answer that does not come: kafkajs would not leave the group before, and the group would wait for its session to time out.
   */
  async close(withinMs: number, hangs = false): Promise<boolean> {
    this.end({ why: 'closed' });
    for (const timer of this.resumeTimers) clearTimeout(timer);
    const limit = new AbortController();
    // A consumer that hangs is told to stop at once; any other first tells the group where it stands.
    const left = (hangs ? this.consumer.disconnect() : this.offsets.done(OFFSETS_WITHIN_MS).then(() => this.consumer.disconnect())).then(
      () => true,
      (error: unknown) => {
        this.context.connection.log('debug', 'a consumer did not leave cleanly', { topic: this.context.topic, error: String(error) });
        return true;
      },
    );
    if (hangs) this.client.hangUp(); // after it was told to stop: it fetches no more
    const closed = await Promise.race([left, pause(withinMs, false, { signal: limit.signal }).catch(() => false)]);
    limit.abort();
    this.client.end();
    return closed;
  }

  private async start(): Promise<void> {
    const { topic } = this.context;
    await this.consumer.connect();
    await this.consumer.subscribe({ topics: [topic], fromBeginning: true });
    if (this.over) return;
    await this.consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 1,
      eachBatch: (payload) => this.eachBatch(payload),
    });
  }

  private listen(): void {
    const { consumer } = this;
    const { topic, progress } = this.context;
    consumer.on(consumer.events.CRASH, ({ payload }) => this.end({ why: 'failed', error: payload.error }));
    consumer.on(consumer.events.REBALANCING, () => {
      this.joinedAt = null;
    });
    // kafkajs calls this before it fetches for the new assignment, so that no batch can overtake `ready`.
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      this.assignment = this.context.nextAssignment();
      this.offsets.forget();
      this.joinedAt = Date.now();
      const partitions = new Set(payload.memberAssignment[topic] ?? []);
      this.partitions = partitions;
      progress.keep(partitions);
      this.ready = this.ready.then(() => this.prepare(partitions)).catch((error: unknown) => this.end({ why: 'crashed', error }));
    });
    // A run of control records only (or of an aborted transaction) never reaches eachBatch: kafkajs skips it, and says so here alone.
    consumer.on(consumer.events.START_BATCH_PROCESS, ({ payload }) => {
      if (payload.batchSize > 0) return;
      progress.heard(payload.partition, Number(payload.highWatermark));
      progress.advanced(payload.partition, Number(payload.lastOffset) + 1, Date.now());
    });
  }

  /** Where the new assignment's partitions begin, end and resume; then the app's hook. */
  private async prepare(partitions: ReadonlySet<number>): Promise<void> {
    const { topic, hooks, progress } = this.context;
    while (!this.over) {
      try {
        const { ends, from } = await this.placesOf(partitions);
        progress.assigned(ends, from, Date.now());
        if (ends.length > 0) await hooks.onAssigned(topic, ends);
        return;
      } catch (error) {
        if (!isOutage(error)) throw error;
        await pause(ASK_AGAIN_MS);
      }
    }
  }

  /**
   * As Kafka says them now. One broker of several that does not answer leaves the question open for all partitions, those of the others too: then what the
   * last look found will do, because log starts only rise and the next look corrects the ends.
   */
  private async placesOf(partitions: ReadonlySet<number>): Promise<{ ends: PartitionEnds[]; from: Map<number, number> }> {
    const { topic, admin, settings, progress } = this.context;
    const ask = async () => {
      const ends = (await admin.partitionEnds(topic)).filter(({ partition }) => partitions.has(partition));
      return { ends, from: await admin.groupOffsets(groupOf(settings.groupId, topic), topic) };
    };
    const known = progress.endsOf(partitions);
    if (known === null) return ask();
    const before = { ends: known, from: new Map<number, number>() };
    const asked = ask().catch((error: unknown) => {
      if (!isOutage(error)) throw error;
      return before;
    });
    const limit = new AbortController();
    const answered = await Promise.race([asked, pause(ENDS_WITHIN_MS, before, { signal: limit.signal }).catch(() => before)]);
    limit.abort();
    return answered;
  }

  private async eachBatch(payload: EachBatchPayload): Promise<void> {
    const { hooks, settings, progress } = this.context;
    const { partition, highWatermark } = payload.batch;
    progress.heard(partition, Number(highWatermark));
    const send = sendBy(payload);
    const heartbeat = new Heartbeat(() => payload.heartbeat(), settings.heartbeatEveryMs / 2);
    try {
      await progress.busy(async () => {
        const { assignment } = this;
        await this.ready;
        // With several brokers a batch may still wait in line when the group moves on.
        if (!this.partitions.has(partition)) return;
        const goesOn = (): boolean => !this.over && this.assignment === assignment && heartbeat.lost === null && payload.isRunning();
        await settleBatch(payload, {
          assignment,
          limits: settings.chunk,
          handler: (chunk) => hooks.handler(chunk),
          goesOn,
          holds: () => this.assignment === assignment,
          settled: (offset) => this.offsets.settled(partition, offset, send),
          stopped: (reason) => this.stopPartition(payload, reason),
          progress,
        });
        if (this.over) await this.offsets.done(OFFSETS_WITHIN_MS); // kafkajs leaves the group when the last batch is done
      });
    } catch (error) {
      this.end({ why: 'crashed', error });
      // Not retriable: otherwise kafkajs would hand the same batch out again, a thousand times.
      throw new KafkaJSNonRetriableError(error instanceof Error ? error.message : String(error));
    } finally {
      heartbeat.stop();
    }
    // kafkajs joins the group again on this error.
    if (heartbeat.lost !== null && !this.over) throw heartbeat.lost;
  }

  /** Reads nothing of it for a while, then hands the same records to the handler again. */
  private stopPartition(payload: EachBatchPayload, reason: string): void {
    const { topic, partition } = payload.batch;
    const { connection, progress, settings } = this.context;
    if (progress.stopReason(partition) !== reason) connection.log('error', `stopped ${topic}/${partition}: ${reason}`, { topic, partition });
    progress.stopped(partition, reason);
    const resume = payload.pause();
    const timer = setTimeout(() => {
      this.resumeTimers.delete(timer);
      resume();
    }, settings.askAgainEveryMs);
    this.resumeTimers.add(timer);
  }
}

/** The consumer's own commitOffsets is silently dropped while it stops; a batch's is not. */
function sendBy({ batch: { topic }, commitOffsetsIfNecessary }: EachBatchPayload): SendOffsets {
  return async (offsets) => commitOffsetsIfNecessary({ topics: [{ topic, partitions: [...offsets].map(([partition, offset]) => ({ partition, offset: String(offset) })) }] });
}

/** The group that reads one topic: one for each, because kafkajs assigns wrongly when a group's members read different topics. */
export function groupOf(groupId: string, topic: string): string {
  return `${groupId}.${topic}`;
}
