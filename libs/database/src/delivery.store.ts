import type { Database, Queryable } from './data-source';
import { DELIVERIES_CHANNEL } from './delivery-write';

/** How much may be claimed at once, and for how long it is leased. */
export interface ClaimLimits {
  /** Until the lease ends nobody else sends this delivery; afterwards anybody may, under the same id. */
  leaseMs: number;
  /** Deliveries in flight to one webhook, all dispatchers together. */
  perWebhook: number;
  /** Deliveries in flight to one topic. */
  perTopic: number;
  /** Claimed at most by this call. */
  total: number;
}

/** A delivery that this process alone may send, until its lease ends. */
export interface ClaimedDelivery {
  id: string;
  kind: 'alert' | 'receipt';
  /** Counts claims, from 1: the token that a settlement is checked against. */
  attempt: number;
  alertId: string | null;
  /** The body in whose jurisdiction the alert's incident occurred. */
  policeBodyId: string | null;
  receiverId: string;
  receiverKind: 'webhook' | 'topic';
  /** The receiver's body; null for a topic. */
  bodyId: string | null;
  /** URL of a webhook, or the topic's name. */
  url: string;
  secret: string | null;
  messageKey: string;
  body: string;
  createdAt: Date;
}

/** What became of one attempt. */
export interface Settlement {
  id: string;
  attempt: number;
  outcome: 'delivered' | 'retry' | 'refused';
  /** One line for people. */
  answer: string;
  /** For `retry`: wait so long. */
  retryMs: number;
  /**
   * For a webhook, where its body stands above the body responsible now: 0 = it is that body, 1 = its parent …; null: neither, or a topic.
   * Only a message to a body that the alert has reached makes it `delivered`.
   */
  bodyRank: number | null;
}

/**
 * Deliveries as a queue: claim, send, settle. A lease is kept by Postgres's clock alone, so that dispatchers need not agree on the time.
 * While a delivery is leased, `next_attempt_at` is the end of its lease: when the sender dies, it is due again by itself.
 */
export class DeliveryStore {
  /** @param owner names this process in `leased_by`; different for every start. */
  constructor(
    private readonly database: Database,
    private readonly owner: string,
  ) {}

  /**
   * Leases what is due, the longest due first, to receivers that are not disabled. Two dispatchers that claim in the same moment never get the
   * same row; they may together pass a receiver's limit once, as neither sees what the other is about to lease.
   */
  async claim(limits: ClaimLimits): Promise<ClaimedDelivery[]> {
    const { leaseMs, perWebhook, perTopic, total } = limits;
    const rows = await this.database.query<ClaimedDelivery>(CLAIM, [this.owner, leaseMs, perWebhook, perTopic, total]);
    return rows.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
  }

  /**
   * Writes the outcomes of attempts, in one transaction. A 2xx is a fact and counts whoever holds the lease by now; any other answer counts only
   * while the delivery is still leased to this process under the same attempt. @returns the ids whose outcome was written.
   */
  async settle(settlements: readonly Settlement[]): Promise<string[]> {
    if (settlements.length === 0) return [];
    const delivered = settlements.filter((s) => s.outcome === 'delivered' && s.bodyRank !== null);
    const refused = settlements.filter((s) => s.outcome === 'refused');
    return this.database.transaction(async (tx) => {
      if (delivered.length > 0) await tx.execute(MARK_ALERTS, [delivered.map((s) => s.id), delivered.map((s) => s.bodyRank)]);
      if (refused.length > 0) await this.disable(tx, refused);
      const rows = await tx.query<{ id: string }>(SETTLE, [
        this.owner,
        settlements.map((s) => s.id),
        settlements.map((s) => s.attempt),
        settlements.map((s) => s.outcome),
        settlements.map((s) => s.answer),
        settlements.map((s) => s.retryMs),
      ]);
      return rows.map((row) => row.id);
    });
  }

  /** Gives every lease of this process back, so that another may send at once: the last thing before it stops. @returns how many. */
  async giveBack(): Promise<number> {
    return this.database.transaction(async (tx) => {
      const count = await tx.execute(GIVE_BACK, [this.owner]);
      if (count > 0) await tx.execute(`NOTIFY ${DELIVERIES_CHANNEL}`);
      return count;
    });
  }

  private async disable(tx: Queryable, refused: readonly Settlement[]): Promise<void> {
    // First, as seeding does: two that change receivers then wait for each other instead of meeting crosswise.
    await tx.execute('SELECT version FROM registry_version FOR UPDATE');
    const count = await tx.execute(DISABLE, [this.owner, refused.map((s) => s.id), refused.map((s) => s.attempt), refused.map((s) => s.answer)]);
    // Every app keeps the registry in memory and looks at its version: from the next look on, none writes a delivery for this receiver.
    if (count > 0) await tx.execute('UPDATE registry_version SET version = version + 1, changed_at = now()');
  }
}

const CLAIM = `
WITH picked AS (
  SELECT r.id AS receiver_id, r.kind AS receiver_kind, r.body_id, r.url, r.secret, d.id
  FROM receivers r
  CROSS JOIN LATERAL (
    SELECT due.id, due.next_attempt_at
    FROM deliveries due
    WHERE due.receiver_id = r.id AND due.state = 'waiting' AND due.next_attempt_at <= now()
    ORDER BY due.next_attempt_at, due.id
    LIMIT greatest(0, CASE r.kind WHEN 'topic' THEN $4::int ELSE $3::int END - (
      SELECT count(*)::int FROM deliveries f
      WHERE f.receiver_id = r.id AND f.state = 'waiting' AND f.leased_by IS NOT NULL
        AND f.next_attempt_at > now() AND f.next_attempt_at <= now() + make_interval(secs => $2::int / 1000.0)))
    FOR UPDATE SKIP LOCKED
  ) d
  WHERE r.disabled_at IS NULL
  ORDER BY d.next_attempt_at, d.id
  LIMIT $5
)
UPDATE deliveries d
SET leased_by = $1, leased_until = now() + make_interval(secs => $2::int / 1000.0), next_attempt_at = now() + make_interval(secs => $2::int / 1000.0), attempts = d.attempts + 1
FROM picked p
WHERE d.id = p.id
RETURNING d.id, d.kind, d.attempts AS attempt, d.alert_id AS "alertId", (SELECT a.police_body_id FROM alerts a WHERE a.id = d.alert_id) AS "policeBodyId",
  p.receiver_id AS "receiverId", p.receiver_kind AS "receiverKind", p.body_id AS "bodyId", p.url, p.secret, d.message_key AS "messageKey", d.body, d.created_at AS "createdAt"`;

/** A message older than the last raise says nothing about that one: it leaves a raised-again alert pending. */
const MARK_ALERTS = `
UPDATE alerts a SET alert_status = 'delivered', changed_at = now()
FROM (
  SELECT open.id
  FROM alerts open
  JOIN deliveries d ON d.alert_id = open.id
  JOIN unnest($1::uuid[], $2::int[]) AS s(id, body_rank) ON s.id = d.id
  WHERE open.alert_status = 'pending' AND d.revision >= open.raised_revision AND s.body_rank <= open.escalation
  ORDER BY open.id
  FOR UPDATE OF open
) told
WHERE a.id = told.id`;

const DISABLE = `
UPDATE receivers r SET disabled_at = now(), disabled_cause = gone.answer
FROM (
  SELECT d.receiver_id, min(s.answer) AS answer
  FROM deliveries d
  JOIN unnest($2::uuid[], $3::int[], $4::text[]) AS s(id, attempt, answer) ON s.id = d.id
  WHERE d.state = 'waiting' AND d.leased_by = $1 AND d.attempts = s.attempt
  GROUP BY d.receiver_id
) gone
WHERE r.id = gone.receiver_id AND r.disabled_at IS NULL`;

/** A refused delivery stays due: it goes out when its receiver is switched on again. */
const SETTLE = `
UPDATE deliveries d
SET state = CASE o.outcome WHEN 'delivered' THEN 'delivered' ELSE 'waiting' END,
    delivered_at = CASE o.outcome WHEN 'delivered' THEN now() END,
    next_attempt_at = CASE o.outcome WHEN 'retry' THEN now() + make_interval(secs => o.retry_ms / 1000.0) ELSE now() END,
    last_answer = o.answer, leased_by = NULL, leased_until = NULL
FROM (
  SELECT w.id, s.outcome, s.answer, s.retry_ms
  FROM deliveries w
  JOIN unnest($2::uuid[], $3::int[], $4::text[], $5::text[], $6::int[]) AS s(id, attempt, outcome, answer, retry_ms) ON s.id = w.id
  WHERE w.state = 'waiting' AND (s.outcome = 'delivered' OR (w.leased_by = $1 AND w.attempts = s.attempt))
  ORDER BY w.id
  FOR UPDATE OF w
) o
WHERE d.id = o.id
RETURNING d.id`;

const GIVE_BACK = `
UPDATE deliveries d SET leased_by = NULL, leased_until = NULL, next_attempt_at = now()
FROM (SELECT id FROM deliveries WHERE state = 'waiting' AND leased_by = $1 ORDER BY id FOR UPDATE) mine
WHERE d.id = mine.id`;
