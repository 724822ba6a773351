import type { AlertState, CapStatus, Instant } from '@vong-gac/domain';
import { ALERT_COLUMNS, type AlertColumns } from './alert-row';
import type { Database, Queryable } from './data-source';
import { writeDeliveries, type NewDelivery } from './delivery-write';
import { openAlert, updateAlertStates, type OpenAlert } from './open-alert-row';

/** Open alerts (`pending` or `delivered`) that the same bodies and receivers answer for. */
export interface AlertGroup {
  policeBodyId: string;
  escalation: number;
  status: CapStatus;
}

/** Alerts escalated in one transaction. */
export const ALERTS_PER_STEP = 200;
/** Open alerts that one statement looks at for missing deliveries: it stays far below the statement time-out however many there are. */
const ALERTS_PER_LOOK = 2_000;

/** What dispatch does about open alerts beside sending: the deliveries that are missing, and the clock. */
export class OpenAlertStore {
  constructor(private readonly database: Database) {}

  /** Which groups of open alerts there are. A few rows, however many alerts. */
  async groups(): Promise<AlertGroup[]> {
    return this.database.query<AlertGroup>(GROUPS);
  }

  /**
   * Finds open alerts that were not yet told to a usable receiver since they were last raised or escalated, and writes what `compose` makes of each.
   * Walks through all of them in pages; what is written or raised meanwhile is seen by this walk or the next.
   * An alert that somebody else holds, or that changed since it was found, waits for the next call.
   * @param usable each group with one of its receivers. @returns the deliveries written.
   */
  async addMissing(usable: readonly (AlertGroup & { receiverId: string })[], compose: (alert: OpenAlert, receiverIds: string[]) => NewDelivery[]): Promise<number> {
    let written = 0;
    let after: string | null = usable.length === 0 ? null : LEAST_ID;
    while (after !== null) {
      const page: Page[] = await this.database.query<Page>(MISSING, [...groupParams(usable), usable.map((u) => u.receiverId), after, ALERTS_PER_LOOK]);
      after = page[0]?.last ?? null;
      written += await this.writeMissing(page[0]?.missing ?? [], compose);
    }
    return written;
  }

  private async writeMissing(found: readonly Missing[], compose: (alert: OpenAlert, receiverIds: string[]) => NewDelivery[]): Promise<number> {
    if (found.length === 0) return 0;
    const byId = new Map(found.map((each) => [each.id, each]));
    return this.database.transaction(async (tx) => {
      const alerts = (await tx.query<AlertColumns>(LOCK_OPEN, [[...byId.keys()]])).map(openAlert);
      const deliveries = alerts.flatMap((alert) => {
        const missing = byId.get(alert.id);
        const unchanged = missing?.raisedRevision === alert.state.raisedRevision && missing.escalation === alert.state.escalation;
        return unchanged ? compose(alert, missing.receiverIds) : [];
      });
      await writeDeliveries(tx, deliveries);
      return deliveries.length;
    });
  }

  /**
   * Locks the alerts of these groups that are due (`atOnce`: all of the group; else those whose `acknowledge_by` has passed) and looks again;
   * `decide` gives the next state and its messages, or null to leave the alert alone.
   * @returns the alerts that escalated.
   */
  async escalate(
    groups: readonly (AlertGroup & { atOnce: boolean })[],
    now: Instant,
    decide: (alert: OpenAlert, atOnce: boolean) => { state: AlertState; deliveries: NewDelivery[] } | null,
  ): Promise<OpenAlert[]> {
    if (groups.length === 0) return [];
    return this.database.transaction(async (tx) => {
      const due = await tx.query<AlertColumns & { at_once: boolean }>(LOCK_DUE, [...groupParams(groups), groups.map((g) => g.atOnce), new Date(now), ALERTS_PER_STEP]);
      const changes = due.flatMap((row) => {
        const alert = openAlert(row);
        const change = decide(alert, row.at_once);
        return change === null ? [] : [{ ...alert, ...change }];
      });
      await writeChanges(tx, changes);
      return changes.map(({ id, state, content }) => ({ id, state, content }));
    });
  }

  /** The open alerts of groups that nobody can be told about: the oldest `limit`, and how many there are. */
  async unreachable(groups: readonly AlertGroup[], limit: number): Promise<{ count: number; oldest: { id: string; siteId: string; policeBodyId: string; raisedAt: Date }[] }> {
    if (groups.length === 0) return { count: 0, oldest: [] };
    const oldest = await this.database.query<{ id: string; siteId: string; policeBodyId: string; raisedAt: Date; count: number }>(UNREACHABLE, [...groupParams(groups), limit]);
    return { count: oldest[0]?.count ?? 0, oldest: oldest.map(({ count: _count, ...alert }) => alert) };
  }

  /** When the oldest Actual alert that is still `pending` was raised; null when there is none. Exercises and tests may stay so: they never escalate. */
  async oldestPending(): Promise<Date | null> {
    const rows = await this.database.query<{ at: Date | null }>("SELECT min(raised_at) AS at FROM alerts WHERE alert_status = 'pending' AND status = 'Actual'");
    return rows[0]?.at ?? null;
  }
}

/** One page of the walk. */
interface Page {
  /** The last id looked at; null: there was none. */
  last: string | null;
  missing: Missing[] | null;
}

interface Missing {
  id: string;
  raisedRevision: number;
  escalation: number;
  receiverIds: string[];
}

async function writeChanges(tx: Queryable, changes: readonly { id: string; state: AlertState; deliveries: NewDelivery[] }[]): Promise<void> {
  if (changes.length === 0) return;
  await updateAlertStates(tx, changes);
  await writeDeliveries(tx, changes.flatMap((change) => change.deliveries));
}

function groupParams(groups: readonly AlertGroup[]): unknown[] {
  return [groups.map((g) => g.policeBodyId), groups.map((g) => g.escalation), groups.map((g) => g.status)];
}

const OPEN = "a.alert_status IN ('pending', 'delivered')";

const GROUPS = `
SELECT DISTINCT a.police_body_id AS "policeBodyId", a.escalation, a.status FROM alerts a WHERE ${OPEN}
ORDER BY 1, 2, 3`;

const LEAST_ID = '00000000-0000-0000-0000-000000000000';

const MISSING = `
WITH page AS MATERIALIZED (
  SELECT a.id, a.police_body_id, a.escalation, a.status, a.raised_revision FROM alerts a WHERE ${OPEN} AND a.id > $5 ORDER BY a.id LIMIT $6
), missing AS (
  SELECT p.id, p.raised_revision, p.escalation, array_agg(u.receiver_id ORDER BY u.receiver_id) AS receiver_ids
  FROM page p
  JOIN unnest($1::text[], $2::smallint[], $3::text[], $4::text[]) AS u(police_body_id, escalation, status, receiver_id) USING (police_body_id, escalation, status)
  WHERE NOT EXISTS (
    SELECT FROM deliveries d
    WHERE d.alert_id = p.id AND d.receiver_id = u.receiver_id AND d.revision >= p.raised_revision AND d.escalation = p.escalation AND d.change IN ('raised', 'escalated'))
  GROUP BY p.id, p.raised_revision, p.escalation
)
SELECT (SELECT id FROM page ORDER BY id DESC LIMIT 1) AS last,
  (SELECT json_agg(json_build_object('id', m.id, 'raisedRevision', m.raised_revision, 'escalation', m.escalation, 'receiverIds', m.receiver_ids)) FROM missing m) AS missing`;

const LOCK_OPEN = `
SELECT ${ALERT_COLUMNS} FROM alerts a WHERE a.id = ANY ($1::uuid[]) AND ${OPEN} ORDER BY a.id FOR UPDATE SKIP LOCKED`;

const LOCK_DUE = `
SELECT ${ALERT_COLUMNS}, g.at_once
FROM alerts a
JOIN unnest($1::text[], $2::smallint[], $3::text[], $4::boolean[]) AS g(police_body_id, escalation, status, at_once) USING (police_body_id, escalation, status)
WHERE ${OPEN} AND (g.at_once OR a.acknowledge_by <= $5)
ORDER BY a.id
LIMIT $6
FOR UPDATE OF a SKIP LOCKED`;

const UNREACHABLE = `
SELECT a.id, a.site_id AS "siteId", a.police_body_id AS "policeBodyId", a.raised_at AS "raisedAt", count(*) OVER ()::int AS count
FROM alerts a
JOIN unnest($1::text[], $2::smallint[], $3::text[]) AS g(police_body_id, escalation, status) USING (police_body_id, escalation, status)
WHERE ${OPEN}
ORDER BY a.raised_at, a.id
LIMIT $4`;
