/** A column of a table: its name, and its value in a row. */
export interface Column<Row> {
  name: string;
  of(row: Row): string | number | boolean | null;
}

/**
 * Rows as CSV (RFC 4180: CRLF, quotes doubled, a header line, UTF-8). A text that a spreadsheet would run as a formula gets an apostrophe in front:
 * what a guest writes into a report must not run on an analyst's computer. Numbers are left as they are; null is an empty cell.
 */
export function toCsv<Row>(columns: ReadonlyArray<Column<Row>>, rows: readonly Row[]): string {
  const lines = [columns.map((column) => cell(column.name)), ...rows.map((row) => columns.map((column) => cell(column.of(row))))];
  return lines.map((cells) => `${cells.join(',')}\r\n`).join('');
}

function cell(value: string | number | boolean | null): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const safe = /^[\s]*[=+\-@]|^[\t\r\n]/u.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
