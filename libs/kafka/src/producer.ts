import { CompressionTypes, Partitioners, type Message, type Producer } from 'kafkajs';
import { setTimeout as pause } from 'node:timers/promises';
import { PATIENCE, type KafkaClient, type KafkaConnection } from './connection';
import { isOutage, StillChanging } from './failure';

export type Compression = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';

export interface OutgoingMessage {
  /** Records of one key keep their order; null spreads them. */
  key: string | Buffer | null;
  value: string | Buffer | null;
  /** In order, repeats kept. */
  headers?: ReadonlyArray<readonly [name: string, value: string | Buffer]>;
  /** Instead of the key's partition. */
  partition?: number;
}

export interface ProducerOptions {
  compression?: Compression;
  /** Limit for one `send`, milliseconds. Past it the outcome is not known: the records may still be written. */
  sendTimeoutMs?: number;
  /** Limit for bytes that wait for an acknowledgement; past it `send` throws `ProducerFull`. */
  maxPendingBytes?: number;
  /**
   * Only for the test that shows why it must stay false: kafkajs takes its sequence number back when a send finally fails, and if that
   * batch had been written after all, the broker takes the next one for a repeat: acknowledged, and lost.
   */
  idempotent?: boolean;
}

/** One request carries at most so much: the broker takes 16 MiB, and kafkajs groups a request's messages in quadratic time. */
const REQUEST_MESSAGES = 1_000;
const REQUEST_BYTES = 4 * 1024 * 1024;
const SEND_TIMEOUT_MS = 15_000;
const MAX_PENDING_BYTES = 64 * 1024 * 1024;

const TYPES: Record<Compression, CompressionTypes> = {
  none: CompressionTypes.None,
  gzip: CompressionTypes.GZIP,
  snappy: CompressionTypes.Snappy,
  lz4: CompressionTypes.LZ4,
  zstd: CompressionTypes.ZSTD,
};

/** Kafka did not answer in time: the records may or may not be there. Sending again is right, because (source, id) names an event. */
export class SendTimeout extends Error {
  override readonly name = 'SendTimeout';
}

/** More bytes wait for Kafka than this process may hold; try later. */
export class ProducerFull extends Error {
  override readonly name = 'ProducerFull';
}

/**
 * Writes with all replicas' acknowledgement (acks −1) and without kafkajs's idempotence, which loses records. A record may be written
 * twice when an answer is lost; it is never silently dropped: `send` resolves only after every record was acknowledged.
 */
export class KafkaProducer {
  private readonly client: KafkaClient;
  private readonly producer: Producer;
  private connecting: Promise<void> | null = null;
  private pendingBytes = 0;

  constructor(
    connection: KafkaConnection,
    private readonly options: ProducerOptions = {},
  ) {
    this.client = connection.client('answer');
    this.producer = this.client.kafka.producer({
      idempotent: options.idempotent ?? false,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
      metadataMaxAge: 60_000,
      ...(options.idempotent === true ? {} : { retry: { retries: 0 } }), // `insist` tries again
    });
  }

  /** Opens the connection; without it the first `send` does. @throws when no broker answers within some seconds. */
  async connect(): Promise<void> {
    this.connecting ??= this.producer.connect().catch((error: unknown) => {
      this.connecting = null; // the next send tries again
      throw error;
    });
    await this.connecting;
  }

  /**
   * Resolves when all replicas in sync have every message. On an error some of them may have been written, in order from the first.
   * @throws SendTimeout, ProducerFull, or kafkajs's error (its `type` is Kafka's own word, for example MESSAGE_TOO_LARGE).
   */
  async send(topic: string, messages: readonly OutgoingMessage[]): Promise<void> {
    const bytes = messages.reduce((sum, message) => sum + sizeOf(message), 0);
    const limit = this.options.maxPendingBytes ?? MAX_PENDING_BYTES;
    if (this.pendingBytes > 0 && this.pendingBytes + bytes > limit) throw new ProducerFull(`${this.pendingBytes} bytes wait for Kafka's acknowledgement, at most ${limit} may`);
    this.pendingBytes += bytes;
    // The bytes count until kafkajs lets go of them, which may be after the caller was told of a time-out.
    const given = new AbortController();
    const sending = this.sendAll(topic, messages, given.signal).finally(() => {
      this.pendingBytes -= bytes;
    });
    try {
      await within(sending, this.options.sendTimeoutMs ?? SEND_TIMEOUT_MS, topic);
    } finally {
      given.abort();
    }
  }

  async close(): Promise<void> {
    try {
      await this.producer.disconnect();
    } finally {
      this.client.end();
    }
  }

  private async sendAll(topic: string, messages: readonly OutgoingMessage[], givenUp: AbortSignal): Promise<void> {
    await this.connect();
    for (const group of groups(messages)) {
      const messages = group.map(toMessage);
      if (givenUp.aborted) return;
      const tries = this.options.idempotent === true ? once : insist;
      await tries(async () => {
        const answers = await this.producer.send({ topic, acks: -1, timeout: 5_000, compression: TYPES[this.options.compression ?? 'none'], messages });
        checkAllSent(topic, group, answers);
      }, givenUp);
    }
  }
}

/**
 * kafkajs's own retries lose records: it remembers which brokers have answered, and where a partition has gone over to one of those meanwhile, its records
 * count as answered too and are never sent. Each of these tries begins anew and sends everything; what was written already is written twice. Nobody waits any
 * more once `givenUp`: who was told of a time-out sends again himself, and tries that go on beside his keep a cluster that has just come back from catching up.
 */
async function insist(send: () => Promise<unknown>, givenUp: AbortSignal): Promise<void> {
  const { retries, initialRetryTime, maxRetryTime, multiplier } = PATIENCE.answer;
  for (let [left, waitMs]: [number, number] = [retries, initialRetryTime]; ; left -= 1, waitMs = Math.min(waitMs * multiplier, maxRetryTime)) {
    try {
      await send();
      return;
    } catch (error) {
      if (left === 0 || givenUp.aborted || !isOutage(error)) throw error;
    }
    await pause(waitMs);
    if (givenUp.aborted) return;
  }
}

/** kafkajs refuses an idempotent producer that does not try again by itself; it exists for the test that shows why ours is none. */
const once = (send: () => Promise<unknown>): Promise<unknown> => send();

/** kafkajs drops what is meant for a partition that it does not know yet (just added), and resolves. @throws StillChanging */
function checkAllSent(topic: string, sent: readonly OutgoingMessage[], answers: readonly { partition: number }[]): void {
  const acknowledged = new Set(answers.map(({ partition }) => partition));
  const dropped = sent.find(({ partition }) => partition !== undefined && !acknowledged.has(partition));
  if (dropped !== undefined) throw new StillChanging(`partition ${dropped.partition} of ${topic} is not known to this producer; if it was just added, it will be within a minute`);
}

async function within(sending: Promise<void>, limitMs: number, topic: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new SendTimeout(`Kafka did not acknowledge within ${limitMs} ms (topic ${topic}); the records may still be written`)), limitMs);
  });
  try {
    await Promise.race([sending, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

function* groups(messages: readonly OutgoingMessage[]): Generator<OutgoingMessage[]> {
  let group: OutgoingMessage[] = [];
  let bytes = 0;
  for (const message of messages) {
    const size = sizeOf(message);
    if (group.length > 0 && (group.length >= REQUEST_MESSAGES || bytes + size > REQUEST_BYTES)) {
      yield group;
      group = [];
      bytes = 0;
    }
    group.push(message);
    bytes += size;
  }
  if (group.length > 0) yield group;
}

function sizeOf({ key, value, headers = [] }: OutgoingMessage): number {
  return headers.reduce((sum, [name, content]) => sum + Buffer.byteLength(name) + Buffer.byteLength(content), Buffer.byteLength(key ?? '') + Buffer.byteLength(value ?? ''));
}

function toMessage({ key, value, headers = [], partition }: OutgoingMessage): Message {
  return { key, value, partition, headers: toHeaders(headers) };
}

/**
 * kafkajs writes one header per entry of a list under one name, by mapping that list. This list maps to all headers, so that order,
 * repeats and names such as `__proto__` or `1` are written as given.
 */
function toHeaders(pairs: NonNullable<OutgoingMessage['headers']>): Message['headers'] {
  if (pairs.length === 0) return undefined;
  const entries = pairs.map(([key, value]) => ({ key, value }));
  const list: Buffer[] = [];
  return { all: Object.assign(list, { map: () => entries }) };
}
