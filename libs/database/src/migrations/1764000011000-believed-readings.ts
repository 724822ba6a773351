import { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The believed readings of a place have an index of their own: the last one before an instant is one step into it, however many readings, believed or
 * not, lie around. Until now a place without declared counts was searched for one through its whole half hour, incident by incident. The index by
 * place would still be taken for it where Postgres thinks little of the difference; sums over time are looked for by site and time, and pick their zone out.
 */
export class BelievedReadings1764000011000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`CREATE INDEX visitor_volumes_believed ON visitor_volumes (site_id, COALESCE(zone, ''), kind, measured_at, occupancy)
      WHERE implausible IS NULL AND kind <> 'forecast'`);
    await q.query("COMMENT ON INDEX visitor_volumes_believed IS 'A place is (site, zone or empty for the whole site), as zoneKey of libs/domain.'");
    await q.query('CREATE INDEX visitor_volumes_time ON visitor_volumes (site_id, measured_at)');
    await q.query('DROP INDEX visitor_volumes_place');
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query("CREATE INDEX visitor_volumes_place ON visitor_volumes (site_id, COALESCE(zone, ''), measured_at)");
    await q.query("COMMENT ON INDEX visitor_volumes_place IS 'A place is (site, zone or empty for the whole site), as zoneKey of libs/domain.'");
    await q.query('DROP INDEX visitor_volumes_time, visitor_volumes_believed');
  }
}
