import { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A report that joined a happening is no further incident of its site, and a count that is not believed says nothing of its guests: the days are
 * counted anew without them. Whoever writes meanwhile waits.
 */
export class DaysOfHappenings1764000012000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(countedAnew({ incidents: 'founder_source IS NULL', volumes: 'implausible IS NULL' }));
    await q.query(`
      COMMENT ON TABLE incident_days IS 'Actual incidents a day (in Việt Nam), corrections and reports that joined a happening not counted, kept in the transaction that stores them.';
      COMMENT ON TABLE visitor_days IS 'The most guests that were counted (and believed) or declared for the whole site on a day.';
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(countedAnew({ incidents: 'true', volumes: 'true' }));
    await q.query(`
      COMMENT ON TABLE incident_days IS 'Actual incidents a day (in Việt Nam), corrections not counted, kept in the transaction that stores them.';
      COMMENT ON TABLE visitor_days IS 'The most guests that were counted or declared for the whole site on a day.';
    `);
  }
}

function countedAnew(which: { incidents: string; volumes: string }): string {
  return `
    LOCK TABLE incident_days, visitor_days IN EXCLUSIVE MODE;
    DELETE FROM incident_days;
    INSERT INTO incident_days SELECT site_id, (occurred_at AT TIME ZONE 'UTC' + interval '7 hours')::date, category, kafka_partition, count(*) FILTER (WHERE ${which.incidents}) FROM incidents
      WHERE status = 'Actual' AND corrects IS NULL GROUP BY 1, 2, 3, 4;
    DELETE FROM visitor_days;
    INSERT INTO visitor_days SELECT site_id, (measured_at AT TIME ZONE 'UTC' + interval '7 hours')::date, 0, max(occupancy) FROM visitor_volumes
      WHERE zone IS NULL AND kind <> 'forecast' AND ${which.volumes} GROUP BY 1, 2;
  `;
}
