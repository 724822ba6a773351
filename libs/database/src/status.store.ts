import type { Database } from './data-source';

/** What waits for one receiver. */
export interface WaitingForReceiver {
  receiverId: string;
  /** Address of a webhook, name of a topic. */
  url: string;
  waiting: number;
  oldest: Date;
  /** What it answered last, of the oldest that was tried. */
  lastAnswer: string | null;
}

/** What an operator wants to see at a glance; every question reads an index or few rows. */
export class StatusStore {
  constructor(private readonly database: Database) {}

  /** Deliveries that were not yet taken, by receiver, the one that waits longest first. A receiver that was taken off has none. */
  async waiting(): Promise<WaitingForReceiver[]> {
    return this.database.query<WaitingForReceiver>(WAITING);
  }

  /** How many records were set apart since then, by reason. */
  async quarantinedSince(since: Date): Promise<{ reason: string; count: number }[]> {
    return this.database.query<{ reason: string; count: number }>('SELECT reason, count(*) AS count FROM quarantine WHERE first_seen >= $1 GROUP BY reason ORDER BY reason', [since]);
  }

  /** Alerts by state, those that were not closed or cancelled. */
  async openAlerts(): Promise<{ alertStatus: string; count: number }[]> {
    return this.database.query<{ alertStatus: string; count: number }>(
      `SELECT alert_status AS "alertStatus", count(*) AS count FROM alerts WHERE alert_status NOT IN ('closed', 'cancelled') GROUP BY alert_status ORDER BY alert_status`,
    );
  }

  /** What became of all alerts so far. */
  async alertTotals(): Promise<AlertTotals> {
    const [row] = await this.database.query<AlertTotals>(TOTALS);
    return row ?? { alerts: 0, delivered: 0, acknowledged: 0, escalated: 0 };
  }
}

/** Counts of alerts, not of messages. */
export interface AlertTotals {
  alerts: number;
  /** A webhook answered 2xx. */
  delivered: number;
  acknowledged: number;
  escalated: number;
}

const TOTALS = `
SELECT count(*) AS alerts,
  count(*) FILTER (WHERE EXISTS (
    SELECT FROM deliveries d WHERE d.alert_id = a.id AND d.state = 'delivered'
      AND NOT EXISTS (SELECT FROM receivers r WHERE r.id = d.receiver_id AND r.kind = 'topic'))) AS delivered,
  count(a.acknowledged_at) AS acknowledged,
  count(*) FILTER (WHERE a.escalation > 0) AS escalated
FROM alerts a`;

const WAITING = `
SELECT d.receiver_id AS "receiverId", r.url, d.waiting, d.oldest,
  (SELECT last_answer FROM deliveries l WHERE l.receiver_id = d.receiver_id AND l.state = 'waiting' AND l.last_answer IS NOT NULL ORDER BY l.next_attempt_at LIMIT 1) AS "lastAnswer"
FROM (SELECT receiver_id, count(*) AS waiting, min(created_at) AS oldest FROM deliveries WHERE state = 'waiting' GROUP BY receiver_id) d
JOIN receivers r ON r.id = d.receiver_id
ORDER BY d.oldest`;
