import fc from 'fast-check';
import type { Chunk, KafkaRecord } from './chunk';
import { cutBatch } from './cut';

const record = (offset: number, bytes = 10): KafkaRecord => ({ offset, timestamp: 0, key: null, value: Buffer.alloc(bytes), headers: [] });
const batch = (records: KafkaRecord[], lastOffset: number) => ({ topic: 't', partition: 3, assignment: 1, records, lastOffset });
const walk = (first: Chunk | null): Chunk[] => {
  const chunks: Chunk[] = [];
  for (let chunk = first; chunk !== null; chunk = chunk.following) chunks.push(chunk);
  return chunks;
};

describe('cutBatch', () => {
  it('cuts by count, links the chunks, and covers gaps and trailing control records', () => {
    const chunks = walk(cutBatch(batch([5, 6, 9, 10, 12].map((offset) => record(offset)), 15), { maxRecords: 2, maxBytes: 1_000 }));
    expect(chunks.map(({ firstOffset, nextOffset, records }) => [firstOffset, nextOffset, records.length])).toEqual([
      [5, 7, 2],
      [7, 11, 2],
      [11, 16, 1],
    ]);
  });

  it('cuts by the bytes of the values, and lets one larger record stand alone', () => {
    const chunks = walk(cutBatch(batch([record(0, 60), record(1, 60), record(2, 500), record(3, 1)], 3), { maxRecords: 100, maxBytes: 100 }));
    expect(chunks.map(({ records }) => records.map(({ offset }) => offset))).toEqual([[0], [1], [2], [3]]);
  });

  it('has no chunk without a record', () => {
    expect(cutBatch(batch([], 7), { maxRecords: 1, maxBytes: 1 })).toBeNull();
  });

  it('loses, repeats and reorders nothing, however it is cut', () => {
    const gaps = fc.array(fc.record({ gap: fc.integer({ min: 1, max: 4 }), bytes: fc.integer({ min: 0, max: 50 }) }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 120 }), fc.integer({ min: 0, max: 3 }), (steps, maxRecords, maxBytes, tail) => {
        let offset = 0;
        const records = steps.map(({ gap, bytes }) => record((offset += gap), bytes));
        const chunks = walk(cutBatch(batch(records, offset + tail), { maxRecords, maxBytes }));
        expect(chunks.flatMap((chunk) => chunk.records)).toEqual(records);
        expect(chunks[0]?.firstOffset).toBe(records[0]?.offset);
        expect(chunks.at(-1)?.nextOffset).toBe(offset + tail + 1);
        chunks.slice(1).forEach((chunk, index) => expect(chunk.firstOffset).toBe(chunks[index]?.nextOffset));
        for (const { records: run } of chunks) expect(run.length).toBeLessThanOrEqual(maxRecords);
      }),
    );
  });
});
