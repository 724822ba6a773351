import { POSTGRES_EPOCH_MS, REPLACEMENT } from './binary-array';

/** The file header of COPY's binary form: signature, flags, no extension. */
const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const COPY_DATA = 0x64;
const COPY_DONE = Buffer.from([0x63, 0, 0, 0, 4]);
/** Message type and length, ahead of the data. */
const MESSAGE_HEADER = 5;
const NULL_LENGTH = -1;
/** A message is sent as soon as it is so long: Postgres takes the first rows in while the next ones are written, and little waits in memory. */
const MESSAGE_BYTES = 256 * 1024;
/** A row is written as a whole: behind the last one of a message there is room for it. Larger ones get a buffer of their own, which is not kept. */
const BUFFER_BYTES = MESSAGE_BYTES + 64 * 1024;
/** Buffers kept for the next messages: what the socket of one connection may hold back, some times over. */
const KEPT_BUFFERS = 16;
/** Up to this length it is quicker to write ASCII here than to call into Node for UTF-8. */
const SHORT_TEXT = 24;
/** No single value of fixed width takes more, its length included. */
const FIXED_BYTES = 12;
const TWO_TO_32 = 0x1_0000_0000;

const kept: Buffer[] = [];

/** Takes one whole message; `sent` is called when its memory is free again. */
export type SendMessage = (message: Buffer, sent: () => void) => void;

/**
 * Rows of one COPY in binary form, as the protocol messages in which they are sent. Runs for every column of every event: each kind of value is
 * written by a method of its own, null by all of them, and the memory is used again (a chunk takes megabytes, twenty times a second).
 */
export class CopyRows {
  private buffer!: Buffer;
  private view!: DataView;
  private at!: number;
  /** Where the value in parts begins. */
  private began = 0;

  constructor(private readonly send: SendMessage) {
    this.beginMessage();
    this.at += SIGNATURE.copy(this.buffer, this.at);
  }

  /** After the last row. */
  finish(): void {
    this.reserve(2 + COPY_DONE.length);
    this.view.setInt16(this.at, -1);
    this.at += 2;
    this.setLength();
    this.at += COPY_DONE.copy(this.buffer, this.at);
    this.sendMessage();
  }

  private beginMessage(): void {
    this.buffer = kept.pop() ?? Buffer.allocUnsafe(BUFFER_BYTES);
    this.view = viewOf(this.buffer);
    this.at = MESSAGE_HEADER;
  }

  private setLength(): void {
    this.buffer[0] = COPY_DATA;
    this.view.setInt32(1, this.at - 1);
  }

  private sendMessage(): void {
    const { buffer } = this;
    this.send(buffer.subarray(0, this.at), () => {
      if (buffer.length === BUFFER_BYTES && kept.length < KEPT_BUFFERS) kept.push(buffer);
    });
  }

  /** Begins a row. */
  row(columns: number): void {
    if (this.at >= MESSAGE_BYTES) {
      this.setLength();
      this.sendMessage();
      this.beginMessage();
    }
    this.ahead(2);
    this.view.setInt16(this.at, columns);
    this.at += 2;
  }

  /** NUL and lone surrogates, which Postgres refuses, become U+FFFD. */
  text(value: string | null): void {
    if (value === null) return this.none();
    const { length } = value;
    this.ahead(length * 3);
    if (length <= SHORT_TEXT && this.ascii(value)) return;
    const clean = length > 0 && value.includes('\0') ? value.replaceAll('\0', REPLACEMENT) : value;
    const written = this.buffer.write(clean, this.at + 4);
    this.view.setInt32(this.at, written);
    this.at += 4 + written;
  }

  /** Also text that is UTF-8 without NUL already. */
  bytes(value: Uint8Array): void {
    const { length } = value;
    this.ahead(length);
    this.view.setInt32(this.at, length);
    this.buffer.set(value, this.at + 4);
    this.at += 4 + length;
  }

  /** Begins one value that is written in parts. */
  begin(): void {
    this.ahead(0);
    this.began = this.at;
    this.at += 4;
  }

  /** A text without NUL. */
  part(value: string): void {
    this.ahead(value.length * 3);
    this.at += this.buffer.write(value, this.at);
  }

  /** Bytes that are UTF-8 without NUL. */
  partBytes(value: Uint8Array): void {
    this.ahead(value.length);
    this.buffer.set(value, this.at);
    this.at += value.length;
  }

  end(): void {
    this.view.setInt32(this.began, this.at - this.began - 4);
  }

  flag(value: boolean | null): void {
    if (value === null) return this.none();
    this.view.setInt32(this.at, 1);
    this.buffer[this.at + 4] = value ? 1 : 0;
    this.at += 5;
  }

  int2(value: number | null): void {
    if (value === null) return this.none();
    this.view.setInt32(this.at, 2);
    this.view.setInt16(this.at + 4, value);
    this.at += 6;
  }

  int4(value: number | null): void {
    if (value === null) return this.none();
    this.view.setInt32(this.at, 4);
    this.view.setInt32(this.at + 4, value);
    this.at += 8;
  }

  /** Two's complement without BigInt, which costs ten times as much. @throws RangeError where the value is no safe integer */
  int8(value: number | null): void {
    if (value === null) return this.none();
    if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is no safe integer`);
    const high = Math.floor(value / TWO_TO_32);
    this.view.setInt32(this.at, 8);
    this.view.setInt32(this.at + 4, high);
    this.view.setUint32(this.at + 8, value - high * TWO_TO_32);
    this.at += 12;
  }

  float8(value: number | null): void {
    if (value === null) return this.none();
    this.view.setInt32(this.at, 8);
    this.view.setFloat64(this.at + 4, value);
    this.at += 12;
  }

  /** Milliseconds since 1970. */
  instant(value: number | null): void {
    this.int8(value === null ? null : (value - POSTGRES_EPOCH_MS) * 1_000);
  }

  private none(): void {
    this.view.setInt32(this.at, NULL_LENGTH);
    this.at += 4;
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
    this.view.setInt32(this.at, value.length);
    this.at = at;
    return true;
  }

  /** Room for a value of any length, and for all values of fixed width that may follow in its row. */
  private ahead(bytes: number): void {
    this.reserve(bytes + MAX_ROW_FIXED);
  }

  private reserve(bytes: number): void {
    if (this.at + bytes <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(Math.ceil(this.buffer.length * 1.5), this.at + bytes));
    this.buffer.copy(larger, 0, 0, this.at);
    this.buffer = larger;
    this.view = viewOf(larger);
  }
}

/** What the values of fixed width of a row, and the lengths of the others, may still need: no table has more than 64 columns. */
const MAX_ROW_FIXED = 64 * FIXED_BYTES;

function viewOf(buffer: Buffer): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
}

/** How a table is filled by COPY: the columns in order, and how a row writes exactly these, in this order. */
export interface CopyTarget<Row, Of> {
  table: string;
  columns: readonly string[];
  /** @param of what all rows have in common */
  write(out: CopyRows, row: Row, of: Of): void;
}

/** The constant text of the COPY. */
export function copyTextOf({ table, columns }: Pick<CopyTarget<never, never>, 'table' | 'columns'>): string {
  return `COPY ${table} (${columns.map((name) => `"${name}"`).join(', ')}) FROM STDIN BINARY`;
}

/** Writes the rows of a COPY, all of them, at once. */
export type RowSource = (out: CopyRows) => void;

/** Takes the rows over: the list is empty when they are written. What they were made of would otherwise stay in memory for as long as Postgres works. */
export function rowsOf<Row, Of>({ columns, write }: Pick<CopyTarget<Row, Of>, 'columns' | 'write'>, rows: Row[], of: Of): RowSource {
  return (out) => {
    for (const row of rows) {
      out.row(columns.length);
      write(out, row, of);
    }
    rows.length = 0;
  };
}
