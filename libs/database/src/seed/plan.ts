import { byTable, keyOf, TABLE_NAMES, TABLES, valueOf, type Row, type TableName, type TableRows } from './tables';

/** What one table's rows have to become. */
export interface TableChange {
  added: Row[];
  changed: Row[];
  /** Members of a set that its owner's file no longer names. */
  removed: Row[];
  same: number;
}

export type Plan = Record<TableName, TableChange>;

/** Compares what is recorded with what is wanted. Rows that no file names stay: incidents refer to them. */
export function planChanges(recorded: TableRows, wanted: Partial<TableRows>): Plan {
  return byTable((name) => planTable(name, recorded[name], wanted[name] ?? [], wanted));
}

function planTable(name: TableName, recorded: Row[], wanted: Row[], all: Partial<TableRows>): TableChange {
  const table = TABLES[name];
  const before = new Map(recorded.map((row) => [keyOf(table, row), row]));
  const change: TableChange = { added: [], changed: [], removed: [], same: 0 };
  const named = new Set<string>();
  for (const row of wanted) {
    const key = keyOf(table, row);
    named.add(key);
    const old = before.get(key);
    if (!old) change.added.push(row);
    else if (valueOf(table, old) !== valueOf(table, row)) change.changed.push(row);
    else change.same += 1;
  }
  const { owner } = table;
  if (owner) {
    const owners = new Set((all[owner.table] ?? []).map((row) => row[owner.ownerColumn]));
    change.removed = recorded.filter((row) => owners.has(row[owner.column] ?? null) && !named.has(keyOf(table, row)));
  }
  return change;
}

/** The rows as they will be after the plan: what the registry's own rules are checked on. */
export function afterPlan(recorded: TableRows, plan: Plan): TableRows {
  return byTable((name, table) => {
    const { added, changed, removed } = plan[name];
    const rows = new Map(recorded[name].map((row) => [keyOf(table, row), row]));
    for (const row of removed) rows.delete(keyOf(table, row));
    for (const row of [...added, ...changed]) rows.set(keyOf(table, row), { ...rows.get(keyOf(table, row)), ...row });
    return [...rows.values()];
  });
}

export const changes = (plan: Plan): boolean => TABLE_NAMES.some((name) => plan[name].added.length + plan[name].changed.length + plan[name].removed.length > 0);
