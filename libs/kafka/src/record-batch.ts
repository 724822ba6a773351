import Decoder from 'kafkajs/src/protocol/decoder';
import { lookupCodecByAttributes } from 'kafkajs/src/protocol/message/compression';
import type { KafkaRecord } from './chunk';

/** Where the records' count stands, behind offset, length, epoch, magic, checksum and what else describes a batch. */
const HEADER_BYTES = 57;
const COUNT_BYTES = 4;
const LENGTH_AT = 8;
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
  ) {}
}

/**
 * The records of all batches (format 2) in `bytes`. A batch that is cut off at the end is left out: it comes whole with the next fetch.
 * @throws what a codec throws, or kafkajs where a codec is not known
 */
export async function readBatches(bytes: Buffer): Promise<FetchedRecord[]> {
  const records: FetchedRecord[] = [];
  for (let at = 0; at + HEADER_BYTES + COUNT_BYTES <= bytes.length; ) {
    const end = at + COUNTED_FROM + bytes.readInt32BE(at + LENGTH_AT);
    if (end > bytes.length) break;
    const codec = lookupCodecByAttributes(bytes.readInt16BE(at + ATTRIBUTES_AT));
    const body = at + HEADER_BYTES + COUNT_BYTES;
    const reader = codec === null ? new RecordReader(bytes, body, at) : new RecordReader(await codec.decompress(bytes.subarray(body, end)), 0, at, bytes);
    for (let left = bytes.readInt32BE(at + HEADER_BYTES); left > 0; left--) records.push(reader.next());
    at = end;
  }
  return records;
}

/** Reads the records of one batch, one after another. */
class RecordReader {
  private readonly firstOffset: number;
  private readonly firstTimestamp: bigint;
  private readonly appendedAt: number | null;
  private readonly isControl: boolean;
  private readonly context: BatchContext;
  /** Of the records before: most records of a batch have the same few keys, and one object does for a run of them. */
  private lastKey: Buffer | null = null;

  constructor(
    private readonly bytes: Buffer,
    private at: number,
    batchAt: number,
    batch: Buffer = bytes,
  ) {
    const attributes = batch.readInt16BE(batchAt + ATTRIBUTES_AT);
    this.firstOffset = Number(batch.readBigInt64BE(batchAt));
    this.firstTimestamp = batch.readBigInt64BE(batchAt + FIRST_TIMESTAMP_AT);
    this.appendedAt = (attributes & LOG_APPEND_TIME) === 0 ? null : Number(batch.readBigInt64BE(batchAt + MAX_TIMESTAMP_AT));
    this.isControl = (attributes & CONTROL) !== 0;
    this.context = { producerId: batch.readBigInt64BE(batchAt + PRODUCER_ID_AT).toString(), inTransaction: (attributes & IN_TRANSACTION) !== 0 };
  }

  next(): FetchedRecord {
    const length = this.varint();
    const end = this.at + length;
    this.at++; // the record's attributes: none is defined
    const timestamp = this.timestamp();
    const offset = this.firstOffset + this.varint();
    const key = this.key();
    const value = this.block();
    const headers = this.headers();
    this.at = end;
    return new FetchedRecord(offset, timestamp, key, value, headers, this.isControl, this.context);
  }

  private timestamp(): number {
    const { at } = this;
    let end = at;
    while ((this.bytes[end] ?? 0) >= 0x80) end++;
    if (end - at >= EXACT_VARINT_BYTES || this.firstTimestamp > Number.MAX_SAFE_INTEGER || this.firstTimestamp < Number.MIN_SAFE_INTEGER) return this.longTimestamp(end + 1);
    const delta = this.varint();
    return this.appendedAt ?? Number(this.firstTimestamp) + delta;
  }

  /** The same for figures that no clock shows, exact to the last digit. */
  private longTimestamp(end: number): number {
    const delta = new Decoder(this.bytes.subarray(this.at, end)).readVarLong();
    this.at = end;
    return this.appendedAt ?? Number(this.firstTimestamp + delta.value);
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
