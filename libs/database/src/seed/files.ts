import { zoneKey, type LocalDate } from '@vong-gac/domain';
import { v5 as uuidv5 } from 'uuid';
import { Cells } from './cells';
import { readCsv, type CsvFile, type Header, type SeedProblem } from './csv';
import type { Row, TableName } from './tables';

/** The registry files that `seed` takes, any subset. */
export interface SeedFiles {
  sites?: CsvFile;
  zones?: CsvFile;
  events?: CsvFile;
  publishers?: CsvFile;
  bodies?: CsvFile;
  receivers?: CsvFile;
  /** Receivers to take off. */
  removeReceivers?: CsvFile;
}
export type SeedFileKind = Exclude<keyof SeedFiles, 'removeReceivers'>;

/** Where a row came from, so that a later refusal can point at it. */
export interface Origin {
  file: string;
  line: number;
}

/** What the files ask for. */
export interface Wanted {
  rows: Partial<Record<TableName, Row[]>>;
  /** By `originKey(kind, key)`; key is the id, the source, `zoneKey(site, zone)` or `eventKey(site, first day)`. */
  origins: Map<string, Origin>;
}

export const HEADERS: Record<SeedFileKind, Header> = {
  sites: { required: ['id', 'name', 'kind', 'unit_code', 'lat', 'lon', 'capacity'], optional: ['unit_as_of', 'phone'] },
  zones: { required: ['site_id', 'id', 'name', 'area_m2', 'capacity', 'water'], optional: ['exit_width_m'] },
  events: { required: ['site_id', 'from', 'to', 'name'], optional: [] },
  publishers: { required: ['source', 'sites'], optional: [] },
  bodies: { required: ['id', 'name', 'unit_code', 'level'], optional: ['parent', 'successor_of', 'valid_from', 'valid_to', 'phone'] },
  receivers: { required: ['body_id', 'kind', 'url', 'secret'], optional: ['takes_test'] },
};

/** What names a receiver that is taken off; the rest of its line may stay. */
export const REMOVED_RECEIVERS: Header = { required: ['body_id', 'kind', 'url'], optional: ['secret', 'takes_test'] };

/** Namespace of receiver ids. */
const RECEIVERS = uuidv5('vong-gac:receivers', uuidv5.URL);

/** UUIDv5 of body, kind and address: the same receiver keeps its id, and with it its delivery ids, in every database. */
export const receiverId = (bodyId: string, kind: string, url: string): string => uuidv5(JSON.stringify([bodyId, kind, url]), RECEIVERS);

const WHAT: Record<SeedFileKind, string> = { sites: 'site', zones: 'zone', events: 'event', publishers: 'source', bodies: 'body', receivers: 'receiver' };

const MAX_PEOPLE = 1_000_000;

/** How one file's row becomes rows of tables. `key` names the row: twice the same key in one file is refused. */
type Reader = (cells: Cells) => { key: string; rows: [TableName, Row][] };

const READERS: Record<SeedFileKind, Reader> = {
  sites: (cells) => {
    const id = cells.id('id');
    const row: Row = {
      id, name: cells.text('name'), kind: cells.text('kind', 60), unit_code: cells.unitCode('unit_code'), unit_as_of: cells.optionalDate('unit_as_of'),
      lat: cells.number('lat', -90, 90, 'any'), lon: cells.number('lon', -180, 180, 'any'), capacity: cells.number('capacity', 0, MAX_PEOPLE, 'whole'), phone: cells.optionalText('phone', 60),
    };
    return { key: id, rows: [['sites', row]] };
  },
  zones: (cells) => {
    const row: Row = {
      site_id: cells.id('site_id'), id: cells.text('id', 64), name: cells.text('name'), area_m2: cells.optionalNumber('area_m2', 0.1, 1e9, 'any'),
      capacity: cells.optionalNumber('capacity', 0, MAX_PEOPLE, 'whole'), water: cells.flag('water', null),
      exit_width_m: cells.optionalNumber('exit_width_m', 0.1, 10_000, 'any'),
    };
    return { key: zoneKey(String(row.site_id), String(row.id)), rows: [['zones', row]] };
  },
  events: (cells) => {
    const row: Row = { site_id: cells.id('site_id'), first_day: cells.date('from'), last_day: cells.date('to'), name: cells.text('name') };
    return { key: eventKey(String(row.site_id), String(row.first_day)), rows: [['site_events', row]] };
  },
  publishers: (cells) => {
    const source = cells.source('source');
    return { key: source, rows: [['publishers', { source }], ...cells.sites('sites').map((site): [TableName, Row] => ['publisher_sites', { source, site_id: site }])] };
  },
  bodies: (cells) => {
    const id = cells.id('id');
    const row: Row = {
      id, name: cells.text('name'), unit_code: cells.unitCode('unit_code'), level: cells.word('level', ['commune', 'province']), parent_id: cells.optionalId('parent'),
      valid_from: cells.optionalDate('valid_from'), valid_to: cells.optionalDate('valid_to'), phone: cells.optionalText('phone', 60),
    };
    return { key: id, rows: [['bodies', row], ...cells.ids('successor_of').map((before): [TableName, Row] => ['body_successions', { body_id: id, predecessor_id: before }])] };
  },
  receivers: (cells) => {
    const bodyId = cells.id('body_id');
    const kind = cells.word('kind', ['webhook']);
    const url = cells.webhookUrl('url');
    const row: Row = { id: receiverId(bodyId, kind, url), body_id: bodyId, kind, url, secret: cells.secret('secret'), takes_test: cells.flag('takes_test', false) };
    return { key: String(row.id), rows: [['receivers', row]] };
  },
};

/**
 * Reads the given files into rows of the registry's tables. Problems of every file are collected, none thrown.
 * @param asOf the `unit_as_of` of a site that gives none: the day already recorded for it, else today, so that seeding again tomorrow changes nothing
 */
export function readFiles(files: SeedFiles, asOf: (siteId: string) => LocalDate, problems: SeedProblem[]): Wanted {
  const wanted: Wanted = { rows: {}, origins: new Map() };
  for (const kind of Object.keys(HEADERS) as SeedFileKind[]) {
    const file = files[kind];
    if (!file) continue;
    for (const csv of readCsv(file, HEADERS[kind], problems)) {
      const { key, rows } = READERS[kind](new Cells(csv, problems));
      const first = wanted.origins.get(originKey(kind, key));
      if (first) {
        problems.push({ file: file.name, line: csv.line, column: '', problem: `says again what line ${first.line} says of the same ${WHAT[kind]}`, remedy: 'keep one of the two lines' });
        continue;
      }
      wanted.origins.set(originKey(kind, key), { file: file.name, line: csv.line });
      for (const [table, row] of rows) {
        if (table === 'sites') row.unit_as_of ??= asOf(String(row.id));
        (wanted.rows[table] ??= []).push(row);
      }
    }
  }
  return wanted;
}

/** As `checkRegistry` names an event. */
export const eventKey = (siteId: string, from: LocalDate): string => `${siteId}/${from}`;

export const originKey = (kind: string, key: string): string => `${kind}\n${key}`;

/** The receivers that a file takes off. One that is not registered is a problem: most likely a slip in its address, and the real one would go on getting alerts. */
export function readRemovals(file: CsvFile, registered: readonly Row[], wanted: Wanted, problems: SeedProblem[]): Row[] {
  const byId = new Map(registered.map((row) => [row.id, row]));
  return readCsv(file, REMOVED_RECEIVERS, problems).flatMap(({ cells, line }) => {
    const { body_id: bodyId = '', kind = '', url = '' } = cells;
    const id = receiverId(bodyId, kind, url);
    const problem = (what: string, remedy: string) => void problems.push({ file: file.name, line, column: 'url', problem: what, remedy });
    const row = byId.get(id);
    if (row === undefined) problem(`${bodyId} has no ${kind} '${url.slice(0, 80)}'`, 'give body_id, kind and url exactly as they were seeded');
    if (wanted.origins.has(originKey('receivers', id))) problem('the same receiver stands in the --receivers file', 'keep it in one of the two files');
    return row === undefined ? [] : [row];
  });
}
