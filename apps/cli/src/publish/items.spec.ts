import { Readable } from 'node:stream';
import { lineItems, type Item } from './items';
import { LINE_BYTES } from './lines';
import { publishAll, PublishInterrupted, type Watcher } from './publish';

const event = (id: string, data: object = {}): string =>
  JSON.stringify({ specversion: '1.0', id, source: '/s', type: 'vn.vonggac.incident.reported.v1', time: '2026-01-01T00:00:00Z', data: { siteId: 'dai-lai', category: 'security.theft', occurredAt: '2026-01-01T00:00:00Z', ...data } });

async function items(bytes: Buffer, options: Partial<{ backfill: boolean; fromLine: number }> = {}): Promise<Item[]> {
  const source = { name: 'f', bytes: Readable.from([bytes]), size: null, read: () => 0 };
  const found: Item[] = [];
  for await (const item of lineItems(source, { backfill: false, fromLine: 1, now: Date.parse('2026-11-23T00:00:00Z'), ...options })) found.push(item);
  return found;
}

const valueOf = (item: Item | undefined): string => (item?.outcome === 'event' ? item.value.toString() : 'none');

describe('NDJSON', () => {
  it('sends good lines byte for byte, and says of each bad one what intake would say', async () => {
    const odd = event('2').replace('"category"', '"n" : 9007199254740993,  "category"');
    const found = await items(Buffer.concat([Buffer.from(`\uFEFF${event('1')}\r\n\n${odd}\n{"half":\n`), Buffer.from([0x7b, 0xe9, 0x7d, 0x0a]), Buffer.from(event('3', { siteId: 7 }))]));
    expect(found.map(({ line, outcome }) => [line, outcome])).toEqual([[1, 'event'], [3, 'event'], [4, 'bad'], [5, 'bad'], [6, 'bad']]);
    expect(valueOf(found[0])).toBe(event('1'));
    expect(valueOf(found[1])).toBe(odd);
    expect(found[3]).toMatchObject({ problems: [{ problem: expect.stringContaining('not-json') }] });
  });

  it('puts backfill in as text, and leaves a line alone that has it', async () => {
    const has = event('2').replace('{', '{ "backfill": false, ');
    const [first, second] = await items(Buffer.from(`${event('1')}\n${has}\n`), { backfill: true });
    expect(valueOf(first)).toBe(event('1').replace('{', '{"backfill":true,'));
    expect(valueOf(second)).toBe(has);
  });

  it('leaves out the lines before --from-line, and drops a line that is too long without keeping it', async () => {
    const long = Buffer.alloc(LINE_BYTES + 1, 'x');
    const found = await items(Buffer.concat([Buffer.from(`${event('1')}\n`), long, Buffer.from(`\n${event('3')}`)]), { fromLine: 2 });
    expect(found.map(({ line, outcome }) => [line, outcome])).toEqual([[2, 'bad'], [3, 'event']]);
  });
});

describe('publishing', () => {
  const watcher: Watcher = { bad: () => undefined, defects: () => undefined, advanced: () => undefined, signal: new AbortController().signal };

  async function* many(count: number): AsyncGenerator<Item> {
    for (let line = 1; line <= count; line += 1) yield { line, outcome: 'event', topic: 't', key: 'k', value: 'v', defects: [] };
  }

  it('after a failure says what is acknowledged, and goes on from the first line that is not', async () => {
    let sends = 0;
    const send = (): Promise<void> => (++sends === 2 ? Promise.reject(new Error('away')) : Promise.resolve());
    const failure = await publishAll(many(1_200), send, watcher).then(() => null, (error: unknown) => error);
    if (!(failure instanceof PublishInterrupted)) throw new Error('it did not fail', { cause: failure });
    expect(failure.report).toMatchObject({ published: 500, resumeFrom: 501 });
    expect(failure.cause).toEqual(new Error('away'));
  });

  it('reads no further than Kafka acknowledges', async () => {
    let read = 0;
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    async function* counted(): AsyncGenerator<Item> {
      for await (const item of many(5_000)) {
        read += 1;
        yield item;
      }
    }
    const done = publishAll(counted(), () => gate, watcher);
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    expect(read).toBeLessThanOrEqual(501);
    release();
    expect(await done).toMatchObject({ lines: 5_000, published: 5_000, resumeFrom: null });
  });

  /** A pipe that brings two lines and then stays open. */
  async function* pipe(): AsyncGenerator<Item> {
    yield* many(2);
    await new Promise(() => undefined);
  }

  it('sends what a pipe brought, though no more comes, and ends when it is told to', async () => {
    const stop = new AbortController();
    const sent: number[] = [];
    const done = publishAll(pipe(), async (_topic, messages) => void sent.push(messages.length), { ...watcher, signal: stop.signal });
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(sent).toEqual([2]);
    stop.abort();
    expect(await done).toMatchObject({ lines: 2, published: 2, resumeFrom: 3 });
  });

  it('says where to go on where it was told to end while it left lines out', async () => {
    const stop = new AbortController();
    async function* nothingYet(): AsyncGenerator<Item> {
      await new Promise(() => undefined);
      yield* many(1);
    }
    const done = publishAll(nothingYet(), () => Promise.resolve(), { ...watcher, signal: stop.signal }, 5_000);
    stop.abort();
    expect(await done).toMatchObject({ published: 0, resumeFrom: 5_000 });
  });

  it('reports what was acknowledged where the file cannot be read further while a batch is sent', async () => {
    async function* cut(): AsyncGenerator<Item> {
      yield* many(500);
      throw new Error('not UTF-8');
    }
    const send = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));
    const failure = await publishAll(cut(), send, watcher).then(() => null, (error: unknown) => error);
    if (!(failure instanceof PublishInterrupted)) throw new Error('it did not fail', { cause: failure });
    expect([failure.report, failure.cause]).toMatchObject([{ published: 500, resumeFrom: 501 }, new Error('not UTF-8')]);
  });

  it('sends the batch in hand before it ends', async () => {
    const stop = new AbortController();
    const sent: number[] = [];
    const done = publishAll(pipe(), async (_topic, messages) => void sent.push(messages.length), { ...watcher, signal: stop.signal, advanced: ({ lines }) => { if (lines === 2) stop.abort(); } });
    expect(await done).toMatchObject({ published: 2, resumeFrom: 3 });
    expect(sent).toEqual([2]);
  });
});
