import fc from 'fast-check';
import { boolArray, byteaArray, float8Array, int2Array, int4Array, int8Array, textArray, timestamptzArray, uuidArray } from './binary-array';

/** Reads an array as Postgres does (array_recv): the layout is written down here a second time, independently. */
function elementsOf(array: Buffer): { oid: number; hasNull: boolean; elements: (Buffer | null)[] } {
  const dimensions = array.readInt32BE(0);
  const head = { hasNull: array.readInt32BE(4) === 1, oid: array.readUInt32BE(8) };
  if (dimensions === 0) return { ...head, elements: [] };
  const elements: (Buffer | null)[] = [];
  let at = 20;
  for (let i = 0; i < array.readInt32BE(12); i++) {
    const length = array.readInt32BE(at);
    at += 4;
    elements.push(length === -1 ? null : array.subarray(at, at + length));
    if (length > 0) at += length;
  }
  expect(at).toBe(array.length);
  return { ...head, elements };
}

describe('binary arrays', () => {
  it('writes texts of any script, empty ones and nulls', () => {
    const values = ['', 'Vọng Gác', null, '🏖️ đêm', 'a'.repeat(3000)];
    const { oid, hasNull, elements } = elementsOf(textArray(values));
    expect([oid, hasNull]).toEqual([25, true]);
    expect(elements.map((e) => e?.toString('utf8') ?? null)).toEqual(values);
  });

  it('is an array without dimensions when it has no element', () => {
    expect(elementsOf(textArray([])).elements).toEqual([]);
    for (const array of [textArray([]), int8Array([]), byteaArray([])]) expect(array).toHaveLength(12);
  });

  it('writes any text as valid UTF-8 without NUL', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.string({ unit: 'binary', maxLength: 200 }))), (values) => {
        const { elements } = elementsOf(textArray(values));
        const expected = values.map((v) => v === null ? null : Buffer.from(v.replaceAll('\0', '\ufffd'), 'utf8').toString('utf8'));
        expect(elements.map((e) => (e === null ? null : new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(e)))).toEqual(expected);
      }),
    );
  });

  it('replaces NUL and lone surrogates, which no text column takes', () => {
    expect(elementsOf(textArray(['a\0b', 'x\ud800y'])).elements.map(String)).toEqual(['a\ufffdb', 'x\ufffdy']);
  });

  it('grows when every character takes three bytes', () => {
    const values = Array.from({ length: 50 }, () => 'ệ'.repeat(1000));
    expect(elementsOf(textArray(values)).elements.map(String)).toEqual(values);
  });

  it('writes every safe integer as int8', () => {
    const read = (values: (number | null)[]) => elementsOf(int8Array(values)).elements.map((e) => (e === null ? null : Number(e.readBigInt64BE(0))));
    const edges = [0, 1, -1, 2 ** 32, -(2 ** 32), 2 ** 32 - 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, null];
    expect(read(edges)).toEqual(edges);
    fc.assert(fc.property(fc.maxSafeInteger(), (value) => expect(read([value])).toEqual([value === 0 ? 0 : value])));
    expect(() => int8Array([0.5])).toThrow(RangeError);
  });

  it('writes instants as microseconds since 2000', () => {
    const [y2k, before] = elementsOf(timestamptzArray([Date.UTC(2000, 0, 1) + 1, Date.UTC(1999, 11, 31, 23, 59, 59)])).elements;
    expect(y2k?.readBigInt64BE(0)).toBe(1_000n);
    expect(before?.readBigInt64BE(0)).toBe(-1_000_000n);
  });

  it('writes bytes, uuids, floats, booleans and small integers', () => {
    const bytes = Buffer.from([0, 255, 0]);
    expect(elementsOf(byteaArray([bytes, null, Buffer.alloc(0)])).elements).toEqual([bytes, null, Buffer.alloc(0)]);
    const uuid = '01234567-89ab-8def-8123-456789abcdef';
    expect(elementsOf(uuidArray([uuid, null])).elements.map((e) => e?.toString('hex') ?? null)).toEqual([uuid.replaceAll('-', ''), null]);
    expect(() => uuidArray(['not a uuid'])).toThrow(RangeError);
    expect(elementsOf(float8Array([21.33, null])).elements[0]?.readDoubleBE(0)).toBe(21.33);
    expect(elementsOf(boolArray([true, false, null])).elements.map((e) => e?.[0] ?? null)).toEqual([1, 0, null]);
    expect(elementsOf(int2Array([-3])).elements[0]?.readInt16BE(0)).toBe(-3);
    expect(elementsOf(int4Array([100_000])).elements[0]?.readInt32BE(0)).toBe(100_000);
  });
});
