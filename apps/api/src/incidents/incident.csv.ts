import { categoryNames } from '@vong-gac/domain';
import type { ListedIncident } from '@vong-gac/database';
import { iso, isoOrNull } from '../time';
import { toCsv, type Column } from './csv';

const COLUMNS: ReadonlyArray<Column<ListedIncident>> = [
  { name: 'id', of: (row) => row.id },
  { name: 'source', of: (row) => row.source },
  { name: 'eventId', of: (row) => row.eventId },
  { name: 'siteId', of: (row) => row.siteId },
  { name: 'zone', of: (row) => row.zone },
  { name: 'category', of: (row) => row.category },
  { name: 'categoryVi', of: (row) => categoryNames(row.category).vi },
  { name: 'categoryEn', of: (row) => categoryNames(row.category).en },
  { name: 'categoryAsSent', of: (row) => row.categoryAsSent },
  { name: 'level', of: (row) => row.level },
  { name: 'score', of: (row) => row.score },
  { name: 'status', of: (row) => row.status },
  { name: 'occurredAt', of: (row) => iso(row.occurredAt) },
  { name: 'reportedAt', of: (row) => isoOrNull(row.reportedAt) },
  { name: 'receivedAt', of: (row) => iso(row.receivedAt) },
  { name: 'description', of: (row) => row.description },
  { name: 'injured', of: (row) => row.injured },
  { name: 'involved', of: (row) => row.involved },
  { name: 'weapon', of: (row) => row.weapon },
  { name: 'verification', of: (row) => row.verification },
  { name: 'severity', of: (row) => row.severity },
  { name: 'urgency', of: (row) => row.urgency },
  { name: 'certainty', of: (row) => row.certainty },
  { name: 'lat', of: (row) => row.location?.lat ?? null },
  { name: 'lon', of: (row) => row.location?.lon ?? null },
  { name: 'policeBodyId', of: (row) => row.policeBodyId },
  { name: 'corrects', of: (row) => row.corrects },
  { name: 'firstId', of: (row) => row.firstId },
  { name: 'backfill', of: (row) => row.backfill },
  { name: 'defects', of: (row) => row.defects.map(({ path, problem }) => `${path} ${problem}`).join('; ') },
];

/** The rows of a page of incidents as CSV, one line each. */
export function incidentsCsv(rows: readonly ListedIncident[]): string {
  return toCsv(COLUMNS, rows);
}
