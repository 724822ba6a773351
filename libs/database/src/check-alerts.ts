import { ALONE, CROWD_SOURCE_END, deriveAlert, DEFAULT_ACKNOWLEDGE_LIMITS, levelRank, RISK_LEVELS, type AlertState, type CapStatus, type RiskLevel, type SituationUsed, type ThreadKey } from '@vong-gac/domain';
import type { Queryable } from './data-source';
import { takesPlace } from './takes-place';

/** Rows held in memory at a time. */
const PAGE_ROWS = 5_000;

/** One incident of a situation in the order of arrival (under the thread that founded it), and the alert that speaks for it, null where there is none. */
interface ThreadRow {
  source: string;
  first_id: string;
  site_id: string;
  status: CapStatus;
  event_id: string;
  event_source: string;
  /** null: an alert without any incident that may alert. */
  level: number | null;
  backfill: boolean;
  /** It is of a happening that another thread founded. */
  joined: boolean;
  /** What its assessment saw of the happening that it joined; null: it joined none, or corrects. */
  situation: SituationUsed | null;
  partition: number | null;
  /** It was stored after an event that corrects it. */
  corrected_before: boolean;
  /** A correction came through another partition: which was first cannot be told. */
  unclear: boolean;
  alert_id: string | null;
  alert_level: number | null;
  alert_highest: number | null;
  alert_revision: number | null;
  alert_raise_event_id: string | null;
  alert_raise_source: string | null;
}

/**
 * Incidents below the alert level that neither correct nor join another never touch an alert, so they are left out; alerts without any incident come with
 * `level` null. The order of arrival is that of the partition: generation, then offset.
 */
const THREADS = `DECLARE threads NO SCROLL CURSOR FOR
  SELECT source, first_id, site_id, status, i.event_id, i.event_source, i.level, i.backfill, i.joined, i.situation, i.kafka_partition AS partition,
    i.corrected_before, i.unclear,
    a.id AS alert_id, a.level AS alert_level, a.highest_level AS alert_highest, a.revision AS alert_revision, a.raise_event_id AS alert_raise_event_id, a.raise_source AS alert_raise_source
  FROM (SELECT COALESCE(founder_source, source) AS source, COALESCE(founder_first_id, first_id) AS first_id, site_id, status, source AS event_source, event_id, corrects, level, backfill, founder_source IS NOT NULL AS joined,
      CASE WHEN founder_source IS NOT NULL AND corrects IS NULL THEN assessment::json #> '{context,situation}' END AS situation,
      kafka_partition, kafka_generation, kafka_offset,
      EXISTS (SELECT FROM incidents c WHERE ${takesPlace('c', 'o')} AND c.kafka_partition = o.kafka_partition
        AND (c.kafka_generation, c.kafka_offset) < (o.kafka_generation, o.kafka_offset)) AS corrected_before,
      EXISTS (SELECT FROM incidents c WHERE ${takesPlace('c', 'o')} AND c.kafka_partition <> o.kafka_partition) AS unclear
    FROM incidents o WHERE level >= ${levelRank('high')} OR corrects IS NOT NULL OR founder_source IS NOT NULL) i
  FULL JOIN (SELECT * FROM alerts WHERE source NOT LIKE '%${CROWD_SOURCE_END}') a USING (source, first_id, site_id, status)
  ORDER BY source, first_id, site_id, status, i.kafka_generation, i.kafka_offset`;

/** The first thread whose alert is not what the domain's rules make of its stored incidents. */
export async function alertProblems(tx: Queryable): Promise<string[]> {
  await tx.execute(THREADS);
  let open: ThreadRow[] = [];
  for (;;) {
    const page = await tx.query<ThreadRow>(`FETCH ${PAGE_ROWS} FROM threads`);
    for (const row of page) {
      const [first] = open;
      if (first === undefined || sameThread(first, row)) {
        open.push(row);
        continue;
      }
      const problem = threadProblem(open);
      if (problem !== null) return [problem];
      open = [row];
    }
    if (page.length > 0) continue;
    const problem = open.length === 0 ? null : threadProblem(open);
    return problem === null ? [] : [problem];
  }
}

function sameThread(a: ThreadRow, b: ThreadRow): boolean {
  return a.source === b.source && a.first_id === b.first_id && a.site_id === b.site_id && a.status === b.status;
}

function threadProblem(rows: readonly ThreadRow[]): string | null {
  const [first] = rows;
  if (first === undefined) return null;
  const name = `thread ${first.source} ${first.first_id} (${first.site_id}, ${first.status})`;
  // Through several partitions the order of arrival is not stored; whether there must be an alert at all usually still is.
  if (rows.some(({ unclear, partition }) => unclear || partition !== first.partition)) return null;
  const { state, changes } = recomputed(rows);
  if (state === null) return first.alert_id === null ? null : `${name}: alert ${first.alert_id} has no incident that raises it`;
  if (first.alert_id === null) return `${name}: its incidents raise an alert (${state.level}), and there is none`;
  if (levelRank(state.highestLevel) !== first.alert_highest) return `${name}: the highest level of its incidents is ${state.highestLevel}, that of alert ${first.alert_id} is ${nameOf(first.alert_highest)}`;
  if (levelRank(state.level) !== first.alert_level) return `${name}: the level of its last incident is ${state.level}, that of alert ${first.alert_id} is ${nameOf(first.alert_level)}`;
  if (state.raiseEventId !== first.alert_raise_event_id || state.raiseSource !== first.alert_raise_source) {
    return `${name}: ${state.raiseSource} ${state.raiseEventId} raised it last, alert ${first.alert_id} names ${first.alert_raise_source} ${first.alert_raise_event_id}`;
  }
  if ((first.alert_revision ?? 0) < changes) return `${name}: its incidents changed the alert ${changes} times, but alert ${first.alert_id} is at revision ${first.alert_revision}`;
  return null;
}

/** What the rules make of the stored incidents, in their order. What officers and the clock did beside it is not looked at. */
function recomputed(rows: readonly ThreadRow[]): { state: AlertState | null; changes: number } {
  let state: AlertState | null = null;
  let changes = 0;
  for (const row of rows) {
    if (row.level === null) continue; // an alert without incidents
    const thread: ThreadKey = { source: row.source, siteId: row.site_id, status: row.status, firstId: row.first_id };
    const step = deriveAlert({
      incident: { source: row.event_source, eventId: row.event_id, backfill: row.backfill },
      assessment: { level: levelAt(row.level) },
      thread,
      joined: row.joined,
      alert: state,
      alreadyCorrected: row.corrected_before,
      situation: row.situation ?? ALONE,
      policeBodyId: '',
      now: 0,
      limits: DEFAULT_ACKNOWLEDGE_LIMITS,
    });
    if (step === null) continue;
    state = step.state;
    changes++;
  }
  return { state, changes };
}

function levelAt(rank: number): RiskLevel {
  const level = RISK_LEVELS[rank];
  if (level === undefined) throw new RangeError(`${rank} is no risk level`);
  return level;
}

const nameOf = (rank: number | null): string => (rank === null ? 'none' : levelAt(rank));
