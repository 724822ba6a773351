import { decode, type Decoded } from '@vong-gac/contracts';
import type { Chunk, KafkaRecord } from '@vong-gac/kafka';
import type { Piece } from './piece';

/** Records decoded before the event loop is let go: under a millisecond, so that answers of Postgres are not kept waiting. */
const RECORDS_PER_TURN = 64;

/** One record and what it says. */
export interface DecodedRecord {
  record: KafkaRecord;
  decoded: Decoded;
}

/** Decodes each record once, unless its chunk is tried again; runs ahead while an earlier chunk is being written. */
export class ChunkDecoder {
  private readonly done = new WeakMap<Chunk, Decoded[]>();

  /** The piece's records with what they say; decodes what is not decoded yet. */
  of(piece: Piece): DecodedRecord[] {
    const decoded = this.upTo(piece.chunk, piece.to);
    const records: DecodedRecord[] = [];
    for (let i = piece.from; i < piece.to; i++) {
      const record = piece.chunk.records[i];
      const what = decoded[i];
      if (record !== undefined && what !== undefined) records.push({ record, decoded: what });
    }
    return records;
  }

  /** Decodes in the pauses of the event loop, from now on. */
  ahead(chunk: Chunk | null): void {
    if (chunk === null) return;
    const upTo = (this.done.get(chunk)?.length ?? 0) + RECORDS_PER_TURN;
    this.upTo(chunk, Math.min(upTo, chunk.records.length));
    if (upTo < chunk.records.length) setImmediate(() => this.ahead(chunk));
  }

  /** What was read of a chunk is needed no more: it is being recorded. Most of a chunk's memory is free then while Postgres works; should it be tried again, it is decoded again. */
  forget(chunk: Chunk): void {
    this.done.delete(chunk);
  }

  private upTo(chunk: Chunk, end: number): readonly Decoded[] {
    let decoded = this.done.get(chunk);
    if (decoded === undefined) this.done.set(chunk, (decoded = []));
    for (let i = decoded.length; i < end; i++) {
      const record = chunk.records[i];
      if (record !== undefined) decoded.push(decode(record));
    }
    return decoded;
  }
}
