import { setTimeout as pause } from 'node:timers/promises';
import { failureKind, type LedgerPosition, type LedgerStore } from '@vong-gac/database';
import { isKafkaOutage, type Chunk, type KafkaAdmin, type Verdict } from '@vong-gac/kafka';
import { explain } from '@vong-gac/runtime';
import type { Condition } from './condition';
import type { HandleOutcome } from './incident-intake';
import { cutAt, halvesOf, restFrom, wholeOf, type Piece } from './piece';
import { placeName, type Positions } from './positions';

/** How long an outage is left alone before the next attempt. There is no last attempt. */
export interface BackOff {
  firstMs: number;
  maxMs: number;
}

/** Races in a row after which a chunk is halved, and a single record waits a little before each further attempt. */
const RACES_MAX = 5;

/** What one attempt at a piece led to. */
type Step = { then: 'next' } | { then: 'again'; pieces: Piece[] } | { then: 'answer'; verdict: Verdict };

export interface Ledgers {
  store: LedgerStore;
  /** Knows where Kafka's logs begin. */
  kafka: Pick<KafkaAdmin, 'logStart'>;
  positions: Positions;
}

/**
 * Brings a chunk to a verdict, whatever it takes: waits outages out, halves what is too slow or cannot be stored, drops what another writer
 * settled, books gaps, stops at a log that is not the one that was read. A bug is not caught.
 */
export class ChunkSettler {
  constructor(
    private readonly handle: (piece: Piece) => Promise<HandleOutcome>,
    private readonly ledgers: Ledgers,
    private readonly condition: Condition,
    private readonly backOff: BackOff,
  ) {}

  async settle(chunk: Chunk): Promise<Verdict> {
    const open: Piece[] = [wholeOf(chunk)];
    for (let piece = open[0]; piece !== undefined; piece = open[0]) {
      const step = await this.attempt(piece);
      if (step.then === 'answer') return step.verdict;
      open.splice(0, 1, ...(step.then === 'again' ? step.pieces : []));
    }
    const last = chunk.records.at(-1);
    if (last === undefined) throw new Error('a chunk is never empty');
    this.ledgers.positions.advanced(chunk);
    // The last record's own offset: a resume begins with it, so that it can be compared with the ledger.
    return { do: 'advance', nextOffset: chunk.nextOffset, commitOffset: last.offset };
  }

  /** Tries a piece until something other than an outage comes of it. */
  private async attempt(piece: Piece): Promise<Step> {
    const { chunk } = piece;
    const where = placeName(chunk.topic, chunk.partition);
    for (let failures = 0, races = 0; ; ) {
      try {
        const outcome = await this.handle(piece);
        const step = await this.decide(piece, outcome);
        if (step !== null) {
          this.condition.works(where);
          if (outcome.outcome === 'recorded' && piece.lost > 0) this.condition.lost(where, piece.firstOffset, piece.firstOffset + piece.lost - 1);
          return step;
        }
        if (outcome.outcome !== 'race' || ++races < RACES_MAX) continue;
        if (piece.to - piece.from > 1) return { then: 'again', pieces: halvesOf(piece) };
        this.condition.outage(where, `another writer was faster ${races} times in a row (${outcome.on})`);
        if (!(await this.wait(races - RACES_MAX))) return { then: 'answer', verdict: { do: 'seek', offset: chunk.firstOffset } };
      } catch (error) {
        const kind = failureKind(error);
        if (kind === 'bug' && !isKafkaOutage(error)) throw error;
        if (kind === 'bad-data') return this.setAside(piece, error);
        if (kind === 'too-slow' && piece.to - piece.from > 1) return { then: 'again', pieces: halvesOf(piece) };
        this.condition.outage(where, explain(error));
        if (!(await this.wait(failures++))) return { then: 'answer', verdict: { do: 'seek', offset: chunk.firstOffset } };
      }
    }
  }

  /** Something in the piece cannot be stored: halves it, and a single record is quarantined. @throws where even that cannot be stored */
  private setAside(piece: Piece, cause: unknown): Step {
    if (piece.to - piece.from > 1) return { then: 'again', pieces: halvesOf(piece) };
    if (piece.notStorable !== null) throw new Error(`offset ${piece.firstOffset} cannot even be quarantined`, { cause });
    const reason = explain(cause).slice(0, DETAIL_MAX);
    this.condition.refused(placeName(piece.chunk.topic, piece.chunk.partition), piece.firstOffset, reason);
    return { then: 'again', pieces: [{ ...piece, notStorable: reason }] };
  }

  /** null: the same again, with what is known now. */
  private async decide(piece: Piece, result: HandleOutcome): Promise<Step | null> {
    const { topic, partition } = piece.chunk;
    switch (result.outcome) {
      case 'recorded':
        return { then: 'next' };
      case 'race':
        return null;
      case 'straddles':
        return { then: 'again', pieces: cutAt(piece, result.at) };
      case 'stopped':
        return { then: 'answer', verdict: { do: 'stop', reason: result.reason } };
      case 'unopened':
        await this.ledgers.store.open(topic, [{ partition, logStart: await this.ledgers.kafka.logStart(topic, partition) }], Date.now());
        return null;
      case 'behind':
        return this.decideBehind(piece, result.ledger);
      case 'ahead':
        return this.decideAhead(piece, result.ledger);
    }
  }

  private async decideBehind(piece: Piece, ledger: LedgerPosition): Promise<Step> {
    const found = this.ledgers.positions.behind(piece.chunk, ledger);
    if (found.is === 'look') return { then: 'answer', verdict: { do: 'seek', offset: found.offset } };
    if (found.is === 'other-log') {
      const { topic, partition } = piece.chunk;
      await this.ledgers.store.stop(topic, partition, found.reason, Date.now());
      return { then: 'answer', verdict: { do: 'stop', reason: found.reason } };
    }
    const rest = restFrom(piece, ledger.nextOffset);
    return rest === null ? { then: 'next' } : { then: 'again', pieces: [rest] };
  }

  /** Offsets between the ledger and the chunk: read again from there once; what still does not come is lost (deleted) or absent (no record). */
  private async decideAhead(piece: Piece, ledger: LedgerPosition): Promise<Step> {
    const { chunk } = piece;
    if (!this.ledgers.positions.soughtBefore(chunk, ledger.nextOffset)) return { then: 'answer', verdict: { do: 'seek', offset: ledger.nextOffset } };
    const logStart = await this.ledgers.kafka.logStart(chunk.topic, chunk.partition);
    const lost = Math.max(0, Math.min(logStart, piece.firstOffset) - ledger.nextOffset);
    return { then: 'again', pieces: [{ ...piece, firstOffset: ledger.nextOffset, lost }] };
  }

  /** false: the process is to end, nobody waits any more. */
  private async wait(failures: number): Promise<boolean> {
    const { signal } = this.condition;
    const delayMs = Math.min(this.backOff.maxMs, this.backOff.firstMs * 2 ** failures);
    await pause(delayMs * (0.75 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
    return !signal.aborted;
  }
}

/** As long as any detail of a rejection. */
const DETAIL_MAX = 1_000;
