import type { Instant } from '@vong-gac/domain';
import type { Database, Queryable } from './data-source';

/** One partition's account, one generation of it: how every offset ended. */
export interface LedgerRow {
  topic: string;
  partition: number;
  /** Rises when a recreated topic is taken up again (`restart`). */
  generation: number;
  firstOffset: number;
  nextOffset: number;
  stored: number;
  duplicate: number;
  quarantined: number;
  absent: number;
  lost: number;
  /** Which those are, first and last, rising. */
  lostOffsets: [first: number, last: number][];
  lostAccepted: number;
  lostAcceptedBy: string | null;
  stoppedReason: string | null;
  /** Offset of the last record below `nextOffset`; where a resume begins to read. */
  lastOffset: number | null;
  openedAt: Date;
  changedAt: Date;
  closedAt: Date | null;
  closedBy: string | null;
}

/** The stretches of `lost_offsets` as JSON: first and last of each. */
export const LOST_OFFSETS = `(SELECT COALESCE(json_agg(json_build_array(lower(r), upper(r) - 1) ORDER BY r), '[]') FROM unnest(lost_offsets) r)`;

/** For people: `100–149, 200`. */
export function offsetsInWords(stretches: readonly (readonly [first: number, last: number])[]): string {
  return stretches.map(([first, last]) => (first === last ? String(first) : `${first}–${last}`)).join(', ');
}

/** Where Kafka's log of a partition begins now. */
export interface PartitionStart {
  partition: number;
  logStart: number;
}

const COLUMNS = `topic, partition, generation, first_offset AS "firstOffset", next_offset AS "nextOffset", stored, duplicate, quarantined, absent, lost,
  ${LOST_OFFSETS} AS "lostOffsets", lost_accepted AS "lostAccepted", lost_accepted_by AS "lostAcceptedBy", stopped_reason AS "stoppedReason", last_offset AS "lastOffset",
  opened_at AS "openedAt", changed_at AS "changedAt", closed_at AS "closedAt", closed_by AS "closedBy"`;

/** The account of what was read from Kafka, beside the transaction that advances it (`IncidentStore.record`). */
export class LedgerStore {
  constructor(private readonly database: Database) {}

  /** Opens a row for each partition that has none: first = next = Kafka's log start, whatever the group committed. A repeat changes nothing. */
  async open(topic: string, starts: readonly PartitionStart[], now: Instant): Promise<void> {
    await openRows(this.database, topic, starts, now);
  }

  /** Every row, closed generations too, in order. */
  async list(topic?: string): Promise<LedgerRow[]> {
    return this.database.query<LedgerRow>(`SELECT ${COLUMNS} FROM intake_ledger WHERE $1::text IS NULL OR topic = $1 ORDER BY topic, partition, generation`, [topic ?? null]);
  }

  /** Stops a partition: nothing of it is read until `restart`. The first reason stays. */
  async stop(topic: string, partition: number, reason: string, now: Instant): Promise<void> {
    await this.database.execute(
      `UPDATE intake_ledger SET stopped_reason = $3, changed_at = $4
        WHERE topic = $1 AND partition = $2 AND closed_at IS NULL AND stopped_reason IS NULL`,
      [topic, partition, reason, new Date(now)],
    );
  }

  /**
   * Takes a recreated topic up again: closes its open rows and opens the next generation at Kafka's log start, in one transaction.
   * @returns the rows that are open now.
   */
  async restart(topic: string, starts: readonly PartitionStart[], by: string, now: Instant): Promise<LedgerRow[]> {
    return this.database.transaction(async (tx) => {
      await tx.execute('UPDATE intake_ledger SET closed_at = $2, closed_by = $3, changed_at = $2 WHERE topic = $1 AND closed_at IS NULL', [topic, new Date(now), by]);
      await openRows(tx, topic, starts, now);
      return tx.query<LedgerRow>(`SELECT ${COLUMNS} FROM intake_ledger WHERE topic = $1 AND closed_at IS NULL ORDER BY partition`, [topic]);
    });
  }

  /** Notes that somebody knows of the lost offsets; `check` is silent about them from then on. @returns how many were accepted now. */
  async acceptLost(topic: string, by: string, now: Instant): Promise<number> {
    const accepted = await this.database.query<{ count: number }>(
      `UPDATE intake_ledger l SET lost_accepted = l.lost, lost_accepted_by = $2, changed_at = $3
        FROM (SELECT topic, partition, generation, lost_accepted FROM intake_ledger WHERE topic = $1 AND lost_accepted < lost FOR UPDATE) old
        WHERE l.topic = old.topic AND l.partition = old.partition AND l.generation = old.generation
        RETURNING l.lost - old.lost_accepted AS count`,
      [topic, by, new Date(now)],
    );
    return accepted.reduce((sum, { count }) => sum + count, 0);
  }
}

/** Generations count on over closed rows, so that quarantine and receipts of a recreated topic have keys of their own. */
async function openRows(queryable: Queryable, topic: string, starts: readonly PartitionStart[], now: Instant): Promise<void> {
  await queryable.execute(
    `INSERT INTO intake_ledger (topic, partition, generation, first_offset, next_offset, opened_at, changed_at)
      SELECT $1, s.partition, 1 + COALESCE((SELECT max(generation) FROM intake_ledger l WHERE l.topic = $1 AND l.partition = s.partition), 0), s.start, s.start, $4, $4
      FROM unnest($2::int4[], $3::int8[]) AS s(partition, start)
      WHERE NOT EXISTS (SELECT FROM intake_ledger l WHERE l.topic = $1 AND l.partition = s.partition AND l.closed_at IS NULL)
      ORDER BY s.partition
      ON CONFLICT DO NOTHING`,
    [topic, starts.map(({ partition }) => partition), starts.map(({ logStart }) => logStart), new Date(now)],
  );
}
