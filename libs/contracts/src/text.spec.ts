import fc from 'fast-check';
import { codePoints, cut, oneLine, show, storable } from './text';

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

describe('oneLine', () => {
  it.each([
    ['Sân khấu ngoài trời', 'Sân khấu ngoài trời'],
    ['bể bơi\r\nLiên hệ: 0900', 'bể bơi Liên hệ: 0900'],
    ['\u202egate\u202c \u001b[2J', ' gate   [2J'],
    ['a\u200bb\ufeffc\u061c', 'a b c '],
    ['x\u0000\ud800', 'x\ufffd\ufffd'],
    ['🔥', '🔥'],
  ])('%j reads as %j', (text, line) => {
    expect(oneLine(text)).toBe(line);
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
