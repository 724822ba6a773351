import { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What is told of an alert is longer than 2 KiB, at which Postgres compresses a row's texts: that took longer than all else that storing an alert and
 * its deliveries takes. EXTERNAL moves such a text out of the row as it is, so that a delivery's later updates do not write it again either.
 * Rows that are there stay as they are.
 */
export class TextsOfAlertsUncompressed1764000007000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query('ALTER TABLE deliveries ALTER COLUMN body SET STORAGE EXTERNAL; ALTER TABLE alerts ALTER COLUMN data SET STORAGE EXTERNAL');
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('ALTER TABLE deliveries ALTER COLUMN body SET STORAGE EXTENDED; ALTER TABLE alerts ALTER COLUMN data SET STORAGE EXTENDED');
  }
}
