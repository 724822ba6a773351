import { compress as zstdCompress, decompress as zstdDecompress } from '@mongodb-js/zstd';
import { CompressionCodecs, CompressionTypes } from 'kafkajs';
import { compressFrame, decompressFrame } from 'lz4-napi';
import { compress as snappyCompress, uncompress as snappyUncompress } from 'snappy';

/** What kafkajs asks of a codec: its encoder carries the bytes of the records. */
interface Codec {
  compress(encoder: { buffer: Buffer }): Promise<Buffer>;
  decompress(bytes: Buffer): Promise<Buffer>;
}

/** The stream header of snappy-java, which the Java client writes around its blocks: magic, version 1, readable by version 1. */
const XERIAL = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1]);
const XERIAL_MAGIC = XERIAL.subarray(0, 8);
/** snappy-java's block size, bytes of plain data. */
const XERIAL_BLOCK = 32 * 1024;

async function snappyBlock(bytes: Buffer): Promise<Buffer> {
  const plain = await snappyUncompress(bytes);
  return typeof plain === 'string' ? Buffer.from(plain) : plain;
}

/** Snappy in snappy-java's framing, as the Java client writes it; a bare block, as librdkafka writes it, is read too. */
export const SNAPPY: Codec = {
  async compress({ buffer }) {
    const parts: Buffer[] = [XERIAL];
    for (let at = 0; at < buffer.length; at += XERIAL_BLOCK) {
      const block = await snappyCompress(buffer.subarray(at, at + XERIAL_BLOCK));
      const length = Buffer.alloc(4);
      length.writeInt32BE(block.length);
      parts.push(length, block);
    }
    return Buffer.concat(parts);
  },
  async decompress(bytes) {
    if (!bytes.subarray(0, XERIAL_MAGIC.length).equals(XERIAL_MAGIC)) return snappyBlock(bytes);
    const parts: Buffer[] = [];
    let at = 0;
    while (at < bytes.length) {
      // Streams may stand one behind another, each with its own header.
      if (bytes.subarray(at, at + XERIAL_MAGIC.length).equals(XERIAL_MAGIC)) {
        at += XERIAL.length;
        continue;
      }
      const length = bytes.readInt32BE(at);
      const end = at + 4 + length;
      if (length < 0 || end > bytes.length) throw new Error(`snappy block at byte ${at} says ${length} bytes, but ${bytes.length - at - 4} are left`);
      parts.push(await snappyBlock(bytes.subarray(at + 4, end)));
      at = end;
    }
    return Buffer.concat(parts);
  },
};

/** LZ4 frames with independent blocks of 64 KiB, the only kind that the Java client reads. */
export const LZ4: Codec = {
  compress: ({ buffer }) => compressFrame(buffer),
  decompress: (bytes) => decompressFrame(bytes),
};

/** ZSTD frames; the Java client does not write the content's size into them, so they are read as a stream. */
export const ZSTD: Codec = {
  compress: ({ buffer }) => zstdCompress(buffer),
  decompress: (bytes) => zstdDecompress(bytes),
};

/** Makes kafkajs read and write every codec that a publisher may use (gzip is its own): an unknown one would crash the consumer for ever. */
export function registerCodecs(): void {
  CompressionCodecs[CompressionTypes.Snappy] = () => SNAPPY;
  CompressionCodecs[CompressionTypes.LZ4] = () => LZ4;
  CompressionCodecs[CompressionTypes.ZSTD] = () => ZSTD;
}

registerCodecs();
