import { Readable } from 'node:stream';
import iconv from 'iconv-lite';
import { parseMap } from './map';
import type { Source } from './source';
import { readTable, type TableRecord } from './table';

const mapWith = (input: string) =>
  parseMap('map.yaml', `input: { ${input} }\ntype: incident\nsource: /s\nid: { columns: [id] }\nfields: { siteId: { value: x }, category: word, occurredAt: at }\n`);

const sourceOf = (bytes: Buffer, piece = 7): Source => ({
  name: 'log.csv',
  bytes: Readable.from((function* () {
    for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
  })()),
  size: bytes.length,
  read: () => 0,
});

async function read(text: string | Buffer, input = 'encoding: utf-8', format: 'csv' | 'tsv' = 'csv'): Promise<TableRecord[]> {
  const records: TableRecord[] = [];
  for await (const record of readTable(sourceOf(Buffer.from(text)), mapWith(input), format)) records.push(record);
  return records;
}

describe('a table', () => {
  it('counts lines where a quoted cell goes over several, skips blank ones, takes a BOM and CRLF', async () => {
    const records = await read('\uFEFFid,word,at\r\n1,"two\r\nlines ""quoted""",t1\r\n\r\n2,b,t2\r\n');
    expect(records).toEqual([
      { line: 2, row: { id: '1', word: 'two\r\nlines "quoted"', at: 't1' } },
      { line: 5, row: { id: '2', word: 'b', at: 't2' } },
    ]);
  });

  it('says of a row with too few or too many cells which line it is, and goes on', async () => {
    const records = await read('id,word,at\n1,a\n2,b,t2\n3,c,t3,more\n');
    expect(records.map((record) => [record.line, 'problem' in record])).toEqual([[2, true], [3, false], [4, true]]);
  });

  it('says where a quote is out of place, and goes on behind it', async () => {
    const records = await read('id,word,at\n1,"a"x,t1\n2,b,t2\n');
    expect(records.map((record) => [record.line, 'problem' in record ? 'problem' : record.row.id])).toEqual([[2, 'problem'], [3, '2']]);
  });

  it('says that a quote was never closed', async () => {
    const records = await read('id,word,at\n1,a,t1\n2,"b,t2\n3,c,t3\n');
    expect(records[0]).toMatchObject({ line: 2, row: { id: '1' } });
    expect(records[1]).toMatchObject({ line: 3, problem: expect.stringContaining('not readable') });
    expect(records).toHaveLength(2);
  });

  it('reads cp1252 when told so, and refuses bytes that are not UTF-8', async () => {
    const bytes = iconv.encode('id,word,at\n1,kid’s arm… “café”,t1\n', 'cp1252');
    expect(await read(bytes, 'encoding: cp1252')).toEqual([{ line: 2, row: { id: '1', word: 'kid’s arm… “café”', at: 't1' } }]);
    await expect(read(bytes)).rejects.toThrow(/not UTF-8.*cp1252/s);
  });

  it('reads letters that are cut between two pieces', async () => {
    expect(await read('id,word,at\n1,Đánh nhau ở bãi tắm,t1\n')).toEqual([{ line: 2, row: { id: '1', word: 'Đánh nhau ở bãi tắm', at: 't1' } }]);
  });

  it('leaves quotes in TSV alone', async () => {
    expect(await read('id\tword\tat\n1\tsay "hi"\tt1\n', 'format: tsv', 'tsv')).toEqual([{ line: 2, row: { id: '1', word: 'say "hi"', at: 't1' } }]);
  });

  it('refuses a file without the columns that the mapping uses, an empty file, a column twice', async () => {
    await expect(read('id;word;at\n1;a;t\n')).rejects.toThrow(/no column 'id', 'word', 'at'/);
    await expect(read('')).rejects.toThrow(/is empty/);
    await expect(read('id,id,word,at\n1,1,a,t\n')).rejects.toThrow(/'id' twice/);
  });

  it('may lack a column only where the mapping says so', async () => {
    await expect(read('id,at\n1,t1\n')).rejects.toThrow("log.csv has no column 'word', which map.yaml uses; it has id, at. Correct the mapping (or its input.format); where a file may lack a column, give its field optional: true.");
    const fields = 'siteId: { value: x }, category: { column: word, optional: true, default: other.other }, occurredAt: at';
    const map = (text: string) => parseMap('map.yaml', `type: incident\nsource: /s\nid: { columns: [id] }\nfields: { ${text} }\n`);
    const records: TableRecord[] = [];
    for await (const record of readTable(sourceOf(Buffer.from('id,at\n1,t1\n')), map(fields), 'csv')) records.push(record);
    expect(records).toEqual([{ line: 2, row: { id: '1', at: 't1' } }]);
    expect(() => map(fields.replace(', default: other.other', ''))).toThrow('fields.category is optional: then give a default, because every incident has one');
    expect(() => map(fields.replace('value: x', 'value: x, optional: true'))).toThrow('fields.siteId.optional is only for columns');
  });
});
