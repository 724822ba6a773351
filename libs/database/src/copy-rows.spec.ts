import fc from 'fast-check';
import { copyTextOf, CopyRows, rowsOf, type RowSource } from './copy-rows';
import { messagesOf } from './copy-rows.spec-support';

/** Reads the messages back as Postgres does: CopyData with header, rows and trailer, then CopyDone. */
function readBack(source: RowSource): (Buffer | null)[][] {
  const parts: Buffer[] = [];
  const messages = messagesOf(source);
  messages.forEach((message, i) => {
    expect(message.toString('latin1', 0, 1)).toBe('d');
    const end = message.readInt32BE(1) + 1;
    expect(message.subarray(end)).toEqual(i === messages.length - 1 ? Buffer.from([0x63, 0, 0, 0, 4]) : Buffer.alloc(0));
    parts.push(message.subarray(5, end));
  });
  const data = Buffer.concat(parts);
  expect(data.subarray(0, 19)).toEqual(Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1'));
  const rows: (Buffer | null)[][] = [];
  for (let at = 19; ; ) {
    const columns = data.readInt16BE(at);
    at += 2;
    if (columns === -1) {
      expect(at).toBe(data.length);
      return rows;
    }
    const row: (Buffer | null)[] = [];
    for (let i = 0; i < columns; i++) {
      const length = data.readInt32BE(at);
      at += 4;
      row.push(length === -1 ? null : data.subarray(at, at + length));
      at += Math.max(0, length);
    }
    rows.push(row);
  }
}

const TEXTS: Parameters<typeof rowsOf<string | null, null>>[0] = { columns: ['text'], write: (out, text) => out.text(text) };

describe('rows of a COPY', () => {
  it('writes texts of any length and script, NUL and lone surrogates replaced', () => {
    const texts = ['', 'abc', 'Vọng Gác', 'a\0b', 'x\ud800', 'd'.repeat(100), 'ệ'.repeat(2_000_000), null, 'z'.repeat(40)];
    const rows = readBack(rowsOf(TEXTS, [...texts], null));
    const expected = texts.map((text) => (text === null ? null : Buffer.from(text.replaceAll('\0', '\ufffd'), 'utf8').toString('utf8')));
    expect(rows.map(([cell]) => cell?.toString('utf8') ?? null)).toEqual(expected);
  });

  it('writes any text, part and bytes as Node does, by whichever way is quicker', () => {
    const text = fc.oneof(fc.string({ maxLength: 500 }), fc.string({ unit: 'grapheme', maxLength: 500 })).filter((each) => !each.includes('\0'));
    const target: Parameters<typeof rowsOf<[string, Buffer], null>>[0] = {
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
        expect(readBack(rowsOf(target, [[written, Buffer.from(bytes)]], null))).toEqual([[Buffer.from(written), Buffer.from(written + written), Buffer.from(bytes)]]);
      }),
    );
  });

  it('writes the other kinds', () => {
    const [row, nulls] = readBack(
      rowsOf<boolean, null>(
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
      ),
    );
    expect(row?.map((cell) => cell?.toString('hex'))).toEqual([
      'fffe', '00011170', 'ffffff0000000000', Buffer.from(new Float64Array([21.33]).buffer).reverse().toString('hex'), '01',
      'fffffffffffffc18', '0001', '616263e1bb87',
    ]);
    expect(nulls?.slice(0, 6)).toEqual(Array(6).fill(null));
  });

  it('refuses a number that is no safe integer', () => {
    expect(() => messagesOf(rowsOf({ columns: ['a'], write: (out) => out.int8(2 ** 53) }, [null], null))).toThrow(RangeError);
  });

  it('makes room for a row of many columns at the end of its memory', () => {
    const many = { columns: Array<string>(34).fill('n'), write: (out: CopyRows, n: number) => { for (let i = 0; i < 34; i++) out.int8(n); } };
    const source = () => rowsOf(many, Array.from({ length: 5_000 }, (_, i) => i), null);
    expect(messagesOf(source()).length).toBeGreaterThan(5);
    const rows = readBack(source());
    expect(rows).toHaveLength(5_000);
    expect(rows.every((row, n) => row.every((cell) => cell?.readUInt32BE(4) === n))).toBe(true);
  });

  it('lets go of what it wrote: Postgres takes longer to store the rows than it took to write them', () => {
    const texts = ['a', 'b'];
    messagesOf(rowsOf(TEXTS, texts, null));
    expect(texts).toEqual([]);
  });

  it('uses memory again without keeping what was in it', () => {
    for (const text of ['first, and longer', 'second']) {
      expect(readBack(rowsOf(TEXTS, [text], null))).toEqual([[Buffer.from(text)]]);
    }
  });

  it('writes no message again before the socket has let go of it', () => {
    const messages: Buffer[] = [];
    const out = new CopyRows((message) => void messages.push(message));
    rowsOf(TEXTS, Array.from({ length: 1_000 }, (_, i) => `${i}`.padEnd(1_000)), null)(out);
    out.finish();
    expect(new Set(messages.map(({ buffer }) => buffer)).size).toBe(messages.length);
  });

  it('has a constant text', () => {
    expect(copyTextOf({ table: 't', columns: ['a', 'offset'] })).toBe('COPY t ("a", "offset") FROM STDIN BINARY');
  });
});
