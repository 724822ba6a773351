import type { PartitionEnds } from './admin';

/** How far one partition has come; times in milliseconds since 1970. */
export interface PartitionProgress {
  topic: string;
  partition: number;
  /** The next offset to settle. */
  position: number;
  logStart: number;
  /** From the last batch or the last look at the broker; a reader may see everything below it. */
  highWatermark: number;
  /** When the position last rose, or when the partition was assigned. */
  lastAdvanceAt: number;
  /** Since when there was something to read and the position did not rise; null when nothing waits. */
  behindSince: number | null;
  /** Since when there was something to read, this consumer was idle, the broker answered, and not one record came; null otherwise. */
  silentSince: number | null;
  /** Why the handler (or the app's look at the ends) stopped it; null when it runs. */
  stopped: string | null;
}

/** What is known of the partitions that one topic's consumer holds. Pure book-keeping: `now` is an argument. */
export class TopicProgress {
  private partitions = new Map<number, PartitionProgress>();
  private distrusted = new Map<number, string>();
  private handling = 0;
  private lookedAt = 0;
  private lastEnds = new Map<number, PartitionEnds>();

  constructor(private readonly topic: string) {}

  /** A new assignment. `from` is where each partition resumes. What was silent before stays silent, so that a rejoin does not hide it. */
  assigned(ends: readonly PartitionEnds[], from: ReadonlyMap<number, number>, now: number): void {
    const before = this.partitions;
    this.partitions = new Map(
      ends.map(({ partition, logStart, highWatermark }) => {
        const position = Math.max(from.get(partition) ?? logStart, logStart);
        const { silentSince = null, stopped = null } = before.get(partition) ?? {};
        return [partition, { topic: this.topic, partition, position, logStart, highWatermark, lastAdvanceAt: now, behindSince: null, silentSince, stopped }];
      }),
    );
  }

  /** The group has moved on: what is not held any more is forgotten at once, before it is known where the new ones stand. */
  keep(partitions: ReadonlySet<number>): void {
    for (const partition of this.partitions.keys()) if (!partitions.has(partition)) this.partitions.delete(partition);
  }

  holds(partition: number): boolean {
    return this.partitions.has(partition);
  }

  /** Records (or a run of control records only) came from the broker. */
  heard(partition: number, highWatermark: number): void {
    const state = this.partitions.get(partition);
    if (state === undefined) return;
    state.silentSince = null;
    state.highWatermark = Math.max(state.highWatermark, highWatermark);
  }

  advanced(partition: number, position: number, now: number): void {
    const state = this.partitions.get(partition);
    if (state === undefined) return;
    if (position > state.position) state.lastAdvanceAt = now;
    state.position = position;
    state.behindSince = null;
    state.stopped = null;
  }

  /** The handler reads again from another offset. */
  sought(partition: number, position: number): void {
    const state = this.partitions.get(partition);
    if (state === undefined) return;
    state.position = position;
    state.stopped = null;
  }

  stopped(partition: number, reason: string): void {
    const state = this.partitions.get(partition);
    if (state !== undefined) state.stopped = reason;
  }

  stopReason(partition: number): string | null {
    return this.partitions.get(partition)?.stopped ?? null;
  }

  /** What the app's own look at the ends found wrong, by partition; replaces what it found before. */
  distrust(reasons: ReadonlyMap<number, string>): void {
    this.distrusted = new Map(reasons);
  }

  /** Where each partition that runs stands now. */
  positions(): Map<number, number> {
    return new Map([...this.partitions.values()].filter(({ stopped }) => stopped === null).map(({ partition, position }) => [partition, position]));
  }

  /**
   * Partitions that stand above what is settled, and where to resume: there, or where Kafka's log begins now (what retention removed is booked when a record comes).
   * @param before where they stood before the book was asked: a position only follows what is settled, so none that is right lies above
   * @param next the next offset to settle, by partition, as the book then said
   */
  standAbove(before: ReadonlyMap<number, number>, next: ReadonlyMap<number, number>): Map<number, number> {
    const found = new Map<number, number>();
    for (const { partition, position, stopped, logStart } of this.partitions.values()) {
      const resume = Math.max(next.get(partition) ?? Infinity, logStart);
      if (position > resume && stopped === null && position === before.get(partition)) found.set(partition, resume);
    }
    return found;
  }

  /** The handler works; then silence is no fault, because kafkajs fetches again only when all batches of a fetch are done. */
  busy<T>(work: () => Promise<T>): Promise<T> {
    this.handling++;
    return work().finally(() => {
      this.handling--;
    });
  }

  isBusy(): boolean {
    return this.handling > 0;
  }

  /** A look at the broker: the ends are right now, so being behind and being silent can be judged. */
  looked(ends: readonly PartitionEnds[], now: number): void {
    const found = new Map(ends.map((end) => [end.partition, end]));
    this.lastEnds = found;
    for (const state of this.partitions.values()) {
      const end = found.get(state.partition);
      if (end === undefined) continue;
      state.logStart = end.logStart;
      state.highWatermark = end.highWatermark;
      const behind = state.position < end.highWatermark;
      // It fell behind at some time since the last look; the earliest is taken, so that readiness turns red early, not late.
      state.behindSince = behind ? (state.behindSince ?? Math.max(state.lastAdvanceAt, this.lookedAt)) : null;
      const silent = behind && state.stopped === null && this.handling === 0;
      state.silentSince = silent ? (state.silentSince ?? now) : null;
    }
    this.lookedAt = now;
  }

  /** Where these partitions began and ended at the last look that was answered; null where one of them was not there. */
  endsOf(partitions: ReadonlySet<number>): PartitionEnds[] | null {
    const ends = [...partitions].map((partition) => this.lastEnds.get(partition));
    return ends.every((end) => end !== undefined) ? ends : null;
  }

  /** The broker does not answer, so silence says nothing about the consumer. */
  unanswered(): void {
    for (const state of this.partitions.values()) state.silentSince = null;
  }

  /** The longest time that any partition has been silent, milliseconds; 0 when none is. */
  silentFor(now: number): number {
    return Math.max(0, ...[...this.partitions.values()].map(({ silentSince }) => (silentSince === null ? 0 : now - silentSince)));
  }

  snapshot(): PartitionProgress[] {
    return [...this.partitions.values()].map((state) => ({ ...state, stopped: state.stopped ?? this.distrusted.get(state.partition) ?? null }));
  }
}
