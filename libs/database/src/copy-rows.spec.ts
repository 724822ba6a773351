import { copyColumnsOf, copyTextOf, CopyRows, writeRows } from './copy-rows';

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

interface Row {
  text: string | null;
}
const c = copyColumnsOf<Row>();

describe('rows of a COPY', () => {
  it('writes texts of any length and script, NUL and lone surrogates replaced', () => {
    const texts = ['', 'abc', 'Vọng Gác', 'a\0b', 'x\ud800', 'd'.repeat(100), 'ệ'.repeat(2_000_000), null, 'z'.repeat(40)];
    const rows = rowsOf(writeRows([c.text('text', (row) => row.text)], texts.map((text) => ({ text }))).message());
    const expected = texts.map((text) => (text === null ? null : Buffer.from(text.replaceAll('\0', '\ufffd'), 'utf8').toString('utf8')));
    expect(rows.map(([cell]) => cell?.toString('utf8') ?? null)).toEqual(expected);
  });

  it('writes the other kinds', () => {
    const columns = [
      c.uuid('a', () => '01234567-89ab-8def-8123-456789ABCDEF'),
      c.small('b', () => -2),
      c.integer('c', () => 70_000),
      c.bigint('d', () => -(2 ** 40)),
      c.float('e', () => 21.33),
      c.flag('f', () => true),
      c.instant('g', () => Date.UTC(2000, 0, 1) - 1),
      c.bytes('h', () => Buffer.from([0, 1])),
      c.pieces('i', () => ['a', Buffer.from('bc'), 'ệ']),
    ];
    const [row] = rowsOf(writeRows(columns, [{ text: null }]).message());
    expect(row?.map((cell) => cell?.toString('hex'))).toEqual([
      '0123456789ab8def8123456789abcdef', 'fffe', '00011170', 'ffffff0000000000', Buffer.from(new Float64Array([21.33]).buffer).reverse().toString('hex'), '01',
      'fffffffffffffc18', '0001', '616263e1bb87',
    ]);
  });

  it.each(['', 'x', '01234567-89ab-8def-8123-456789abcde', '01234567-89ab-8def-8123-456789abcdeg', '01234567-89ab-8def-8123-456789abcdef0'])('takes %j for no uuid', (value) => {
    expect(() => new CopyRows().uuid(value)).toThrow(RangeError);
  });

  it('uses memory again without keeping what was in it', () => {
    for (const text of ['first, and longer', 'second']) {
      const rows = writeRows([c.text('text', (row) => row.text)], [{ text }]);
      expect(rowsOf(rows.message())).toEqual([[Buffer.from(text)]]);
      rows.release();
    }
  });

  it('has a constant text', () => {
    expect(copyTextOf('t', [c.text('a', () => null), c.text('offset', () => null)])).toBe('COPY t ("a", "offset") FROM STDIN BINARY');
  });
});
