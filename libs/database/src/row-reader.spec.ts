import fc from 'fast-check';
import { rowsOf, type CopyRows } from './copy-rows';
import { messagesOf } from './copy-rows.spec-support';
import { present, RowReader } from './row-reader';

const MESSAGE_HEADER = 5;

/** What stands in the only message of a COPY. */
function dataOf(source: Parameters<typeof messagesOf>[0]): Buffer {
  const [message] = messagesOf(source);
  if (message === undefined) throw new Error('a COPY has a message');
  return message.subarray(MESSAGE_HEADER);
}

/** One row as Postgres sends the first one of a COPY, begun. */
function begun(columns: number, write: (out: CopyRows) => void): RowReader {
  const reader = new RowReader();
  expect(reader.begin(dataOf(rowsOf({ columns: Array.from({ length: columns }, () => 'x'), write }, [null], null)))).toBe(true);
  return reader;
}

const orNull = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(of, { nil: null });

describe('a row of a COPY', () => {
  it('is read as it was written, null in any place', () => {
    const row = fc.record({
      text: orNull(fc.string({ unit: 'grapheme', maxLength: 300 }).filter((each) => !each.includes('\0'))),
      flag: orNull(fc.boolean()),
      int2: orNull(fc.integer({ min: -32_768, max: 32_767 })),
      int4: orNull(fc.integer()),
      int8: orNull(fc.maxSafeInteger()),
      float8: orNull(fc.double({ noNaN: true })),
      instant: orNull(fc.integer({ min: -8_000_000_000_000, max: 8_000_000_000_000 })),
    });
    fc.assert(fc.property(row, (told) => {
      const reader = begun(7, (out) => {
        out.text(told.text);
        out.flag(told.flag);
        out.int2(told.int2);
        out.int4(told.int4);
        out.int8(told.int8);
        out.float8(told.float8);
        out.instant(told.instant);
      });
      const read = { text: reader.text(), flag: reader.flag(), int2: reader.int2(), int4: reader.int4(), int8: reader.int8(), float8: reader.float8(), instant: reader.instant() };
      expect(read).toEqual(told);
    }));
  });

  it('has uuids in their usual form', () => {
    const bytes = Buffer.from('0bdfddd226665320a077a52dc4ae11fe', 'hex');
    expect(begun(1, (out) => out.bytes(bytes)).uuid()).toBe('0bdfddd2-2666-5320-a077-a52dc4ae11fe');
  });

  it('ends with the message that has no columns, also where there was no row', () => {
    expect(new RowReader().begin(dataOf(rowsOf({ columns: ['x'], write: () => undefined }, [], null)))).toBe(false);
  });

  it('is refused where another kind of value, or no value, stands than is read', () => {
    expect(() => begun(1, (out) => out.int8(7)).int4()).toThrow(RangeError);
    expect(() => present(begun(1, (out) => out.text(null)).text())).toThrow(RangeError);
    expect(() => new RowReader().begin(Buffer.from([0, 1, 0, 0]))).toThrow(RangeError);
  });
});
