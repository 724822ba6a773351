import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { LZ4, SNAPPY, ZSTD } from './codecs';
import { lz4Most, snappyBlockMost, zstdMost } from './unpacked-size';

const KIB = 1_024;
/** As events are: much alike, and no two the same; LZ4 makes a fifth of it. */
const EVENTS = Buffer.from(Array.from({ length: 4_000 }, (_, i) => JSON.stringify({ id: `evt-${i * 7_919}`, siteId: `khu-${i % 37}`, category: 'security.theft', description: `Khách báo mất túi xách ở ô số ${(i * 31) % 997}, bảo vệ đang xem lại camera` })).join('\n'));
const SAMPLES = [Buffer.alloc(0), EVENTS, Buffer.from('đ'), Buffer.alloc(3_000_000), randomBytes(700_000), Buffer.from('báo cáo '.repeat(90_000))];

/** The last: the largest block that the codec makes. */
describe.each([['zstd', ZSTD, zstdMost, 128 * KIB], ['lz4', LZ4, lz4Most, 4_096 * KIB]] as const)('%s', (_, codec, most, block) => {
  it('never unpacks to more than it is said to, and that is less than a block more', async () => {
    for (const plain of SAMPLES) {
      const packed = await codec.compress({ buffer: plain });
      expect(most(packed)).toBeGreaterThanOrEqual(plain.length);
      expect(most(packed)).toBeLessThanOrEqual(plain.length + block);
    }
  });

  it('may be several frames', async () => {
    const packed = await codec.compress({ buffer: Buffer.alloc(300_000) });
    expect(most(Buffer.concat([packed, packed]))).toBe(2 * most(packed));
  });

  it('skips what is no data, and is not led beyond the end by what is cut short', async () => {
    const packed = await codec.compress({ buffer: Buffer.alloc(300_000) });
    const skippable = Buffer.from('502a4d1803000000616263', 'hex');
    expect(most(Buffer.concat([skippable, packed, skippable]))).toBe(most(packed));
    for (let length = 0; length < skippable.length; length++) expect(most(Buffer.concat([packed, skippable.subarray(0, length)]))).toBe(most(packed));
  });

  it('of any bytes ends, and says nothing below zero', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, framed) => {
      const magic = Buffer.from(codec === ZSTD ? '28b52ffd' : '04224d18', 'hex');
      expect(most(framed ? Buffer.concat([magic, bytes]) : Buffer.from(bytes))).toBeGreaterThanOrEqual(0);
    }));
  });
});

it('snappy says how much a block unpacks to, and is not believed beyond what is taken', async () => {
  expect([snappyBlockMost(Buffer.from([0x40])), snappyBlockMost(Buffer.from([0x80, 0x80, 0x02])), snappyBlockMost(Buffer.from('ffffffff0f', 'hex')), snappyBlockMost(Buffer.alloc(0))]).toEqual([64, 32_768, 2 ** 32 - 1, 0]);
  await expect(SNAPPY.decompress(Buffer.from('ffffffff0f00', 'hex'))).rejects.toThrow('unpacks to more than 67108864 bytes');
});
