import type { AlertUpsert, ChunkWork, CrowdWrite, LedgerPosition, RecordOutcome, RepeatWrite } from './chunk-work';
import { crowdChangeWrite, crowdStateWrite } from './crowd-write';
import type { Database, Prepared, Queryable, Transaction } from './data-source';
import { incidentDaysWrite, visitorDaysWrite } from './day-counts';
import { writeDeliveries } from './delivery-write';
import { incidentCopy, volumeCopy } from './event-copy';
import { uniqueConflict } from './failure';
import { alertWrite, quarantineWrite, repeatWrite } from './incident-write';
import { SEQ } from './policy.store';
import { shadowWrite } from './shadow-write';

/**
 * Writes what a chunk becomes, all of it or nothing: incidents, visitor volumes, alerts with their first deliveries, quarantine and the ledger
 * in one transaction. The ledger row is locked first; it says whether this chunk is still to be written, whoever else may think so too.
 */
export class IncidentStore {
  constructor(private readonly database: Database) {}

  /**
   * Records the chunk exactly once, whatever happened to earlier attempts: when the answer to COMMIT was lost, the next attempt finds the
   * ledger advanced (`behind`).
   * @throws what Postgres or the connection says; `failureKind` sorts it. Nothing is written then, or (lost answer) everything.
   */
  async record(work: ChunkWork): Promise<RecordOutcome> {
    const counts = countsOf(work);
    checkSums(work, counts);
    try {
      return await this.database.transaction(async (tx): Promise<RecordOutcome> => {
        const found = await lockLedger(tx, work);
        if (found.outcome !== 'here') return found;
        await writeAll(tx, work);
        await advanceLedger(tx, work, counts);
        return { outcome: 'recorded' };
      });
    } catch (error) {
      if (error instanceof RowChanged) return { outcome: 'race', on: error.message };
      const key = uniqueConflict(error);
      if (key !== null && KEYS_OF_EVENTS.has(key)) return { outcome: 'race', on: key };
      throw error;
    }
  }
}

/** Keys that another partition's writer may take between our context query and our insert. */
const KEYS_OF_EVENTS = new Set(['incidents_event', 'incidents_pkey', 'visitor_volumes_pkey', 'crowd_states_pkey', 'alerts_thread', 'alerts_pkey']);

/** A row was changed since it was read; thrown to roll back. */
class RowChanged extends Error {}

/** Every offset ends in exactly one way: the sums must hold before anything is written. @throws a bug */
function checkSums(work: ChunkWork, { stored, duplicate, quarantined }: Counts): void {
  const booked = stored + duplicate + quarantined + work.absent + work.lost;
  const covered = work.nextOffset - work.firstOffset;
  if (booked !== covered) {
    throw new Error(`${work.topic}/${work.partition}: offsets ${work.firstOffset}–${work.nextOffset - 1} are ${covered}, but ${booked} are accounted for`);
  }
}

interface Counts {
  stored: number;
  duplicate: number;
  quarantined: number;
}

function countsOf(work: ChunkWork): Counts {
  const duplicate = repeatsOf(work, 'incident') + repeatsOf(work, 'volume');
  return { stored: work.incidents.length + work.volumes.length, duplicate, quarantined: work.quarantine.length };
}

function repeatsOf({ repeats }: ChunkWork, kind: RepeatWrite['type']): number {
  let count = 0;
  for (const each of repeats) if (each.type === kind) count += each.count;
  return count;
}

const LOCK_LEDGER: Prepared = {
  name: 'lock ledger',
  text: `SELECT generation, next_offset, stopped_reason, last_offset, last_timestamp, last_digest
    FROM intake_ledger WHERE topic = $1 AND partition = $2 AND closed_at IS NULL FOR UPDATE`,
};

interface LockedLedger {
  generation: number;
  next_offset: number;
  stopped_reason: string | null;
  last_offset: number | null;
  last_timestamp: Date | null;
  last_digest: Buffer | null;
}

/** The fence: after a rebalance two processes may hold the same chunk, and only one finds the ledger at its beginning. */
async function lockLedger(tx: Queryable, { topic, partition, generation, firstOffset }: ChunkWork): Promise<RecordOutcome | { outcome: 'here' }> {
  const [row] = await tx.query<LockedLedger>(LOCK_LEDGER, [topic, partition]);
  if (row === undefined) return { outcome: 'unopened' };
  if (row.stopped_reason !== null) return { outcome: 'stopped', reason: row.stopped_reason };
  if (row.generation !== generation) return { outcome: 'race', on: 'a new generation of the ledger' };
  if (row.next_offset === firstOffset) return { outcome: 'here' };
  const last = row.last_offset === null || row.last_timestamp === null || row.last_digest === null
    ? null
    : { offset: row.last_offset, timestamp: row.last_timestamp.getTime(), digest: row.last_digest };
  const ledger: LedgerPosition = { generation: row.generation, nextOffset: row.next_offset, last };
  return { outcome: row.next_offset > firstOffset ? 'behind' : 'ahead', ledger };
}

/** At most one statement per table, always in this order, each with its rows in key order: two writers never wait for each other in a ring. */
async function writeAll(tx: Transaction, work: ChunkWork): Promise<void> {
  const dayWrites = [incidentDaysWrite(work), visitorDaysWrite(work)];
  const { length: incidents } = work.incidents;
  if (incidents > 0) mustBeAll('incidents', incidents, await tx.copy(...incidentCopy(work)));
  if (work.volumes.length > 0) mustBeAll('visitor_volumes', work.volumes.length, await tx.copy(...volumeCopy(work)));
  if (work.repeats.length > 0) mustBeAll('event_repeats', work.repeats.length, await tx.execute(...repeatWrite(work.repeats)));
  if (work.crowds.length > 0) await writeCrowds(tx, work.crowds, work.now);
  if (work.alerts.length > 0) await writeAlerts(tx, work.alerts, work.now);
  await writeDeliveries(tx, work.deliveries);
  for (const days of dayWrites) if (days !== null) await tx.execute(...days);
  if (work.shadow.length > 0) await tx.execute(...shadowWrite(work.shadow, work.partition));
  if (work.quarantine.length > 0) mustBeAll('quarantine', work.quarantine.length, await tx.execute(...quarantineWrite(work)));
}

/** The ledger counts what was handed over; a row that Postgres took and did not keep (a trigger, a rule) would be lost in silence. @throws a bug, which rolls all back */
function mustBeAll(table: string, rows: number, written: number): void {
  if (written !== rows) throw new Error(`Postgres kept ${written} of ${rows} rows for ${table}: a trigger or rule on that table drops rows; remove it`);
}

/** Each alert is written only over the state that it was computed from. */
async function writeAlerts(tx: Queryable, alerts: readonly AlertUpsert[], now: number): Promise<void> {
  const written = await tx.execute(...alertWrite(alerts, now));
  if (written !== alerts.length) throw new RowChanged('an alert was changed meanwhile');
}

/** Each state is written only over the revision that it was computed from. */
async function writeCrowds(tx: Queryable, crowds: readonly CrowdWrite[], now: number): Promise<void> {
  const written = await tx.execute(...crowdStateWrite(crowds, now));
  if (written !== crowds.length) throw new RowChanged('the state of a crowd was changed meanwhile');
  const changes = crowdChangeWrite(crowds);
  if (changes !== null) mustBeAll('crowd_changes', crowds.flatMap((crowd) => crowd.changes).length, await tx.execute(...changes));
}

const ADVANCE_LEDGER: Prepared = {
  name: 'advance ledger',
  text: `UPDATE intake_ledger SET next_offset = $4, stored = stored + $5, duplicate = duplicate + $6, quarantined = quarantined + $7,
      absent = absent + $8, lost = lost + $9, last_offset = $10, last_timestamp = $11, last_digest = $12, changed_at = $13,
      lost_offsets = lost_offsets + int8multirange(int8range($17::int8, $17::int8 + $9::int8)),
      stored_volumes = stored_volumes + $14, duplicate_volumes = duplicate_volumes + $15
    WHERE topic = $1 AND partition = $2 AND generation = $3 AND $16 = (${SEQ})`,
};

/** What retention removed is the beginning of what is booked. Only where no policy was activated since the chunk was judged: an activation waits for the ledger's locks, and is seen by whoever gets one after it. */
async function advanceLedger(tx: Queryable, work: ChunkWork, { stored, duplicate, quarantined }: Counts): Promise<void> {
  const advanced = await tx.execute(ADVANCE_LEDGER, [
    work.topic, work.partition, work.generation, work.nextOffset, stored, duplicate, quarantined, work.absent, work.lost,
    work.last.offset, new Date(work.last.timestamp), work.last.digest, new Date(work.now),
    work.volumes.length, repeatsOf(work, 'volume'), work.policySeq, work.firstOffset,
  ]);
  if (advanced !== 1) throw new RowChanged('a policy was activated meanwhile');
}
