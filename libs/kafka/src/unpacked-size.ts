/**
 * How many bytes a compressed batch can unpack to at most, read from its framing alone: a batch of a few kilobytes may hold gigabytes of zeros, and whoever
 * unpacks it first and asks afterwards is dead, after each restart again. Bytes that are no such frame are left to the codec, which says so.
 */

const KIB = 1_024;
const CHECKSUM = 4;

/** The frames behind one another, each with where it ends; what skippable ones hold unpacks to nothing. @param of the frame that begins there, its magic included */
function framesMost(bytes: Buffer, frameMagic: number, of: (bytes: Buffer, from: number) => { most: number; end: number }): number {
  let most = 0;
  for (let at = 0; at + SHORTEST_FRAME <= bytes.length; ) {
    const magic = bytes.readUInt32LE(at);
    if (magic >>> 4 === SKIPPABLE) {
      at += SKIPPABLE_HEADER + bytes.readUInt32LE(at + 4);
      continue;
    }
    if (magic !== frameMagic) break;
    const frame = of(bytes, at);
    most += frame.most;
    at = frame.end;
  }
  return most;
}

/** ZSTD and LZ4 have the same: a magic number, the length, and so many bytes of anything. */
const SKIPPABLE = 0x184d2a5;
const SKIPPABLE_HEADER = 8;
/** Fewer bytes hold no frame with a block in it, and no skippable one. */
const SHORTEST_FRAME = 8;

/** RFC 8878: frames of blocks; a block unpacks to 128 KiB at most, raw and repeated ones to what they say. */
export const zstdMost = (bytes: Buffer): number => framesMost(bytes, ZSTD_FRAME, zstdFrame);

const ZSTD_FRAME = 0xfd2fb528;
const ZSTD_BLOCK_MAX = 128 * KIB;
const [RAW, REPEATED] = [0, 1];
const ID_BYTES = [0, 1, 2, 4] as const;
const SIZE_BYTES = [0, 2, 4, 8] as const;

function zstdFrame(bytes: Buffer, from: number): { most: number; end: number } {
  const descriptor = bytes[from + 4] ?? 0;
  const single = (descriptor & 0x20) !== 0;
  const sizeBytes = descriptor >>> 6 === 0 && single ? 1 : (SIZE_BYTES[descriptor >>> 6] ?? 0);
  let at = from + 5 + (single ? 0 : 1) + (ID_BYTES[descriptor & 3] ?? 0) + sizeBytes;
  let most = 0;
  while (at + 3 <= bytes.length) {
    const header = bytes.readUIntLE(at, 3);
    const [kind, size] = [(header >>> 1) & 3, header >>> 3];
    most += kind === RAW || kind === REPEATED ? size : ZSTD_BLOCK_MAX;
    at += 3 + (kind === REPEATED ? 1 : size);
    if ((header & 1) !== 0) return { most, end: at + ((descriptor & 4) === 0 ? 0 : CHECKSUM) };
  }
  return { most, end: bytes.length };
}

/** LZ4 frames: a block unpacks to what the frame says a block has at most, and to 255 times its size at most. */
export const lz4Most = (bytes: Buffer): number => framesMost(bytes, LZ4_FRAME, lz4Frame);

const LZ4_FRAME = 0x184d2204;
const LZ4_RATIO_MAX = 255;
/** The frame names its largest block as 4 to 7: 64 KiB, 256 KiB, 1 MiB, 4 MiB (LZ4 Frame Format 1.6.1, BD byte). */
const LZ4_BLOCK_UNIT = 256;
const LZ4_PLAIN = 0x80000000;

function lz4Frame(bytes: Buffer, from: number): { most: number; end: number } {
  const flags = bytes[from + 4] ?? 0;
  const blockMost = LZ4_BLOCK_UNIT << (2 * (((bytes[from + 5] ?? 0) >>> 4) & 7));
  const blockChecksum = (flags & 0x10) === 0 ? 0 : CHECKSUM;
  let at = from + 7 + ((flags & 0x08) === 0 ? 0 : 8) + ((flags & 0x01) === 0 ? 0 : 4);
  let most = 0;
  while (at + 4 <= bytes.length) {
    const header = bytes.readUInt32LE(at);
    at += 4;
    if (header === 0) return { most, end: at + ((flags & 0x04) === 0 ? 0 : CHECKSUM) };
    const size = header % LZ4_PLAIN;
    most += header >= LZ4_PLAIN ? size : Math.min(blockMost, size * LZ4_RATIO_MAX);
    at += size + blockChecksum;
  }
  return { most, end: bytes.length };
}

/** A bare Snappy block begins with the number of bytes that it unpacks to: seven bits a byte, the lowest first. */
export function snappyBlockMost(block: Buffer): number {
  let size = 0;
  for (let at = 0; at < 5; at++) {
    const byte = block[at] ?? 0;
    size += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) break;
  }
  return size;
}
