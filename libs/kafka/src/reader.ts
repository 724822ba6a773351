import { setTimeout as pause } from 'node:timers/promises';
import type { PartitionEnds } from './admin';
import { ConsumerSession, type ReaderContext } from './consumer-session';
import { isOutage } from './failure';

/** How long a consumer that handles nothing has to leave its group. */
const LEAVE_WITHIN_MS = 3_000;

/** After an outage that ended a session; the broker's return is found about this much later. */
const START_AGAIN_MS = 1_000;

/** One member of a topic's group: reads its share of the partitions, one batch after the other. Sessions follow one another until it is closed. */
export class Reader {
  private session: ConsumerSession | null = null;
  private sessions: Promise<void> = Promise.resolve();
  private readonly closed = new AbortController();
  private unjoinedSince = Date.now();

  /** @param onCrash ends the process: a bug, or a fault of Kafka's that waiting does not cure */
  constructor(
    private readonly context: ReaderContext,
    private readonly onCrash: (error: unknown) => void,
  ) {}

  get progress(): ReaderContext['progress'] {
    return this.context.progress;
  }

  start(): void {
    this.unjoinedSince = Date.now();
    this.sessions = this.run().catch((error: unknown) => this.onCrash(error));
  }

  /** Leaves the group and joins again with a new client. */
  rejoin(): void {
    this.session?.end({ why: 'rejoin' });
  }

  /** Finishes the chunk in flight, commits, leaves the group. */
  async close(): Promise<void> {
    const { connection, topic } = this.context;
    this.closed.abort();
    const left = await this.session?.close(this.closeWithinMs());
    if (left === false && this.progress.isBusy()) connection.log('warn', 'closed before the chunk in flight was settled; it is read again at the next start', { topic });
    else await this.sessions;
  }

  isJoined(): boolean {
    return this.session?.joinedAt != null;
  }

  /** Where the topic's partitions end now: judges the progress, and joins again when something waits and nothing comes. */
  looked(ends: readonly PartitionEnds[], now: number): void {
    const { progress } = this;
    const { topic, connection, settings: { rejoinAfterMs } } = this.context;
    if (this.isJoined()) this.unjoinedSince = now;
    progress.looked(ends, now);
    const joinedAt = this.session?.joinedAt ?? now;
    // While it joins, the broker may still wait for the member that hung: joining yet again would add one more.
    if (progress.silentFor(now) < rejoinAfterMs || now - joinedAt < rejoinAfterMs) return;
    connection.log('warn', `${topic}: records wait and none came for ${rejoinAfterMs} ms; joins the group again`, { topic });
    this.rejoin();
  }

  /** Kafka did not answer the look. */
  unanswered(now: number): void {
    this.unjoinedSince = now; // a group cannot be joined meanwhile
    this.progress.unanswered();
  }

  /** Reads a partition of its own from an offset below where it stands. */
  resumeAt(partition: number, offset: number): void {
    this.session?.resumeAt(partition, offset);
  }

  /** Why this reader does nothing although Kafka answers, a sentence; null while it lives. */
  deadBecause(now: number): string | null {
    const { topic, settings } = this.context;
    if (this.closed.signal.aborted) return null;
    const silent = this.progress.silentFor(now);
    if (silent >= settings.deadAfterMs) return `${topic}: not one record came for ${Math.round(silent / 1000)} s although records wait and Kafka answers`;
    if (!this.isJoined() && now - this.unjoinedSince >= settings.joinWithinMs) {
      return `${topic}: the consumer group could not be joined for ${Math.round((now - this.unjoinedSince) / 1000)} s although Kafka answers`;
    }
    return null;
  }

  private closeWithinMs(): number {
    const { closeWithinMs } = this.context.settings;
    return this.progress.isBusy() ? closeWithinMs : Math.min(closeWithinMs, LEAVE_WITHIN_MS);
  }

  private async run(): Promise<void> {
    const { signal } = this.closed;
    const { connection, topic } = this.context;
    while (!signal.aborted) {
      const session = new ConsumerSession(this.context);
      this.session = session;
      const end = await session.run();
      if (signal.aborted) return;
      session.joinedAt = null;
      if (end.why === 'crashed' || (end.why === 'failed' && !isOutage(end.error))) return this.onCrash(end.error);
      if (end.why === 'failed') connection.log('warn', 'a consumer ended because Kafka was away; it starts again', { topic, error: String(end.error) });
      await session.close(this.closeWithinMs(), end.why === 'rejoin' && !this.progress.isBusy());
      if (end.why === 'failed') await pause(START_AGAIN_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
