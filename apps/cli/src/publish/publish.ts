import type { OutgoingMessage } from '@vong-gac/kafka';
import type { Send } from '../kafka-out';
import type { FieldProblem } from './convert';
import type { Item } from './items';

/** One send holds at most so many events, or so many bytes. */
const BATCH_EVENTS = 500;
const BATCH_BYTES = 1024 * 1024;
/** And leaves when its first event has waited so long: a pipe that brings one report now and then must not hold it back. */
const BATCH_WAITS_MS = 200;

export interface PublishReport {
  /** Lines (rows) that were looked at. */
  lines: number;
  /** Acknowledged by Kafka; with --dry-run: would be sent. */
  published: number;
  bad: number;
  /** Rows that the export before held with the same content. */
  unchanged: number;
  /** Published events of which a detail was set aside. */
  withDefects: number;
  /** Where to go on with --from-line; null: everything was read and acknowledged. */
  resumeFrom: number | null;
}

/** Where lines with something wrong are said as they come. */
export interface Watcher {
  bad(line: number, problems: FieldProblem[]): void;
  defects(line: number, problems: FieldProblem[]): void;
  /** After each batch. */
  advanced(report: PublishReport): void;
  /** Aborted: stop after the batch in hand, whether or not more comes. */
  readonly signal: AbortSignal;
}

/** Publishing stopped on the way: `report` says how far it got. */
export class PublishInterrupted extends Error {
  constructor(
    readonly report: PublishReport,
    cause: unknown,
  ) {
    super('publishing stopped', { cause });
  }
}

interface Batch {
  firstLine: number;
  bytes: number;
  topics: Map<string, OutgoingMessage[]>;
  size: number;
}

const emptyBatch = (): Batch => ({ firstLine: 0, bytes: 0, topics: new Map(), size: 0 });

/**
 * Sends items batch by batch, one batch at a time: the file is read only as fast as Kafka acknowledges, and after a failure everything before
 * `resumeFrom` is known to be there. @param fromLine the first line that `items` may hold
 * @throws PublishInterrupted with the cause, when a send fails or the file cannot be read further
 */
export async function publishAll(items: AsyncIterable<Item>, send: Send, watcher: Watcher, fromLine = 1): Promise<PublishReport> {
  const report: PublishReport = { lines: 0, published: 0, bad: 0, unchanged: 0, withDefects: 0, resumeFrom: null };
  const { signal } = watcher;
  let batch = emptyBatch();
  let next = fromLine;
  let due: NodeJS.Timeout | undefined;
  let late = false;
  let wake: () => void = () => undefined;
  const flush = async (): Promise<void> => {
    clearTimeout(due);
    due = undefined;
    late = false;
    for (const [topic, messages] of batch.topics) await send(topic, messages);
    report.published += batch.size;
    batch = emptyBatch();
    watcher.advanced(report);
  };
  const woken = (): void => wake();
  signal.addEventListener('abort', woken);
  const reader = items[Symbol.asyncIterator]();
  let coming = asked(reader);
  try {
    for (;;) {
      if (late || signal.aborted) await flush();
      if (signal.aborted) return { ...report, resumeFrom: next };
      const came = await Promise.race([coming, new Promise<null>((resolve) => (wake = () => resolve(null)))]);
      if (came === null) continue;
      if (came.done === true) break;
      take(came.value);
      next = came.value.line + 1;
      coming = asked(reader);
      if (batch.size >= BATCH_EVENTS || batch.bytes >= BATCH_BYTES) await flush();
      else watcher.advanced(report);
      if (batch.size > 0) due ??= setTimeout(() => ((late = true), wake()), BATCH_WAITS_MS);
    }
    await flush();
    return report;
  } catch (error) {
    throw new PublishInterrupted({ ...report, resumeFrom: batch.size > 0 ? batch.firstLine : next }, error);
  } finally {
    clearTimeout(due);
    signal.removeEventListener('abort', woken);
  }

  function take(item: Item): void {
    report.lines += 1;
    if (item.outcome === 'unchanged') report.unchanged += 1;
    if (item.outcome === 'bad') {
      report.bad += 1;
      watcher.bad(item.line, item.problems);
    }
    if (item.outcome !== 'event') return;
    if (item.defects.length > 0) {
      report.withDefects += 1;
      watcher.defects(item.line, item.defects);
    }
    add(batch, item);
  }
}

/** What comes next; that it failed is met by who waits for it, or by nobody any more. */
function asked(reader: AsyncIterator<Item>): Promise<IteratorResult<Item>> {
  const coming = reader.next();
  coming.catch(() => undefined);
  return coming;
}

function add(batch: Batch, { line, topic, key, value }: Extract<Item, { outcome: 'event' }>): void {
  if (batch.size === 0) batch.firstLine = line;
  const messages = batch.topics.get(topic) ?? [];
  messages.push({ key, value, headers: [['content-type', 'application/cloudevents+json; charset=utf-8']] });
  batch.topics.set(topic, messages);
  batch.size += 1;
  batch.bytes += Buffer.byteLength(value);
}
