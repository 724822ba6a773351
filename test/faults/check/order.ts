import { keyOf, type IncidentRow } from '../history';

/** Incidents that corrections and situations tie together, each group by itself: what one becomes depends on no other group. */
export function relatedIncidents(rows: readonly IncidentRow[]): IncidentRow[][] {
  const groups = new Map<string, string>();
  const root = (key: string): string => {
    const above = groups.get(key) ?? key;
    if (above === key) return key;
    const top = root(above);
    groups.set(key, top);
    return top;
  };
  for (const row of rows) {
    if (row.corrects !== null) groups.set(root(keyOf(row.source, row.eventId)), root(keyOf(row.source, row.corrects)));
    if (row.founderSource !== null && row.founderFirstId !== null) groups.set(root(keyOf(row.source, row.eventId)), root(keyOf(row.founderSource, row.founderFirstId)));
  }
  const related = new Map<string, IncidentRow[]>();
  for (const row of rows) {
    const key = root(keyOf(row.source, row.eventId));
    related.set(key, [...(related.get(key) ?? []), row]);
  }
  return [...related.values()];
}

/** The rows of each partition in the order in which they were read. */
export function byPartition(rows: readonly IncidentRow[]): IncidentRow[][] {
  const partitions = new Map<number, IncidentRow[]>();
  for (const row of [...rows].sort((a, b) => a.generation - b.generation || a.offset - b.offset)) partitions.set(row.partition, [...(partitions.get(row.partition) ?? []), row]);
  return [...partitions.values()];
}

/** Every order of reading that keeps the order of each list. */
export function* orders(lists: readonly (readonly IncidentRow[])[]): Generator<IncidentRow[]> {
  const left = lists.filter((list) => list.length > 0);
  if (left.length <= 1) yield [...(left[0] ?? [])];
  else
    for (const list of left) {
      const [first, ...others] = list;
      for (const rest of orders(left.map((each) => (each === list ? others : each)))) yield first === undefined ? rest : [first, ...rest];
    }
}
