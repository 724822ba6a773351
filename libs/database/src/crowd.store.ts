import type { CrowdState, Instant } from '@vong-gac/domain';
import type { Database } from './data-source';

/** What is stored of one place's crowd. */
export interface StoredCrowd {
  /** Empty: the whole site. */
  zone: string;
  state: CrowdState;
  changedAt: Instant;
  /** The open alert about it; null: none. */
  alertId: string | null;
}

/** The most people that are forecast for a place on one day. */
export interface ForecastPeak {
  /** Empty: the whole site. */
  zone: string;
  at: Instant;
  people: number;
}

/** Questions about crowds. */
export class CrowdStore {
  constructor(private readonly database: Database) {}

  /** The places of a site of which anything is known, the whole site first. */
  async ofSite(siteId: string): Promise<StoredCrowd[]> {
    const rows = await this.database.query<{ zone: string; state: string; changed_at: Date; alert_id: string | null }>(
      `SELECT s.zone, s.state, s.changed_at, a.id AS alert_id FROM crowd_states s
       LEFT JOIN alerts a ON (a.source, a.first_id, a.site_id, a.status) = (s.alert_source, s.alert_first_id, s.site_id, 'Actual')
       WHERE s.site_id = $1 ORDER BY s.zone`,
      [siteId],
    );
    return rows.map((row) => ({ zone: row.zone, state: JSON.parse(row.state) as CrowdState, changedAt: row.changed_at.getTime(), alertId: row.alert_id }));
  }

  /** The highest forecast of each place for each day in Việt Nam, the whole site first; of several for one instant the one received last counts. @param until not included */
  async forecastPeaks(siteId: string, from: Instant, until: Instant): Promise<ForecastPeak[]> {
    const rows = await this.database.query<{ zone: string; at: Date; people: number }>(
      `SELECT DISTINCT ON (zone, day) zone, measured_at AS at, occupancy AS people FROM (
         SELECT DISTINCT ON (COALESCE(zone, ''), measured_at) COALESCE(zone, '') AS zone, measured_at, occupancy, (measured_at AT TIME ZONE 'UTC' + interval '7 hours')::date AS day
         FROM visitor_volumes WHERE site_id = $1 AND measured_at >= $2 AND measured_at < $3 AND kind = 'forecast'
         ORDER BY COALESCE(zone, ''), measured_at, received_at DESC, event_id DESC
       ) latest ORDER BY zone, day, occupancy DESC, measured_at`,
      [siteId, new Date(from), new Date(until)],
    );
    return rows.map(({ zone, at, people }) => ({ zone, at: at.getTime(), people }));
  }
}
