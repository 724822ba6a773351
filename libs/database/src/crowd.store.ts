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
}
