import { decode, TOPICS, type Decoded } from '@vong-gac/contracts';
import type { FieldProblem } from './convert';
import { LINE_BYTES, readLines } from './lines';
import type { PublishMap } from './map';
import type { Previous } from './previous';
import { eventText, rowEvent } from './row-event';
import type { Source } from './source';
import { readTable } from './table';

/** What one line of the file came to. */
export type Item =
  | { line: number; outcome: 'event'; topic: string; key: string; value: string | Buffer; defects: FieldProblem[] }
  | { line: number; outcome: 'bad'; problems: FieldProblem[] }
  /** The export before said the same: it was published then. */
  | { line: number; outcome: 'unchanged' };

export interface ItemOptions {
  backfill: boolean;
  /** Lines before it are read and left out. */
  fromLine: number;
  /** Milliseconds; what the checks take for the time of receipt. It changes no byte of an event. */
  now: number;
}

/** Rows of a table as events. */
export async function* tableItems(source: Source, map: PublishMap, format: 'csv' | 'tsv', previous: Previous | null, options: ItemOptions): AsyncGenerator<Item> {
  for await (const record of readTable(source, map, format)) {
    const { line } = record;
    if (line < options.fromLine) continue;
    if (!('row' in record)) {
      yield { line, outcome: 'bad', problems: [{ field: '', problem: record.problem, remedy: record.remedy }] };
      continue;
    }
    const outcome = rowEvent(record.row, map);
    if ('problems' in outcome) {
      yield { line, outcome: 'bad', problems: outcome.problems };
      continue;
    }
    const before = previous?.compare(outcome.event) ?? { corrects: null };
    if (before === 'unchanged') yield { line, outcome: 'unchanged' };
    else yield checked(line, eventText(outcome.event, map, { backfill: options.backfill, corrects: before.corrects }), options.now);
  }
}

/** Lines of NDJSON, each one CloudEvent, sent byte for byte as they are (`backfill` is put in where it is asked for). */
export async function* lineItems(source: Source, options: ItemOptions): AsyncGenerator<Item> {
  for await (const { line, bytes } of readLines(source)) {
    if (line < options.fromLine) continue;
    if (bytes === null) yield bad(line, `longer than ${LINE_BYTES} bytes`, 'write one CloudEvent a line, at most 1 MiB each');
    else yield checked(line, options.backfill ? withBackfill(bytes) : bytes, options.now);
  }
}

const bad = (line: number, problem: string, remedy: string, field = ''): Item => ({ line, outcome: 'bad', problems: [{ field, problem, remedy }] });

/** Intake's own reading of the event decides, so that what it would quarantine is said here and not sent. */
function checked(line: number, value: string | Buffer, now: number): Item {
  const decoded: Decoded = decode({ timestamp: now, value: Buffer.isBuffer(value) ? value : Buffer.from(value), headers: [] });
  if (decoded.outcome === 'rejection') return bad(line, `${decoded.reason}: ${decoded.detail}`, 'correct the line as it says; intake would quarantine it');
  const { event } = decoded;
  const defects = event.defects.map(({ path, problem }) => ({ field: path, problem, remedy: 'the event counts without it' }));
  return { line, outcome: 'event', topic: event.kind === 'incident' ? TOPICS.incidentReported : TOPICS.visitorVolumeMeasured, key: event.siteId, value, defects };
}

const BACKFILL = Buffer.from('"backfill":true,');

/**
 * Puts the extension in as text: parsing and writing again would change numbers that JavaScript cannot hold. A line that has the word already, or is no
 * object, stays as it is: decode then judges it.
 */
function withBackfill(line: Buffer): Buffer {
  const start = line.indexOf('{');
  if (start < 0 || line.subarray(0, start).toString('latin1').trim() !== '' || hasBackfill(line)) return line;
  const rest = line.subarray(start + 1);
  const empty = rest.toString('latin1').trim() === '}';
  return empty ? line : Buffer.concat([line.subarray(0, start + 1), BACKFILL, rest]);
}

function hasBackfill(line: Buffer): boolean {
  if (!line.includes('backfill')) return false;
  try {
    const value: unknown = JSON.parse(line.toString('utf8'));
    return typeof value === 'object' && value !== null && 'backfill' in value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return true; // decode says what is wrong with it
  }
}
