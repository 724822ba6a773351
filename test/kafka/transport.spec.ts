import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventPattern, Payload, type MicroserviceOptions } from '@nestjs/microservices';
import { BatchTransport, groupOf, KafkaAdmin, RethrowFilter, type Chunk, type Verdict } from '@vong-gac/kafka';
import { Kafka, logLevel } from 'kafkajs';
import { atEnd, kafkaBrokers, uniqueName, waitFor } from '../support';
import { advance, kafka, newTopic, numbered, producer, startTransport, valuesOf } from './harness';

jest.setTimeout(60_000);

const connection = () => kafka();

async function committed(groupId: string, topic: string): Promise<number | undefined> {
  const admin = new KafkaAdmin(connection());
  try {
    return (await admin.groupOffsets(groupOf(groupId, topic), topic)).get(0);
  } finally {
    await admin.close();
  }
}

describe('chunks', () => {
  it('come in order, linked, cut by count, each settled before the next', async () => {
    const topic = await newTopic(connection());
    await producer(connection()).send(topic, numbered(0, 950));
    const seen: string[] = [];
    const shapes: { first: number; next: number; following: number | null }[] = [];
    let open = 0;
    await startTransport(connection(), {
      [topic]: async (chunk) => {
        expect(++open).toBe(1);
        seen.push(...valuesOf(chunk));
        shapes.push({ first: chunk.firstOffset, next: chunk.nextOffset, following: chunk.following?.firstOffset ?? null });
        await new Promise((resolve) => setImmediate(resolve));
        open--;
        return advance(chunk);
      },
    }, { settings: { chunk: { maxRecords: 200, maxBytes: 1_000_000 } } });
    await waitFor(() => seen.length >= 950, { what: 'all records' });
    expect(seen).toEqual(numbered(0, 950).map(({ value }) => value));
    for (const shape of shapes) if (shape.following !== null) expect(shape.following).toBe(shape.next);
    expect(shapes.length).toBeGreaterThanOrEqual(5);
  });

  it('cover control records: those between by the next chunk, trailing ones by nextOffset, and a tail of nothing else counts as read', async () => {
    const topic = await newTopic(connection());
    const raw = new Kafka({ brokers: kafkaBrokers().split(','), logLevel: logLevel.NOTHING }).producer({ transactionalId: uniqueName('tx'), idempotent: true, maxInFlightRequests: 1 });
    await raw.connect();
    const inTransaction = async (value: string, end: 'commit' | 'abort') => {
      const transaction = await raw.transaction();
      await transaction.send({ topic, messages: [{ value }] });
      await transaction[end]();
    };
    await inTransaction('a', 'commit'); // offsets 0, 1 (control)
    await inTransaction('b', 'abort'); // 2, 3
    await inTransaction('c', 'commit'); // 4, 5
    const chunks: Chunk[] = [];
    const { transport } = await startTransport(connection(), { [topic]: async (chunk) => (chunks.push(chunk), advance(chunk)) });
    await waitFor(() => chunks.at(-1)?.nextOffset === 6, { what: 'the last control record to be covered' });
    expect(chunks.flatMap(valuesOf)).toEqual(['a', 'c']);
    await inTransaction('d', 'abort'); // 6, 7: nothing that a handler sees
    await waitFor(() => transport.partitions()[0]?.position === 8, { what: 'the aborted tail to count as read' });
    await raw.disconnect();
    expect(transport.health()).toEqual({ live: true, ready: true, reasons: [] });
  });
});

describe('verdicts', () => {
  it('seek reads again from there and drops the rest of the batch', async () => {
    const topic = await newTopic(connection());
    await producer(connection()).send(topic, numbered(0, 30));
    const seen: string[] = [];
    let sought = false;
    await startTransport(connection(), {
      [topic]: async (chunk) => {
        if (chunk.firstOffset === 20 && !sought) {
          sought = true;
          return { do: 'seek', offset: 5 };
        }
        seen.push(...valuesOf(chunk));
        return advance(chunk);
      },
    }, { settings: { chunk: { maxRecords: 10, maxBytes: 1_000_000 } } });
    await waitFor(() => seen.length >= 45, { what: 'the records after the seek' });
    const expected = [...numbered(0, 20), ...numbered(5, 30)].map(({ value }) => value);
    expect(seen).toEqual(expected);
  });

  it('an advance past the chunk skips what lies below, one inside it comes again from there', async () => {
    const topic = await newTopic(connection());
    await producer(connection()).send(topic, numbered(0, 40));
    const firsts: number[] = [];
    const { groupId } = await startTransport(connection(), {
      [topic]: async (chunk) => {
        firsts.push(chunk.records[0]?.offset ?? -1);
        if (chunk.firstOffset === 0) return { do: 'advance', nextOffset: 25, commitOffset: 24 };
        if (chunk.firstOffset === 30) return { do: 'advance', nextOffset: 33, commitOffset: 32 };
        return advance(chunk);
      },
    }, { settings: { chunk: { maxRecords: 10, maxBytes: 1_000_000 } } });
    await waitFor(async () => (await committed(groupId, topic)) === 39, { what: 'the end to be committed' });
    expect(firsts).toEqual([0, 20, 30, 33]);
  });

  it('stop holds that partition alone, says why, and hands the same records out again until the handler goes on', async () => {
    const topic = await newTopic(connection(), 2);
    const out = producer(connection());
    await out.send(topic, [{ key: null, value: 'bad', partition: 0 }, { key: null, value: 'good', partition: 1 }]);
    const asked: number[] = [];
    const good: string[] = [];
    let restarted = false;
    const { transport } = await startTransport(connection(), {
      [topic]: async (chunk) => {
        if (chunk.partition === 1) good.push(...valuesOf(chunk));
        else asked.push(chunk.firstOffset);
        return chunk.partition === 1 || restarted ? advance(chunk) : { do: 'stop', reason: 'another topic of that name: run `ledger restart`' };
      },
    }, { settings: { askAgainEveryMs: 300 } });
    await waitFor(() => asked.length >= 3, { what: 'the stopped partition to be asked again' });
    await out.send(topic, [{ key: null, value: 'still good', partition: 1 }]);
    await waitFor(() => good.length === 2, { what: 'the other partition to go on' });
    expect(transport.health()).toMatchObject({ live: true, ready: false, reasons: [`${topic}/0 is stopped: another topic of that name: run \`ledger restart\``] });
    restarted = true;
    await waitFor(() => transport.health().ready, { what: 'readiness after the restart' });
    expect(new Set(asked)).toEqual(new Set([0]));
  });

  it('that goes nowhere, or is none, is a bug and crashes', async () => {
    const topic = await newTopic(connection());
    await producer(connection()).send(topic, numbered(0, 3));
    const stuck = await startTransport(connection(), { [topic]: async () => ({ do: 'advance', nextOffset: 0, commitOffset: 0 }) });
    await waitFor(() => stuck.crashes.length > 0, { what: 'the crash' });
    expect(String(stuck.crashes[0])).toMatch(/advanced partition 0 to 0, not past/);
    const none = await startTransport(connection(), { [topic]: async () => JSON.parse('{"do":"proceed"}') });
    await waitFor(() => none.crashes.length > 0, { what: 'the crash' });
    expect(String(none.crashes[0])).toMatch(/returned no verdict: \{"do":"proceed"\}/);
  });
});

describe('a handler behind Nest', () => {
  const failure = Object.assign(new Error('relation "incidents" does not exist', { cause: new Error('42P01') }), { code: '42P01' });

  it('is named by @EventPattern, and its error reaches the process as it was thrown, once', async () => {
    const topic = await newTopic(connection());
    const handled: number[] = [];
    @Controller()
    class Intake {
      @EventPattern(topic)
      async handle(@Payload() chunk: Chunk): Promise<Verdict> {
        handled.push(chunk.firstOffset);
        if (chunk.records.some(({ value }) => value?.toString() === '2')) throw failure;
        return advance(chunk);
      }
    }
    @Module({ controllers: [Intake] })
    class App {}

    const crashes: unknown[] = [];
    const groupId = uniqueName('nest');
    const strategy = new BatchTransport(connection(), { onCrash: (error) => void crashes.push(error), settings: { groupId, chunk: { maxRecords: 1, maxBytes: 1_000 } } });
    const app = await NestFactory.createMicroservice<MicroserviceOptions>(App, { strategy, logger: false });
    app.useGlobalFilters(new RethrowFilter());
    await app.listen();
    atEnd(() => app.close());
    await producer(connection()).send(topic, numbered(0, 5));
    await waitFor(() => crashes.length > 0, { what: 'the crash' });
    expect(crashes).toEqual([failure]);
    expect(crashes[0]).toBe(failure);
    await app.close();
    expect(handled).toEqual([0, 1, 2]);
    expect(await committed(groupId, topic)).toBeLessThanOrEqual(1);
  });

  it('must be one alone, and no message pattern', async () => {
    const two = new BatchTransport(connection(), { onCrash: () => undefined, settings: { groupId: 'g' } });
    const handler = async () => ({ do: 'seek', offset: 0 }) as const;
    two.addHandler('t', handler, true);
    two.addHandler('t', async () => handler(), true);
    two.listen((error) => expect(String(error)).toMatch(/several handlers/));
    const answers = new BatchTransport(connection(), { onCrash: () => undefined, settings: { groupId: 'g' } });
    answers.addHandler('t', handler, false);
    answers.listen((error) => expect(String(error)).toMatch(/@EventPattern/));
    expect.assertions(2);
  });
});
