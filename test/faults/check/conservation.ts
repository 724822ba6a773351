import { isDeepStrictEqual } from 'node:util';
import { digestOf, keyOf, partitionOf, placeOf, type History, type LogRecord, type Publication, type QuarantineRow, type Stretch, type Violation } from '../history';

const VOLUMES = 'visitor-volume.measured';

/** The fields of an event as it was sent; two are the same event where their data are equal as JSON values. */
function dataOf(text: string): unknown {
  const event: { data?: unknown } = JSON.parse(text);
  return event.data;
}

export const sameData = (a: string, b: string): boolean => a === b || isDeepStrictEqual(dataOf(a), dataOf(b));

interface StoredRow {
  original: string;
  place: string | null;
}

/** I1: every acknowledged publication is in the log, and every record of the log ended in exactly one way, each by its own id and place. */
export function conservation(history: History): Violation[] {
  const { log, publications, dump } = history;
  const violations: Violation[] = [];
  const found = (says: string, about: Violation['about']) => violations.push({ invariant: 'I1', says, about });

  const inLog = new Set(log.map(({ value }) => digestOf(value)));
  for (const each of publications) {
    if (each.acknowledgedAt.length > 0 && !inLog.has(digestOf(each.bytes))) found(`${nameOf(each)} was acknowledged, and Kafka's log does not hold it`, aboutOf(each));
  }

  const published = new Map(publications.map((each) => [digestOf(each.bytes), each]));
  const quarantine = new Map(dump.quarantine.map((row) => [placeOf(row), row]));
  const rows = { incident: new Map<string, StoredRow>(), volume: new Map<string, StoredRow>() };
  for (const row of dump.incidents) add(rows.incident, keyOf(row.source, row.eventId), { original: row.original, place: placeOf({ topic: 'incident.reported', ...row }) });
  for (const row of dump.volumes) add(rows.volume, keyOf(row.source, row.eventId), { original: row.original, place: null });

  function add(map: Map<string, StoredRow>, key: string, row: StoredRow): void {
    if (map.has(key)) found(`event ${key.replace('\u0000', ' ')} is stored in two rows`, { eventId: key.split('\u0000')[1] });
    map.set(key, row);
  }

  const next = new Map(dump.ledger.map((row) => [partitionOf(row), row]));
  const removed = history.faults.flatMap((fault) => (fault.at >= history.startedAt ? (fault.removed ?? []) : []));
  const taken = new Map<string, number>();
  for (const record of log) {
    const place = placeOf(record);
    const ledger = next.get(partitionOf(record));
    const publication = published.get(digestOf(record.value));
    const about = { place, ...(publication && aboutOf(publication)) };
    if (ledger === undefined || ledger.nextOffset <= record.offset) {
      found(`${place} was never settled: the ledger stands at ${ledger?.nextOffset ?? 'nothing'}${ledger?.stoppedReason ? `, stopped: ${ledger.stoppedReason}` : ''}`, about);
      continue;
    }
    const isRemoved = isIn(removed, record);
    const problem = publication === undefined ? null : isRemoved ? removedProblem(record, quarantine.get(place), rows.incident.get(keyOf(publication.source, publication.eventId ?? ''))) : outcomeProblem(record, publication, quarantine.get(place), rows);
    if (problem !== null) found(problem, about);
    if (isRemoved) continue;
    if (publication?.eventId != null && !quarantine.has(place)) {
      const key = keyOf(publication.source, publication.eventId);
      taken.set(key, (taken.get(key) ?? 0) + 1);
    }
  }

  const repeats = new Map(dump.repeats.map((row) => [keyOf(row.source, row.eventId), row.count]));
  for (const [key, times] of taken) {
    const counted = repeats.get(key) ?? 0;
    if (counted !== times - 1) found(`event ${key.replace('\u0000', ' ')} was read ${times} times and not quarantined, but ${counted} repeats of it are counted`, { eventId: key.split('\u0000')[1] });
  }
  for (const row of [...dump.incidents, ...dump.volumes]) {
    if (!published.has(digestOf(row.original))) found(`the row of ${row.source} ${row.eventId} holds bytes that nobody published`, { source: row.source, eventId: row.eventId });
  }
  return [...violations, ...booked(history, removed)];
}

const isIn = (stretches: readonly Stretch[], record: LogRecord): boolean => stretches.some((each) => partitionOf(each) === partitionOf(record) && record.offset >= each.from && record.offset < each.to);

/** What retention removed before anybody could read it can have left nothing. */
function removedProblem(record: LogRecord, held: QuarantineRow | undefined, row: StoredRow | undefined): string | null {
  return held === undefined && row?.place !== placeOf(record) ? null : `${placeOf(record)} was removed before it could be read, and yet there is a row of it`;
}

const offsetsOf = (stretches: readonly (readonly [first: number, last: number])[]): number[] => stretches.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i)).sort((a, b) => a - b);

/** The ledger books as lost exactly the offsets that were removed unread, and none as absent: no publisher writes transactions. */
function booked({ dump }: History, removed: readonly Stretch[]): Violation[] {
  return dump.ledger.flatMap((row): Violation[] => {
    const place = partitionOf(row);
    const stretches = removed.filter((each) => partitionOf(each) === place);
    const must = offsetsOf(stretches.map(({ from, to }) => [from, to - 1]));
    const before = new Set(offsetsOf(row.lostBefore));
    const lost = offsetsOf(row.lostOffsets).filter((offset) => !before.has(offset));
    const absent = row.absent - row.absentBefore;
    const counted = offsetsOf(row.lostOffsets).length;
    if (lost.join() === must.join() && absent === 0 && counted === row.lost) return [];
    const which = (offsets: readonly number[]): string => (offsets.length === 0 ? 'none' : `${offsets.length} from ${offsets[0]} to ${offsets.at(-1)}`);
    return [{ invariant: 'I1', says: `${place}: removed unread were offsets: ${which(must)}; the ledger booked as lost: ${which(lost)} (${row.lost} in all, ${counted} by their offsets), and ${absent} as absent`, about: { place: `${place}@${stretches[0]?.from ?? row.nextOffset}` } }];
  });
}

/** How one record ended, if not as it must. */
function outcomeProblem(record: LogRecord, publication: Publication, held: QuarantineRow | undefined, rows: { incident: Map<string, StoredRow>; volume: Map<string, StoredRow> }): string | null {
  const { expect, eventId, source } = publication;
  const name = `${nameOf(publication)} at ${placeOf(record)}`;
  if (held !== undefined && (held.state !== 'held' || held.value === null || !held.value.equals(record.value))) return `${name} is quarantined, but not with its bytes, or not held (${held.state})`;
  if (expect !== 'event') {
    if (held === undefined) return `${name} must be quarantined as ${expect.rejected}, and it is not`;
    return held.reason === expect.rejected ? null : `${name} must be quarantined as ${expect.rejected}, and is so as ${held.reason}`;
  }
  const row = (record.topic === VOLUMES ? rows.volume : rows.incident).get(keyOf(source, eventId ?? ''));
  const same = row !== undefined && sameData(row.original, record.value.toString());
  if (held === undefined) return same ? null : `${name} is neither a row nor in quarantine${row === undefined ? '' : ': the row of its id says something else'}`;
  if (row !== undefined && row.place === placeOf(record)) return `${name} is both a row and in quarantine`;
  if (held.reason === 'conflicting-duplicate' && row !== undefined && !same) return null;
  return `${name} is quarantined as ${held.reason}, though ${row === undefined ? 'nothing of its id is stored' : 'the row of its id says the same'}`;
}

/** I8: nobody's rows but those of a publisher that is known and allowed for that site. */
export function authority({ dump }: History): Violation[] {
  const allowed = new Set(dump.publishers.map(({ source, siteId }) => keyOf(source, siteId)));
  return [...dump.incidents, ...dump.volumes]
    .filter(({ source, siteId }) => !allowed.has(keyOf(source, siteId)) && !allowed.has(keyOf(source, '*')))
    .map(({ source, siteId, eventId }) => ({ invariant: 'I8', says: `event ${eventId} of ${source} is stored for site ${siteId}, for which it may not publish`, about: { source, eventId } }));
}

const nameOf = ({ eventId, source, bytes }: Publication): string => (eventId === null ? `the record "${bytes.subarray(0, 60).toString('latin1')}"` : `event ${eventId} of ${source}`);
const aboutOf = ({ source, eventId }: Publication): Violation['about'] => ({ source, eventId: eventId ?? undefined });
