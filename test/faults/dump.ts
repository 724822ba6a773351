import type { Database } from '@vong-gac/database';
import type { Dump } from './history';

/** What the database says of the events of one seed, whose ids all begin alike; the quarantine and the ledger whole. */
export async function dumpOf(database: Database, prefix: string): Promise<Dump> {
  const ids = `${prefix}-%`;
  const [incidents, volumes, quarantine, repeats, alerts, deliveries, ledger, publishers, receivers] = await Promise.all([
    database.query<Dump['incidents'][number]>(
      `SELECT source, event_id AS "eventId", site_id AS "siteId", status, corrects, first_id AS "firstId", backfill, level, original, kafka_partition AS partition, kafka_offset AS offset
       FROM incidents WHERE event_id LIKE $1`, [ids]),
    database.query<Dump['volumes'][number]>('SELECT source, event_id AS "eventId", site_id AS "siteId", original FROM visitor_volumes WHERE event_id LIKE $1', [ids]),
    database.query<Dump['quarantine'][number]>('SELECT topic, partition, "offset", value, reason, state FROM quarantine'),
    database.query<Dump['repeats'][number]>('SELECT type, source, event_id AS "eventId", count FROM event_repeats WHERE event_id LIKE $1', [ids]),
    database.query<Dump['alerts'][number]>(
      `SELECT id, source, site_id AS "siteId", status, first_id AS "firstId", level, highest_level AS "highestLevel", alert_status AS "alertStatus", revision, raised_revision AS "raisedRevision",
         raise_event_id AS "raiseEventId", escalation, acknowledged_by AS "acknowledgedBy", closed_by AS "closedBy" FROM alerts WHERE first_id LIKE $1`, [ids]),
    database.query<Dump['deliveries'][number]>(
      `SELECT d.id, d.receiver_id AS "receiverId", d.alert_id AS "alertId", d.change, d.revision, d.escalation, d.raise_event_id AS "raiseEventId", d.state, d.attempts, d.last_answer AS "lastAnswer", d.body
       FROM deliveries d JOIN alerts a ON a.id = d.alert_id WHERE a.first_id LIKE $1`, [ids]),
    database.query<Dump['ledger'][number]>(
      `SELECT topic, partition, first_offset AS "firstOffset", next_offset AS "nextOffset", lost, stopped_reason AS "stoppedReason" FROM intake_ledger WHERE closed_at IS NULL`),
    database.query<Dump['publishers'][number]>('SELECT source, site_id AS "siteId" FROM publisher_sites'),
    database.query<Dump['receivers'][number]>('SELECT id, kind, body_id AS "bodyId", disabled_at IS NOT NULL AS disabled FROM receivers'),
  ]);
  return { incidents, volumes, quarantine, repeats, alerts, deliveries, ledger, publishers, receivers };
}
