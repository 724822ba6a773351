import type { RecordOutcome } from '@vong-gac/database';

/** For so many chunks after a repeat, repeats are expected. */
const CHUNKS_WATCHED = 50;

/**
 * Whether a partition's next chunk is looked up in the store for events that are there already. That look costs Postgres as much as a third of
 * storing the event, and nearly always finds nothing; the unique keys find a repeat as well, only later: the chunk is rolled back and done again,
 * with the look. So it is left out until a repeat was met, and from then on for some time it is not.
 */
export class RepeatWatch {
  private readonly left = new Map<string, number>();

  looks(place: string): boolean {
    return this.left.has(place);
  }

  /** How a piece ended. A race may be a repeat that the unique key met; `found`: repeats that the look found. */
  learn(place: string, { outcome }: RecordOutcome, found: number): void {
    if (outcome === 'race' || found > 0) {
      this.left.set(place, CHUNKS_WATCHED);
      return;
    }
    const left = (this.left.get(place) ?? 0) - (outcome === 'recorded' ? 1 : 0);
    if (left > 0) this.left.set(place, left);
    else this.left.delete(place);
  }
}
