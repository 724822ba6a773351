import pc from 'picocolors';

/** What every command takes. */
export interface CommonOptions {
  json?: boolean;
}

/** The answer: on standard output, as one JSON object or for people. */
export function answer(options: CommonOptions, value: object, text: string): void {
  process.stdout.write(`${options.json ? JSON.stringify(value) : text}\n`);
}

/** Everything beside the answer goes to standard error. */
export const note = (line: string): void => void process.stderr.write(`${line}\n`);

/** Colours where that stream is a terminal and NO_COLOR is not set. */
export const coloursFor = (stream: { isTTY?: boolean }): ReturnType<typeof pc.createColors> => pc.createColors(stream.isTTY === true && !process.env.NO_COLOR);

/** Of standard output. */
export const colours = coloursFor(process.stdout);

/** Columns padded to their widest cell; numbers to the right. */
export function table(header: string[], rows: (string | number | null)[][]): string {
  const cells = [header, ...rows.map((row) => row.map((cell) => (cell === null ? '' : String(cell))))];
  const widths = header.map((_, column) => Math.max(...cells.map((row) => width(row[column] ?? ''))));
  const right = header.map((_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number' || row[column] === null));
  return cells.map((row) => row.map((cell, column) => pad(cell, widths[column] ?? 0, right[column] ?? false)).join('  ').trimEnd()).join('\n');
}

/** Vietnamese letters may come as two code points; each mark takes no column. */
const width = (text: string): number => [...text.normalize('NFC')].length;
const pad = (text: string, to: number, right: boolean): string => {
  const space = ' '.repeat(Math.max(0, to - width(text)));
  return right ? space + text : text + space;
};

/** A command that takes less than this says nothing while it works. */
const QUIET_MS = 2_000;
const TERMINAL_STEP_MS = 500;
const PIPE_STEP_MS = 5_000;

/** How far a long command is, on standard error: one line rewritten on a terminal, a line now and then in a pipe. */
export class Progress {
  private readonly started = Date.now();
  private last = this.started;
  private shown = false;

  constructor(private readonly text: () => string) {}

  /** Call it often; it decides whether it is time. */
  tick(): void {
    const now = Date.now();
    const terminal = process.stderr.isTTY === true;
    if (now - this.started < QUIET_MS || now - this.last < (terminal ? TERMINAL_STEP_MS : PIPE_STEP_MS)) return;
    this.last = now;
    this.shown = true;
    process.stderr.write(terminal ? `\r\u001B[K${this.text()}` : `${this.text()}\n`);
  }

  /** Ends the rewritten line. */
  done(): void {
    if (this.shown && process.stderr.isTTY === true) process.stderr.write('\r\u001B[K');
  }

  get seconds(): number {
    return (Date.now() - this.started) / 1_000;
  }
}

/** Says every few seconds that a step still runs. */
export async function whileWorking<T>(what: string, work: Promise<T>): Promise<T> {
  const started = Date.now();
  const progress = new Progress(() => `${what} … ${Math.round((Date.now() - started) / 1_000)} s`);
  const timer = setInterval(() => progress.tick(), TERMINAL_STEP_MS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
    progress.done();
  }
}
