import type { Fingerprint, LedgerPosition } from '@vong-gac/database';
import type { Chunk } from '@vong-gac/kafka';
import { fingerprintOf, sameRecord } from './fingerprint';

interface Position {
  /** Under which this was learned: nothing of it holds for another. */
  assignment: number;
  /** Where the next chunk should begin; null after an assignment or a seek, when the next chunk shows where we are. */
  expected: number | null;
  /** The ledger's last record that was looked for in vain by seeking to it. */
  lookedFor: number | null;
  /** The gap that was already sought once: the ledger's next offset then. */
  soughtGap: number | null;
}

/** What a chunk that begins below the ledger means. */
export type Behind = { is: 'known' } | { is: 'look'; offset: number } | { is: 'other-log'; reason: string };

/** Where each partition was read last, to tell a resume, a late writer and a gap from a topic that was deleted and created again. */
export class Positions {
  private readonly positions = new Map<string, Position>();

  advanced(chunk: Chunk): void {
    this.set(chunk, { assignment: chunk.assignment, expected: chunk.nextOffset, lookedFor: null, soughtGap: null });
  }

  /**
   * Records below the ledger were settled before — when it is the same log. The ledger's last record tells: another record in its place is
   * another log; where the chunk does not reach it although nobody else reads this partition, it is looked for once.
   */
  behind(chunk: Chunk, { nextOffset, last }: LedgerPosition): Behind {
    const position = this.of(chunk);
    if (last === null) return otherLog(chunk, `the log begins at ${chunk.firstOffset}, below the ledger's first offset ${nextOffset}`);
    if (last.offset < chunk.firstOffset) return { is: 'known' };
    if (last.offset < chunk.nextOffset) return this.compare(chunk, last);
    const resumes = position.expected === null || chunk.firstOffset < position.expected;
    if (!resumes) return { is: 'known' };
    if (position.lookedFor === last.offset) return otherLog(chunk, `offset ${last.offset}, the last that was recorded, is not there any more: the log goes on at ${chunk.firstOffset}`);
    this.set(chunk, { ...position, expected: null, lookedFor: last.offset });
    return { is: 'look', offset: last.offset };
  }

  /** A gap is sought once; true: it was, and is to be booked now. */
  soughtBefore(chunk: Chunk, ledgerNext: number): boolean {
    const position = this.of(chunk);
    if (position.soughtGap === ledgerNext) return true;
    this.set(chunk, { ...position, expected: null, soughtGap: ledgerNext });
    return false;
  }

  private compare(chunk: Chunk, last: Fingerprint): Behind {
    const record = chunk.records.find(({ offset }) => offset === last.offset);
    if (record === undefined) return otherLog(chunk, `offset ${last.offset}, the last that was recorded, holds no record any more`);
    return sameRecord(fingerprintOf(record), last) ? { is: 'known' } : otherLog(chunk, `offset ${last.offset}, the last that was recorded, holds another record`);
  }

  /** Nothing is expected of the first chunk of an assignment. */
  private of({ topic, partition, assignment }: Chunk): Position {
    const known = this.positions.get(placeName(topic, partition));
    return known?.assignment === assignment ? known : { assignment, expected: null, lookedFor: null, soughtGap: null };
  }

  /** What a chunk of the past says changes nothing: its seek is not carried out either. */
  private set({ topic, partition }: Chunk, position: Position): void {
    const known = this.positions.get(placeName(topic, partition));
    if (known === undefined || known.assignment <= position.assignment) this.positions.set(placeName(topic, partition), position);
  }
}

export function placeName(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}

/** The sentence that an operator reads on a stopped partition. */
export function otherLogReason(topic: string, what: string): string {
  return `the topic was recreated or truncated: ${what}. Nothing is read until "vong-gac ledger restart --topic ${topic} --by NAME" takes the new log up.`;
}

function otherLog({ topic }: Chunk, what: string): Behind {
  return { is: 'other-log', reason: otherLogReason(topic, what) };
}
