import { promisify } from 'node:util';
import { gzip, unzip } from 'node:zlib';
import { compress as zstdCompress, decompress as zstdDecompress } from '@mongodb-js/zstd';
import { CompressionCodecs, CompressionTypes } from 'kafkajs';
import { compressFrame, decompressFrame } from 'lz4-napi';
import { compress as snappyCompress, uncompress as snappyUncompress } from 'snappy';
import { lz4Most, snappyBlockMost, zstdMost } from './unpacked-size';

/** A batch that unpacks to more is not unpacked. Clients send batches of a megabyte at most, unless told otherwise; of events like the product's sixty times as much compresses into it, only if all are alike. */
export const UNPACKED_BYTES_MAX = 64 * 1024 * 1024;

/** Thrown instead of unpacking. */
export class TooLargeUnpacked extends Error {
  constructor(options?: ErrorOptions) {
    super(`unpacks to more than ${UNPACKED_BYTES_MAX} bytes`, options);
  }
}

function mustFit(most: number): void {
  if (most > UNPACKED_BYTES_MAX) throw new TooLargeUnpacked();
}

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
    if (!bytes.subarray(0, XERIAL_MAGIC.length).equals(XERIAL_MAGIC)) {
      mustFit(snappyBlockMost(bytes));
      return snappyBlock(bytes);
    }
    const parts: Buffer[] = [];
    let [at, unpacked] = [0, 0];
    while (at < bytes.length) {
      // Streams may stand one behind another, each with its own header.
      if (bytes.subarray(at, at + XERIAL_MAGIC.length).equals(XERIAL_MAGIC)) {
        at += XERIAL.length;
        continue;
      }
      const length = bytes.readInt32BE(at);
      const end = at + 4 + length;
      if (length < 0 || end > bytes.length) throw new Error(`snappy block at byte ${at} says ${length} bytes, but ${bytes.length - at - 4} are left`);
      const block = bytes.subarray(at + 4, end);
      unpacked += snappyBlockMost(block);
      mustFit(unpacked);
      parts.push(await snappyBlock(block));
      at = end;
    }
    return Buffer.concat(parts);
  },
};

/** LZ4 frames with independent blocks of 64 KiB, the only kind that the Java client reads. */
export const LZ4: Codec = {
  compress: ({ buffer }) => compressFrame(buffer),
  async decompress(bytes) {
    mustFit(lz4Most(bytes));
    return decompressFrame(bytes);
  },
};

/** ZSTD frames; the Java client does not write the content's size into them, so they are read as a stream. */
export const ZSTD: Codec = {
  compress: ({ buffer }) => zstdCompress(buffer),
  async decompress(bytes) {
    mustFit(zstdMost(bytes));
    return zstdDecompress(bytes);
  },
};

const [gzipped, unzipped] = [promisify<Buffer, Buffer>(gzip), promisify(unzip)];

/** kafkajs's own, with a bound: gzip does not say beforehand how much it unpacks to. */
export const GZIP: Codec = {
  compress: ({ buffer }) => gzipped(buffer),
  async decompress(bytes) {
    try {
      return await unzipped(bytes, { maxOutputLength: UNPACKED_BYTES_MAX });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw new TooLargeUnpacked({ cause: error });
      throw error;
    }
  },
};

/** Makes kafkajs read and write every codec that a publisher may use, within bounds: an unknown one would crash the consumer for ever. */
export function registerCodecs(): void {
  CompressionCodecs[CompressionTypes.GZIP] = () => GZIP;
  CompressionCodecs[CompressionTypes.Snappy] = () => SNAPPY;
  CompressionCodecs[CompressionTypes.LZ4] = () => LZ4;
  CompressionCodecs[CompressionTypes.ZSTD] = () => ZSTD;
}

registerCodecs();
