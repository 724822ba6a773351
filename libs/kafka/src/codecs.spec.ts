import { randomBytes } from 'node:crypto';
import { compress } from 'snappy';
import { LZ4, SNAPPY, ZSTD } from './codecs';

const samples = [Buffer.alloc(0), Buffer.from('đ'), Buffer.alloc(200_000, 'báo cáo '), randomBytes(70_000)];

describe.each([['snappy', SNAPPY], ['lz4', LZ4], ['zstd', ZSTD]] as const)('%s', (_name, codec) => {
  it('gives back what it was given', async () => {
    for (const plain of samples) expect((await codec.decompress(await codec.compress({ buffer: plain }))).equals(plain)).toBe(true);
  });

  it('refuses bytes that are cut short', async () => {
    const whole = await codec.compress({ buffer: randomBytes(70_000) });
    await expect(codec.decompress(whole.subarray(0, whole.length - 10))).rejects.toThrow();
  });
});

describe('snappy framing', () => {
  it("is snappy-java's: its header, then blocks of 32 KiB with their length", async () => {
    const framed = await SNAPPY.compress({ buffer: Buffer.alloc(40_000, 7) });
    expect(framed.subarray(0, 16).toString('hex')).toBe('82534e41505059000000000100000001');
    const first = framed.readInt32BE(16);
    const second = framed.readInt32BE(20 + first);
    expect(20 + first + 4 + second).toBe(framed.length);
  });

  it('reads a bare block (librdkafka) and streams one behind another', async () => {
    const plain = Buffer.from('công an phường '.repeat(100));
    expect((await SNAPPY.decompress(await compress(plain))).equals(plain)).toBe(true);
    const framed = await SNAPPY.compress({ buffer: plain });
    expect((await SNAPPY.decompress(Buffer.concat([framed, framed]))).equals(Buffer.concat([plain, plain]))).toBe(true);
  });
});
