import { levelRank, type AlertState } from '@vong-gac/domain';
import { alertState, type AlertColumns } from './alert-row';
import type { Queryable } from './data-source';

/** An open alert as the clock sees it: the state that the rules look at, and what its messages say. */
export interface OpenAlert {
  id: string;
  state: AlertState;
  /** JSON text (contracts: AlertContent). */
  content: string;
}

export function openAlert(row: AlertColumns): OpenAlert {
  return { id: row.id, content: row.data, state: alertState(row) };
}

/** Writes the states of many alerts in one statement. The caller holds the rows' locks. */
export async function updateAlertStates(tx: Queryable, changed: readonly { id: string; state: AlertState }[]): Promise<void> {
  const rows = [...changed].sort((a, b) => (a.id < b.id ? -1 : 1));
  const of = <T>(pick: (state: AlertState) => T): T[] => rows.map(({ state }) => pick(state));
  await tx.execute(UPDATE_STATES, [
    rows.map(({ id }) => id),
    of((s) => levelRank(s.level)),
    of((s) => levelRank(s.highestLevel)),
    of((s) => s.alertStatus),
    of((s) => s.revision),
    of((s) => s.raisedRevision),
    of((s) => s.raiseEventId),
    of((s) => s.raiseSource),
    of((s) => s.escalation),
    of((s) => (s.acknowledgeBy === null ? null : new Date(s.acknowledgeBy))),
  ]);
}

const UPDATE_STATES = `
UPDATE alerts a SET level = c.level, highest_level = c.highest_level, alert_status = c.alert_status, revision = c.revision,
  raised_revision = c.raised_revision, raise_event_id = c.raise_event_id, raise_source = c.raise_source, escalation = c.escalation, acknowledge_by = c.acknowledge_by, changed_at = now()
FROM unnest($1::uuid[], $2::smallint[], $3::smallint[], $4::text[], $5::int[], $6::int[], $7::text[], $8::text[], $9::smallint[], $10::timestamptz[])
  AS c(id, level, highest_level, alert_status, revision, raised_revision, raise_event_id, raise_source, escalation, acknowledge_by)
WHERE a.id = c.id`;
