import { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Indexes for the api's questions beside the first schema. Both are small: only corrections, and only alerts, are in them; a plain incident costs
 * nothing more.
 */
export class QuerySupport1764000001000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE INDEX incidents_thread ON incidents (source, first_id) WHERE corrects IS NOT NULL;
      CREATE INDEX alerts_newest ON alerts (raised_at DESC, id DESC);
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP INDEX alerts_newest, incidents_thread');
  }
}
