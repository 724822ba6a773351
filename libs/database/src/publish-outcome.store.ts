import type { AlertStatus, CapStatus, Defect, Instant, RiskLevel } from '@vong-gac/domain';
import type { Database } from './data-source';
import { levelOf } from './incident-row';
import { alertOf } from './takes-place';

/** The incident that an event became. */
export interface StoredIncident {
  id: string;
  siteId: string;
  status: CapStatus;
  level: RiskLevel;
  receivedAt: Instant;
  defects: Defect[];
  /** How often the same content came again. */
  duplicates: number;
  /** The alert of its thread; null: none was raised. */
  alert: { id: string; alertStatus: AlertStatus; revision: number; level: RiskLevel } | null;
}

/** The visitor volume that an event became. */
export interface StoredVolume {
  siteId: string;
  measuredAt: Instant;
  receivedAt: Instant;
  defects: Defect[];
  duplicates: number;
  /** Why the count is not believed, a machine word; null: it is, or nothing was asked of it. */
  implausible: string | null;
}

/** One quarantined record that names the event. */
export interface QuarantinedEvent {
  /** Id of the quarantine row. */
  id: number;
  reason: string;
  detail: string;
  state: 'held' | 'released' | 'discarded';
  firstSeen: Instant;
}

/** Everything that became of (source, id). An id names one event of its type: an incident and a volume may share it. */
export interface PublishOutcome {
  incident: StoredIncident | null;
  volume: StoredVolume | null;
  /** Newest first, at most QUARANTINED_LIMIT. */
  quarantined: QuarantinedEvent[];
}

/** Most quarantine rows told about one event. */
export const QUARANTINED_LIMIT = 100;

/** Answers a publisher's question: what became of my event? */
export class PublishOutcomeStore {
  constructor(private readonly database: Database) {}

  async of(source: string, eventId: string): Promise<PublishOutcome> {
    const [incident, volume, quarantined] = await Promise.all([
      this.incident(source, eventId),
      this.volume(source, eventId),
      this.quarantined(source, eventId),
    ]);
    return { incident, volume, quarantined };
  }

  private async incident(source: string, eventId: string): Promise<StoredIncident | null> {
    const [row] = await this.database.query<RawIncident>(
      `SELECT i.id, i.site_id, i.status, i.level, i.received_at, i.defects, COALESCE(r.count, 0) AS duplicates,
         a.id AS alert_id, a.alert_status, a.revision, a.level AS alert_level
       FROM incidents i
       LEFT JOIN event_repeats r ON r.type = 'incident' AND r.source = i.source AND r.event_id = i.event_id
       LEFT JOIN alerts a ON ${alertOf('a', 'i')}
       WHERE i.source = $1 AND i.event_id = $2`,
      [source, eventId],
    );
    if (row === undefined) return null;
    return {
      id: row.id,
      siteId: row.site_id,
      status: row.status,
      level: levelOf(row.level),
      receivedAt: row.received_at.getTime(),
      defects: defectsOf(row.defects),
      duplicates: row.duplicates,
      alert:
        row.alert_id === null
          ? null
          : { id: row.alert_id, alertStatus: row.alert_status, revision: row.revision, level: levelOf(row.alert_level) },
    };
  }

  private async volume(source: string, eventId: string): Promise<StoredVolume | null> {
    const [row] = await this.database.query<RawVolume>(
      `SELECT v.site_id, v.measured_at, v.received_at, v.defects, v.implausible, COALESCE(r.count, 0) AS duplicates
       FROM visitor_volumes v
       LEFT JOIN event_repeats r ON r.type = 'volume' AND r.source = v.source AND r.event_id = v.event_id
       WHERE v.source = $1 AND v.event_id = $2`,
      [source, eventId],
    );
    if (row === undefined) return null;
    return {
      siteId: row.site_id,
      measuredAt: row.measured_at.getTime(),
      receivedAt: row.received_at.getTime(),
      defects: defectsOf(row.defects),
      duplicates: row.duplicates,
      implausible: row.implausible,
    };
  }

  private async quarantined(source: string, eventId: string): Promise<QuarantinedEvent[]> {
    const rows = await this.database.query<Omit<QuarantinedEvent, 'firstSeen'> & { first_seen: Date }>(
      'SELECT id, reason, detail, state, first_seen FROM quarantine WHERE source = $1 AND event_id = $2 ORDER BY id DESC LIMIT $3',
      [source, eventId, QUARANTINED_LIMIT],
    );
    return rows.map(({ first_seen: firstSeen, ...rest }) => ({ ...rest, firstSeen: firstSeen.getTime() }));
  }
}

function defectsOf(text: string | null): Defect[] {
  return text === null ? [] : (JSON.parse(text) as Defect[]);
}

interface RawIncidentColumns {
  id: string;
  site_id: string;
  status: CapStatus;
  level: number;
  received_at: Date;
  defects: string | null;
  duplicates: number;
}
type RawIncident = RawIncidentColumns &
  ({ alert_id: string; alert_status: AlertStatus; revision: number; alert_level: number } | { alert_id: null });

interface RawVolume {
  implausible: string | null;
  site_id: string;
  measured_at: Date;
  received_at: Date;
  defects: string | null;
  duplicates: number;
}
