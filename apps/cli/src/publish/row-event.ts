import { createHash } from 'node:crypto';
import { EVENT_TYPES } from '@vong-gac/contracts';
import { canonicalJson } from '@vong-gac/domain';
import { cellOf, convert, type FieldProblem, type TableRow } from './convert';
import { MAP_FIELDS, TIME_FIELD } from './fields';
import type { PublishMap } from './map';

/** A row as an event. The same row and the same mapping give the same bytes, on every machine and every day. */
export interface RowEvent {
  id: string;
  /** The row's key; '' where the id is only a hash. */
  key: string;
  /** The first hex digits of the content's hash, as many as the id takes; without `corrects`, so that a correction keeps the id of its content. */
  hash: string;
  siteId: string;
  data: Record<string, unknown>;
}

export type RowOutcome = { event: RowEvent } | { problems: FieldProblem[] };

/** What a row says, or everything that is wrong with it. */
export function rowEvent(row: TableRow, map: PublishMap): RowOutcome {
  const problems: FieldProblem[] = [];
  const data: Record<string, unknown> = {};
  for (const rule of map.fields) {
    const converted = convert(rule, row, map);
    if ('problem' in converted) problems.push(converted);
    else if (converted.value !== null) put(data, rule.path, converted.value);
    else if (MAP_FIELDS[map.kind].required.includes(rule.path)) problems.push({ field: rule.path, problem: `${rule.columns.join(', ')} is empty`, remedy: `fill it in, or give fields.${rule.path}.default` });
  }
  const key = map.idColumns.map((column) => cellOf(row, column, map));
  if (key.some((part) => part === '')) problems.push({ field: 'id', problem: `${map.idColumns.join(', ')} is empty`, remedy: 'fill it in: without it the row cannot be told from others' });
  if (problems.length > 0) return { problems };
  const hash = map.idHash === 0 ? '' : contentHash(data).slice(0, map.idHash);
  const name = key.join('-');
  return { event: { id: [name, hash].filter((part) => part !== '').join('.'), key: name, hash, siteId: String(data.siteId), data } };
}

function put(data: Record<string, unknown>, path: string, value: unknown): void {
  const [parent, child] = path.split('.');
  const before = parent === undefined ? undefined : data[parent];
  if (parent === undefined || child === undefined) data[path] = value;
  else data[parent] = { ...(typeof before === 'object' ? before : {}), [child]: value };
}

const contentHash = (data: Record<string, unknown>): string => createHash('sha256').update(canonicalJson(data)).digest('hex');

/** The event's text, one CloudEvent in structured mode. `time` is when it happened: a clock would make the bytes differ. */
export function eventText(event: RowEvent, map: PublishMap, options: { backfill: boolean; corrects: string | null }): string {
  const { data } = event;
  return JSON.stringify({
    specversion: '1.0',
    id: event.id,
    source: map.source,
    type: map.kind === 'incident' ? EVENT_TYPES.incidentReported : EVENT_TYPES.visitorVolumeMeasured,
    time: data[TIME_FIELD[map.kind]],
    datacontenttype: 'application/json',
    ...(options.backfill ? { backfill: true } : {}),
    data: options.corrects === null ? data : { ...data, corrects: options.corrects },
  });
}
