import { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What the api's questions need beside the first schema.
 *
 * `fold_text` is replaced because `lower(t)` follows the database's locale: in a database of locale C it leaves `Đ` and `Ộ` as they are, and a
 * search would miss them. `pg_c_utf8` (built into Postgres 17 and later) lowers the same letters on every machine.
 * The two indexes are small: only corrections, and only alerts, are in them; a plain incident costs nothing more.
 */
export class QuerySupport1764000001000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE OR REPLACE FUNCTION fold_text(t text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT translate(regexp_replace(normalize(lower(t COLLATE pg_c_utf8), NFD), '[\\u0300-\\u036f]', '', 'g'), 'đ', 'd')
      $$;
      CREATE INDEX incidents_thread ON incidents (source, first_id) WHERE corrects IS NOT NULL;
      CREATE INDEX alerts_newest ON alerts (raised_at DESC, id DESC);
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP INDEX alerts_newest, incidents_thread');
    await q.query(`
      CREATE OR REPLACE FUNCTION fold_text(t text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT translate(regexp_replace(normalize(lower(t), NFD), '[\\u0300-\\u036f]', '', 'g'), 'đ', 'd')
      $$`);
  }
}
