import Cluster from 'kafkajs/src/cluster';
import Runner from 'kafkajs/src/consumer/runner';
import Decoder from 'kafkajs/src/protocol/decoder';
import decodeHeader from 'kafkajs/src/protocol/recordBatch/header/v0/decoder';
import RequestQueue from 'kafkajs/src/network/requestQueue';
import fetchResponse from 'kafkajs/src/protocol/requests/fetch/v11/response';
import { isOutage } from './failure';
import { checkVersion, OrderedHeaders } from './patches';

const QUEUE = { maxInFlightRequests: 1, requestTimeout: 1_000, enforceRequestTimeout: false, clientId: 'c', broker: 'b', logger: { debug: () => undefined, warn: () => undefined } };

/** The same classes before anything was patched, from a module registry of their own. */
function unpatched(): { Queue: typeof RequestQueue; Reader: typeof Decoder; readHeader: typeof decodeHeader; fetched: typeof fetchResponse } {
  let loaded: ReturnType<typeof unpatched> | undefined;
  jest.isolateModules(() => {
    loaded = {
      Queue: jest.requireActual('kafkajs/src/network/requestQueue'),
      Reader: jest.requireActual('kafkajs/src/protocol/decoder'),
      readHeader: jest.requireActual('kafkajs/src/protocol/recordBatch/header/v0/decoder'),
      fetched: jest.requireActual('kafkajs/src/protocol/requests/fetch/v11/response'),
    };
  });
  if (loaded === undefined) throw new Error('kafkajs did not load');
  return loaded;
}

/** How often an idle queue looks at its (empty) list of waiting requests within a second. */
function looksWhenIdle(Queue: typeof RequestQueue): number {
  jest.useFakeTimers();
  const queue = new Queue(QUEUE);
  const look = jest.spyOn(queue, 'checkPendingRequests');
  queue.checkPendingRequests(); // kafkajs does so after each answer
  jest.advanceTimersByTime(1_000);
  queue.destroy();
  jest.useRealTimers();
  return look.mock.calls.length;
}

const zigzag = (value: number): number[] => {
  const bytes: number[] = [];
  let rest = value * 2;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return [...bytes, rest];
};
const NULL = [1];
const text = (value: string): Buffer => Buffer.concat([Buffer.from(zigzag(Buffer.byteLength(value))), Buffer.from(value)]);
const encode = (headers: [string, string | null][]): Buffer =>
  Buffer.concat([Buffer.from(zigzag(headers.length)), ...headers.flatMap(([name, value]) => [text(name), value === null ? Buffer.from(NULL) : text(value)])]);

/** What kafkajs's record decoder does with the headers. */
function reduced(bytes: Buffer, Reader = Decoder, readHeader = decodeHeader): unknown {
  return new Reader(bytes).readVarIntArray(readHeader).reduce<object>((all, { key, value }) => ({ ...all, [String(key)]: value }), {});
}

describe('the idle request queue', () => {
  it('looks at waiting requests only when some wait', () => {
    expect(looksWhenIdle(RequestQueue)).toBe(1);
  });

  it('without the patch looks about a thousand times a second (what the patch is for)', () => {
    expect(looksWhenIdle(unpatched().Queue)).toBeGreaterThan(500);
  });

  it('still sends a request that waited for a throttle to end', () => {
    jest.useFakeTimers();
    const queue = new RequestQueue(QUEUE);
    const look = jest.spyOn(queue, 'checkPendingRequests').mockImplementation(() => undefined);
    queue.pending.push({});
    queue.throttledUntil = Date.now() + 300;
    queue.scheduleCheckPendingRequests();
    jest.advanceTimersByTime(299);
    expect(look).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(look).toHaveBeenCalledTimes(1);
    queue.destroy();
    jest.useRealTimers();
  });
});

describe('the headers of a record', () => {
  it('come in order, with repeats, awkward names and missing values', () => {
    const headers = reduced(encode([['b', '1'], ['__proto__', '2'], ['a', '3'], ['b', '4'], ['1', '5'], ['', '6'], ['n', null]]));
    expect(headers).toBeInstanceOf(OrderedHeaders);
    const { pairs } = headers as OrderedHeaders;
    expect(pairs.map(([name, value]) => [name, value.toString()])).toEqual([['b', '1'], ['__proto__', '2'], ['a', '3'], ['b', '4'], ['1', '5'], ['', '6'], ['n', '']]);
  });

  it('cost time in proportion to their number: no object is copied for each', () => {
    const many = encode(Array.from({ length: 10_000 }, (_, index) => [`header-${index}`, 'x']));
    let copies = 0;
    const list = new Decoder(many).readVarIntArray(decodeHeader);
    list.reduce<object>((all) => (copies++, all), {});
    expect(copies).toBe(0);
    expect((reduced(many) as OrderedHeaders).pairs).toHaveLength(10_000);
  });

  it('without the patch are copied once for each header, and reordered (what the patch is for)', () => {
    const { Reader, readHeader } = unpatched();
    let copies = 0;
    new Reader(encode([['2', 'x'], ['1', 'y']])).readVarIntArray(readHeader).reduce<object>((all) => (copies++, all), {});
    expect(copies).toBe(2);
    expect(Object.keys(reduced(encode([['2', 'x'], ['1', 'y']]), Reader, readHeader) as object)).toEqual(['1', '2']);
  });

  it('leave every other list as it is', () => {
    const numbers = new Decoder(Buffer.from(zigzag(2))).readVarIntArray(() => 7);
    expect(numbers.reduce((sum, value) => sum + value, 100)).toBe(114);
  });
});

describe('an answer to Fetch that refuses the whole request', () => {
  /** Throttle time, UNKNOWN_SERVER_ERROR, session, no topics. */
  const refused = Buffer.from('00000000ffff0000000000000000', 'hex');

  it('is the error that it says', () => expect(fetchResponse.decode(refused)).rejects.toMatchObject({ type: 'UNKNOWN', retriable: false }));

  it('without the patch is "nothing new" (what the patch is for)', async () => {
    const { fetched } = unpatched();
    expect(await fetched.parse(await fetched.decode(refused))).toMatchObject({ errorCode: -1, responses: [] });
  });
});

// Found by the faults with three brokers, seed 5: two of three lost while an intake started, and it ended.
it('a cluster of which no broker answers is an outage, not a bug', async () => {
  const silent = { retrier: (work: (bail: (error: unknown) => void) => unknown) => work((error) => { throw error; }), brokerPool: { refreshMetadataIfNecessary: async () => undefined, withBroker: async () => null } };
  const error: unknown = await Cluster.prototype.metadata.call(silent as unknown as Cluster, { topics: [] }).catch((reason: unknown) => reason);
  expect(isOutage(error)).toBe(true);
});

describe('a consumer that joins its group', () => {
  const nobodyElse = { groupId: 'group', cluster: { findGroupCoordinator: async () => ({ describeGroups: async () => ({ groups: [] }) }) }, logger: { info: () => undefined, debug: () => undefined } };
  function runnerOf(joined: Promise<void>): { runner: Runner; did: string[] } {
    const did: string[] = [];
    const runner: Runner = Object.assign(Object.create(Runner.prototype) as Runner, {
      running: false,
      consumerGroup: { ...nobodyElse, connect: async () => undefined, joinAndSync: () => joined, leave: async () => void did.push('left') },
      logger: { debug: () => undefined },
      fetchManager: { stop: async () => undefined },
      waitForConsumer: async () => undefined,
      scheduleFetchManager: () => void did.push('reads'),
      onCrash: async () => {
        await runner.stop();
        did.push('crashed');
      },
    });
    return { runner, did };
  }

  // Found by the faults, seed 5378: Kafka went away while an intake joined, and it neither ended nor joined again.
  it('and cannot, says so: what stops it does not wait for itself', async () => {
    const { runner, did } = runnerOf(Promise.reject(new Error('away')));
    await runner.start();
    expect(did).toEqual(['crashed']);
  });

  it('and is stopped meanwhile, leaves it when it has joined', async () => {
    let join: () => void = () => undefined;
    const { runner, did } = runnerOf(new Promise((resolve) => (join = resolve)));
    const started = runner.start();
    const stopped = runner.stop();
    join();
    await Promise.all([started, stopped]);
    expect(did).toEqual(['reads', 'left']);
    expect(runner.running).toBe(false);
  });
});

it('refuses any other version of kafkajs by name', () => {
  expect(() => checkVersion('2.2.4')).not.toThrow();
  expect(() => checkVersion('2.2.5')).toThrow(/kafkajs 2\.2\.5 is installed.*2\.2\.4/);
});
