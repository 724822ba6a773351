import { setTimeout as pause } from 'node:timers/promises';
import { isOutage, isRebalance } from './failure';

/** Sends offsets by partition to the group's coordinator, as the present member. */
export type SendOffsets = (offsets: ReadonlyMap<number, number>) => Promise<void>;

/**
 * Tells the group how far its partitions are settled: all of them in one request, one request at a time, at most one every `everyMs`. The ledger is the
 * authority and the group's offsets are a copy that tells where a resume begins to read, so nothing waits for it. What an outage hindered is told the
 * next time; what the group refuses because it has moved on is not told at all.
 */
export class GroupOffsets {
  private readonly waiting = new Map<number, number>();
  private telling: Promise<void> | null = null;
  /** The latest batch's: an older one would keep its batch in memory. */
  private send: SendOffsets | null = null;
  private readonly hurry = new AbortController();
  /** Rises with each `forget`: what was under way then is not put back. */
  private assignment = 0;

  /** @param onError any other failure: a bug */
  constructor(
    private readonly everyMs: number,
    private readonly onError: (error: unknown) => void,
  ) {}

  settled(partition: number, offset: number, send: SendOffsets): void {
    this.waiting.set(partition, offset);
    this.send = send;
    this.telling ??= this.tell();
  }

  /** All that waits: it is of partitions that may have gone to others; or one partition, whose offset somebody else tells. */
  forget(partition?: number): void {
    this.assignment++;
    if (partition === undefined) this.waiting.clear();
    else this.waiting.delete(partition);
  }

  /** Resolves when nothing waits any more, after `withinMs` at the latest; never rejects. */
  async done(withinMs: number): Promise<void> {
    this.hurry.abort();
    const limit = new AbortController();
    await Promise.race([this.telling, pause(withinMs, undefined, { signal: limit.signal }).catch(() => undefined)]);
    limit.abort();
  }

  private async tell(): Promise<void> {
    while (this.waiting.size > 0 && this.send !== null) {
      const offsets = new Map(this.waiting);
      const { send, assignment } = this;
      this.waiting.clear();
      this.send = null;
      try {
        await send(offsets);
      } catch (error) {
        if (isRebalance(error)) continue;
        if (!isOutage(error)) this.onError(error);
        else if (assignment === this.assignment && !this.hurry.signal.aborted) this.putBack(offsets, send);
      }
      if (!this.hurry.signal.aborted) await pause(this.everyMs, undefined, { signal: this.hurry.signal }).catch(() => undefined);
    }
    this.telling = null;
  }

  private putBack(offsets: ReadonlyMap<number, number>, send: SendOffsets): void {
    for (const [partition, offset] of offsets) if (!this.waiting.has(partition)) this.waiting.set(partition, offset);
    this.send ??= send;
  }
}
