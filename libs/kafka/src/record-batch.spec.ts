import fc from 'fast-check';
import { CompressionTypes } from 'kafkajs';
import Decoder from 'kafkajs/src/protocol/decoder';
import decodeBatch from 'kafkajs/src/protocol/recordBatch/v0/decoder';
import encodeRecord from 'kafkajs/src/protocol/recordBatch/record/v0';
import { RecordBatch } from 'kafkajs/src/protocol/recordBatch/v0';
import Long from 'kafkajs/src/utils/long';
import './codecs';
import { FetchedRecord, readBatches } from './record-batch';
import { OrderedHeaders } from './patches';

const NOW = Date.UTC(2026, 1, 14, 15, 0, 0);
const ATTRIBUTES_AT = 21;
const LOG_APPEND_TIME = 0x08;

interface Plain {
  offsetDelta: number;
  timestampDelta: number;
  key: Buffer | string | null;
  value: Buffer | string | null;
  headers: Record<string, Buffer>;
}

interface Options {
  firstOffset?: number;
  firstTimestamp?: number;
  maxTimestamp?: number;
  compression?: CompressionTypes;
  transactional?: boolean;
  producerId?: number;
  attributes?: number;
}

/** A batch as kafkajs writes it; `attributes` are added afterwards, where a broker sets them. */
async function batchOf(records: readonly Plain[], options: Options = {}): Promise<Buffer> {
  const { firstOffset = 0, firstTimestamp = NOW, maxTimestamp = NOW, producerId = -1, attributes = 0, ...more } = options;
  const encoded = records.map((each) => encodeRecord(each));
  const { buffer } = await RecordBatch({
    firstOffset: Long.fromValue(firstOffset), firstTimestamp, maxTimestamp, producerId: Long.fromValue(producerId), lastOffsetDelta: records.length - 1, records: encoded, ...more,
  });
  const bytes = Buffer.from(buffer);
  bytes.writeInt16BE(bytes.readInt16BE(ATTRIBUTES_AT) | attributes, ATTRIBUTES_AT);
  return bytes;
}

const plain = (value: string, more: Partial<Plain> = {}): Plain => ({ offsetDelta: 0, timestampDelta: 0, key: null, value, headers: {}, ...more });

/** What kafkajs's own decoder says of the same bytes, in the product's form. */
async function byKafkajs(bytes: Buffer): Promise<object[]> {
  const { records } = await decodeBatch(new Decoder(bytes));
  return records.map(({ offset, timestamp, key, value, headers, isControlRecord, batchContext }) => {
    if (!(headers instanceof OrderedHeaders)) throw new Error('kafkajs is not patched');
    const { producerId, inTransaction } = batchContext;
    return { offset: Number(offset), timestamp: Number(timestamp), key, value, headers: headers.pairs, isControlRecord, batchContext: { producerId, inTransaction } };
  });
}

const bytesOf = (maxLength: number): fc.Arbitrary<Buffer> => fc.uint8Array({ maxLength }).map((bytes) => Buffer.from(bytes));
const arbitraryRecord: fc.Arbitrary<Plain> = fc.record({
  offsetDelta: fc.nat(0x7fff_ffff),
  timestampDelta: fc.oneof(fc.integer({ min: -1_000, max: 100_000 }), fc.maxSafeInteger()),
  key: fc.oneof(fc.constant(null), fc.constantFrom(Buffer.from('dai-lai'), Buffer.from('dai-lay'), Buffer.alloc(0)), bytesOf(8)),
  value: fc.oneof(fc.constant(null), bytesOf(300)),
  headers: fc.dictionary(fc.string({ maxLength: 6 }), bytesOf(80), { maxKeys: 4 }),
});
const arbitraryOptions: fc.Arbitrary<Options> = fc.record({
  firstOffset: fc.oneof(fc.nat(), fc.nat(2 ** 45)),
  firstTimestamp: fc.oneof(fc.constant(NOW), fc.constant(-1), fc.maxSafeInteger()),
  maxTimestamp: fc.oneof(fc.constant(NOW + 5), fc.maxSafeInteger()),
  compression: fc.constantFrom(CompressionTypes.None, CompressionTypes.GZIP, CompressionTypes.Snappy, CompressionTypes.LZ4, CompressionTypes.ZSTD),
  transactional: fc.boolean(),
  producerId: fc.nat(),
  attributes: fc.constantFrom(0, LOG_APPEND_TIME, 0x20, LOG_APPEND_TIME | 0x20),
});

describe('the records of a batch', () => {
  it('are what kafkajs reads from the same bytes: any key, value, header, codec, time and flag', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(arbitraryRecord, { maxLength: 6 }), arbitraryOptions, async (records, options) => {
        const bytes = await batchOf(records, records.length === 0 ? { ...options, compression: CompressionTypes.None } : options);
        const read = await readBatches(bytes);
        expect(read.map((each) => ({ ...each }))).toEqual(await byKafkajs(bytes));
        expect(read.every((each) => each instanceof FetchedRecord)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('come from batch after batch, and a batch that is cut off at the end is left for the next fetch', async () => {
    const first = await batchOf([plain('1'), plain('2', { offsetDelta: 1 })], { firstOffset: 7 });
    const second = await batchOf([plain('3')], { firstOffset: 9 });
    const both = Buffer.concat([first, second]);
    const read = async (length: number): Promise<number[]> => (await readBatches(both.subarray(0, length))).map(({ offset }) => offset);
    expect(await read(both.length)).toEqual([7, 8, 9]);
    for (let length = first.length; length < both.length; length++) expect(await read(length)).toEqual([7, 8]);
    for (let length = 0; length < first.length; length++) expect(await read(length)).toEqual([]);
  });

  it('are exact where a time stands so far from any clock that a double cannot hold it', async () => {
    const bytes = await batchOf([plain('x')]);
    bytes.writeBigInt64BE(2n ** 62n, 27);
    expect((await readBatches(bytes)).map(({ timestamp }) => timestamp)).toEqual([2 ** 62]);
  });

  it('share one object for a run of the same key', async () => {
    const [a, b, c] = await readBatches(await batchOf([plain('1', { key: 'k' }), plain('2', { key: 'k' }), plain('3', { key: 'm' })]));
    expect(b?.key).toBe(a?.key);
    expect(c?.key?.toString()).toBe('m');
  });
});
