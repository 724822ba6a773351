import fc from 'fast-check';
import { CompressionTypes } from 'kafkajs';
import Decoder from 'kafkajs/src/protocol/decoder';
import decodeBatch from 'kafkajs/src/protocol/recordBatch/v0/decoder';
import encodeRecord from 'kafkajs/src/protocol/recordBatch/record/v0';
import { RecordBatch } from 'kafkajs/src/protocol/recordBatch/v0';
import Long from 'kafkajs/src/utils/long';
import './codecs';
import { BATCH_RECORDS_MAX, FetchedRecord, readBatches } from './record-batch';
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
    return { offset: Number(offset), timestamp: Number(timestamp), key, value, headers: headers.pairs, isControlRecord, batchContext: { producerId, inTransaction }, wholeBatch: null };
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
        const read = await readBatches(bytes, { bytes: Infinity });
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
    const read = async (length: number): Promise<number[]> => (await readBatches(both.subarray(0, length), { bytes: Infinity })).map(({ offset }) => offset);
    expect(await read(both.length)).toEqual([7, 8, 9]);
    for (let length = first.length; length < both.length; length++) expect(await read(length)).toEqual([7, 8]);
    for (let length = 0; length < first.length; length++) expect(await read(length)).toEqual([]);
  });

  it('are exact where a time stands so far from any clock that a double cannot hold it', async () => {
    const bytes = await batchOf([plain('x')]);
    bytes.writeBigInt64BE(2n ** 62n, 27);
    expect((await readBatches(bytes, { bytes: Infinity })).map(({ timestamp }) => timestamp)).toEqual([2 ** 62]);
  });

  it('share one object for a run of the same key', async () => {
    const [a, b, c] = await readBatches(await batchOf([plain('1', { key: 'k' }), plain('2', { key: 'k' }), plain('3', { key: 'm' })]), { bytes: Infinity });
    expect(b?.key).toBe(a?.key);
    expect(c?.key?.toString()).toBe('m');
  });
});

const CODECS = [['gzip', CompressionTypes.GZIP], ['snappy', CompressionTypes.Snappy], ['lz4', CompressionTypes.LZ4], ['zstd', CompressionTypes.ZSTD]] as const;

describe('a batch that unpacks to far more than it takes', () => {
  const MIB = 1_024 * 1_024;
  const zeros = (count: number) => Array.from({ length: count }, (_, i) => plain('', { offsetDelta: i, value: Buffer.alloc(MIB) }));

  it.each(CODECS)('%s: is one record with its bytes as they came, and those behind it are read', async (_, compression) => {
    const bomb = await batchOf(zeros(65), { firstOffset: 40, compression });
    const both = Buffer.concat([bomb, await batchOf([plain('next')], { firstOffset: 105 })]);
    const [whole, next] = await readBatches(both, { bytes: Infinity });
    expect(whole).toMatchObject({ offset: 104, timestamp: NOW, key: null, wholeBatch: { firstOffset: 40, records: 65 } });
    expect(whole?.value?.equals(bomb)).toBe(true);
    expect(next).toMatchObject({ offset: 105, wholeBatch: null });
    expect(next?.value?.toString()).toBe('next');
  });

  it.each(CODECS)('%s: is read while it fits', async (_, compression) => {
    const read = await readBatches(await batchOf(zeros(60), { compression }), { bytes: Infinity });
    expect(read).toHaveLength(60);
    expect(read.every(({ value, wholeBatch }) => wholeBatch === null && value?.length === MIB)).toBe(true);
  });

  it('is one record, too, where it says that it has more records than there is sense in', async () => {
    const bytes = await batchOf([plain('1'), plain('2', { offsetDelta: 1 })]);
    bytes.writeInt32BE(BATCH_RECORDS_MAX + 1, 57);
    expect(await readBatches(bytes, { bytes: Infinity })).toMatchObject([{ offset: 1, wholeBatch: { firstOffset: 0, records: BATCH_RECORDS_MAX + 1 } }]);
  });

  it('is left for the next fetch where others took the room, but never the first with records', async () => {
    const big = (firstOffset: number) => batchOf(zeros(3), { firstOffset, compression: CompressionTypes.ZSTD });
    const three = Buffer.concat([await big(0), await big(3), await big(6)]);
    const room = { bytes: 5 * MIB };
    expect((await readBatches(three, room)).map(({ offset }) => offset)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(room.bytes).toBeLessThan(0);
    expect((await readBatches(three, room)).map(({ offset }) => offset)).toEqual([0, 1, 2]);
  });
});
