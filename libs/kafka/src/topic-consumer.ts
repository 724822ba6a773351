import { setTimeout as pause } from 'node:timers/promises';
import type { PartitionEnds } from './admin';
import { ConsumerSession, type TopicContext } from './consumer-session';
import { isMissingTopic, isOutage } from './failure';
import type { PartitionProgress } from './progress';

/** How long a consumer that handles nothing has to leave its group. */
const LEAVE_WITHIN_MS = 3_000;

/** After an outage that ended a session; the broker's return is found about this much later. */
const START_AGAIN_MS = 1_000;

export interface TopicHealth {
  live: boolean;
  ready: boolean;
  reasons: string[];
}

/** What the app's own book says of the partitions held. */
export interface Inspection {
  /** A reason for each partition that it distrusts. */
  stopped: ReadonlyMap<number, string>;
  /** The next offset to settle, by partition, as far as it is known. The group's offset is only a copy: a consumer that stands above it reads on from here. */
  next: ReadonlyMap<number, number>;
}

export interface Watch {
  /** The app's own look at the ends, every few seconds. */
  inspect?(topic: string, partitions: readonly PartitionEnds[]): Promise<Inspection>;
  /** Kafka has had no such topic for `missingAfterMs`; asked at each look from then on. May create it. A promise that rejects is a bug and ends the process. */
  onMissing?(topic: string): Promise<void>;
  /** Ends the process: a bug, or a fault of Kafka's that waiting does not cure. */
  onCrash(error: unknown): void;
}

/** Keeps one topic read: sessions follow one another until it is closed. Judges whether it moves. */
export class TopicConsumer {
  private session: ConsumerSession | null = null;
  private sessions: Promise<void> = Promise.resolve();
  private readonly closed = new AbortController();
  private unjoinedSince = Date.now();
  /** Why the last look learned nothing, a sentence; null while Kafka answers. */
  private outage: string | null = 'Kafka was not asked yet';
  /** Since when Kafka has said that there is no such topic. */
  private missingSince: number | null = null;

  constructor(
    private readonly context: TopicContext,
    private readonly watch: Watch,
  ) {}

  start(): void {
    this.unjoinedSince = Date.now();
    this.sessions = this.run().catch((error: unknown) => this.watch.onCrash(error));
  }

  /** Leaves the group and joins again with a new client. */
  rejoin(): void {
    this.session?.end({ why: 'rejoin' });
  }

  /** Finishes the chunk in flight, commits, leaves the group. */
  async close(): Promise<void> {
    this.closed.abort();
    const left = await this.session?.close(this.closeWithinMs());
    if (left === false && this.context.progress.isBusy()) this.context.connection.log('warn', 'closed before the chunk in flight was settled; it is read again at the next start', { topic: this.context.topic });
    else await this.sessions;
  }

  private closeWithinMs(): number {
    const { closeWithinMs } = this.context.settings;
    return this.context.progress.isBusy() ? closeWithinMs : Math.min(closeWithinMs, LEAVE_WITHIN_MS);
  }

  partitions(): PartitionProgress[] {
    return this.context.progress.snapshot();
  }

  /** Asks the broker where the partitions end, judges the progress, and joins again when something waits and nothing comes. */
  async look(): Promise<void> {
    const { topic, admin, progress, settings } = this.context;
    let ends: PartitionEnds[];
    try {
      ends = await admin.partitionEnds(topic);
    } catch (error) {
      return this.unanswered(error);
    }
    this.missingSince = null;
    if (this.outage !== null) this.context.connection.log('info', `${topic}: Kafka answers`, { topic });
    this.outage = null;
    const now = Date.now();
    if (this.session?.joinedAt != null) this.unjoinedSince = now;
    progress.looked(ends, now);
    await this.inspect(ends.filter(({ partition }) => progress.holds(partition)));
    const joinedAt = this.session?.joinedAt ?? now;
    // While it joins, the broker may still wait for the member that hung: joining yet again would add one more.
    if (progress.silentFor(now) < settings.rejoinAfterMs || now - joinedAt < settings.rejoinAfterMs) return;
    this.context.connection.log('warn', `${topic}: records wait and none came for ${settings.rejoinAfterMs} ms; joins the group again`, { topic });
    this.rejoin();
  }

  private async unanswered(error: unknown): Promise<void> {
    const { topic, connection, progress, settings } = this.context;
    const missing = isMissingTopic(error);
    const sentence = missing ? 'Kafka has no such topic' : `Kafka does not answer: ${error instanceof Error ? error.message : String(error)}`;
    if (this.outage === null) connection.log('warn', `${topic}: ${sentence}; waits for it`, { topic });
    this.outage = sentence;
    const now = Date.now();
    this.unjoinedSince = now; // a group cannot be joined meanwhile
    progress.unanswered();
    this.missingSince = missing ? (this.missingSince ?? now) : null;
    if (this.missingSince !== null && now - this.missingSince >= settings.missingAfterMs) await this.watch.onMissing?.(topic);
  }

  health(now: number): TopicHealth {
    const { topic, progress, settings } = this.context;
    const reasons: string[] = [];
    if (this.outage !== null) reasons.push(`${topic}: ${this.outage}`);
    if (this.session?.joinedAt == null) reasons.push(`${topic}: the consumer group is not joined`);
    for (const { partition, stopped, behindSince, position, highWatermark } of progress.snapshot()) {
      if (stopped !== null) reasons.push(`${topic}/${partition} is stopped: ${stopped}`);
      else if (behindSince !== null && now - behindSince >= settings.rejoinAfterMs) {
        reasons.push(`${topic}/${partition} has not advanced for ${Math.round((now - behindSince) / 1000)} s, ${highWatermark - position} offsets wait`);
      }
    }
    const dead = this.deadBecause(now);
    return { live: dead === null, ready: reasons.length === 0 && dead === null, reasons: dead === null ? reasons : [dead, ...reasons] };
  }

  private deadBecause(now: number): string | null {
    const { topic, progress, settings } = this.context;
    if (this.outage !== null || this.closed.signal.aborted) return null;
    const silent = progress.silentFor(now);
    if (silent >= settings.deadAfterMs) return `${topic}: not one record came for ${Math.round(silent / 1000)} s although records wait and Kafka answers`;
    if (this.session?.joinedAt == null && now - this.unjoinedSince >= settings.joinWithinMs) {
      return `${topic}: the consumer group could not be joined for ${Math.round((now - this.unjoinedSince) / 1000)} s although Kafka answers`;
    }
    return null;
  }

  private async inspect(ends: readonly PartitionEnds[]): Promise<void> {
    if (this.watch.inspect === undefined || ends.length === 0) return;
    const { progress, topic } = this.context;
    const before = progress.positions();
    const { stopped, next } = await this.watch.inspect(topic, ends);
    progress.distrust(stopped);
    for (const [partition, offset] of progress.standAbove(before, next)) this.session?.resumeAt(partition, offset);
  }

  private async run(): Promise<void> {
    const { signal } = this.closed;
    while (!signal.aborted) {
      const session = new ConsumerSession(this.context);
      this.session = session;
      const end = await session.run();
      if (signal.aborted) return;
      if (end.why === 'crashed' || (end.why === 'failed' && !isOutage(end.error))) {
        session.joinedAt = null;
        return this.watch.onCrash(end.error);
      }
      if (end.why === 'failed') this.context.connection.log('warn', 'a consumer ended because Kafka was away; it starts again', { topic: this.context.topic, error: String(end.error) });
      session.joinedAt = null;
      await session.close(this.closeWithinMs(), end.why === 'rejoin' && !this.context.progress.isBusy());
      if (end.why === 'failed') await pause(START_AGAIN_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
