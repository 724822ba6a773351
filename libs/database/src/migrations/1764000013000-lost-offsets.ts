import { MigrationInterface, QueryRunner } from 'typeorm';

/** Which offsets retention removed before they were read, not only how many: who asks a publisher to send again must be able to say what. */
export class LostOffsets1764000013000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query("ALTER TABLE intake_ledger ADD COLUMN lost_offsets int8multirange NOT NULL DEFAULT '{}'");
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('ALTER TABLE intake_ledger DROP COLUMN lost_offsets');
  }
}
