import { spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
import { groupOf, memberName, type Chunk, type PartitionEnds } from '@vong-gac/kafka';
import ConsumerGroup from 'kafkajs/src/consumer/consumerGroup';
import { kafkaBrokers, uniqueName, waitFor } from '../support';
import { advance, committed, kafka, members, newTopic, numbered, producer, raw, startTransport, valuesOf } from './harness';

jest.setTimeout(90_000);

describe('an assignment', () => {
  it('is told, with log start and end, and waited for, before its first record is handed out', async () => {
    const topic = await newTopic(kafka(), 2);
    await producer(kafka()).send(topic, [...numbered(0, 10), { key: null, value: 'x', partition: 1 }]);
    const admin = raw().admin();
    await admin.connect();
    await admin.fetchTopicOffsets(topic); // deleteTopicRecords knows only topics asked for before
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '4' }] });
    await admin.disconnect();
    const order: string[] = [];
    let told: readonly PartitionEnds[] = [];
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const { transport } = await startTransport(
      kafka(),
      { [topic]: async (chunk) => (order.push(`chunk ${chunk.partition}`), advance(chunk)) },
      {
        onAssigned: async (_topic, partitions) => {
          told = partitions;
          order.push('assigned');
          await held;
          order.push('ready');
        },
      },
    );
    await waitFor(() => order.length > 0, { what: 'the assignment' });
    // Far longer than a fetch takes: were the hook not awaited, the records would be handed out now.
    await waitFor(() => transport.health().reasons.length === 0, { what: 'a look at the broker' });
    expect(order).toEqual(['assigned']);
    release();
    await waitFor(() => order.length === 4, { what: 'the records' });
    expect(order.slice(0, 2)).toEqual(['assigned', 'ready']);
    expect(told).toEqual([
      { partition: 0, logStart: 4, highWatermark: 10 },
      { partition: 1, logStart: 0, highWatermark: 1 },
    ]);
  });

  it('that the hook refuses crashes', async () => {
    const topic = await newTopic(kafka());
    const failure = new Error('no ledger');
    const { crashes } = await startTransport(kafka(), { [topic]: async (chunk) => advance(chunk) }, { onAssigned: () => Promise.reject(failure) });
    await waitFor(() => crashes.length > 0, { what: 'the crash' });
    expect(crashes).toEqual([failure]);
  });

  it('grows with the topic within seconds', async () => {
    const topic = await newTopic(kafka());
    const seen: string[] = [];
    await startTransport(kafka(), { [topic]: async (chunk) => (seen.push(...valuesOf(chunk)), advance(chunk)) }, { settings: { metadataMaxAgeMs: 500 } });
    const admin = raw().admin();
    await admin.connect();
    await admin.createPartitions({ topicPartitions: [{ topic, count: 2 }] });
    await admin.disconnect();
    await producer(kafka()).send(topic, [{ key: null, value: 'new', partition: 1 }]);
    await waitFor(() => seen.includes('new'), { what: 'the record of the added partition', timeoutMs: 20_000 });
  });
});

describe('a handler that takes longer than the session', () => {
  it('keeps its partition: heartbeats go on', async () => {
    const topic = await newTopic(kafka());
    await producer(kafka()).send(topic, numbered(0, 1));
    const assignments: number[] = [];
    let handled = 0;
    const started = Date.now();
    const { groupId, crashes } = await startTransport(
      kafka(),
      {
        [topic]: async (chunk) => {
          handled++;
          await waitFor(() => Date.now() - started > 10_000, { what: 'longer than the session', timeoutMs: 20_000 });
          return advance(chunk);
        },
      },
      { settings: { sessionTimeoutMs: 6_000, heartbeatEveryMs: 1_000 }, onAssigned: async (_topic, partitions) => void assignments.push(partitions.length) },
    );
    await waitFor(async () => (await committed(groupId, topic)).get(0) === 0, { what: 'the commit', timeoutMs: 30_000 });
    expect({ handled, assignments, crashes }).toEqual({ handled: 1, assignments: [1], crashes: [] });
  });
});

describe('a rebalance', () => {
  it('in the middle of the work loses nothing, and a commit that it refuses is no error', async () => {
    const topic = await newTopic(kafka(), 4);
    const out = producer(kafka());
    const groupId = uniqueName('group');
    const seen = new Set<string>();
    const handler = async (chunk: Chunk) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      for (const value of valuesOf(chunk)) seen.add(value);
      return advance(chunk);
    };
    const settings = { groupId, chunk: { maxRecords: 5, maxBytes: 1_000_000 } };
    const first = await startTransport(kafka(), { [topic]: handler }, { settings });
    const all = Array.from({ length: 4_000 }, (_, index) => ({ key: null, value: String(index), partition: index % 4 }));
    await out.send(topic, all.slice(0, 2_000));
    await waitFor(() => seen.size > 100, { what: 'the first records' });
    const second = await startTransport(kafka(), { [topic]: handler }, { settings });
    await waitFor(() => first.transport.partitions().length === 2 && second.transport.partitions().length === 2, { what: 'both to hold two partitions', timeoutMs: 30_000 });
    await out.send(topic, all.slice(2_000));
    await second.close();
    await waitFor(() => seen.size === all.length, { what: 'every record', timeoutMs: 30_000 });
    await waitFor(async () => [...(await committed(groupId, topic)).values()].join() === '999,999,999,999', { what: 'every partition committed to its last record' });
    expect([...first.crashes, ...second.crashes]).toEqual([]);
  });
});

describe('kafkajs#1046: after a rebalance a consumer went on with batches of partitions that were no longer its own, and committed them', () => {
  it('what is left of such a batch is not handled, and no commit of it moves the group', async () => {
    const topic = await newTopic(kafka(), 2);
    await producer(kafka()).send(topic, [0, 1].flatMap((partition) => numbered(0, 10).map((record) => ({ ...record, partition }))));
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const groupId = uniqueName('group');
    // The group goes on without a member that works for longer than this.
    const settings = { groupId, partitionsAtOnce: 2, chunk: { maxRecords: 1, maxBytes: 1_000_000 }, heartbeatEveryMs: 500, sessionTimeoutMs: 6_000, rebalanceTimeoutMs: 2_000 };
    const firstHandled: string[] = [];
    const first = await startTransport(kafka(), {
      [topic]: async (chunk) => {
        firstHandled.push(`${chunk.partition}/${chunk.firstOffset}`);
        await held;
        return advance(chunk);
      },
    }, { settings });
    await waitFor(() => firstHandled.length === 2, { what: 'the first to be in the middle of both batches' });
    const secondHandled = new Set<string>();
    const second = await startTransport(kafka(), { [topic]: async (chunk) => (secondHandled.add(`${chunk.partition}/${chunk.firstOffset}`), advance(chunk)) }, { settings });
    await waitFor(() => secondHandled.size === 20, { what: 'the second to have read both partitions', timeoutMs: 30_000 });
    await waitFor(async () => [...(await committed(groupId, topic)).values()].join() === '9,9', { what: 'the second to have committed' });
    release();
    await waitFor(() => first.transport.partitions().length === 1 && second.transport.partitions().length === 1, { what: 'each to hold one partition', timeoutMs: 30_000 });
    // A resume begins with the last record that was settled.
    expect(firstHandled.filter((place) => !place.endsWith('/9')).sort()).toEqual(['0/0', '1/0']);
    expect([...(await committed(groupId, topic)).values()]).toEqual([9, 9]);
    expect([...first.crashes, ...second.crashes]).toEqual([]);
  });
});

describe('closing', () => {
  it('lets the chunk in flight finish, commits it, takes no other, and leaves the group', async () => {
    const topic = await newTopic(kafka());
    await producer(kafka()).send(topic, numbered(0, 20));
    const handled: number[] = [];
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const { groupId, close } = await startTransport(kafka(), {
      [topic]: async (chunk) => {
        handled.push(chunk.firstOffset);
        await held;
        return advance(chunk);
      },
    }, { settings: { chunk: { maxRecords: 10, maxBytes: 1_000_000 } } });
    await waitFor(() => handled.length === 1, { what: 'the first chunk' });
    expect(await members(groupId, topic)).toBe(1);
    const closed = close();
    release();
    await closed;
    expect(handled).toEqual([0]);
    expect(await committed(groupId, topic)).toEqual(new Map([[0, 9]]));
    expect(await members(groupId, topic)).toBe(0);
  });
});

describe('closing while it joins', () => {
  // Found by the faults, seed 7024: an intake that was restarted twice in a row left a member behind, and the group read nothing for a session.
  it('leaves the group too: nobody waits for a member that is gone', async () => {
    const topic = await newTopic(kafka(), 2);
    const settings = { groupId: uniqueName('group'), heartbeatEveryMs: 1_500, sessionTimeoutMs: 30_000 };
    const handlers = { [topic]: async (chunk: Chunk) => advance(chunk) };
    const first = await startTransport(kafka(), handlers, { settings });
    await waitFor(() => first.transport.partitions().length === 2, { what: 'the first to hold both partitions' });
    // The first learns only with its next heartbeat that the group waits for it.
    const second = await startTransport(kafka(), handlers, { settings });
    await waitFor(async () => (await members(settings.groupId, topic)) === 2, { what: 'the second to join', intervalMs: 20 });
    await second.close();
    expect(await members(settings.groupId, topic)).toBe(1);
    await producer(kafka()).send(topic, numbered(0, 1));
    await waitFor(() => first.transport.partitions().length === 2 && first.transport.partitions().some(({ position }) => position === 1), { what: 'the first to read on, long before a session is over', timeoutMs: 10_000 });
    expect([...first.crashes, ...second.crashes]).toEqual([]);
  });
});

describe('a member that was killed', () => {
  /** Joins as a process would that is no more by now, and says nothing further. */
  async function joinedAndGone(groupId: string, topic: string, name: string): Promise<void> {
    const client = kafka().client('answer', name);
    const consumer = client.kafka.consumer({ groupId: groupOf(groupId, topic), sessionTimeout: 60_000 });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
    await consumer.run({ autoCommit: false, eachMessage: async () => undefined });
    await joined;
    client.end();
  }

  // Found by the faults, seeds 5033, 5079 and 6067: killed while it joined, it cost two sessions, one after the other.
  it('does not keep its partitions from the process that starts in its place', async () => {
    const topic = await newTopic(kafka());
    await producer(kafka()).send(topic, numbered(0, 1));
    const groupId = uniqueName('group');
    const { pid = 0 } = spawnSync(process.execPath, ['-e', '']);
    await joinedAndGone(groupId, topic, memberName('test-1', { host: hostname(), pid, began: 1 }));
    const seen: string[] = [];
    // Its session would last three times as long as this waits.
    await startTransport(kafka(), { [topic]: async (chunk) => (seen.push(...valuesOf(chunk)), advance(chunk)) }, { settings: { groupId } });
    await waitFor(() => seen.length > 0, { what: 'the record', timeoutMs: 20_000 });
    expect(await members(groupId, topic)).toBe(1);
  });

  it('of another host may live: its session decides', async () => {
    const topic = await newTopic(kafka());
    const groupId = uniqueName('group');
    await joinedAndGone(groupId, topic, memberName('test-1', { host: 'another-host', pid: 1, began: 1 }));
    await startTransport(kafka(), { [topic]: async (chunk) => advance(chunk) }, { settings: { groupId } });
    await waitFor(async () => (await members(groupId, topic)) === 2, { what: 'both as members' });
  });
});

describe('a consumer that fetches nothing although records wait', () => {
  /** Makes the first fetches of a topic's consumers hang; other suites' consumers in this process are left alone. */
  const stall = (topic: string, times: number) => {
    const original = ConsumerGroup.prototype.fetch;
    let left = times;
    jest.spyOn(ConsumerGroup.prototype, 'fetch').mockImplementation(function (this: ConsumerGroup, nodeId) {
      return this.topicsSubscribed.includes(topic) && left-- > 0 ? new Promise(() => undefined) : original.call(this, nodeId);
    });
  };
  afterEach(() => jest.restoreAllMocks());

  it('joins again by itself, and goes on', async () => {
    const topic = await newTopic(kafka());
    await producer(kafka()).send(topic, numbered(0, 3));
    stall(topic, 1);
    const seen: string[] = [];
    const said: string[] = [];
    const connection = kafka(kafkaBrokers(), { log: (_level, message) => void said.push(message) });
    const settings = { rejoinAfterMs: 1_000, closeWithinMs: 500, sessionTimeoutMs: 6_000 };
    const { transport } = await startTransport(connection, { [topic]: async (chunk) => (seen.push(...valuesOf(chunk)), advance(chunk)) }, { settings });
    await waitFor(() => said.some((line) => line.includes('joins the group again')), { what: 'the stall to be noticed' });
    expect(transport.health()).toMatchObject({ live: true, ready: false });
    expect(seen).toEqual([]);
    await waitFor(() => seen.length === 3, { what: 'the records after the rejoin', timeoutMs: 30_000 });
    await waitFor(() => transport.health().ready, { what: 'readiness' });
  });

  it('dYdX v4-chain#3367: a healthy process with a dead consumer for 14 days. One that gets nothing even after joining again is not alive, and says so', async () => {
    const topic = await newTopic(kafka());
    await producer(kafka()).send(topic, numbered(0, 3));
    stall(topic, 100);
    const { transport } = await startTransport(kafka(), { [topic]: async (chunk) => advance(chunk) }, { settings: { rejoinAfterMs: 1_000, deadAfterMs: 4_000, closeWithinMs: 500 } });
    await waitFor(() => !transport.health().live, { what: 'liveness to turn red', timeoutMs: 30_000 });
    expect(transport.health().reasons[0]).toMatch(/not one record came for \d+ s although records wait and Kafka answers/);
  });

  it('is not what a topic without news is: it stays ready and alive', async () => {
    const topic = await newTopic(kafka());
    await producer(kafka()).send(topic, numbered(0, 3));
    const { transport, groupId } = await startTransport(kafka(), { [topic]: async (chunk) => advance(chunk) }, { settings: { rejoinAfterMs: 500, deadAfterMs: 1_000 } });
    await waitFor(async () => (await committed(groupId, topic)).get(0) === 2, { what: 'the records' });
    const until = Date.now() + 3_000;
    await waitFor(() => {
      const health = transport.health();
      if (!health.live || (Date.now() > until - 2_000 && !health.ready)) throw new Error(health.reasons.join());
      return Date.now() > until;
    }, { what: 'three quiet seconds', timeoutMs: 10_000 });
    expect(transport.health()).toEqual({ live: true, ready: true, reasons: [] });
  });
});
