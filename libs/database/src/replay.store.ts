import type { CapCertainty, CapSeverity, CapStatus, CapUrgency, Defect, Incident, RiskLevel, ThreadKey } from '@vong-gac/domain';
import type { Database } from './data-source';
import { levelOf } from './incident-query.store';
import { Where } from './where';

/** What was decided about one incident, and all that the decision depended on. */
export interface StoredDecision {
  id: string;
  /** As its assessment saw it, from the typed columns: they hold what decoding made of the record, cut and cleaned. */
  incident: Incident;
  /** The thread whose alert speaks for it: that of the founder of its situation, else its own. */
  alertThread: ThreadKey;
  policeBodyId: string;
  level: RiskLevel;
  score: number;
  /** Canonical bytes of the assessment, as they are stored. */
  assessment: string;
  /** Records of one send have the same `receivedAt`: within partition and generation their offset tells which came first. */
  generation: number;
  offset: number;
}

export interface DecisionFilter {
  siteId?: string;
  /** Ids from (inclusive) and to (exclusive): `incidentIdFloor` of an instant gives a range of `occurredAt`. */
  fromId?: string;
  toId?: string;
}

/** Rows of one read: some megabytes. */
const PAGE = 2_000;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** Stored decisions, to be computed again. */
export class ReplayStore {
  constructor(
    private readonly database: Database,
    private readonly pageRows = PAGE,
  ) {}

  /** All decisions in the order of `occurredAt`, page by page; the next page is read while the caller works on this one. Rows that are stored meanwhile are seen or not. */
  async *pages(filter: DecisionFilter): AsyncGenerator<StoredDecision[]> {
    let reading: Promise<RawDecision[]> | null = this.page(filter, FIRST_ID);
    try {
      while (reading !== null) {
        const rows: RawDecision[] = await reading;
        const last = rows.at(-1);
        reading = last === undefined || rows.length < this.pageRows ? null : this.page(filter, last.id);
        if (rows.length > 0) yield rows.map(decisionOf);
      }
    } finally {
      // A caller that went away does not ask how the read under way ends; its connection must be free before the pool closes.
      await reading?.catch(() => undefined);
    }
  }

  /** Those of these decisions that are stored. */
  async byId(ids: readonly string[]): Promise<StoredDecision[]> {
    const rows = await this.database.query<RawDecision>(`SELECT ${COLUMNS} FROM incidents WHERE id = ANY($1::uuid[]) ORDER BY id`, [ids]);
    return rows.map(decisionOf);
  }

  private page({ siteId, fromId, toId }: DecisionFilter, after: string): Promise<RawDecision[]> {
    const where = new Where();
    where.add('id > ?::uuid', after);
    if (siteId !== undefined) where.add('site_id = ?', siteId);
    if (fromId !== undefined) where.add('id >= ?::uuid', fromId);
    if (toId !== undefined) where.add('id < ?::uuid', toId);
    const text = `SELECT ${COLUMNS} FROM incidents ${where.text()} ORDER BY id LIMIT ${where.bind(this.pageRows)}`;
    const name = `decisions${siteId === undefined ? '' : ' of a site'}${fromId === undefined ? '' : ', from'}${toId === undefined ? '' : ', to'}`;
    return this.database.query<RawDecision>({ name, text }, where.values);
  }
}

const ms = (column: string, as: string): string => `(extract(epoch FROM ${column}) * 1000)::int8 AS ${as}`;

/** Instants as numbers: to read a date out of text costs more than to grade the incident. */
const COLUMNS = `id, source, event_id, site_id, category, category_as_sent, ${ms('occurred_at', 'occurred')}, ${ms('reported_at', 'reported')}, ${ms('received_at', 'received')}, status,
  severity, urgency, certainty, verification, zone, lat, lon, description, injured, involved, weapon, corrects, first_id, founder_source, founder_first_id, backfill,
  level, score, police_body_id, defects, assessment, kafka_generation, kafka_offset`;

interface RawDecision {
  id: string;
  source: string;
  event_id: string;
  site_id: string;
  category: string;
  category_as_sent: string;
  occurred: number;
  reported: number | null;
  received: number;
  status: CapStatus;
  severity: CapSeverity | null;
  urgency: CapUrgency | null;
  certainty: CapCertainty | null;
  verification: number | null;
  zone: string | null;
  lat: number | null;
  lon: number | null;
  description: string | null;
  injured: number | null;
  involved: number | null;
  weapon: boolean | null;
  corrects: string | null;
  first_id: string;
  founder_source: string | null;
  founder_first_id: string | null;
  backfill: boolean;
  level: number;
  score: number;
  police_body_id: string;
  defects: string | null;
  assessment: string;
  kafka_generation: number;
  kafka_offset: number;
}

function decisionOf(row: RawDecision): StoredDecision {
  const { id, source, site_id: siteId, status, score, assessment } = row;
  const alertThread = { source: row.founder_source ?? source, siteId, status, firstId: row.founder_first_id ?? row.first_id };
  return { id, incident: incidentOf(row), alertThread, policeBodyId: row.police_body_id, level: levelOf(row.level), score, assessment, generation: row.kafka_generation, offset: row.kafka_offset };
}

function incidentOf(row: RawDecision): Incident {
  return {
    kind: 'incident',
    source: row.source,
    eventId: row.event_id,
    siteId: row.site_id,
    category: row.category,
    categoryAsSent: row.category_as_sent,
    occurredAt: row.occurred,
    reportedAt: row.reported,
    receivedAt: row.received,
    status: row.status,
    severity: row.severity,
    urgency: row.urgency,
    certainty: row.certainty,
    verification: row.verification,
    zone: row.zone,
    location: row.lat === null || row.lon === null ? null : { lat: row.lat, lon: row.lon },
    description: row.description,
    injured: row.injured,
    involved: row.involved,
    weapon: row.weapon,
    corrects: row.corrects,
    backfill: row.backfill,
    defects: row.defects === null ? [] : (JSON.parse(row.defects) as Defect[]),
  };
}
