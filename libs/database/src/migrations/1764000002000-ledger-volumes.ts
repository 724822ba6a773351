import { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * How many of a partition's stored and repeated events were visitor volumes. Intake takes either type from either topic, so without this a lost
 * incident and a volume too many would cancel out in `check`. Two counters per partition: no event's row grows.
 */
export class LedgerVolumes1764000002000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      ALTER TABLE intake_ledger ADD COLUMN stored_volumes bigint NOT NULL DEFAULT 0, ADD COLUMN duplicate_volumes bigint NOT NULL DEFAULT 0;
      UPDATE intake_ledger SET stored_volumes = stored, duplicate_volumes = duplicate WHERE topic = 'visitor-volume.measured';
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('ALTER TABLE intake_ledger DROP COLUMN stored_volumes, DROP COLUMN duplicate_volumes');
  }
}
