import { alertProblems } from './check-alerts';
import type { Database, Queryable } from './data-source';

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
}

/** What Postgres knows; where Kafka's logs end is added by the caller. */
export interface CheckReport {
  partitions: CheckedPartition[];
  /** Sentences; each names the first thing that differs. Empty: all adds up. */
  problems: string[];
}

/** Proves that nothing was lost or counted twice: ledger against rows, alerts against incidents, deliveries against alerts. */
export class CheckStore {
  constructor(private readonly database: Database) {}

  /** All in one snapshot, so that it is right while intake and dispatch run. Reads every incident that may alert: seconds for millions. */
  async check(): Promise<CheckReport> {
    return this.database.transaction(async (tx) => {
      await tx.execute('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
      const rows = await tx.query<LedgerSums>(LEDGER);
      const problems = [...rows.flatMap(partitionProblems), ...(await totalProblems(tx, rows)), ...(await alertProblems(tx)), ...(await deliveryProblems(tx))];
      return { partitions: rows.map(({ lostAccepted: _a, stoppedReason: _s, quarantineRows: _q, ...partition }) => partition), problems };
    });
  }
}

interface LedgerSums extends CheckedPartition {
  lostAccepted: number;
  stoppedReason: string | null;
  quarantineRows: number;
}

const LEDGER = `SELECT l.topic, l.partition, l.generation, l.closed_at IS NOT NULL AS closed, l.first_offset AS "firstOffset", l.next_offset AS "nextOffset",
    l.stored, l.duplicate, l.quarantined, l.absent, l.lost, l.lost_accepted AS "lostAccepted", l.stopped_reason AS "stoppedReason", COALESCE(q.rows, 0) AS "quarantineRows"
  FROM intake_ledger l LEFT JOIN (SELECT topic, partition, generation, count(*) AS rows FROM quarantine GROUP BY topic, partition, generation) q
    USING (topic, partition, generation)
  ORDER BY l.topic, l.partition, l.generation`;

function partitionProblems(row: LedgerSums): string[] {
  const where = `${row.topic}/${row.partition}, generation ${row.generation}`;
  const booked = row.stored + row.duplicate + row.quarantined + row.absent + row.lost;
  const problems: string[] = [];
  if (booked !== row.nextOffset - row.firstOffset) problems.push(`${where}: offsets ${row.firstOffset} to ${row.nextOffset} are ${row.nextOffset - row.firstOffset}, but ${booked} are accounted for`);
  if (row.quarantineRows !== row.quarantined) problems.push(`${where}: the ledger counts ${row.quarantined} quarantined records, the quarantine holds ${row.quarantineRows}`);
  if (row.lost > row.lostAccepted) problems.push(`${where}: ${row.lost - row.lostAccepted} records were deleted by Kafka's retention before they were read; accept with "vong-gac ledger accept-lost --topic ${row.topic} --by NAME"`);
  if (row.stoppedReason !== null && !row.closed) problems.push(`${where} is stopped: ${row.stoppedReason}`);
  return problems;
}

async function totalProblems(tx: Queryable, rows: readonly LedgerSums[]): Promise<string[]> {
  const sum = (of: (row: LedgerSums) => number): number => rows.reduce((total, row) => total + of(row), 0);
  const [found] = await tx.query<{ stored: number; repeats: number }>(
    `SELECT (SELECT count(*) FROM incidents) + (SELECT count(*) FROM visitor_volumes) AS stored,
      (SELECT COALESCE(sum(count), 0)::int8 FROM event_repeats) AS repeats`,
  );
  const problems: string[] = [];
  const stored = sum((row) => row.stored);
  const duplicate = sum((row) => row.duplicate);
  if (found?.stored !== stored) problems.push(`the ledger counts ${stored} stored events, the tables hold ${found?.stored}`);
  if (found?.repeats !== duplicate) problems.push(`the ledger counts ${duplicate} duplicates, event_repeats adds up to ${found?.repeats}`);
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
  const [undelivered] = await tx.query<{ id: string }>(
    `SELECT a.id FROM alerts a WHERE a.alert_status = 'delivered' AND NOT EXISTS (SELECT FROM deliveries d WHERE d.alert_id = a.id AND d.state = 'delivered')
      ORDER BY a.id LIMIT 1`,
  );
  const problems: string[] = [];
  if (silent !== undefined) problems.push(`alert ${silent.id} has ${silent.revision} changes, but deliveries were written for ${silent.told} of them`);
  if (orphan !== undefined) problems.push(`delivery ${orphan.id} is of alert ${orphan.alert_id}, which does not exist`);
  if (undelivered !== undefined) problems.push(`alert ${undelivered.id} is marked delivered, but no delivery of it is`);
  return problems;
}
