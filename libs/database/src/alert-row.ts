import type { AlertState, AlertStatus, CapStatus } from '@vong-gac/domain';
import { levelOf } from './incident-row';

/** The columns of `alerts` that hold its state, as Postgres hands them out. */
export interface AlertColumns {
  id: string;
  source: string;
  site_id: string;
  status: CapStatus;
  first_id: string;
  level: number;
  highest_level: number;
  alert_status: AlertStatus;
  revision: number;
  raised_revision: number;
  raise_event_id: string;
  raise_source: string;
  escalation: number;
  raised_at: Date;
  acknowledge_by: Date | null;
  police_body_id: string;
  data: string;
}

/** For a SELECT from `alerts a`; the rows are AlertColumns. */
export const ALERT_COLUMNS = `a.id, a.source, a.site_id, a.status, a.first_id, a.level, a.highest_level, a.alert_status, a.revision, a.raised_revision,
  a.raise_event_id, a.raise_source, a.escalation, a.raised_at, a.acknowledge_by, a.police_body_id, a.data`;

/** What the rules look at. */
export function alertState(row: AlertColumns): AlertState {
  return {
    thread: { source: row.source, siteId: row.site_id, status: row.status, firstId: row.first_id },
    level: levelOf(row.level),
    highestLevel: levelOf(row.highest_level),
    alertStatus: row.alert_status,
    revision: row.revision,
    raisedRevision: row.raised_revision,
    raiseEventId: row.raise_event_id,
    raiseSource: row.raise_source,
    escalation: row.escalation,
    raisedAt: row.raised_at.getTime(),
    acknowledgeBy: row.acknowledge_by?.getTime() ?? null,
    policeBodyId: row.police_body_id,
  };
}
