import fc from 'fast-check';
import { digestOf } from './digest';

const hex = (value: unknown): string => digestOf(value).toString('hex');
const deep = (levels: number, open: string, inner: string, close: string): unknown => JSON.parse(open.repeat(levels) + inner + close.repeat(levels));

/** The value with the keys of every object in reverse order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).reverse().map(([key, member]) => [key, reversed(member)]));
}

/** The value inside so many arrays that the digest walks it with its list. */
const buried = (value: unknown): unknown => Array.from({ length: 80 }).reduce((inner: unknown) => [inner], value);

/** JSON values are the same when their text with sorted keys is: said again in the plainest way. */
function sortedText(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member) ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1))) : member,
  );
}

describe('digestOf', () => {
  it('has 16 bytes and never changes: stored digests are compared with new ones', () => {
    expect(hex({ siteId: 'dai-lai', injured: 1, location: { lat: 21.33, lon: 105.715 }, evidence: [{ ref: 'a' }], weapon: null })).toBe('215bffe81c2eba17b84766892499d267');
  });

  it('does not look at key order', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => hex(reversed(value)) === hex(value)));
    fc.assert(fc.property(fc.jsonValue(), (value) => hex(buried(reversed(value))) === hex(buried(value))));
  });

  it('tells values apart', () => {
    const same = (a: unknown, b: unknown): boolean => sortedText(a) === sortedText(b);
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 2 }), fc.jsonValue({ maxDepth: 2 }), (a, b) => (hex(a) === hex(b)) === same(a, b)));
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 2 }), fc.jsonValue({ maxDepth: 2 }), (a, b) => (hex(buried(a)) === hex(buried(b))) === same(a, b)));
  });

  it.each([
    [['ab', 'c'], ['a', 'bc']],
    [['1', 1], [1, '1']],
    [[[]], [[], []]],
    [{ a: { b: 1 } }, { a: {}, b: 1 }],
    [{ a: null }, {}],
    ['null', null],
    ['1:a', 'a'],
    [{ a: '1:b' }, { a: 'b' }],
    [['a', 'b'], { a: 'b' }],
    [{ a: 'b', b: 'a' }, { a: 'a', b: 'b' }],
  ])('%j is not %j', (a, b) => {
    expect(hex(a)).not.toBe(hex(b));
    expect(hex(buried(a))).not.toBe(hex(buried(b)));
  });

  it('reads a number as it is, however it was written', () => {
    expect(hex(JSON.parse('[1.0, 1e2, -0, "\\u0041"]'))).toBe(hex([1, 100, 0, 'A']));
  });

  it('takes 10⁵ levels', () => {
    expect(hex(deep(100_000, '{"a":[', '1', ']}'))).not.toBe(hex(deep(100_000, '{"a":[', '2', ']}')));
  });

  it('keeps a key named __proto__', () => {
    expect(hex(JSON.parse('{"__proto__":{"a":1}}'))).not.toBe(hex(JSON.parse('{"__proto__":{"a":2}}')));
  });
});
