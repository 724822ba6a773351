import type { Database } from './data-source';

/** The number of the newest migration, which the schema of this release has; here because a service does not load TypeORM. */
export const NEWEST_MIGRATION = 1_764_000_013_000;

/**
 * What an operator forgot, as a sentence with the remedy; null when nothing is missing. For a service to say at its start, where otherwise the
 * first event would be met by an error of Postgres, or every event by quarantine.
 * @throws what Postgres or the connection says
 */
export async function missingAtStart(database: Database): Promise<string | null> {
  const [schema] = await database.query<{ there: boolean }>(`SELECT to_regclass('intake_ledger') IS NOT NULL AND to_regclass('sites') IS NOT NULL AS there`);
  if (schema?.there !== true) return 'The database has no schema yet: run "vong-gac migrate", then "vong-gac seed". Until then nothing can be stored.';
  const [migrated] = await database.query<{ newest: number }>('SELECT COALESCE(max(timestamp), 0)::int8 AS newest FROM migrations');
  if ((migrated?.newest ?? 0) < NEWEST_MIGRATION) return 'The database\'s schema is older than this release: run "vong-gac migrate". Until then the service may end, and be started again, for want of a table or a column.';
  const [registry] = await database.query<{ known: boolean }>('SELECT EXISTS (SELECT FROM publishers) AND EXISTS (SELECT FROM sites) AS known');
  if (registry?.known !== true) return 'The registry is empty: run "vong-gac seed". Until then every event is quarantined; "vong-gac quarantine release" brings it back afterwards.';
  return null;
}
