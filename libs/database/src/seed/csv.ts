import { parse, type CsvError } from 'csv-parse/sync';

/** A registry file as it was read: `name` is what a refusal says. */
export interface CsvFile {
  name: string;
  text: string;
}

/** One thing that is wrong in a registry file, and what to do about it. */
export interface SeedProblem {
  file: string;
  /** Counted from 1; the header is line 1. */
  line: number;
  column: string;
  problem: string;
  remedy: string;
}

/** The header that a file must have, and the columns that it may have. */
export interface Header {
  required: readonly string[];
  optional: readonly string[];
}

/** A row before its cells are understood. */
export interface CsvRow {
  file: string;
  line: number;
  /** Trimmed; an absent optional column reads as ''. */
  cells: Readonly<Record<string, string>>;
}

/** Limits of one registry file. */
export const SEED_LIMITS = { bytes: 64 * 1024 * 1024, rows: 200_000, problems: 100 } as const;

interface Parsed {
  record: string[];
  /** A quoted cell may go over several lines. */
  firstLine: number;
}

/**
 * Reads the rows of one file. Whatever is wrong with the file as a whole (quotes, header, number of cells) is added to `problems`; the good rows are
 * returned all the same, so that one run names every fault.
 */
export function readCsv(file: CsvFile, header: Header, problems: SeedProblem[]): CsvRow[] {
  const parsed = parseText(file, problems);
  if (parsed === null) return [];
  const names = (parsed[0]?.record ?? []).map((name) => name.trim());
  if (!checkHeader(file, header, names, problems)) return [];
  const rows: CsvRow[] = [];
  for (const { record, firstLine: line } of parsed.slice(1)) {
    if (record.length === 1 && record[0]?.trim() === '') continue;
    if (record.length !== names.length) {
      problems.push({ file: file.name, line, column: '', problem: `${record.length} cells where the header has ${names.length}`, remedy: 'give each column a cell (empty is fine), and put a cell with a comma into double quotes' });
      continue;
    }
    const cells: Record<string, string> = Object.fromEntries(header.optional.map((name) => [name, '']));
    names.forEach((name, index) => (cells[name] = (record[index] ?? '').trim()));
    rows.push({ file: file.name, line, cells });
  }
  return rows;
}

/** null: refused as a whole. */
function parseText(file: CsvFile, problems: SeedProblem[]): Parsed[] | null {
  const refuse = (line: number, problem: string, remedy: string): null => {
    problems.push({ file: file.name, line, column: '', problem, remedy });
    return null;
  };
  if (file.text.length > SEED_LIMITS.bytes) return refuse(1, `the file is larger than ${SEED_LIMITS.bytes} bytes`, 'seed it in several files');
  if (file.text.includes('\u0000')) return refuse(file.text.slice(0, file.text.indexOf('\u0000')).split('\n').length, 'a NUL character', 'save the file as plain UTF-8 text');
  try {
    const lastLines: number[] = [];
    // Line ends are made one sign first: the parser counts CRLF inside quotes twice.
    const records = parse(file.text.replaceAll('\r\n', '\n'), { bom: true, relax_column_count: true, on_record: (record: string[], { lines }) => (lastLines.push(lines), record) });
    const rows = records.map((record, index): Parsed => ({ record, firstLine: index === 0 ? 1 : (lastLines[index - 1] ?? 0) + 1 }));
    if (rows.length > SEED_LIMITS.rows) return refuse(SEED_LIMITS.rows, `more than ${SEED_LIMITS.rows} rows`, 'seed it in several files');
    return rows;
  } catch (error) {
    if (!isCsvError(error)) throw error;
    return refuse(typeof error.lines === 'number' ? error.lines : 1, `not readable as CSV: ${error.message}`, 'close each double quote, and double a quote inside a quoted cell');
  }
}

const isCsvError = (error: unknown): error is CsvError => error instanceof Error && 'code' in error && String(error.code).startsWith('CSV_');

function checkHeader(file: CsvFile, header: Header, names: string[], problems: SeedProblem[]): boolean {
  const known = [...header.required, ...header.optional];
  const before = problems.length;
  const add = (column: string, problem: string, remedy: string): number => problems.push({ file: file.name, line: 1, column, problem, remedy });
  for (const name of header.required) if (!names.includes(name)) add(name, 'the column is missing', `add it to the first line, which must name: ${header.required.join(',')}`);
  names.forEach((name, index) => {
    if (!known.includes(name)) add(name, 'no such column', `use only: ${known.join(',')}`);
    else if (names.indexOf(name) !== index) add(name, 'the column is there twice', 'keep one of them');
  });
  return problems.length === before;
}
