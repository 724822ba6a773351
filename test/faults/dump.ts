import type { Database } from '@vong-gac/database';
import { partitionOf, type Dump } from './history';

/** How the accounts stood when a seed began. */
export interface Before {
  lastQuarantined: number;
  ledger: ReadonlyMap<string, { lostOffsets: LedgerRow['lostOffsets']; absent: number }>;
}

type LedgerRow = Omit<Dump['ledger'][number], 'lostBefore' | 'absentBefore'>;

const LEDGER = `SELECT topic, partition, generation, next_offset AS "nextOffset", lost, (SELECT COALESCE(json_agg(json_build_array(lower(r), upper(r) - 1) ORDER BY r), '[]') FROM unnest(lost_offsets) r) AS "lostOffsets", absent, stopped_reason AS "stoppedReason" FROM intake_ledger`;

export async function before(database: Database): Promise<Before> {
  const [last] = await database.query<{ id: number }>('SELECT coalesce(max(id), 0) AS id FROM quarantine');
  const ledger = await database.query<LedgerRow>(LEDGER);
  return { lastQuarantined: last?.id ?? 0, ledger: new Map(ledger.map((row) => [partitionOf(row), row])) };
}

/** What the database says at one moment of the events of one seed, whose ids all begin alike; of the quarantine what came since, the ledger whole. */
export function dumpOf(database: Database, prefix: string, since: Before): Promise<Dump> {
  return database.transaction(async (tx) => {
    await tx.execute('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
    return read(tx, `${prefix}-%`, since);
  });
}

/** Whether an alert's thread is one of these ($1, as LIKE wants them): a crowd's is named after the count that made it. */
export const isOf = (firstId: string): string => `(${firstId} LIKE $1 OR ${firstId} LIKE 'crowd:%:' || $1)`;

/** @param ids of the events, as LIKE wants them; unless told otherwise those of every seed */
export function deliveriesOf(database: Pick<Database, 'query'>, ids = 's%'): Promise<Dump['deliveries']> {
  return database.query<Dump['deliveries'][number]>(
    `SELECT d.id, d.receiver_id AS "receiverId", d.alert_id AS "alertId", d.change, d.revision, d.escalation, d.raise_event_id AS "raiseEventId", d.state, d.attempts, d.last_answer AS "lastAnswer",
       (extract(epoch FROM d.delivered_at) * 1000)::float8 AS "deliveredAt", d.body
     FROM deliveries d JOIN alerts a ON a.id = d.alert_id WHERE ${isOf('a.first_id')}`, [ids]);
}

async function read(database: Pick<Database, 'query'>, ids: string, since: Before): Promise<Dump> {
  const [incidents, volumes, quarantine, repeats, alerts, deliveries, ledger, publishers, receivers, readings, policies, decisions] = await Promise.all([
    database.query<Dump['incidents'][number]>(
      `SELECT source, event_id AS "eventId", site_id AS "siteId", status, corrects, first_id AS "firstId", founder_source AS "founderSource", founder_first_id AS "founderFirstId", backfill, level, original, defects,
         (extract(epoch FROM received_at) * 1000)::float8 AS "receivedAt", assessment, kafka_partition AS partition, kafka_generation AS generation, kafka_offset AS offset
       FROM incidents WHERE event_id LIKE $1`, [ids]),
    database.query<Dump['volumes'][number]>('SELECT source, event_id AS "eventId", site_id AS "siteId", original, defects, (extract(epoch FROM received_at) * 1000)::float8 AS "receivedAt" FROM visitor_volumes WHERE event_id LIKE $1', [ids]),
    database.query<Dump['quarantine'][number]>('SELECT topic, partition, generation, "offset", value, reason, state FROM quarantine WHERE id > $1', [since.lastQuarantined]),
    database.query<Dump['repeats'][number]>('SELECT type, source, event_id AS "eventId", count FROM event_repeats WHERE event_id LIKE $1', [ids]),
    database.query<Dump['alerts'][number]>(
      `SELECT id, source, site_id AS "siteId", status, first_id AS "firstId", level, highest_level AS "highestLevel", alert_status AS "alertStatus", revision, raised_revision AS "raisedRevision",
         raise_event_id AS "raiseEventId", escalation, acknowledged_by AS "acknowledgedBy", closed_by AS "closedBy" FROM alerts WHERE ${isOf('first_id')}`, [ids]),
    deliveriesOf(database, ids),
    database.query<LedgerRow>(LEDGER),
    database.query<Dump['publishers'][number]>('SELECT source, site_id AS "siteId" FROM publisher_sites'),
    database.query<Dump['receivers'][number]>('SELECT id, kind, body_id AS "bodyId", disabled_at IS NOT NULL AS disabled FROM receivers'),
    database.query<Dump['readings'][number]>(`SELECT site_id AS "siteId", zone, (extract(epoch FROM measured_at) * 1000)::float8 AS "measuredAt", occupancy AS count FROM visitor_volumes WHERE measured_at > now() - interval '10 days'`),
    database.query<Dump['policies'][number]>('SELECT id, version, document FROM policies'),
    database.query<Dump['decisions'][number]>(
      `SELECT seq, role, CASE WHEN policy_id IS NOT NULL THEN json_build_object('id', policy_id, 'version', policy_version) END AS policy, (extract(epoch FROM effective_at) * 1000)::float8 AS "effectiveAt"
       FROM policy_decisions ORDER BY seq`),
  ]);
  const withBefore = ledger.map((row) => {
    const { lostOffsets = [], absent = 0 } = since.ledger.get(partitionOf(row)) ?? {};
    return { ...row, lostBefore: lostOffsets, absentBefore: absent };
  });
  return { incidents, volumes, quarantine, repeats, alerts, deliveries, ledger: withBefore, publishers, receivers, readings, policies, decisions };
}
