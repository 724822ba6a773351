/**
 * One-dimensional Postgres arrays in their binary form, for `unnest($1::text[])`: a Buffer parameter is sent as binary by pg.
 * A 20-byte header (dimensions, has-null, element oid, length, lower bound), then length and bytes of each element, all big-endian.
 * Cheaper than text arrays on both sides: nothing is quoted here, nothing is parsed there.
 */

const HEADER_BYTES = 20;
const NULL_LENGTH = -1;
/** Milliseconds from 1970-01-01 to 2000-01-01, from which Postgres counts microseconds. */
export const POSTGRES_EPOCH_MS = 946_684_800_000;
/** Stands for what Postgres takes in no text. */
export const REPLACEMENT = '\ufffd';

const DAY_MS = 86_400_000;

const OID = { bool: 16, bytea: 17, int8: 20, int2: 21, int4: 23, text: 25, float8: 701, date: 1082, timestamptz: 1184, uuid: 2950 } as const;

type Maybe<T> = T | null;

/** Text columns: NUL and lone surrogates, which Postgres refuses, become U+FFFD. */
export function textArray(values: readonly Maybe<string>[]): Buffer {
  if (values.length === 0) return empty(OID.text);
  let bytes = 0;
  for (const value of values) if (value !== null) bytes += value.length;
  // UTF-16 length is a lower bound, three times that the upper bound of UTF-8: most texts are close to the lower one.
  let out = header(OID.text, values, Math.ceil(bytes * 1.25));
  let at = HEADER_BYTES;
  for (const value of values) {
    if (out.length < at + 4 + (value === null ? 0 : value.length * 3)) out = grown(out, at + 4 + (value?.length ?? 0) * 3);
    if (value === null) {
      at = out.writeInt32BE(NULL_LENGTH, at);
      continue;
    }
    // Buffer.write turns lone surrogates into U+FFFD by itself.
    const written = out.write(value.includes('\0') ? value.replaceAll('\0', REPLACEMENT) : value, at + 4, 'utf8');
    out.writeInt32BE(written, at);
    at += 4 + written;
  }
  return out.subarray(0, at);
}

/** @throws RangeError when a value is no uuid. */
export function uuidArray(values: readonly Maybe<string>[]): Buffer {
  return fixed(OID.uuid, 16, values, (out, value, at) => {
    const hex = value.replaceAll('-', '');
    if (out.write(hex, at, 16, 'hex') !== 16) throw new RangeError(`"${value}" is no uuid`);
  });
}

export function byteaArray(values: readonly Maybe<Buffer>[]): Buffer {
  if (values.length === 0) return empty(OID.bytea);
  let bytes = 0;
  for (const value of values) bytes += value?.length ?? 0;
  const out = header(OID.bytea, values, bytes);
  let at = HEADER_BYTES;
  for (const value of values) {
    at = out.writeInt32BE(value === null ? NULL_LENGTH : value.length, at);
    if (value !== null) at += value.copy(out, at);
  }
  return out.subarray(0, at);
}

export function int2Array(values: readonly Maybe<number>[]): Buffer {
  return fixed(OID.int2, 2, values, (out, value, at) => out.writeInt16BE(value, at));
}

export function int4Array(values: readonly Maybe<number>[]): Buffer {
  return fixed(OID.int4, 4, values, (out, value, at) => out.writeInt32BE(value, at));
}

/** Safe integers only. @throws RangeError on any other number. */
export function int8Array(values: readonly Maybe<number>[]): Buffer {
  return fixed(OID.int8, 8, values, writeInt8);
}

export function float8Array(values: readonly Maybe<number>[]): Buffer {
  return fixed(OID.float8, 8, values, (out, value, at) => out.writeDoubleBE(value, at));
}

export function boolArray(values: readonly Maybe<boolean>[]): Buffer {
  return fixed(OID.bool, 1, values, (out, value, at) => out.writeUInt8(value ? 1 : 0, at));
}

/** Instants in milliseconds since 1970; Postgres keeps microseconds since 2000. */
export function timestamptzArray(values: readonly Maybe<number>[]): Buffer {
  return fixed(OID.timestamptz, 8, values, (out, value, at) => writeInt8(out, (value - POSTGRES_EPOCH_MS) * 1_000, at));
}

/** Calendar days, `YYYY-MM-DD`; Postgres counts them from 2000-01-01. */
export function dateArray(values: readonly Maybe<string>[]): Buffer {
  return fixed(OID.date, 4, values, (out, value, at) => out.writeInt32BE((Date.parse(value) - POSTGRES_EPOCH_MS) / DAY_MS, at));
}

/** Two's complement without BigInt, which costs ten times as much. */
export function writeInt8(out: Buffer, value: number, at: number): void {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is no safe integer`);
  const high = Math.floor(value / 0x1_0000_0000);
  out.writeInt32BE(high, at);
  out.writeUInt32BE(value - high * 0x1_0000_0000, at + 4);
}

function fixed<T>(oid: number, width: number, values: readonly Maybe<T>[], write: (out: Buffer, value: T, at: number) => unknown): Buffer {
  if (values.length === 0) return empty(oid);
  const out = header(oid, values, values.length * width);
  let at = HEADER_BYTES;
  for (const value of values) {
    at = out.writeInt32BE(value === null ? NULL_LENGTH : width, at);
    if (value === null) continue;
    write(out, value, at);
    at += width;
  }
  return out.subarray(0, at);
}

/** Without dimensions the header ends behind the element type. */
function empty(oid: number): Buffer {
  const out = Buffer.alloc(12);
  out.writeUInt32BE(oid, 8);
  return out;
}

function header(oid: number, values: readonly unknown[], elementBytes: number): Buffer {
  const out = Buffer.allocUnsafe(HEADER_BYTES + values.length * 4 + elementBytes);
  out.writeInt32BE(1, 0);
  out.writeInt32BE(values.includes(null) ? 1 : 0, 4);
  out.writeUInt32BE(oid, 8);
  out.writeInt32BE(values.length, 12);
  out.writeInt32BE(1, 16);
  return out;
}

function grown(buffer: Buffer, atLeast: number): Buffer {
  const larger = Buffer.allocUnsafe(Math.max(atLeast, buffer.length * 2));
  buffer.copy(larger);
  return larger;
}
