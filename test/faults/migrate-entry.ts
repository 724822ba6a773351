/** `vong-gac migrate` with a migration more than the product has, as the next version will have: it changes the tables that intake writes to, and holds its locks for a while. */
import { migrate } from '@vong-gac/database';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { MIGRATIONS } from '../../libs/database/src/migrations';
import { ONE_MORE } from './variants';

class FaultsOneMore9764000000000 implements MigrationInterface {
  readonly name = ONE_MORE.name;

  async up(q: QueryRunner): Promise<void> {
    for (const statement of ONE_MORE.up) await q.query(statement);
    await q.query('SELECT pg_sleep($1)', [Number(process.env.FAULTS_MIGRATION_MS) / 1_000]);
  }

  async down(q: QueryRunner): Promise<void> {
    for (const statement of ONE_MORE.down) await q.query(statement);
  }
}

MIGRATIONS.push(FaultsOneMore9764000000000);
migrate(process.env.DATABASE_URL ?? '').then(
  (ran) => process.stdout.write(`${JSON.stringify({ ran })}\n`),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
