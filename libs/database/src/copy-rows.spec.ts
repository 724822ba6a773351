import fc from 'fast-check';
import { copyTextOf, type CopyRows, writeRows } from './copy-rows';

/** Reads the message back as Postgres does: CopyData with header, rows and trailer, then CopyDone. */
function rowsOf(message: Buffer): (Buffer | null)[][] {
  expect(message.toString('latin1', 0, 1)).toBe('d');
  const end = message.readInt32BE(1) + 1;
  expect(message.subarray(end)).toEqual(Buffer.from([0x63, 0, 0, 0, 4]));
  expect(message.subarray(5, 24)).toEqual(Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1'));
  const rows: (Buffer | null)[][] = [];
  for (let at = 24; ; ) {
    const columns = message.readInt16BE(at);
    at += 2;
    if (columns === -1) {
      expect(at).toBe(end);
      return rows;
    }
    const row: (Buffer | null)[] = [];
    for (let i = 0; i < columns; i++) {
      const length = message.readInt32BE(at);
      at += 4;
      row.push(length === -1 ? null : Buffer.from(message.subarray(at, at + length)));
      at += Math.max(0, length);
    }
    rows.push(row);
  }
}

const TEXTS: Parameters<typeof writeRows<string | null, null>>[0] = { columns: ['text'], write: (out, text) => out.text(text) };

describe('rows of a COPY', () => {
  it('writes texts of any length and script, NUL and lone surrogates replaced', () => {
    const texts = ['', 'abc', 'Vọng Gác', 'a\0b', 'x\ud800', 'd'.repeat(100), 'ệ'.repeat(2_000_000), null, 'z'.repeat(40)];
    const rows = rowsOf(writeRows(TEXTS, texts, null).message());
    const expected = texts.map((text) => (text === null ? null : Buffer.from(text.replaceAll('\0', '\ufffd'), 'utf8').toString('utf8')));
    expect(rows.map(([cell]) => cell?.toString('utf8') ?? null)).toEqual(expected);
  });

  it('writes any text, part and bytes as Node does, by whichever way is quicker', () => {
    const text = fc.oneof(fc.string({ maxLength: 500 }), fc.string({ unit: 'grapheme', maxLength: 500 })).filter((each) => !each.includes('\0'));
    const target: Parameters<typeof writeRows<[string, Buffer], null>>[0] = {
      columns: ['text', 'parts', 'bytes'],
      write(out, [written, bytes]) {
        out.text(written);
        out.begin();
        out.part(written);
        out.part(written);
        out.end();
        out.bytes(bytes);
      },
    };
    fc.assert(
      fc.property(text, fc.uint8Array({ maxLength: 80 }), (written, bytes) => {
        const rows = writeRows(target, [[written, Buffer.from(bytes)]], null);
        expect(rowsOf(rows.message())).toEqual([[Buffer.from(written), Buffer.from(written + written), Buffer.from(bytes)]]);
        rows.release();
      }),
    );
  });

  it('writes the other kinds', () => {
    const [row, nulls] = rowsOf(
      writeRows<boolean, null>(
        {
          columns: [...'bcdefghi'],
          write(out, known) {
            out.int2(known ? -2 : null);
            out.int4(known ? 70_000 : null);
            out.int8(known ? -(2 ** 40) : null);
            out.float8(known ? 21.33 : null);
            out.flag(known ? true : null);
            out.instant(known ? Date.UTC(2000, 0, 1) - 1 : null);
            out.bytes(Buffer.from([0, 1]));
            out.begin();
            out.part('a');
            out.partBytes(Buffer.from('bc'));
            out.part('ệ');
            out.end();
          },
        },
        [true, false],
        null,
      ).message(),
    );
    expect(row?.map((cell) => cell?.toString('hex'))).toEqual([
      'fffe', '00011170', 'ffffff0000000000', Buffer.from(new Float64Array([21.33]).buffer).reverse().toString('hex'), '01',
      'fffffffffffffc18', '0001', '616263e1bb87',
    ]);
    expect(nulls?.slice(0, 6)).toEqual(Array(6).fill(null));
  });

  it('refuses a number that is no safe integer', () => {
    expect(() => writeRows({ columns: ['a'], write: (out) => out.int8(2 ** 53) }, [null], null)).toThrow(RangeError);
  });

  it('makes room for a row of many columns at the end of its memory', () => {
    const many = { columns: Array<string>(34).fill('n'), write: (out: CopyRows, n: number) => { for (let i = 0; i < 34; i++) out.int8(n); } };
    const rows = rowsOf(writeRows(many, Array.from({ length: 5_000 }, (_, i) => i), null).message());
    expect(rows).toHaveLength(5_000);
    expect(rows.every((row, n) => row.every((cell) => cell?.readUInt32BE(4) === n))).toBe(true);
  });

  it('uses memory again without keeping what was in it', () => {
    for (const text of ['first, and longer', 'second']) {
      const rows = writeRows(TEXTS, [text], null);
      expect(rowsOf(rows.message())).toEqual([[Buffer.from(text)]]);
      rows.release();
    }
  });

  it('has a constant text', () => {
    expect(copyTextOf({ table: 't', columns: ['a', 'offset'] })).toBe('COPY t ("a", "offset") FROM STDIN BINARY');
  });
});
