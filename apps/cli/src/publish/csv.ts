/** One record of a CSV text, or why it is none. `line` is the line on which it begins, counted from 1. */
export type CsvRecord = { line: number; cells: string[] } | { line: number; error: string };

/** A quote that is never closed would else take the rest of the file. Characters. */
const RECORD_LENGTH = 4 * 1024 * 1024;

type State =
  | 'start' // of a cell
  | 'plain'
  | 'quoted'
  /** A quote inside a quoted cell: it ends the cell, or is the first of two. */
  | 'closing'
  /** Something was wrong: the rest of the line is left out. */
  | 'broken';

/**
 * RFC 4180, piece by piece, with two liberties: rows may end in LF alone, and a quote inside an unquoted cell is a letter like any other. Our own, because
 * the line numbers of a refusal must be right: the parsers at hand count CRLF inside quotes twice, and lose the record behind a broken one.
 */
export class CsvReader {
  private state: State = 'start';
  private cells: string[] = [];
  private cell = '';
  private length = 0;
  private line = 1;
  private firstLine = 1;

  /** @param quote false: quotes are letters (TSV of most programs) */
  constructor(
    private readonly delimiter: string,
    private readonly quote: boolean,
  ) {}

  /** The records that end within this piece. */
  *feed(text: string): Generator<CsvRecord> {
    for (const letter of text) {
      if (letter === '\n') {
        const record = this.newline();
        if (record) yield record;
      } else {
        const record = this.take(letter);
        if (record) yield record;
      }
    }
  }

  /** What is left at the end of the text. */
  *end(): Generator<CsvRecord> {
    if (this.state === 'quoted') yield { line: this.firstLine, error: 'a double quote is never closed' };
    else if (this.state !== 'broken' && (this.cells.length > 0 || this.cell !== '' || this.state === 'closing')) yield this.finish();
  }

  private take(letter: string): CsvRecord | null {
    if (this.state === 'broken') return null;
    this.length += letter.length;
    if (this.length > RECORD_LENGTH) return this.fail(`longer than ${RECORD_LENGTH} characters: a double quote may never be closed`);
    switch (this.state) {
      case 'quoted':
        if (letter === '"') this.state = 'closing';
        else this.cell += letter;
        return null;
      case 'closing':
        return this.afterQuote(letter);
      default:
        if (letter === this.delimiter) this.endCell();
        else if (letter === '"' && this.quote && this.state === 'start') this.state = 'quoted';
        else this.add(letter);
        return null;
    }
  }

  private afterQuote(letter: string): CsvRecord | null {
    if (letter === this.delimiter) this.endCell();
    else if (letter === '"') {
      this.cell += '"';
      this.state = 'quoted';
    } else if (letter !== '\r') return this.fail('something follows the closing quote of a cell');
    return null;
  }

  private add(letter: string): void {
    this.cell += letter;
    this.state = 'plain';
  }

  private newline(): CsvRecord | null {
    this.line += 1;
    if (this.state === 'quoted') {
      this.cell += '\n';
      return null;
    }
    if (this.state === 'broken') {
      this.reset();
      return null;
    }
    if (this.state === 'plain' && this.cell.endsWith('\r')) this.cell = this.cell.slice(0, -1);
    return this.finish();
  }

  private finish(): CsvRecord {
    const record = { line: this.firstLine, cells: [...this.cells, this.cell] };
    this.reset();
    return record;
  }

  private fail(error: string): CsvRecord {
    const record = { line: this.firstLine, error };
    this.cells = [];
    this.cell = '';
    this.state = 'broken';
    return record;
  }

  private endCell(): void {
    this.cells.push(this.cell);
    this.cell = '';
    this.state = 'start';
  }

  private reset(): void {
    this.cells = [];
    this.cell = '';
    this.length = 0;
    this.firstLine = this.line;
    this.state = 'start';
  }
}
