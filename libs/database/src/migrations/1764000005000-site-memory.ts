import { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a site is used to (incidents a day, guests a day) and which reports are of one happening. The partition is part of the counters' keys: two
 * writers never wait for each other's row, and the sum is the site's. Founders are named only on the rows that joined them, so that a report
 * that stands alone costs nothing.
 */
export class SiteMemory1764000005000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      ALTER TABLE incidents ADD COLUMN founder_source text COLLATE "C", ADD COLUMN founder_first_id text COLLATE "C";
      COMMENT ON COLUMN incidents.founder_source IS 'The thread that founded the situation which this incident joined; null: it joined none, and speaks for its own thread.';
      CREATE INDEX incidents_situation ON incidents (founder_source, founder_first_id) WHERE founder_source IS NOT NULL;
      ALTER TABLE alerts ADD COLUMN raise_source text COLLATE "C";
      UPDATE alerts SET raise_source = source;
      ALTER TABLE alerts ALTER COLUMN raise_source SET NOT NULL;
      CREATE TABLE incident_days (
        site_id   text COLLATE "C" NOT NULL,
        day       date NOT NULL,
        category  text COLLATE "C" NOT NULL,
        partition integer NOT NULL,
        count     bigint NOT NULL,
        PRIMARY KEY (site_id, day, category, partition)
      ) WITH (fillfactor = 70);
      COMMENT ON TABLE incident_days IS 'Actual incidents a day (in Việt Nam), corrections not counted, kept in the transaction that stores them.';
      CREATE TABLE visitor_days (
        site_id   text COLLATE "C" NOT NULL,
        day       date NOT NULL,
        partition integer NOT NULL,
        peak      integer NOT NULL,
        PRIMARY KEY (site_id, day, partition)
      ) WITH (fillfactor = 70);
      COMMENT ON TABLE visitor_days IS 'The most guests that were counted or declared for the whole site on a day.';
      INSERT INTO incident_days SELECT site_id, (occurred_at AT TIME ZONE 'UTC' + interval '7 hours')::date, category, kafka_partition, count(*) FROM incidents
        WHERE status = 'Actual' AND corrects IS NULL GROUP BY 1, 2, 3, 4;
      INSERT INTO visitor_days SELECT site_id, (measured_at AT TIME ZONE 'UTC' + interval '7 hours')::date, 0, max(occupancy) FROM visitor_volumes
        WHERE zone IS NULL AND kind <> 'forecast' GROUP BY 1, 2;
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      DROP TABLE visitor_days, incident_days;
      ALTER TABLE alerts DROP COLUMN raise_source;
      DROP INDEX incidents_situation;
      ALTER TABLE incidents DROP COLUMN founder_source, DROP COLUMN founder_first_id;
    `);
  }
}
