import { RISK_LEVELS, type CapCertainty, type CapSeverity, type CapStatus, type CapUrgency, type Defect, type GeoPoint, type Incident, type Instant, type RiskLevel } from '@vong-gac/domain';
import { present, type RowReader } from './row-reader';

/** The columns of `incidents` that hold the event itself, as decoding made it: cut, cleaned, and all that its assessment saw of it. Instants are milliseconds since 1970. */
export interface EventRow {
  source: string;
  event_id: string;
  site_id: string;
  category: string;
  category_as_sent: string;
  occurred_at: Instant;
  reported_at: Instant | null;
  received_at: Instant;
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
  backfill: boolean;
  defects: string | null;
}

/** In the order in which `readEventRow` reads them. */
const COLUMNS: readonly (keyof EventRow)[] = [
  'source', 'event_id', 'site_id', 'category', 'category_as_sent', 'occurred_at', 'reported_at', 'received_at', 'status', 'severity', 'urgency', 'certainty', 'verification', 'zone', 'lat', 'lon',
  'description', 'injured', 'involved', 'weapon', 'corrects', 'backfill', 'defects',
];
const INSTANTS: readonly (keyof EventRow)[] = ['occurred_at', 'reported_at', 'received_at'];

/** For a COPY whose rows `readEventRow` reads. */
export const EVENT_COLUMNS = COLUMNS.join(', ');

/** For a query whose rows are EventRows. @param of the table's alias */
export const eventColumnsOf = (of: string): string =>
  COLUMNS.map((name) => (INSTANTS.includes(name) ? `(extract(epoch FROM ${of}.${name}) * 1000)::int8 AS ${name}` : `${of}.${name}`)).join(', ');

/** Runs for every row of a replay: column by column, because a list of readers would cost as much as reading. The words are those that decoding let pass. */
export function readEventRow(row: RowReader): EventRow {
  return {
    source: present(row.word()),
    event_id: present(row.text()),
    site_id: present(row.word()),
    category: present(row.word()),
    category_as_sent: present(row.word()),
    occurred_at: present(row.instant()),
    reported_at: row.instant(),
    received_at: present(row.instant()),
    status: present(row.word()) as CapStatus,
    severity: row.word() as CapSeverity | null,
    urgency: row.word() as CapUrgency | null,
    certainty: row.word() as CapCertainty | null,
    verification: row.int2(),
    zone: row.word(),
    lat: row.float8(),
    lon: row.float8(),
    description: row.text(),
    injured: row.int4(),
    involved: row.int4(),
    weapon: row.flag(),
    corrects: row.text(),
    backfill: present(row.flag()),
    defects: row.text(),
  };
}

/** The stored event. */
export function incidentOf(row: EventRow): Incident {
  return {
    kind: 'incident',
    source: row.source,
    eventId: row.event_id,
    siteId: row.site_id,
    category: row.category,
    categoryAsSent: row.category_as_sent,
    occurredAt: row.occurred_at,
    reportedAt: row.reported_at,
    receivedAt: row.received_at,
    status: row.status,
    severity: row.severity,
    urgency: row.urgency,
    certainty: row.certainty,
    verification: row.verification,
    zone: row.zone,
    location: locationOf(row.lat, row.lon),
    description: row.description,
    injured: row.injured,
    involved: row.involved,
    weapon: row.weapon,
    corrects: row.corrects,
    backfill: row.backfill,
    defects: row.defects === null ? [] : (JSON.parse(row.defects) as Defect[]),
  };
}

/** Where something is, by its two columns. */
export const locationOf = (lat: number | null, lon: number | null): GeoPoint | null => (lat === null || lon === null ? null : { lat, lon });

/** The level that a smallint column means. @throws where the column holds what no version of the product wrote. */
export function levelOf(rank: number): RiskLevel {
  const level = RISK_LEVELS[rank];
  if (level === undefined) throw new Error(`a level column holds ${rank}; 0 to ${RISK_LEVELS.length - 1} are known`);
  return level;
}
