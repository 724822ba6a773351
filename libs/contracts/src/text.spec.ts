import fc from 'fast-check';
import { codePoints, cut, show, storable } from './text';

const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.constantFrom('a', '\u0000', '\ud83d', '\udd25', '🔥', 'ộ')).map((parts) => parts.join('')));

describe('storable', () => {
  it('leaves nothing that Postgres refuses, and everything else as it was', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(storable(text)).toBe(Buffer.from(text).toString().replaceAll('\u0000', '\ufffd'));
      }),
    );
  });
});

describe('codePoints', () => {
  it('counts as the iterator of a string does', () => {
    fc.assert(fc.property(anyText, (text) => codePoints(text) === [...text].length));
  });
});

describe('cut', () => {
  it('takes the first code points', () => {
    fc.assert(fc.property(anyText, fc.nat(12), (text, length) => cut(text, length) === [...text].slice(0, length).join('')));
  });
});

describe('show', () => {
  it.each([
    ['a "b"', '"a \\"b\\""'],
    ['x'.repeat(61), `"${'x'.repeat(60)}"… (61 characters)`],
    ['\ud83d\u0000', '"��"'],
    [undefined, 'missing'],
    [null, 'null'],
    [1e400, 'Infinity'],
    [[1, 2], 'an array of 2'],
    [{ a: 1 }, 'an object'],
  ])('%j', (value, shown) => {
    expect(show(value)).toBe(shown);
  });
});
