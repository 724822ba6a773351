import type { NewDelivery } from '@vong-gac/domain';
import type { Queryable } from './data-source';

export type { NewDelivery };

/** The channel that tells dispatch to look at once; polling is what it relies on. */
export const DELIVERIES_CHANNEL = 'deliveries';

/**
 * Writes deliveries inside the transaction of the change that causes them, and wakes dispatch when that commits. A delivery that is there already
 * (its id is derived) is left as it is. Due at once by Postgres's clock, which is the one that the claim asks.
 */
export async function writeDeliveries(tx: Queryable, deliveries: readonly NewDelivery[]): Promise<void> {
  if (deliveries.length === 0) return;
  await tx.execute(INSERT, [JSON.stringify(deliveries)]);
  await tx.execute(`NOTIFY ${DELIVERIES_CHANNEL}`);
}

/** In id order, so that two writers meet in the same order. */
const INSERT = `
INSERT INTO deliveries (id, kind, receiver_id, alert_id, change, revision, escalation, raise_event_id, message_key, body, created_at, next_attempt_at)
SELECT d.id, d.kind, d."receiverId", d."alertId", d.change, d.revision, d.escalation, d."raiseEventId", d."messageKey", d.body, now(), now()
FROM json_to_recordset($1::json) AS d(id uuid, kind text, "receiverId" text, "alertId" uuid, change text, revision integer, escalation smallint,
  "raiseEventId" text, "messageKey" text, body text)
ORDER BY d.id
ON CONFLICT (id) DO NOTHING`;
