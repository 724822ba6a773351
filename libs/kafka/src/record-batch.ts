import Decoder from 'kafkajs/src/protocol/decoder';
import { lookupCodecByAttributes } from 'kafkajs/src/protocol/message/compression';
import type { KafkaRecord, WholeBatch } from './chunk';
import { TooLargeUnpacked } from './codecs';

/** Where the records' count stands, behind offset, length, epoch, magic, checksum and what else describes a batch. */
const HEADER_BYTES = 57;
const COUNT_BYTES = 4;
const LENGTH_AT = 8;
const LAST_OFFSET_DELTA_AT = 23;
const ATTRIBUTES_AT = 21;
const FIRST_TIMESTAMP_AT = 27;
const MAX_TIMESTAMP_AT = 35;
const PRODUCER_ID_AT = 43;
/** What `LENGTH_AT` counts begins here. */
const COUNTED_FROM = 12;

const LOG_APPEND_TIME = 0x08;
const IN_TRANSACTION = 0x10;
const CONTROL = 0x20;

/** Seven bits a byte: of so many bytes the value still is exact as a double. */
const EXACT_VARINT_BYTES = 7;
const NO_HEADERS: KafkaRecord['headers'] = [];
const EMPTY = Buffer.alloc(0);

/** What kafkajs asks a record about its batch, to leave out aborted transactions. */
interface BatchContext {
  producerId: string;
  inTransaction: boolean;
}

/**
 * A record as it was fetched: what the product works with, and beside it what kafkajs asks. One object a record and not the three with their
 * texts and numbers of kafkajs's own decoder: a fetch holds thousands, and each lives until it is settled, so each is copied by the garbage collector.
 */
export class FetchedRecord implements KafkaRecord {
  constructor(
    readonly offset: number,
    readonly timestamp: number,
    readonly key: Buffer | null,
    readonly value: Buffer | null,
    readonly headers: KafkaRecord['headers'],
    readonly isControlRecord: boolean,
    readonly batchContext: BatchContext,
    readonly wholeBatch: WholeBatch | null = null,
  ) {}
}

/** More records are in no batch that is read: within `UNPACKED_BYTES_MAX` they would be shorter than any event. */
export const BATCH_RECORDS_MAX = 250_000;

/** How much of an answer is unpacked, over all its partitions: shared by them and counted down. */
export interface Room {
  bytes: number;
}

/**
 * The records of the batches (format 2) in `bytes`. A batch that is cut off at the end is left out: it comes whole with the next fetch. So is one for which
 * there is no room, but for the first that has records: else nothing would ever come.
 *
 * A batch that is too large once unpacked is one record: its bytes as they came, under its last offset (a fetch may begin in its middle).
 * @throws what a codec throws, or kafkajs where a codec is not known
 */
export async function readBatches(bytes: Buffer, room: Room): Promise<FetchedRecord[]> {
  const records: FetchedRecord[] = [];
  for (let at = 0; at + HEADER_BYTES + COUNT_BYTES <= bytes.length && (room.bytes > 0 || records.length === 0); ) {
    const end = at + COUNTED_FROM + bytes.readInt32BE(at + LENGTH_AT);
    if (end > bytes.length) break;
    const reader = await readerOf(bytes, at, end);
    const count = bytes.readInt32BE(at + HEADER_BYTES);
    if (reader === null) records.push(wholeBatch(bytes, at, end, count));
    else for (let left = count; left > 0; left--) records.push(reader.next());
    room.bytes -= reader?.size ?? end - at;
    at = end;
  }
  return records;
}

/** null: it is too large once unpacked. */
async function readerOf(bytes: Buffer, at: number, end: number): Promise<RecordReader | null> {
  if (bytes.readInt32BE(at + HEADER_BYTES) > BATCH_RECORDS_MAX) return null;
  const codec = lookupCodecByAttributes(bytes.readInt16BE(at + ATTRIBUTES_AT));
  const body = at + HEADER_BYTES + COUNT_BYTES;
  const header = headerOf(bytes, at);
  if (codec === null) return new RecordReader(bytes.subarray(body, end), header);
  try {
    return new RecordReader(await codec.decompress(bytes.subarray(body, end)), header);
  } catch (error) {
    if (error instanceof TooLargeUnpacked) return null;
    throw error;
  }
}

function wholeBatch(bytes: Buffer, at: number, end: number, records: number): FetchedRecord {
  const { firstOffset, firstTimestamp, appendedAt, context } = headerOf(bytes, at);
  const lastOffset = firstOffset + bytes.readInt32BE(at + LAST_OFFSET_DELTA_AT);
  return new FetchedRecord(lastOffset, appendedAt ?? Number(firstTimestamp), null, bytes.subarray(at, end), NO_HEADERS, false, context, { firstOffset, records });
}

/** What a batch says of all its records. */
interface BatchHeader {
  firstOffset: number;
  firstTimestamp: bigint;
  /** null: the records keep the times that their publisher gave them. */
  appendedAt: number | null;
  isControl: boolean;
  context: BatchContext;
}

function headerOf(bytes: Buffer, at: number): BatchHeader {
  const attributes = bytes.readInt16BE(at + ATTRIBUTES_AT);
  return {
    firstOffset: Number(bytes.readBigInt64BE(at)),
    firstTimestamp: bytes.readBigInt64BE(at + FIRST_TIMESTAMP_AT),
    appendedAt: (attributes & LOG_APPEND_TIME) === 0 ? null : Number(bytes.readBigInt64BE(at + MAX_TIMESTAMP_AT)),
    isControl: (attributes & CONTROL) !== 0,
    context: { producerId: bytes.readBigInt64BE(at + PRODUCER_ID_AT).toString(), inTransaction: (attributes & IN_TRANSACTION) !== 0 },
  };
}

/** Reads the records of one batch, one after another. */
class RecordReader {
  private at = 0;
  /** Of the records before: most records of a batch have the same few keys, and one object does for a run of them. */
  private lastKey: Buffer | null = null;

  constructor(
    private readonly bytes: Buffer,
    private readonly header: BatchHeader,
  ) {}

  get size(): number {
    return this.bytes.length;
  }

  next(): FetchedRecord {
    const length = this.varint();
    const end = this.at + length;
    this.at++; // the record's attributes: none is defined
    const timestamp = this.timestamp();
    const offset = this.header.firstOffset + this.varint();
    const key = this.key();
    const value = this.block();
    const headers = this.headers();
    this.at = end;
    return new FetchedRecord(offset, timestamp, key, value, headers, this.header.isControl, this.header.context);
  }

  private timestamp(): number {
    const { at, header: { appendedAt, firstTimestamp } } = this;
    let end = at;
    while ((this.bytes[end] ?? 0) >= 0x80) end++;
    if (end - at >= EXACT_VARINT_BYTES || firstTimestamp > Number.MAX_SAFE_INTEGER || firstTimestamp < Number.MIN_SAFE_INTEGER) return this.longTimestamp(end + 1);
    const delta = this.varint();
    return appendedAt ?? Number(firstTimestamp) + delta;
  }

  /** The same for figures that no clock shows, exact to the last digit. */
  private longTimestamp(end: number): number {
    const delta = new Decoder(this.bytes.subarray(this.at, end)).readVarLong();
    this.at = end;
    return this.header.appendedAt ?? Number(this.header.firstTimestamp + delta.value);
  }

  private key(): Buffer | null {
    const before = this.lastKey;
    const begin = this.at;
    const length = this.varint();
    if (length < 0) return null;
    if (before !== null && before.length === length && this.startsWith(before)) {
      this.at += length;
      return before;
    }
    this.at = begin;
    return (this.lastKey = this.block());
  }

  private startsWith(wanted: Buffer): boolean {
    for (let i = 0; i < wanted.length; i++) if (this.bytes[this.at + i] !== wanted[i]) return false;
    return true;
  }

  private headers(): KafkaRecord['headers'] {
    const count = this.varint();
    if (count <= 0) return NO_HEADERS;
    const pairs: (readonly [string, Buffer])[] = [];
    for (let left = count; left > 0; left--) pairs.push([this.block()?.toString('utf8') ?? '', this.block() ?? EMPTY]);
    return pairs;
  }

  /** Bytes behind their length; null for the length −1. */
  private block(): Buffer | null {
    const length = this.varint();
    if (length < 0) return null;
    const block = this.bytes.subarray(this.at, this.at + length);
    this.at += length;
    return block;
  }

  /** Zigzag, seven bits a byte, the lowest first. */
  private varint(): number {
    let byte = this.bytes[this.at++] ?? 0;
    if (byte < 0x80) return (byte >>> 1) ^ -(byte & 1);
    let value = byte & 0x7f;
    for (let worth = 0x80; byte >= 0x80; worth *= 0x80) {
      byte = this.bytes[this.at++] ?? 0;
      value += (byte & 0x7f) * worth;
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}
