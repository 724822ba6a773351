import { wrongUsage } from '../failure';
import type { TableRow } from './convert';
import { CsvReader, type CsvRecord } from './csv';
import type { PublishMap } from './map';
import { decoder, piped, type Source } from './source';

/** One record of a table, or why it is none. `line` is the line on which it begins, counted from 1. */
export type TableRecord = { line: number; row: TableRow } | { line: number; problem: string; remedy: string };

/** Reads a CSV or TSV file record by record; the reader's pace is the file's. */
export async function* readTable(source: Source, map: PublishMap, format: 'csv' | 'tsv'): AsyncGenerator<TableRecord> {
  let header: string[] | null = null;
  for await (const record of records(source, map, format)) {
    const { line } = record;
    if ('error' in record) yield { line, problem: `not readable: ${record.error}`, remedy: 'close each double quote, and double a quote inside a quoted cell' };
    else if (header === null) header = checkHeader(record.cells.map((cell) => cell.trim()), map, source.name);
    else if (!(record.cells.length === 1 && record.cells[0]?.trim() === '')) yield toRecord(line, header, record.cells);
  }
  if (header === null) throw wrongUsage(`${source.name} is empty: a table begins with a line that names its columns.`);
}

async function* records(source: Source, map: PublishMap, format: 'csv' | 'tsv'): AsyncGenerator<CsvRecord> {
  const reader = new CsvReader(map.delimiter ?? (format === 'tsv' ? '\t' : ','), format === 'csv');
  let first = true;
  for await (const piece of piped(source.bytes, decoder(map.encoding)) as AsyncIterable<string>) {
    yield* reader.feed(first ? piece.replace(/^\uFEFF/, '') : piece);
    first = false;
  }
  yield* reader.end();
}

function toRecord(line: number, header: string[], cells: string[]): TableRecord {
  if (cells.length !== header.length) return { line, problem: `${cells.length} cells where the header has ${header.length}`, remedy: 'give each column a cell, and quote a cell that holds the separator' };
  return { line, row: Object.fromEntries(header.map((name, index) => [name, cells[index] ?? ''])) };
}

function checkHeader(header: string[], map: PublishMap, name: string): string[] {
  const needed = new Set([...map.idColumns, ...map.fields.flatMap(({ columns, optional }) => (optional ? [] : columns))]);
  const missing = [...needed].filter((column) => !header.includes(column));
  if (missing.length > 0) throw wrongUsage(missingColumns(missing, header, map, name));
  const used = new Set([...needed, ...map.fields.flatMap(({ columns }) => columns)]);
  const twice = header.find((column, index) => used.has(column) && header.indexOf(column) !== index);
  if (twice !== undefined) throw wrongUsage(`${name} has the column '${twice}' twice: rename one of them.`);
  return header;
}

function missingColumns(missing: string[], header: string[], map: PublishMap, name: string): string {
  const list = missing.map((column) => `'${column}'`).join(', ');
  return `${name} has no column ${list}, which ${map.file} uses; it has ${header.join(', ')}. Correct the mapping (or its input.format); where a file may lack a column, give its field optional: true.`;
}
