import { DELIVERIES_CHANNEL, type Database } from '@vong-gac/database';

/** After a lost connection, or a failed try, the next one. */
const AGAIN_MS = 1_000;

/** Hears of new deliveries as they are committed. While it hears nothing, polling finds them: a lost hint costs time, never a delivery. */
export class Hints {
  private stopListening: (() => Promise<void>) | null = null;
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;

  constructor(
    private readonly database: Database,
    private readonly onHint: () => void,
  ) {}

  async start(): Promise<void> {
    try {
      const stop = await this.database.listen(DELIVERIES_CHANNEL, this.onHint, () => this.again());
      if (this.stopped) return await stop();
      this.stopListening = stop;
      this.onHint(); // for what was committed before this connection heard
    } catch {
      // The loops say what is wrong with Postgres; this only tries again.
      this.again();
    }
  }

  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.stopListening?.().catch(() => undefined);
  }

  private again(): void {
    this.stopListening = null;
    if (this.stopped) return;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.start(), AGAIN_MS);
  }
}
