import { canonicalJson } from '@vong-gac/domain';
import type { CrowdChangeWrite, CrowdWrite } from './chunk-work';
import { columnsOf, encode, inKeyOrder, insertOf, unnest } from './column-arrays';
import type { Prepared } from './data-source';
import type { Statement } from './incident-write';

const s = columnsOf<CrowdWrite>();
const STATE_COLUMNS = [
  s.text('site_id', (row) => row.siteId),
  s.text('zone', (row) => row.zone),
  s.integer('revision', (row) => row.state.revision),
  s.text('state', (row) => canonicalJson(row.state)),
  s.text('alert_source', (row) => row.state.alert?.source ?? null),
  s.text('alert_first_id', (row) => row.state.alert?.firstId ?? null),
];
const STATE_PARAMS = [...STATE_COLUMNS, s.integer('base_revision', (row) => row.baseRevision)];
const names = (columns: readonly { name: string }[]): string => columns.map(({ name }) => name).join(', ');
const CHANGED_AT = `$${STATE_PARAMS.length + 1}::timestamptz`;

const MERGE_STATES: Prepared = {
  name: 'merge crowd states',
  text: `MERGE INTO crowd_states s USING (SELECT * FROM ${unnest(STATE_PARAMS)} AS n(${names(STATE_PARAMS)})) n ON s.site_id = n.site_id AND s.zone = n.zone
    WHEN MATCHED AND s.revision = n.base_revision THEN UPDATE SET revision = n.revision, state = n.state, alert_source = n.alert_source,
      alert_first_id = n.alert_first_id, changed_at = ${CHANGED_AT}
    WHEN NOT MATCHED AND n.base_revision = 0 THEN INSERT (${names(STATE_COLUMNS)}, changed_at) VALUES (${STATE_COLUMNS.map(({ name }) => `n.${name}`).join(', ')}, ${CHANGED_AT})`,
};

const placeKey = ({ siteId, zone }: { siteId: string; zone: string }): string => `${siteId}\u0000${zone}`;

/** Writes a state only where it still is at the revision that it was computed from; the count of changed rows tells whether all were. */
export function crowdStateWrite(rows: readonly CrowdWrite[], now: number): Statement {
  return [MERGE_STATES, [...encode(STATE_PARAMS, inKeyOrder(rows, placeKey)), new Date(now)]];
}

interface ChangeRow extends CrowdChangeWrite {
  siteId: string;
  zone: string;
}

const c = columnsOf<ChangeRow>();
const CHANGE_COLUMNS = [
  c.text('site_id', (row) => row.siteId),
  c.text('zone', (row) => row.zone),
  c.integer('revision', (row) => row.change.revision),
  c.text('source', (row) => row.source),
  c.text('event_id', (row) => row.eventId),
  c.text('data', (row) => canonicalJson(row.change)),
];
const INSERT_CHANGES = insertOf('crowd_changes', CHANGE_COLUMNS);

/** The changes of the chunk's places; null: there are none. Nobody else writes them: the states' rows are locked. */
export function crowdChangeWrite(rows: readonly CrowdWrite[]): Statement | null {
  const changes = inKeyOrder(rows, placeKey).flatMap(({ siteId, zone, changes: each }) => each.map((change) => ({ ...change, siteId, zone })));
  return changes.length === 0 ? null : [INSERT_CHANGES, encode(CHANGE_COLUMNS, changes)];
}
