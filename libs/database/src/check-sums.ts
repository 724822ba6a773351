import type { CheckedPartition } from './check.store';
import type { Queryable } from './data-source';

/** A row of the ledger, with what `check` alone needs of it. */
export interface LedgerSums extends CheckedPartition {
  lostAccepted: number;
  /** Of `stored` and `duplicate`: visitor volumes; the others are incidents. */
  storedVolumes: number;
  duplicateVolumes: number;
}

/**
 * The ledger against the rows it counted: incidents per partition and generation, the quarantine per topic too; visitor volumes and repeats, whose
 * rows do not say where they came from, in total per type. Nothing of one kind makes up for another.
 */
export async function sumProblems(tx: Queryable, ledger: readonly LedgerSums[]): Promise<string[]> {
  return [...(await incidentProblems(tx, ledger)), ...(await quarantineProblems(tx, ledger)), ...(await totalProblems(tx, ledger))];
}

interface PlaceCount {
  partition: number;
  generation: number;
  rows: number;
}

/** An incident's row does not name its topic; nearly always only one topic has incidents. */
async function incidentProblems(tx: Queryable, ledger: readonly LedgerSums[]): Promise<string[]> {
  const found = await tx.query<PlaceCount>('SELECT kafka_partition AS partition, kafka_generation AS generation, count(*) AS rows FROM incidents GROUP BY 1, 2');
  const place = ({ partition, generation }: Omit<PlaceCount, 'rows'>): string => `partition ${partition}, generation ${generation}`;
  const counted = sums(ledger, place, ({ stored, storedVolumes }) => stored - storedVolumes);
  const topics = (where: string): string => ledger.filter((row) => place(row) === where && row.stored > row.storedVolumes).map(({ topic }) => topic).join(', ');
  const named = (where: string): string => `${topics(where) || 'no known topic'}, ${where}`;
  return differences(counted, sums(found, place, ({ rows }) => rows), (where, count, rows) => `${named(where)}: the ledger counts ${count} stored incidents, the table holds ${rows}`);
}

async function quarantineProblems(tx: Queryable, ledger: readonly LedgerSums[]): Promise<string[]> {
  const found = await tx.query<PlaceCount & { topic: string }>('SELECT topic, partition, generation, count(*) AS rows FROM quarantine GROUP BY 1, 2, 3');
  const place = (at: { topic: string; partition: number; generation: number }): string => `${at.topic}/${at.partition}, generation ${at.generation}`;
  const [counted, held] = [sums(ledger, place, ({ quarantined }) => quarantined), sums(found, place, ({ rows }) => rows)];
  return differences(counted, held, (where, count, rows) => `${where}: the ledger counts ${count} quarantined records, the quarantine holds ${rows}`);
}

async function totalProblems(tx: Queryable, ledger: readonly LedgerSums[]): Promise<string[]> {
  const found = await tx.query<{ what: string; rows: number }>(
    `SELECT 'stored visitor volumes' AS what, count(*) AS rows FROM visitor_volumes
      UNION ALL SELECT CASE type WHEN 'volume' THEN 'repeated visitor volumes' ELSE 'repeated incidents' END, sum(count)::int8 FROM event_repeats GROUP BY type`,
  );
  const sum = (of: (row: LedgerSums) => number): number => ledger.reduce((total, row) => total + of(row), 0);
  const counted = new Map([
    ['stored visitor volumes', sum((row) => row.storedVolumes)],
    ['repeated incidents', sum((row) => row.duplicate - row.duplicateVolumes)],
    ['repeated visitor volumes', sum((row) => row.duplicateVolumes)],
  ]);
  return differences(counted, sums(found, ({ what }) => what, ({ rows }) => rows), (what, count, rows) => `the ledger counts ${count} ${what}, the table holds ${rows}`);
}

function sums<R>(rows: readonly R[], keyOf: (row: R) => string, of: (row: R) => number): Map<string, number> {
  const totals = new Map<string, number>();
  for (const row of rows) totals.set(keyOf(row), (totals.get(keyOf(row)) ?? 0) + of(row));
  return totals;
}

/** A key that one side lacks counts as 0 there. */
function differences(counted: ReadonlyMap<string, number>, found: ReadonlyMap<string, number>, sentence: (key: string, counted: number, found: number) => string): string[] {
  return [...new Set([...counted.keys(), ...found.keys()])]
    .filter((key) => (counted.get(key) ?? 0) !== (found.get(key) ?? 0))
    .map((key) => sentence(key, counted.get(key) ?? 0, found.get(key) ?? 0));
}
