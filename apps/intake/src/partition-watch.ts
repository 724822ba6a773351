import { setTimeout as pause } from 'node:timers/promises';
import { failureKind, type LedgerRow, type LedgerStore } from '@vong-gac/database';
import type { Inspection, PartitionEnds } from '@vong-gac/kafka';
import { explain } from '@vong-gac/runtime';
import type { Condition } from './condition';
import { otherLogReason, placeName } from './positions';

const RETRY_MS = 500;

/** Opens ledger rows for what is assigned, and looks every few seconds whether Kafka's log still is the one that the ledger tells of. */
export class PartitionWatch {
  /** Partitions whose log ended below the ledger at the last look. A second look must agree: a broker that has just started may answer too early. */
  private suspects = new Set<string>();
  /** What the last look that Postgres answered found, by topic. */
  private readonly stopped = new Map<string, Map<number, string>>();

  constructor(
    private readonly ledger: LedgerStore,
    private readonly condition: Condition,
  ) {}

  /** Rows are opened at Kafka's log start, never at the group's offset: what was never settled must be read. */
  async assigned(topic: string, ends: readonly PartitionEnds[]): Promise<void> {
    while (!this.condition.signal.aborted) {
      try {
        await this.ledger.open(topic, ends, Date.now());
        return this.condition.works(topic);
      } catch (error) {
        if (failureKind(error) === 'bug') throw error;
        this.condition.outage(topic, explain(error));
        await pause(RETRY_MS, undefined, { signal: this.condition.signal }).catch(() => undefined);
      }
    }
  }

  /** @returns why partitions are stopped, and where the ledger stands. While Postgres does not answer, the stops that were known before; and readiness says so, even when nothing is to be written. */
  async inspect(topic: string, ends: readonly PartitionEnds[]): Promise<Inspection> {
    const next = new Map<number, number>();
    try {
      const rows = (await this.ledger.list(topic)).filter(({ closedAt }) => closedAt === null);
      await this.stopEndedBelow(rows, ends);
      this.stopped.set(topic, new Map(rows.flatMap(({ partition, stoppedReason }) => (stoppedReason === null ? [] : [[partition, stoppedReason] as const]))));
      for (const { partition, nextOffset, stoppedReason } of rows) if (stoppedReason === null) next.set(partition, nextOffset);
      this.condition.works(topic);
    } catch (error) {
      if (failureKind(error) === 'bug') throw error;
      this.condition.outage(topic, explain(error));
    }
    return { stopped: this.stopped.get(topic) ?? new Map(), next };
  }

  private async stopEndedBelow(rows: readonly LedgerRow[], ends: readonly PartitionEnds[]): Promise<void> {
    const before = this.suspects;
    this.suspects = new Set(before);
    for (const { topic, partition, nextOffset, stoppedReason } of rows) {
      const end = ends.find((each) => each.partition === partition);
      const place = placeName(topic, partition);
      this.suspects.delete(place);
      if (end === undefined || stoppedReason !== null || end.highWatermark >= nextOffset) continue;
      if (!before.has(place)) {
        this.suspects.add(place);
        continue;
      }
      const reason = otherLogReason(topic, `its log ends at ${end.highWatermark}, below the ledger's next offset ${nextOffset}`);
      await this.ledger.stop(topic, partition, reason, Date.now());
    }
  }
}
