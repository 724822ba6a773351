import type { PolicyLookup } from '@vong-gac/domain';
import { alertProblems } from './check-alerts';
import { memoryProblems } from './check-memory';
import { crowdProblems } from './check-crowds';
import { situationProblems } from './check-situations';
import { sumProblems, type LedgerSums } from './check-sums';
import type { Database, Queryable } from './data-source';
import { LOST_OFFSETS, offsetsInWords } from './ledger.store';

/** One partition's account, as `check` shows it. */
export interface CheckedPartition {
  topic: string;
  partition: number;
  generation: number;
  /** A closed generation is no longer read. */
  closed: boolean;
  firstOffset: number;
  nextOffset: number;
  stored: number;
  duplicate: number;
  quarantined: number;
  absent: number;
  lost: number;
  /** Which those are, first and last. */
  lostOffsets: [first: number, last: number][];
  /** Why nothing of it is read; null: it is. */
  stoppedReason: string | null;
}

/** What Postgres knows; where Kafka's logs end is added by the caller. */
export interface CheckReport {
  partitions: CheckedPartition[];
  /** Sentences; each names the first thing that differs. Empty: all adds up. */
  problems: string[];
}

/** Proves that nothing was lost or counted twice: ledger against rows, alerts against incidents, happenings against their reports, crowds and their alerts against volumes, deliveries against alerts. */
export class CheckStore {
  /** @param policies those that crowds were judged by, and incidents graded with */
  constructor(
    private readonly database: Database,
    private readonly policies: PolicyLookup,
  ) {}

  /** All in one snapshot, so that it is right while intake and dispatch run. Reads every incident that may alert: seconds for millions. */
  async check(): Promise<CheckReport> {
    return this.database.transaction(async (tx) => {
      await tx.execute('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
      const rows = await tx.query<LedgerSums>(LEDGER);
      const problems = [...rows.flatMap(partitionProblems), ...(await sumProblems(tx, rows)), ...(await alertProblems(tx)), ...(await crowdProblems(tx, this.policies)), ...(await deliveryProblems(tx)), ...(await memoryProblems(tx)), ...(await situationProblems(tx, this.policies))];
      return { partitions: rows.map(({ lostAccepted: _a, storedVolumes: _v, duplicateVolumes: _d, ...partition }) => partition), problems };
    });
  }
}

const LEDGER = `SELECT l.topic, l.partition, l.generation, l.closed_at IS NOT NULL AS closed, l.first_offset AS "firstOffset", l.next_offset AS "nextOffset",
    l.stored, l.duplicate, l.quarantined, l.absent, l.lost, ${LOST_OFFSETS} AS "lostOffsets", l.lost_accepted AS "lostAccepted", l.stopped_reason AS "stoppedReason",
    l.stored_volumes AS "storedVolumes", l.duplicate_volumes AS "duplicateVolumes"
  FROM intake_ledger l ORDER BY l.topic, l.partition, l.generation`;

function partitionProblems(row: LedgerSums): string[] {
  const where = `${row.topic}/${row.partition}, generation ${row.generation}`;
  const booked = row.stored + row.duplicate + row.quarantined + row.absent + row.lost;
  const problems: string[] = [];
  if (booked !== row.nextOffset - row.firstOffset) problems.push(`${where}: offsets ${row.firstOffset} to ${row.nextOffset} are ${row.nextOffset - row.firstOffset}, but ${booked} are accounted for`);
  if (row.lost > row.lostAccepted) problems.push(`${where}: ${row.lost - row.lostAccepted} records were deleted by Kafka's retention before they were read${row.lostOffsets.length === 0 ? '' : ` (lost so far: offsets ${offsetsInWords(row.lostOffsets)})`}; accept with "vong-gac ledger accept-lost --topic ${row.topic} --by NAME"`);
  if (row.stoppedReason !== null && !row.closed) problems.push(`${where} is stopped: ${row.stoppedReason}`);
  return problems;
}

/** Each change of an alert was written for somebody; nothing is written for an alert that is not there; what says delivered was. */
async function deliveryProblems(tx: Queryable): Promise<string[]> {
  const [silent] = await tx.query<{ id: string; revision: number; told: number }>(
    `SELECT a.id, a.revision, count(DISTINCT d.revision)::int4 AS told FROM alerts a
      LEFT JOIN deliveries d ON d.alert_id = a.id AND d.revision BETWEEN 1 AND a.revision
      GROUP BY a.id, a.revision HAVING count(DISTINCT d.revision) < a.revision ORDER BY a.id LIMIT 1`,
  );
  const [orphan] = await tx.query<{ id: string; alert_id: string }>(
    `SELECT d.id, d.alert_id FROM deliveries d WHERE d.alert_id IS NOT NULL AND NOT EXISTS (SELECT FROM alerts a WHERE a.id = d.alert_id) ORDER BY d.id LIMIT 1`,
  );
  // The alert.raised topic is a receiver too, but tells no police body. A webhook that left the registry still was one.
  const [undelivered] = await tx.query<{ id: string }>(
    `SELECT a.id FROM alerts a WHERE a.alert_status = 'delivered' AND NOT EXISTS (
        SELECT FROM deliveries d WHERE d.alert_id = a.id AND d.state = 'delivered' AND NOT EXISTS (SELECT FROM receivers r WHERE r.id = d.receiver_id AND r.kind = 'topic'))
      ORDER BY a.id LIMIT 1`,
  );
  const problems: string[] = [];
  if (silent !== undefined) problems.push(`alert ${silent.id} has ${silent.revision} changes, but deliveries were written for ${silent.told} of them`);
  if (orphan !== undefined) problems.push(`delivery ${orphan.id} is of alert ${orphan.alert_id}, which does not exist`);
  if (undelivered !== undefined) problems.push(`alert ${undelivered.id} is marked delivered, but no webhook took a delivery of it`);
  return problems;
}
