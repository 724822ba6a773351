import { MigrationInterface, QueryRunner } from 'typeorm';

/** Days on which a site expects a crowd: their class is `event` in an assessment. */
export class SiteEvents1764000003000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE site_events (
        site_id   text COLLATE "C" NOT NULL,
        first_day date NOT NULL,
        last_day  date NOT NULL,
        name      text NOT NULL,
        PRIMARY KEY (site_id, first_day),
        CHECK (first_day <= last_day)
      )
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP TABLE site_events');
  }
}
