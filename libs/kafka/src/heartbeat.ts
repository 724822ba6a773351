import { isRebalance } from './failure';

/**
 * Tells the group that this member lives while the handler works on a chunk; kafkajs itself does so only between batches. Where the group has
 * moved on, `lost` says so: the chunk in flight is finished (the ledger fences a late writer), the rest of the batch is dropped.
 */
export class Heartbeat {
  lost: unknown = null;
  private readonly timer: NodeJS.Timeout;

  /** @param beat kafkajs's heartbeat, which sends nothing when the last one is younger than the session's interval. */
  constructor(
    private readonly beat: () => Promise<void>,
    everyMs: number,
  ) {
    this.timer = setInterval(() => void this.send(), everyMs);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async send(): Promise<void> {
    try {
      await this.beat();
    } catch (error) {
      // Without an answer the next beat asks again; whether the member is still known is the broker's to say.
      if (isRebalance(error)) this.lost = error;
    }
  }
}
