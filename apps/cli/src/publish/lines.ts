import type { Source } from './source';

/** One line of NDJSON with its number, counted from 1; `bytes` null: longer than a line may be. */
export interface Line {
  line: number;
  bytes: Buffer | null;
}

/** Above this a line is dropped piece by piece; an event may have 1 MiB. */
export const LINE_BYTES = 16 * 1024 * 1024;

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/** The lines that are not blank, as bytes: what is not UTF-8 is said of its line, not of the whole file. */
export async function* readLines(source: Source): AsyncGenerator<Line> {
  let number = 0;
  let parts: Buffer[] = [];
  let length = 0;
  const end = (): Line | null => {
    number += 1;
    const bytes = length > LINE_BYTES ? null : strip(Buffer.concat(parts), number);
    parts = [];
    length = 0;
    return bytes !== null && bytes.length === 0 ? null : { line: number, bytes };
  };
  for await (const piece of source.bytes as AsyncIterable<Buffer>) {
    let from = 0;
    for (let at = piece.indexOf(NEWLINE); at >= 0; at = piece.indexOf(NEWLINE, from)) {
      keep(piece.subarray(from, at));
      from = at + 1;
      const line = end();
      if (line) yield line;
    }
    keep(piece.subarray(from));
  }
  const last = length > 0 ? end() : null;
  if (last) yield last;

  function keep(part: Buffer): void {
    length += part.length;
    if (length <= LINE_BYTES) parts.push(part);
    else parts = [];
  }
}

function strip(line: Buffer, number: number): Buffer {
  const from = number === 1 && line.subarray(0, 3).equals(BOM) ? 3 : 0;
  let to = line.length;
  while (to > from && (line[to - 1] === RETURN || line[to - 1] === 0x20 || line[to - 1] === 0x09)) to -= 1;
  return line.subarray(from, to);
}
