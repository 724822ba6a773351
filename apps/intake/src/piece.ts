import type { Chunk, KafkaRecord } from '@vong-gac/kafka';

/** A run of records of one chunk that is settled in one transaction: the whole chunk, unless it had to be cut. */
export interface Piece {
  chunk: Chunk;
  /** Its records: `chunk.records[from]` up to, not including, `chunk.records[to]`. None where only control records are left. */
  from: number;
  to: number;
  /** Where the ledger must stand; below the first record where a gap before it is booked. */
  firstOffset: number;
  nextOffset: number;
  /** How many offsets of the gap before the first record Kafka had deleted before they were read. */
  lost: number;
  /** Set on a single record that Postgres refused: it is quarantined with this detail. */
  notStorable: string | null;
}

export function wholeOf(chunk: Chunk): Piece {
  return { chunk, from: 0, to: chunk.records.length, firstOffset: chunk.firstOffset, nextOffset: chunk.nextOffset, lost: 0, notStorable: null };
}

export function recordsOf(piece: Piece): readonly KafkaRecord[] {
  return piece.chunk.records.slice(piece.from, piece.to);
}

/** Two halves. Needs at least two records. */
export function halvesOf(piece: Piece): [Piece, Piece] {
  return cutAt(piece, piece.from + Math.ceil((piece.to - piece.from) / 2));
}

/** What lies before a record of it, given by its index in the chunk, and the rest; a gap before the first record stays with the first. */
export function cutAt(piece: Piece, index: number): [Piece, Piece] {
  const border = offsetAt(piece, index);
  return [
    { ...piece, to: index, nextOffset: border },
    { ...piece, from: index, firstOffset: border, lost: 0 },
  ];
}

/** What is left at and above `offset`; null when nothing is. */
export function restFrom(piece: Piece, offset: number): Piece | null {
  if (offset >= piece.nextOffset) return null;
  let from = piece.from;
  while (from < piece.to && offsetAt(piece, from) < offset) from++;
  return { ...piece, from, firstOffset: offset, lost: 0 };
}

function offsetAt(piece: Piece, index: number): number {
  const record = piece.chunk.records[index];
  if (record === undefined) throw new RangeError(`the chunk has no record ${index}`);
  return record.offset;
}
