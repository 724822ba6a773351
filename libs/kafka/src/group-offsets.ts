import { setTimeout as pause } from 'node:timers/promises';
import { isOutage, isRebalance } from './failure';

/** Sends offsets by partition to the group's coordinator, as the present member. */
export type SendOffsets = (offsets: ReadonlyMap<number, number>) => Promise<void>;

/**
 * Tells the group how far its partitions are settled: all of them in one request, one request at a time, at most one every `everyMs`. The ledger is the
 * authority and the group's offsets are a copy that tells where a resume begins to read, so nothing waits for it, and one that fails because of an
 * outage or a rebalance is no error.
 */
export class GroupOffsets {
  private waiting = new Map<number, number>();
  private telling: Promise<void> | null = null;
  private hurry = new AbortController();

  /** @param onError any other failure: a bug */
  constructor(
    private readonly everyMs: number,
    private readonly onError: (error: unknown) => void,
  ) {}

  settled(partition: number, offset: number, send: SendOffsets): void {
    this.waiting.set(partition, offset);
    this.telling ??= this.tell(send);
  }

  /** What waits is of partitions that may have gone to others. */
  forget(): void {
    this.waiting.clear();
  }

  /** Resolves when nothing waits any more; never rejects. */
  async done(): Promise<void> {
    this.hurry.abort();
    await this.telling;
  }

  private async tell(send: SendOffsets): Promise<void> {
    while (this.waiting.size > 0) {
      const offsets = this.waiting;
      this.waiting = new Map();
      await send(offsets).catch((error: unknown) => {
        if (!isRebalance(error) && !isOutage(error)) this.onError(error);
      });
      if (!this.hurry.signal.aborted) await pause(this.everyMs, undefined, { signal: this.hurry.signal }).catch(() => undefined);
    }
    this.telling = null;
  }
}
