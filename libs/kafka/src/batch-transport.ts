import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import { KafkaAdmin, type PartitionEnds } from './admin';
import type { Chunk, ChunkHandler, Verdict } from './chunk';
import type { KafkaConnection } from './connection';
import type { PartitionProgress } from './progress';
import { CONSUMER_DEFAULTS, type ConsumerSettings } from './settings';
import { TopicConsumer, type TopicHealth, type Watch } from './topic-consumer';

export interface TransportOptions extends Watch {
  /** Awaited for each assignment before its first chunk reaches the handler; may take as long as it needs (heartbeats go on). It can be called again for the same partitions. */
  onAssigned?(topic: string, partitions: readonly PartitionEnds[]): Promise<void>;
  settings: Partial<ConsumerSettings> & Pick<ConsumerSettings, 'groupId'>;
  /** Topics that are cut otherwise. */
  perTopic?: Readonly<Record<string, Pick<ConsumerSettings, 'chunk'>>>;
}

/**
 * Nest's entry to Kafka: `@EventPattern(topic)` names a handler that takes a {@link Chunk} and answers a {@link Verdict}. One group
 * (`<groupId>.<topic>`) for each topic, so that a flood on one delays no other, and in it a few members of this process.
 *
 * - While the handler's promise is pending, heartbeats go on: it waits outages out by itself, as long as they take.
 * - A handler that rejects is a bug: `onCrash` is called, which must end the process. Register {@link RethrowFilter}, or Nest replaces the error.
 * - `stop`: the partition is read no further, and the same records are handed to the handler again every `askAgainEveryMs` (5 s) and after
 *   every assignment, until it answers otherwise: after `ledger restart` it simply answers `seek` or `advance`. The reason stays in `health()` until then.
 * - `inspect` is asked every `lookEveryMs` (5 s) with log start and end of the partitions held; the reasons that it answers are shown as stopped
 *   partitions until it takes them back. It must not reject: that is a bug and ends the process.
 * - `onMissing` is asked at each look once Kafka has had no such topic for `missingAfterMs` (10 s); it may create it.
 * - Closing lets the chunk in flight finish, commits and leaves the group. A handler that waits for Postgres must give up by itself (Nest's
 *   `beforeApplicationShutdown` runs before the transport closes) and answer `seek` to the chunk's first offset.
 */
export class BatchTransport extends Server implements CustomTransportStrategy {
  private readonly consumers = new Map<string, TopicConsumer>();
  private readonly admin: KafkaAdmin;
  private readonly consumerSettings: ConsumerSettings;
  private lookTimer: NodeJS.Timeout | undefined;
  private closing = false;
  /** How many there were, of all partitions. */
  private assignments = 0;

  constructor(
    private readonly connection: KafkaConnection,
    private readonly options: TransportOptions,
  ) {
    super();
    this.admin = new KafkaAdmin(connection);
    this.consumerSettings = { ...CONSUMER_DEFAULTS, ...options.settings };
  }

  /** Starts to read and calls back at once: an outage of Kafka is waited out, and `health()` says so meanwhile. */
  listen(callback: (error?: unknown) => void): void {
    try {
      for (const [topic, handler] of this.messageHandlers) this.consumers.set(topic, this.consumerOf(topic, handler));
    } catch (error) {
      return callback(error);
    }
    for (const consumer of this.consumers.values()) consumer.start();
    void this.lookOn();
    callback();
  }

  async close(): Promise<void> {
    this.closing = true;
    clearTimeout(this.lookTimer);
    await Promise.all([...this.consumers.values()].map((consumer) => consumer.close()));
    await this.admin.close();
  }

  /** Red liveness: start this process again. Red readiness: something waits for Kafka or an operator. `reasons` are sentences for the operator. */
  health(now = Date.now()): TopicHealth {
    const all = [...this.consumers.values()].map((consumer) => consumer.health(now));
    return { live: all.every(({ live }) => live), ready: all.length > 0 && all.every(({ ready }) => ready), reasons: all.flatMap(({ reasons }) => reasons) };
  }

  /** The partitions that this process holds now. */
  partitions(): PartitionProgress[] {
    return [...this.consumers.values()].flatMap((consumer) => consumer.partitions());
  }

  /** Leaves a topic's group and joins it again with new clients. */
  rejoin(topic: string): void {
    this.consumers.get(topic)?.rejoin();
  }

  /** Part of Nest's contract; this transport has no events of its own. */
  on(): never {
    throw new Error('BatchTransport has no events: use its options onAssigned, inspect and onCrash');
  }

  unwrap<T>(): T {
    throw new Error('BatchTransport hides its clients: add what is missing to @vong-gac/kafka');
  }

  private consumerOf(topic: string, handler: MessageHandler): TopicConsumer {
    if (!handler.isEventHandler) throw new Error(`the handler of ${topic} must be declared with @EventPattern: nothing is answered over Kafka`);
    if (handler.next !== undefined) throw new Error(`topic ${topic} has several handlers: one must decide what is settled`);
    const { connection, admin, options } = this;
    const settings = { ...this.consumerSettings, ...options.perTopic?.[topic] };
    const hooks = { handler: this.verdictOf(topic, handler), onAssigned: options.onAssigned?.bind(options) ?? (async () => undefined) };
    return new TopicConsumer({ topic, connection, admin, settings, hooks, nextAssignment: () => ++this.assignments }, options);
  }

  private verdictOf(topic: string, handler: MessageHandler): ChunkHandler {
    return async (chunk: Chunk): Promise<Verdict> => {
      const verdict: unknown = await lastValueFrom(this.transformToObservable<unknown>(await handler(chunk)));
      if (!isVerdict(verdict)) throw new Error(`the handler of ${topic} returned no verdict: ${JSON.stringify(verdict)}`);
      return verdict;
    };
  }

  private async lookOn(): Promise<void> {
    for (const consumer of this.consumers.values()) {
      if (this.closing) return;
      try {
        await consumer.look();
      } catch (error) {
        return this.options.onCrash(error);
      }
    }
    if (this.closing) return;
    this.lookTimer = setTimeout(() => void this.lookOn(), this.consumerSettings.lookEveryMs);
    this.lookTimer.unref();
  }
}

function isVerdict(value: unknown): value is Verdict {
  if (typeof value !== 'object' || value === null || !('do' in value)) return false;
  const isOffset = (key: string): boolean => Number.isSafeInteger(Reflect.get(value, key)) && Number(Reflect.get(value, key)) >= 0;
  switch (value.do) {
    case 'advance':
      return isOffset('nextOffset') && isOffset('commitOffset');
    case 'seek':
      return isOffset('offset');
    case 'stop':
      return 'reason' in value && typeof value.reason === 'string';
    default:
      return false;
  }
}
