import { POSTGRES_EPOCH_MS } from './binary-array';

/** As `CopyRows` writes it: signature, flags, no extension. */
const HEADER_BYTES = 19;
const SIGNATURE_BYTE = 0x50;
const END = -1;
const NULL_LENGTH = -1;
const TWO_TO_32 = 0x1_0000_0000;
/** Words that are found again: a power of two. */
const WORDS = 256;
const WORD_BYTES_MAX = 64;

/**
 * Reads the rows of a COPY in binary form, value by value in the order of the columns: what `CopyRows` writes. Null is read by all methods. Whoever reads
 * another kind of value than stands there gets a RangeError where the widths differ.
 */
export class RowReader {
  private buffer: Buffer = Buffer.alloc(0);
  private at = 0;
  private begun = false;
  /** By hash; the latest of those that share a place. */
  private readonly words: ({ bytes: Buffer; text: string } | undefined)[] = Array.from({ length: WORDS });

  /** Begins the row of one message. false: it is the end of the COPY. */
  begin(message: Buffer): boolean {
    this.buffer = message;
    this.at = 0;
    if (!this.begun) {
      if (message[0] !== SIGNATURE_BYTE) throw new RangeError('the first message of a COPY has no signature');
      this.at = HEADER_BYTES;
      this.begun = true;
    }
    const columns = message.readInt16BE(this.at);
    this.at += 2;
    return columns !== END;
  }

  text(): string | null {
    const length = this.length();
    if (length === NULL_LENGTH) return null;
    const from = this.at;
    this.at += length;
    return this.buffer.toString('utf8', from, this.at);
  }

  /** A text of which few different ones come: to find it again is several times as fast as to make it anew. */
  word(): string | null {
    const length = this.length();
    if (length === NULL_LENGTH) return null;
    const from = this.at;
    this.at += length;
    if (length > WORD_BYTES_MAX) return this.buffer.toString('utf8', from, this.at);
    let hash = length;
    for (let i = from; i < this.at; i++) hash = (hash * 31 + (this.buffer[i] ?? 0)) | 0;
    const place = hash & (WORDS - 1);
    const known = this.words[place];
    if (known !== undefined && this.stands(known.bytes, from)) return known.text;
    const text = this.buffer.toString('utf8', from, this.at);
    this.words[place] = { bytes: Buffer.from(this.buffer.subarray(from, this.at)), text };
    return text;
  }

  /** Whether the value from there on is these bytes. */
  private stands(bytes: Buffer, from: number): boolean {
    if (bytes.length !== this.at - from) return false;
    for (let i = 0; i < bytes.length; i++) if (bytes[i] !== this.buffer[from + i]) return false;
    return true;
  }

  flag(): boolean | null {
    return this.fixed(1) ? this.buffer[this.at - 1] === 1 : null;
  }

  int2(): number | null {
    return this.fixed(2) ? this.buffer.readInt16BE(this.at - 2) : null;
  }

  int4(): number | null {
    return this.fixed(4) ? this.buffer.readInt32BE(this.at - 4) : null;
  }

  /** Exact for safe integers. */
  int8(): number | null {
    return this.fixed(8) ? this.buffer.readInt32BE(this.at - 8) * TWO_TO_32 + this.buffer.readUInt32BE(this.at - 4) : null;
  }

  float8(): number | null {
    return this.fixed(8) ? this.buffer.readDoubleBE(this.at - 8) : null;
  }

  /** Milliseconds since 1970; what is finer is rounded. */
  instant(): number | null {
    const micros = this.int8();
    return micros === null ? null : Math.round(micros / 1_000) + POSTGRES_EPOCH_MS;
  }

  uuid(): string | null {
    if (!this.fixed(16)) return null;
    const hex = this.buffer.toString('hex', this.at - 16, this.at);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }

  private length(): number {
    const length = this.buffer.readInt32BE(this.at);
    this.at += 4;
    return length;
  }

  /** Goes behind a value of that width; false: it is null. */
  private fixed(width: number): boolean {
    const length = this.length();
    if (length === NULL_LENGTH) return false;
    if (length !== width) throw new RangeError(`a value of ${length} bytes stands where one of ${width} is read`);
    this.at += width;
    return true;
  }
}

/** What a column that is never null holds. @throws RangeError where it is null all the same */
export function present<T>(value: T | null): T {
  if (value === null) throw new RangeError('a column that is never null is null');
  return value;
}
