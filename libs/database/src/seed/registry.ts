import { zoneKey, type PoliceBody, type Publisher, type Receiver, type Registry, type Site, type SiteEventDays, type Zone, type AdminUnit, type UnitSuccession } from '@vong-gac/domain';
import type { Row, TableRows } from './tables';

const text = (row: Row, column: string): string => String(row[column]);
const maybe = (row: Row, column: string): string | null => (row[column] === null || row[column] === undefined ? null : String(row[column]));
const amount = (row: Row, column: string): number => Number(row[column]);
const maybeAmount = (row: Row, column: string): number | null => (row[column] === null || row[column] === undefined ? null : Number(row[column]));

function oneOf<W extends string>(row: Row, column: string, words: readonly W[]): W {
  const found = words.find((word) => word === row[column]);
  if (found === undefined) throw new Error(`The registry's ${column} holds '${text(row, column)}': the schema is not the one of this program; run vong-gac migrate.`);
  return found;
}

function grouped(rows: Row[], owner: string, member: string): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const row of rows) {
    const group = groups.get(text(row, owner)) ?? [];
    group.push(text(row, member));
    groups.set(text(row, owner), group);
  }
  return groups;
}

const validity = (row: Row): { validFrom: string | null; validTo: string | null } => ({ validFrom: maybe(row, 'valid_from'), validTo: maybe(row, 'valid_to') });

const toUnit = (row: Row): AdminUnit => ({
  code: text(row, 'code'), name: text(row, 'name'), level: oneOf(row, 'level', ['commune', 'district', 'province']), parentCode: maybe(row, 'parent_code'), ...validity(row),
});
const toSuccession = (row: Row): UnitSuccession => ({
  fromCode: text(row, 'from_code'), fromValidFrom: maybe(row, 'from_valid_from'), toCode: text(row, 'to_code'), toValidFrom: maybe(row, 'to_valid_from'), on: text(row, 'on_date'),
});
const toBody = (row: Row, successorOf: string[]): PoliceBody => ({
  id: text(row, 'id'), name: text(row, 'name'), unitCode: text(row, 'unit_code'), level: oneOf(row, 'level', ['commune', 'province']), parentId: maybe(row, 'parent_id'), successorOf,
  phone: maybe(row, 'phone'), ...validity(row),
});
const toSite = (row: Row): Site => ({
  id: text(row, 'id'), name: text(row, 'name'), kind: text(row, 'kind'), unitCode: text(row, 'unit_code'), unitAsOf: text(row, 'unit_as_of'), lat: amount(row, 'lat'), lon: amount(row, 'lon'),
  capacity: amount(row, 'capacity'), phone: maybe(row, 'phone'),
});
const toZone = (row: Row): Zone => ({
  siteId: text(row, 'site_id'), id: text(row, 'id'), name: text(row, 'name'), areaM2: maybeAmount(row, 'area_m2'), capacity: maybeAmount(row, 'capacity'), water: row.water === true,
  exitWidthM: maybeAmount(row, 'exit_width_m'),
});
const toEvent = (row: Row): SiteEventDays => ({ siteId: text(row, 'site_id'), from: text(row, 'first_day'), to: text(row, 'last_day'), name: text(row, 'name') });
const toReceiver = (row: Row): Receiver => ({
  id: text(row, 'id'), bodyId: maybe(row, 'body_id'), kind: oneOf(row, 'kind', ['webhook', 'topic']), url: text(row, 'url'), takesTest: row.takes_test === true, disabled: row.disabled === true,
});

function eventsBySite(rows: Row[]): Map<string, SiteEventDays[]> {
  const sites = new Map<string, SiteEventDays[]>();
  for (const event of rows.map(toEvent)) sites.set(event.siteId, [...(sites.get(event.siteId) ?? []), event]);
  return sites;
}

/** Rows as the domain looks at them. Secrets never get this far. */
export function toRegistry(rows: TableRows, version: number): Registry {
  const before = grouped(rows.body_successions, 'body_id', 'predecessor_id');
  const sitesOf = grouped(rows.publisher_sites, 'source', 'site_id');
  const bodies = rows.bodies.map((row) => toBody(row, before.get(text(row, 'id')) ?? []));
  const zones = rows.zones.map(toZone);
  const publishers = rows.publishers.map((row): Publisher => ({ source: text(row, 'source'), sites: sitesOf.get(text(row, 'source')) ?? [] }));
  return {
    version,
    units: rows.units.map(toUnit),
    successions: rows.unit_successions.map(toSuccession),
    bodies: new Map(bodies.map((body) => [body.id, body])),
    sites: new Map(rows.sites.map(toSite).map((site) => [site.id, site])),
    zones: new Map(zones.map((zone) => [zoneKey(zone.siteId, zone.id), zone])),
    siteEvents: eventsBySite(rows.site_events),
    publishers: new Map(publishers.map((publisher) => [publisher.source, publisher])),
    receivers: rows.receivers.map(toReceiver),
  };
}
