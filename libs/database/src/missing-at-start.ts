import type { Database } from './data-source';

/**
 * What an operator forgot, as a sentence with the remedy; null when nothing is missing. For a service to say at its start, where otherwise the
 * first event would be met by an error of Postgres, or every event by quarantine.
 * @throws what Postgres or the connection says
 */
export async function missingAtStart(database: Database): Promise<string | null> {
  const [schema] = await database.query<{ there: boolean }>(`SELECT to_regclass('intake_ledger') IS NOT NULL AND to_regclass('sites') IS NOT NULL AS there`);
  if (schema?.there !== true) return 'The database has no schema yet: run "vong-gac migrate", then "vong-gac seed". Until then nothing can be stored.';
  const [registry] = await database.query<{ known: boolean }>('SELECT EXISTS (SELECT FROM publishers) AND EXISTS (SELECT FROM sites) AS known');
  if (registry?.known !== true) return 'The registry is empty: run "vong-gac seed". Until then every event is quarantined; "vong-gac quarantine release" brings it back afterwards.';
  return null;
}
