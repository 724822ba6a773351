import { parse, type CsvError } from 'csv-parse';
import { wrongUsage } from '../failure';
import type { TableRow } from './convert';
import type { PublishMap } from './map';
import { decoder, piped, type Source } from './source';

/** One record of a table, or why it is none. `line` is the line on which it begins, counted from 1. */
export type TableRecord = { line: number; row: TableRow } | { line: number; problem: string; remedy: string };

/** A quote that is never closed would else take the rest of the file. */
const RECORD_BYTES = 4 * 1024 * 1024;

interface Raw {
  cells: string[];
  /** Lines read when the record ended. */
  lines: number;
  error: string | null;
}

/** Reads a CSV or TSV file record by record; the reader's pace is the file's. */
export async function* readTable(source: Source, map: PublishMap, format: 'csv' | 'tsv'): AsyncGenerator<TableRecord> {
  let header: string[] | null = null;
  let line = 1;
  for await (const raw of rawRecords(source, map, format)) {
    const first = line;
    line = raw.lines + 1;
    if (raw.error !== null) {
      yield { line: first, problem: `not readable: ${raw.error}`, remedy: 'close each double quote, and double a quote inside a quoted cell' };
    } else if (header === null) {
      header = checkHeader(raw.cells.map((cell) => cell.trim()), map, source.name);
    } else if (!(raw.cells.length === 1 && raw.cells[0]?.trim() === '')) {
      yield toRecord(first, header, raw.cells);
    }
  }
  if (header === null) throw wrongUsage(`${source.name} is empty: a table begins with a line that names its columns.`);
}

function toRecord(line: number, header: string[], cells: string[]): TableRecord {
  if (cells.length !== header.length) return { line, problem: `${cells.length} cells where the header has ${header.length}`, remedy: 'give each column a cell, and quote a cell that holds the separator' };
  return { line, row: Object.fromEntries(header.map((name, index) => [name, cells[index] ?? ''])) };
}

async function* rawRecords(source: Source, map: PublishMap, format: 'csv' | 'tsv'): AsyncGenerator<Raw> {
  const delimiter = map.delimiter ?? (format === 'tsv' ? '\t' : ',');
  const skipped: Raw[] = [];
  const parser = parse({
    bom: true,
    delimiter,
    // A tab-separated file of most programs has no quoting.
    quote: format === 'tsv' ? null : '"',
    relax_column_count: true,
    max_record_size: RECORD_BYTES,
    skip_records_with_error: true,
    info: true,
  });
  parser.on('skip', (error: CsvError) => skipped.push({ cells: [], lines: typeof error.lines === 'number' ? error.lines : 0, error: error.message }));
  const rows: AsyncIterable<{ record: string[]; info: { lines: number } }> = piped(piped(source.bytes, decoder(map.encoding)), parser);
  try {
    for await (const { record, info } of rows) {
      const raw = { cells: record, lines: info.lines, error: null };
      while (skipped[0] && skipped[0].lines <= raw.lines) yield skipped.shift() ?? raw;
      yield raw;
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && String(error.code).startsWith('CSV_'))) throw error;
    skipped.push({ cells: [], lines: 'lines' in error && typeof error.lines === 'number' ? error.lines : 0, error: error.message });
  }
  yield* skipped;
}

function checkHeader(header: string[], map: PublishMap, name: string): string[] {
  const needed = new Set([...map.idColumns, ...map.fields.flatMap(({ columns }) => columns)]);
  const missing = [...needed].filter((column) => !header.includes(column));
  if (missing.length > 0) throw wrongUsage(`${name} has no column ${missing.map((column) => `'${column}'`).join(', ')}, which ${map.file} uses; it has ${header.join(', ')}. Correct the mapping, or its input.format.`);
  const twice = header.find((column, index) => needed.has(column) && header.indexOf(column) !== index);
  if (twice !== undefined) throw wrongUsage(`${name} has the column '${twice}' twice: rename one of them.`);
  return header;
}
