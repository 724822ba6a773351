import { version } from 'kafkajs/package.json';
import { KafkaJSConnectionError } from 'kafkajs';
import Broker from 'kafkajs/src/broker';
import Cluster from 'kafkajs/src/cluster';
import Runner from 'kafkajs/src/consumer/runner';
import RequestQueue from 'kafkajs/src/network/requestQueue';
import Decoder from 'kafkajs/src/protocol/decoder';
import decodeHeader from 'kafkajs/src/protocol/recordBatch/header/v0/decoder';
import fetchResponse from 'kafkajs/src/protocol/requests/fetch/v11/response';
import { decodeFetch } from './fetch-response';
import { leaveForTheDead } from './predecessors';

/** The only version whose internals these patches were written against. */
const PATCHED_VERSION = '2.2.4';
/** How often kafkajs looks at requests that wait for a free slot, milliseconds; its own figure. */
const CHECK_PENDING_MS = 10;
const applied = Symbol.for('vong-gac.kafka.patches');

/** A record's headers in the order of the wire, repeats kept; what kafkajs hands out as `message.headers` once patched. */
export class OrderedHeaders {
  constructor(readonly pairs: ReadonlyArray<readonly [name: string, value: Buffer]>) {}
}

const EMPTY = Buffer.alloc(0);

/**
 * kafkajs builds a record's headers by copying the whole object for each header: 10,000 of them cost 15 s of CPU, longer than the
 * group's session, and a header named `__proto__` is lost. Its only caller reduces the decoded list, so the list is answered with an
 * object that "reduces" to the pairs themselves.
 */
function keepHeadersInOrder(): void {
  const original = Decoder.prototype.readVarIntArray;
  const read = function <T>(this: Decoder, reader: (decoder: Decoder) => T): T[] {
    const list = original.call(this, reader) as T[];
    if ((reader as unknown) !== decodeHeader) return list;
    const headers = list as ReturnType<typeof decodeHeader>[];
    const pairs = headers.map(({ key, value }) => [key ?? '', value ?? EMPTY] as const);
    return Object.assign(list, { reduce: () => new OrderedHeaders(pairs) });
  };
  Decoder.prototype.readVarIntArray = read;
}

/** kafkajs re-arms a timer of 1 ms for ever, even with nothing to send: 4.5 % of a core when idle, a warning on Node 24. */
function wakeOnlyForPendingRequests(): void {
  RequestQueue.prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
    if (this.pending.length === 0 || this.throttleCheckTimeoutId) return;
    const throttledFor = this.throttledUntil - Date.now();
    this.throttleCheckTimeoutId = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null;
        this.checkPendingRequests();
      },
      throttledFor > 0 ? throttledFor : CHECK_PENDING_MS,
    );
  };
}

/**
 * kafkajs spreads a batch's records into the arguments of one call: some 120,000 of them overflow the stack, and the consumer crashes on the same
 * batch for ever. One publisher with large batches of small records is enough. It also overlooks an error for the whole request (`decodeFetch`).
 */
function collectRecordsOneByOne(): void {
  const original = fetchResponse.decode;
  fetchResponse.decode = async (raw) => (await decodeFetch(raw)) ?? original(raw);
}

/**
 * kafkajs takes a broker for connected once its socket is, although it may not yet have said which requests it takes. When that answer does not come
 * (a cable that heals later), the client says "Broker not connected" to every request, for ever, and never connects again: a producer is dead until its
 * process ends.
 */
function connectedMeansIntroduced(): void {
  const { isConnected, connect } = Broker.prototype;
  Broker.prototype.isConnected = function (this: Broker): boolean {
    return this.versions != null && isConnected.call(this);
  };
  Broker.prototype.connect = async function (this: Broker): Promise<void> {
    try {
      await connect.call(this);
    } catch (error) {
      // The next attempt begins with a socket of its own: this one may never answer.
      if (this.versions == null) await this.disconnect().catch(() => undefined);
      throw error;
    }
  };
}

/** kafkajs answers null where no broker answers, and takes that apart: a TypeError, which is no outage, ended the process. */
function noAnswerIsAnOutage(): void {
  const { metadata } = Cluster.prototype;
  Cluster.prototype.metadata = async function (this: Cluster, of?: { topics?: string[] }): Promise<object> {
    const found = await metadata.call(this, of);
    if (found === null) throw new KafkaJSConnectionError('no broker answers');
    return found;
  };
}

/**
 * kafkajs takes a consumer that still joins its group for one that does not run, and stops it without leaving: the group waits for that member until its
 * session times out, and reads nothing meanwhile. Who closes first lets it join; a socket that is hung up ends that at once.
 * Before it joins, it leaves for members that can no more (`leaveForTheDead`).
 */
function leavesAlsoWhileItJoins(): void {
  const { stop } = Runner.prototype;
  const joining = new WeakMap<Runner, Promise<void>>();
  const join = async ({ consumerGroup }: Runner): Promise<void> => {
    await consumerGroup.connect();
    await leaveForTheDead(consumerGroup);
    await consumerGroup.joinAndSync();
  };
  Runner.prototype.start = async function (this: Runner): Promise<void> {
    if (this.running) return;
    const joined = join(this);
    joining.set(this, joined);
    try {
      await joined;
    } catch (error) {
      // It stops the consumer, which waits for the join alone: waiting for this function, too, it would wait for itself.
      return this.onCrash(error);
    }
    this.running = true;
    this.scheduleFetchManager();
  };
  Runner.prototype.stop = async function (this: Runner): Promise<void> {
    if (!this.running) await joining.get(this)?.catch(() => undefined);
    return stop.call(this);
  };
}

/** @throws when kafkajs is not exactly the version that the patches fit. */
export function checkVersion(found: string): void {
  if (found === PATCHED_VERSION) return;
  throw new Error(
    `kafkajs ${found} is installed, but libs/kafka/src/patches.ts changes internals of kafkajs ${PATCHED_VERSION}: install exactly that version, or fit the patches and their tests to ${found}`,
  );
}

/** Applied once per loaded kafkajs, when this file is imported. */
export function applyPatches(): void {
  checkVersion(version);
  if (applied in Decoder.prototype) return;
  Object.defineProperty(Decoder.prototype, applied, { value: true });
  keepHeadersInOrder();
  wakeOnlyForPendingRequests();
  collectRecordsOneByOne();
  connectedMeansIntroduced();
  noAnswerIsAnOutage();
  leavesAlsoWhileItJoins();
}

applyPatches();
