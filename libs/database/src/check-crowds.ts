import {
  canonicalJson, CROWD_SOURCE_END, crowdAlertStep, DEFAULT_ACKNOWLEDGE_LIMITS, levelRank, observeCrowd, UNMEASURED,
  type AlertState, type CrowdChange, type CrowdObservation, type CrowdState, type PolicyLookup, type PolicyVersion,
} from '@vong-gac/domain';
import { READING_COLUMNS, readingOf, type ReadingColumns } from './crowd-readings';
import type { Queryable } from './data-source';

/** Rows held in memory at a time. */
const PAGE_ROWS = 5_000;

/** One reading that made a revision of its place's state, with what was stored of it. */
interface ReadingRow extends ReadingColumns {
  site_id: string;
  zone: string;
  revision: number | null;
  implausible: string | null;
  change: string | null;
  stored_revision: number | null;
  stored_state: string | null;
}

/** A place's readings in the order in which they were taken; a state without any comes with `revision` null. */
const READINGS = `DECLARE crowds NO SCROLL CURSOR FOR
  SELECT COALESCE(v.site_id, s.site_id) AS site_id, COALESCE(v.place, s.zone) AS zone, v.crowd_revision AS revision, ${READING_COLUMNS},
    v.implausible, c.data AS change, s.revision AS stored_revision, s.state AS stored_state
  FROM (SELECT *, COALESCE(visitor_volumes.zone, '') AS place FROM visitor_volumes WHERE crowd_revision IS NOT NULL) v
  FULL JOIN crowd_states s ON s.site_id = v.site_id AND s.zone = v.place
  LEFT JOIN crowd_changes c ON c.site_id = v.site_id AND c.zone = v.place AND c.revision = v.crowd_revision
  ORDER BY 1, 2, 3`;

/** The first place whose crowd, marks or alert are not what its stored volumes make, each under the policy that it was judged by. */
export async function crowdProblems(tx: Queryable, policies: PolicyLookup): Promise<string[]> {
  const alerts = new Map((await tx.query<CrowdAlertRow>(ALERTS, [`%${CROWD_SOURCE_END}`])).map((row) => [threadOf(row), row]));
  await tx.execute(READINGS);
  let place: PlaceReplay | null = null;
  for (;;) {
    const page = await tx.query<ReadingRow>(`FETCH ${PAGE_ROWS} FROM crowds`);
    for (const row of page) {
      const ended: string | null = place === null || place.isOf(row) ? null : place.ends();
      if (place === null || !place.isOf(row)) place = new PlaceReplay(row, alerts, policies);
      const problem: string | null = ended ?? place.take(row);
      if (problem !== null) return [problem];
    }
    if (page.length > 0) continue;
    const problem = place?.ends() ?? null;
    const [orphan] = alerts.values();
    if (problem === null && orphan !== undefined) return [`alert ${orphan.id} is about the crowd of ${orphan.site_id}, and no volume raises it`];
    return problem === null ? [] : [problem];
  }
}

interface CrowdAlertRow {
  id: string;
  source: string;
  first_id: string;
  site_id: string;
  level: number;
  highest_level: number;
  alert_status: string;
  revision: number;
}

const ALERTS = `SELECT id, source, first_id, site_id, level, highest_level, alert_status, revision FROM alerts WHERE source LIKE $1`;
const threadOf = ({ source, first_id, site_id }: Pick<CrowdAlertRow, 'source' | 'first_id' | 'site_id'>): string => JSON.stringify([source, first_id, site_id]);

const OTHER_CHANGE = 'the change that is stored is not the one that the rules make';

/** One place's readings taken again, each compared with what is stored of it. */
class PlaceReplay {
  private state: CrowdState | null = null;
  private measures = UNMEASURED;
  /** null: before its first reading, which always makes a change. */
  private judgedBy: PolicyVersion | null = null;
  /** What the rules make of the alerts that this place raised, by thread; `revisions`: how often they were told of. */
  private readonly made = new Map<string, { state: AlertState; revisions: number }>();

  constructor(
    private readonly first: ReadingRow,
    private readonly alerts: Map<string, CrowdAlertRow>,
    private readonly policies: PolicyLookup,
  ) {}

  isOf(row: ReadingRow): boolean {
    return row.site_id === this.first.site_id && row.zone === this.first.zone;
  }

  private get name(): string {
    return `crowd of ${this.first.site_id}${this.first.zone === '' ? '' : `, zone ${this.first.zone}`}`;
  }

  take(row: ReadingRow): string | null {
    if (row.revision === null || row.source === null) return `${this.name}: a state is stored, and no volume that made it`;
    const change = row.change === null ? null : (JSON.parse(row.change) as CrowdChange);
    // The register has no history of its own, and no reading names its policy: each change of either is kept here.
    if (change !== null) ({ measures: this.measures, policy: this.judgedBy } = change);
    const { site_id: siteId, zone } = row;
    const at = `${this.name}, revision ${row.revision} (${row.event_id})`;
    if (this.judgedBy === null) return `${at}: ${OTHER_CHANGE}`;
    const policy = this.policies(this.judgedBy);
    if (policy === null) return `${at}: it was judged by policy ${this.judgedBy.id} version ${this.judgedBy.version}, which is not known here`;
    const seen = observeCrowd(this.state, readingOf(row), { siteId, zone, ...this.measures }, policy);
    if (!seen.taken || seen.state.revision !== row.revision) return `${at}: by the rules it is not the next reading that counts`;
    ({ state: this.state } = seen);
    if (seen.implausible !== row.implausible) return `${at}: the rules find it ${seen.implausible ?? 'plausible'}, stored is ${row.implausible ?? 'plausible'}`;
    if ((seen.change === null ? null : canonicalJson(seen.change)) !== row.change) return `${at}: ${OTHER_CHANGE}`;
    this.tell(seen, siteId);
    return null;
  }

  private tell({ change }: CrowdObservation, siteId: string): void {
    const effect = change?.alert ?? null;
    if (effect === null) return;
    const key = threadOf({ source: effect.source, first_id: effect.firstId, site_id: siteId });
    const before = this.made.get(key);
    const step = crowdAlertStep({ effect, siteId, alert: before?.state ?? null, policeBodyId: '', now: 0, limits: DEFAULT_ACKNOWLEDGE_LIMITS });
    if (step !== null) this.made.set(key, { state: step.state, revisions: (before?.revisions ?? 0) + 1 });
  }

  /** What is stored at its end: the state, and its alerts, which it takes out of the list. What officers and the clock did beside it is not looked at. */
  ends(): string | null {
    if (this.state === null || this.first.stored_state === null) return `${this.name}: its volumes make a state, and none is stored`;
    if (canonicalJson(this.state) !== this.first.stored_state) return `${this.name}: the state that is stored (revision ${this.first.stored_revision}) is not the one that its volumes make`;
    for (const [key, { state, revisions }] of this.made) {
      const row = this.alerts.get(key);
      this.alerts.delete(key);
      const name = `${this.name}: alert ${state.thread.firstId}`;
      if (row === undefined) return `${name} is raised by its volumes, and there is none`;
      if (row.level !== levelRank(state.level) || row.highest_level !== levelRank(state.highestLevel)) return `${name} (${row.id}) has not the level that its volumes make`;
      const over = row.alert_status === 'closed' || row.alert_status === 'cancelled';
      if (row.alert_status === 'cancelled' && state.alertStatus !== 'cancelled') return `${name} (${row.id}) is cancelled, and its crowd did not go down`;
      if (!over && state.alertStatus === 'cancelled') return `${name} (${row.id}) is ${row.alert_status}, and its crowd went down`;
      if (!over && row.revision < revisions) return `${name} (${row.id}) is at revision ${row.revision}, its volumes changed it ${revisions} times`;
    }
    return null;
  }
}
