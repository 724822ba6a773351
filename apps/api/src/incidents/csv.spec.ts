import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { toCsv, type Column } from './csv';

const COLUMNS: Array<Column<{ a: string | null; n: number }>> = [
  { name: 'a', of: (row) => row.a },
  { name: 'n', of: (row) => row.n },
];

describe('toCsv', () => {
  it('writes a header, CRLF, quotes and empty cells', () => {
    expect(toCsv(COLUMNS, [{ a: 'Đánh nhau, "bị thương"\nhai người', n: -1 }, { a: null, n: 2 }])).toBe('a,n\r\n"Đánh nhau, ""bị thương""\nhai người",-1\r\n,2\r\n');
  });

  it.each(['=1+1', '+84', '-2', '@SUM(A1)', '\t=1', ' =1', '\r=1'])('disarms %p', (a) => {
    const [, row] = parse(toCsv(COLUMNS, [{ a, n: 1 }]), { record_delimiter: '\r\n' }) as string[][];
    expect(row?.[0]).toBe(`'${a}`);
  });

  it('is read back by another reader as it was, whatever the text', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ a: fc.string({ unit: 'binary' }).filter((t) => !/\p{Surrogate}/u.test(t)), n: fc.integer() })), (rows) => {
        const read = parse(toCsv(COLUMNS, rows), { record_delimiter: '\r\n', columns: true }) as Array<{ a: string; n: string }>;
        expect(read.map((r) => ({ a: r.a.replace(/^'(?=\s*[=+\-@]|[\t\r\n])/u, ''), n: Number(r.n) }))).toEqual(rows);
      }),
    );
  });
});
