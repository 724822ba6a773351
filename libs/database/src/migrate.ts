import type { DataSource } from 'typeorm';

/**
 * TypeORM's side of the database: entities and migrations. It is loaded when first asked for, because a service never asks: its stores write
 * and read with statements of their own, and TypeORM would cost each some 10 MiB.
 */
export async function openSchema(url: string, applicationName: string): Promise<DataSource> {
  const { createDataSource } = await import('./schema.js');
  return createDataSource(url, applicationName).initialize();
}

/** Brings the schema up to date; returns the names of the migrations that ran. Safe to run from several processes at once. */
export async function migrate(url: string): Promise<string[]> {
  const source = await openSchema(url, 'vong-gac migrate');
  try {
    const runner = source.createQueryRunner();
    await runner.connect();
    try {
      await runner.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
      const done = await source.runMigrations();
      return done.map((migration) => migration.name);
    } finally {
      await runner.release();
    }
  } finally {
    // Ends the session, and with it the advisory lock.
    await source.destroy();
  }
}

/** A number of our own: only migrations of this product take this lock. */
const MIGRATION_LOCK = 20_261_123;
