/** A row by SQL column; what JSON carries. */
export type Row = Record<string, string | number | boolean | null>;

export type TableName = 'units' | 'unit_successions' | 'bodies' | 'body_successions' | 'sites' | 'zones' | 'site_events' | 'publishers' | 'publisher_sites' | 'receivers';

/** What the generic statements of seed and load need to know about a table. */
export interface Table {
  /** SQL type by column, without recorded_* and without what other programs write (a receiver's `disabled_at`). */
  columns: Readonly<Record<string, string>>;
  key: readonly string[];
  /** Rows are never changed: the old one is closed, a new one opened. */
  bitemporal: boolean;
  /** Rows belong to an owner, and a file that names the owner gives all of them. */
  owner?: { column: string; table: TableName; ownerColumn: string };
}

export const TABLES: Readonly<Record<TableName, Table>> = {
  units: {
    columns: { code: 'text', valid_from: 'date', valid_to: 'date', name: 'text', level: 'text', parent_code: 'text' },
    key: ['code', 'valid_from'],
    bitemporal: true,
  },
  unit_successions: {
    columns: { from_code: 'text', from_valid_from: 'date', to_code: 'text', to_valid_from: 'date', on_date: 'date' },
    key: ['from_code', 'from_valid_from', 'to_code', 'to_valid_from'],
    bitemporal: true,
  },
  bodies: {
    columns: { id: 'text', name: 'text', unit_code: 'text', level: 'text', parent_id: 'text', valid_from: 'date', valid_to: 'date', phone: 'text' },
    key: ['id'],
    bitemporal: true,
  },
  body_successions: {
    columns: { body_id: 'text', predecessor_id: 'text' },
    key: ['body_id', 'predecessor_id'],
    bitemporal: true,
    owner: { column: 'body_id', table: 'bodies', ownerColumn: 'id' },
  },
  sites: {
    columns: { id: 'text', name: 'text', kind: 'text', unit_code: 'text', unit_as_of: 'date', lat: 'float8', lon: 'float8', capacity: 'int', phone: 'text' },
    key: ['id'],
    bitemporal: true,
  },
  zones: {
    columns: { site_id: 'text', id: 'text', name: 'text', area_m2: 'float8', capacity: 'int', water: 'boolean', exit_width_m: 'float8' },
    key: ['site_id', 'id'],
    bitemporal: false,
  },
  site_events: {
    columns: { site_id: 'text', first_day: 'date', last_day: 'date', name: 'text' },
    key: ['site_id', 'first_day'],
    bitemporal: false,
  },
  publishers: { columns: { source: 'text' }, key: ['source'], bitemporal: false },
  publisher_sites: {
    columns: { source: 'text', site_id: 'text' },
    key: ['source', 'site_id'],
    bitemporal: false,
    owner: { column: 'source', table: 'publishers', ownerColumn: 'source' },
  },
  receivers: {
    columns: { id: 'text', body_id: 'text', kind: 'text', url: 'text', secret: 'text', takes_test: 'boolean' },
    key: ['id'],
    bitemporal: false,
  },
};

/** In the order in which they may be written: publishers before publisher_sites. */
export const TABLE_NAMES: readonly TableName[] = ['units', 'unit_successions', 'bodies', 'body_successions', 'sites', 'zones', 'site_events', 'publishers', 'publisher_sites', 'receivers'];

export type TableRows = Record<TableName, Row[]>;

/** One value for each table. */
export function byTable<T>(make: (name: TableName, table: Table) => T): Record<TableName, T> {
  const of = (name: TableName): T => make(name, TABLES[name]);
  return {
    units: of('units'), unit_successions: of('unit_successions'), bodies: of('bodies'), body_successions: of('body_successions'), sites: of('sites'), zones: of('zones'),
    site_events: of('site_events'), publishers: of('publishers'), publisher_sites: of('publisher_sites'), receivers: of('receivers'),
  };
}

export const keyOf = (table: Table, row: Row): string => JSON.stringify(table.key.map((column) => row[column] ?? null));
export const valueOf = (table: Table, row: Row): string => JSON.stringify(Object.keys(table.columns).map((column) => row[column] ?? null));
