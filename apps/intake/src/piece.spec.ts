import type { Chunk } from '@vong-gac/kafka';
import { halvesOf, recordsOf, restFrom, wholeOf, type Piece } from './piece';

/** Records at these offsets; control records stand where an offset is missing, and behind the last. */
function chunkAt(offsets: readonly number[], nextOffset: number): Chunk {
  const records = offsets.map((offset) => ({ offset, timestamp: 0, key: null, value: null, headers: [] }));
  return { topic: 't', partition: 0, assignment: 1, records, firstOffset: offsets[0] ?? 0, nextOffset, following: null };
}
const offsets = (piece: Piece): number[] => recordsOf(piece).map(({ offset }) => offset);

describe('pieces of a chunk', () => {
  const whole = wholeOf(chunkAt([10, 11, 14, 15, 19], 25));

  it('cover every offset of the chunk however often it is halved', () => {
    const cut = (piece: Piece): Piece[] => (piece.to - piece.from > 1 ? halvesOf(piece).flatMap(cut) : [piece]);
    const pieces = cut(whole);
    expect(pieces.flatMap(offsets)).toEqual([10, 11, 14, 15, 19]);
    expect(pieces.map(({ firstOffset, nextOffset }) => [firstOffset, nextOffset])).toEqual([[10, 11], [11, 14], [14, 15], [15, 19], [19, 25]]);
  });

  it('leave a gap before the first record with the first half', () => {
    const [first, second] = halvesOf({ ...whole, firstOffset: 3, lost: 5 });
    expect([first.firstOffset, first.lost, second.lost]).toEqual([3, 5, 0]);
  });

  it('begin again where another writer ended', () => {
    const rest = restFrom(whole, 12);
    expect(rest && [offsets(rest), rest.firstOffset, rest.nextOffset]).toEqual([[14, 15, 19], 12, 25]);
    expect(restFrom(whole, 25)).toBeNull();
  });

  it('may be control records only', () => {
    const rest = restFrom(whole, 20);
    expect(rest && [offsets(rest), rest.firstOffset, rest.nextOffset]).toEqual([[], 20, 25]);
  });
});
