import type { Chunk } from '@vong-gac/kafka';
import { uniqueName, waitFor } from '../support';
import { advance, committed, kafka, members, newTopic, numbered, producer, startTransport, valuesOf } from './harness';

jest.setTimeout(90_000);

describe('several partitions at once', () => {
  const each = (partitions: number, count: number, from = 0) => Array.from({ length: partitions }, (_, partition) => numbered(from, from + count).map((record) => ({ ...record, partition }))).flat();

  it('are shared by so many members: one that is held up holds up no other, and each record is handled once', async () => {
    const topic = await newTopic(kafka(), 6);
    const out = producer(kafka());
    const seen: string[] = [];
    const held: (() => void)[] = [];
    let holding = false;
    const { transport, groupId, crashes, close } = await startTransport(kafka(), {
      [topic]: async (chunk) => {
        if (holding && chunk.partition === 0) await new Promise<void>((resolve) => held.push(resolve));
        seen.push(...valuesOf(chunk).map((value) => `${chunk.partition}/${value}`));
        return advance(chunk);
      },
    }, { settings: { partitionsAtOnce: 3 } });
    await waitFor(async () => (await members(groupId, topic)) === 3 && transport.partitions().length === 6 && transport.health().ready, { what: 'three members to share six partitions', timeoutMs: 20_000 });
    await out.send(topic, each(6, 10));
    await waitFor(() => seen.length === 60, { what: 'the first records' });
    holding = true;
    await out.send(topic, each(1, 1, 10));
    await waitFor(() => held.length === 1, { what: 'one partition to be held up' });
    // The member that holds partition 0 has partition 3 too; the other four go on, fetch after fetch.
    for (let round = 11; round < 16; round++) {
      await out.send(topic, [1, 2, 4, 5].flatMap((partition) => numbered(round, round + 1).map((record) => ({ ...record, partition }))));
      await waitFor(() => seen.length === 60 + 4 * (round - 10), { what: `round ${round} of the others` });
    }
    expect(seen.filter((place) => place.startsWith('0/'))).toHaveLength(10);
    held[0]?.();
    await waitFor(() => seen.length === 81, { what: 'the record that was held up' });
    expect(new Set(seen).size).toBe(81);
    await close();
    expect(await members(groupId, topic)).toBe(0);
    expect(await committed(groupId, topic)).toEqual(new Map([[0, 10], [1, 14], [2, 14], [3, 9], [4, 14], [5, 14]]));
    expect(crashes).toEqual([]);
  });

  it('of two processes: each gets its half, and a chunk says under which assignment it was read', async () => {
    const topic = await newTopic(kafka(), 6);
    const out = producer(kafka());
    const groupId = uniqueName('group');
    const assignments = new Map<number, Set<number>>();
    const seen = new Set<string>();
    const handler = async (chunk: Chunk) => {
      for (const value of valuesOf(chunk)) seen.add(`${chunk.partition}/${value}`);
      return advance(chunk);
    };
    const settings = { groupId, partitionsAtOnce: 2 };
    const first = await startTransport(kafka(), {
      [topic]: async (chunk) => {
        assignments.set(chunk.partition, (assignments.get(chunk.partition) ?? new Set()).add(chunk.assignment));
        return handler(chunk);
      },
    }, { settings });
    await waitFor(() => first.transport.partitions().length === 6, { what: 'the first to hold all', timeoutMs: 20_000 });
    await out.send(topic, each(6, 1));
    await waitFor(() => seen.size === 6, { what: 'the first records' });
    const before = Math.max(...[...assignments.values()].flatMap((all) => [...all]));
    assignments.clear();
    const second = await startTransport(kafka(), { [topic]: handler }, { settings });
    await waitFor(() => first.transport.partitions().length === 3 && second.transport.partitions().length === 3, { what: 'three partitions each', timeoutMs: 30_000 });
    await out.send(topic, each(6, 1, 1));
    await waitFor(() => seen.size === 12, { what: 'the records after the rebalance' });
    for (const all of assignments.values()) for (const assignment of all) expect(assignment).toBeGreaterThan(before);
    expect([...first.crashes, ...second.crashes]).toEqual([]);
  });
});
