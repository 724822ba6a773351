import { POSTGRES_EPOCH_MS, REPLACEMENT, writeInt8 } from './binary-array';

/** The file header of COPY's binary form: signature, flags, no extension. */
const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const COPY_DATA = 0x64;
const COPY_DONE = Buffer.from([0x63, 0, 0, 0, 4]);
/** Message type and length, ahead of the data. */
const MESSAGE_HEADER = 5;
const NULL_LENGTH = -1;
const FIRST_BYTES = 1024 * 1024;
/** A buffer that a giant chunk made larger than this is not kept. */
const KEPT_BYTES = 16 * 1024 * 1024;
/** Buffers kept for the next chunks; as many as are written at once. */
const KEPT_BUFFERS = 8;
/** Up to this length it is quicker to write ASCII here than to call into Node for UTF-8. */
const SHORT_TEXT = 40;
/** No single value of fixed width takes more, its length included. */
const FIXED_BYTES = 20;

const kept: Buffer[] = [];

/** Rows of one COPY in binary form, as the one protocol message in which they are sent. Buffers are used again: a chunk takes megabytes, twenty times a second. */
export class CopyRows {
  private buffer: Buffer;
  private at: number;

  constructor() {
    this.buffer = kept.pop() ?? Buffer.allocUnsafe(FIRST_BYTES);
    this.at = MESSAGE_HEADER + SIGNATURE.copy(this.buffer, MESSAGE_HEADER);
  }

  /** Gives the memory back; the message must have been sent (the statement answered). */
  release(): void {
    if (kept.length < KEPT_BUFFERS && this.buffer.length <= KEPT_BYTES) kept.push(this.buffer);
    this.buffer = Buffer.alloc(0);
  }

  /** The whole COPY: data and its end. Nothing can be added afterwards. */
  message(): Buffer {
    this.reserve(2 + COPY_DONE.length);
    this.at = this.buffer.writeInt16BE(-1, this.at);
    this.buffer[0] = COPY_DATA;
    this.buffer.writeInt32BE(this.at - 1, 1);
    this.at += COPY_DONE.copy(this.buffer, this.at);
    return this.buffer.subarray(0, this.at);
  }

  row(columns: number): void {
    this.reserve(2);
    this.at = this.buffer.writeInt16BE(columns, this.at);
  }

  none(): void {
    this.reserve(4);
    this.at = this.buffer.writeInt32BE(NULL_LENGTH, this.at);
  }

  /** NUL and lone surrogates, which Postgres refuses, become U+FFFD. */
  text(value: string): void {
    const { length } = value;
    this.reserve(4 + length * 3);
    if (length <= SHORT_TEXT && this.ascii(value)) return;
    const clean = length > 0 && value.includes('\0') ? value.replaceAll('\0', REPLACEMENT) : value;
    const written = this.buffer.write(clean, this.at + 4, 'utf8');
    this.buffer.writeInt32BE(written, this.at);
    this.at += 4 + written;
  }

  bytes(value: Buffer): void {
    this.reserve(4 + value.length);
    this.at = this.buffer.writeInt32BE(value.length, this.at);
    this.at += value.copy(this.buffer, this.at);
  }

  /** One value in pieces. */
  pieces(values: readonly (Buffer | string)[]): void {
    let bytesMax = 4;
    for (const value of values) bytesMax += typeof value === 'string' ? value.length * 3 : value.length;
    this.reserve(bytesMax);
    let at = this.at + 4;
    for (const value of values) at += typeof value === 'string' ? this.buffer.write(value, at, 'utf8') : value.copy(this.buffer, at);
    this.buffer.writeInt32BE(at - this.at - 4, this.at);
    this.at = at;
  }

  uuid(value: string): void {
    let at = this.sized(16);
    const end = at + 16;
    for (let i = 0; i < value.length && at < end; i += 2) {
      if (value.charCodeAt(i) === DASH) i++;
      this.buffer[at++] = (nibble(value.charCodeAt(i)) << 4) | nibble(value.charCodeAt(i + 1));
    }
    if (at !== end || value.length !== UUID_LENGTH) throw new RangeError(`"${value}" is no uuid`);
  }

  flag(value: boolean): void {
    const at = this.sized(1);
    this.buffer[at] = value ? 1 : 0;
  }

  int2(value: number): void {
    this.buffer.writeInt16BE(value, this.sized(2));
  }

  int4(value: number): void {
    this.buffer.writeInt32BE(value, this.sized(4));
  }

  int8(value: number): void {
    writeInt8(this.buffer, value, this.sized(8));
  }

  float8(value: number): void {
    this.buffer.writeDoubleBE(value, this.sized(8));
  }

  /** Milliseconds since 1970. */
  instant(value: number): void {
    this.int8((value - POSTGRES_EPOCH_MS) * 1_000);
  }

  /** Writes the length of a value of fixed width; returns where the value goes. */
  private sized(width: number): number {
    this.reserve(FIXED_BYTES);
    const at = this.buffer.writeInt32BE(width, this.at);
    this.at = at + width;
    return at;
  }

  /** false: the text has other characters, nothing was written. */
  private ascii(value: string): boolean {
    const { buffer } = this;
    let at = this.at + 4;
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code > 0x7f || code === 0) return false;
      buffer[at++] = code;
    }
    buffer.writeInt32BE(value.length, this.at);
    this.at = at;
    return true;
  }

  private reserve(bytes: number): void {
    if (this.at + bytes <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.at + bytes));
    this.buffer.copy(larger, 0, 0, this.at);
    this.buffer = larger;
  }
}

const DASH = 0x2d;
const UUID_LENGTH = 36;

function nibble(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  if (letter >= 0x61 && letter <= 0x66) return letter - 0x57;
  throw new RangeError('a uuid has hexadecimal digits only');
}

/** One column of a COPY: its name, and how it is written for a row. */
export interface CopyColumn<Row> {
  name: string;
  write(out: CopyRows, row: Row): void;
}

/** The kinds of columns of a COPY, bound to a row type once: `const c = copyColumnsOf<IncidentWrite>()`. */
export const copyColumnsOf = <Row>() => {
  const column = <T>(put: (out: CopyRows, value: T) => void) => (name: string, of: (row: Row) => T | null): CopyColumn<Row> => ({
    name,
    write(out, row) {
      const value = of(row);
      if (value === null) out.none();
      else put(out, value);
    },
  });
  return {
    text: column<string>((out, value) => out.text(value)),
    uuid: column<string>((out, value) => out.uuid(value)),
    /** Text that is UTF-8 without NUL already. */
    utf8: column<Buffer>((out, value) => out.bytes(value)),
    /** The same in pieces. */
    pieces: column<readonly (Buffer | string)[]>((out, value) => out.pieces(value)),
    bytes: column<Buffer>((out, value) => out.bytes(value)),
    small: column<number>((out, value) => out.int2(value)),
    integer: column<number>((out, value) => out.int4(value)),
    bigint: column<number>((out, value) => out.int8(value)),
    float: column<number>((out, value) => out.float8(value)),
    flag: column<boolean>((out, value) => out.flag(value)),
    instant: column<number>((out, value) => out.instant(value)),
  };
};

/** The constant text of a COPY into a table. */
export function copyTextOf<Row>(table: string, columns: readonly CopyColumn<Row>[]): string {
  return `COPY ${table} (${columns.map(({ name }) => `"${name}"`).join(', ')}) FROM STDIN BINARY`;
}

export function writeRows<Row>(columns: readonly CopyColumn<Row>[], rows: readonly Row[]): CopyRows {
  const out = new CopyRows();
  for (const row of rows) {
    out.row(columns.length);
    for (const column of columns) column.write(out, row);
  }
  return out;
}
