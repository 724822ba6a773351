import { localDate, type LocalDate, type Registry } from '@vong-gac/domain';
import type { Database, Queryable } from './data-source';
import type { SeedProblem } from './seed/csv';
import { readFiles, readRemovals, type SeedFiles } from './seed/files';
import { afterPlan, changes, planChanges, type Plan } from './seed/plan';
import { checkReferences } from './seed/references';
import { toRegistry } from './seed/registry';
import { dropWaiting, insertRows, readTables, removeRows } from './seed/statements';
import { byTable, TABLE_NAMES, TABLES, type TableName, type TableRows } from './seed/tables';
import { BUILT_IN_SUCCESSIONS, BUILT_IN_UNITS } from './seed/units';

/** What a seed did. */
export interface SeedReport {
  /** The registry's version afterwards; one more than before exactly when something changed. */
  version: number;
  changed: boolean;
  /** Rows by table. `changed` rows of a table with history were closed and opened anew. */
  tables: Record<TableName, { added: number; changed: number; removed: number; same: number }>;
}

/** The files were refused: nothing was written. */
export class SeedRefused extends Error {
  constructor(readonly problems: SeedProblem[]) {
    super(`The registry files were refused: ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}, nothing was written.`);
    this.name = 'SeedRefused';
  }
}

/** The registry of places and people: loaded whole, changed by seeding. */
export class RegistryStore {
  constructor(private readonly database: Database) {}

  /** The registry as recorded at `knownAt` (absent: now). Zones, publishers and receivers have no history: they are always as of now. */
  async load(knownAt?: Date): Promise<Registry> {
    const { version, rows } = await readTables(this.database, knownAt ?? null, false);
    return toRegistry(rows, version);
  }

  /** Rises by one with each seed that changed something. */
  async version(): Promise<number> {
    const [row] = await this.database.query<{ version: number }>('SELECT version FROM registry_version');
    return row?.version ?? 0;
  }

  /**
   * Brings the registry to what the files say, in one transaction: rows are added and changed (the set of a publisher's sites and of a body's predecessors is taken
   * as given); removed are only the receivers that a file of removals names, and with them what still waited for them. The built-in units always come with it. @param now decides the `unit_as_of` of a new site that gives none.
   * @throws SeedRefused with every problem of every file; nothing is written then
   */
  async seed(files: SeedFiles, now: Date): Promise<SeedReport> {
    return this.database.transaction(async (tx) => {
      const at = await lockVersion(tx);
      const recorded = await readTables(tx, null, true);
      const problems: SeedProblem[] = [];
      const wanted = readFiles(files, asOfFrom(recorded.rows, localDate(now.getTime())), problems);
      wanted.rows.units = BUILT_IN_UNITS;
      wanted.rows.unit_successions = BUILT_IN_SUCCESSIONS;
      const plan = planChanges(recorded.rows, wanted.rows);
      if (files.removeReceivers) plan.receivers.removed = readRemovals(files.removeReceivers, recorded.rows.receivers, wanted, problems);
      const after = toRegistry(afterPlan(recorded.rows, plan), recorded.version + 1);
      problems.push(...checkReferences(after, wanted));
      if (problems.length > 0) throw new SeedRefused(problems.sort(byPlace));
      const changed = changes(plan);
      if (changed) await write(tx, plan, at);
      return { version: recorded.version + (changed ? 1 : 0), changed, tables: counts(plan) };
    });
  }
}

/** Serialises seeds, and gives the instant from which this one's rows are recorded: later than any before, whatever the clock does. */
async function lockVersion(tx: Queryable): Promise<string> {
  const [row] = await tx.query<{ at: string }>(
    `SELECT GREATEST(clock_timestamp(), changed_at + interval '1 microsecond')::text AS at FROM registry_version FOR UPDATE`,
  );
  if (!row) throw new Error('registry_version is empty: run vong-gac migrate on a new database.');
  return row.at;
}

async function write(tx: Queryable, plan: Plan, at: string): Promise<void> {
  for (const name of TABLE_NAMES) {
    const { added, changed, removed } = plan[name];
    await removeRows(tx, name, TABLES[name].bitemporal ? [...removed, ...changed] : removed, at);
    await insertRows(tx, name, [...added, ...changed], at);
  }
  await dropWaiting(tx, plan.receivers.removed);
  await tx.execute('UPDATE registry_version SET version = version + 1, changed_at = $1::timestamptz', [at]);
}

function asOfFrom(recorded: TableRows, today: LocalDate): (siteId: string) => LocalDate {
  const known = new Map(recorded.sites.map((row) => [row.id, String(row.unit_as_of)]));
  return (siteId) => known.get(siteId) ?? today;
}

function counts(plan: Plan): SeedReport['tables'] {
  return byTable((name) => ({ added: plan[name].added.length, changed: plan[name].changed.length, removed: plan[name].removed.length, same: plan[name].same }));
}

const byPlace = (a: SeedProblem, b: SeedProblem): number => a.file.localeCompare(b.file) || a.line - b.line || a.column.localeCompare(b.column);
