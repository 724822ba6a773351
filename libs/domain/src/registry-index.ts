import { isValidOn, overlaps, type AdminUnit, type LocalDate, type PoliceBody, type Receiver, type Registry, type Site } from './registry';
import type { Jurisdiction } from './jurisdiction';

/** What jurisdiction looks up, prepared once per registry. A registry is replaced as a whole when it changes, so the index lives and dies with it. */
export interface RegistryIndex {
  /** Per code, rising in `validFrom`: the same code names other territory in another interval. */
  unitsByCode: ReadonlyMap<string, readonly AdminUnit[]>;
  successors: ReadonlyMap<AdminUnit, readonly AdminUnit[]>;
  predecessors: ReadonlyMap<AdminUnit, readonly AdminUnit[]>;
  /** Per unit code: commune bodies before province bodies, then by `validFrom` and id. */
  bodiesByUnit: ReadonlyMap<string, readonly PoliceBody[]>;
  /** Per body id: the bodies that succeed it, by id. */
  bodySuccessors: ReadonlyMap<string, readonly PoliceBody[]>;
  /** Webhooks per body, and the topics under the key null; in the order of the registry. */
  receiversByBody: ReadonlyMap<string | null, readonly Receiver[]>;
  /** What was last found for a site: most events are of the same day as the one before. */
  lastFound: WeakMap<Site, { day: LocalDate; found: Jurisdiction | null }>;
}

const indexes = new WeakMap<Registry, RegistryIndex>();

export function indexOf(registry: Registry): RegistryIndex {
  const known = indexes.get(registry);
  if (known !== undefined) return known;
  const index = buildIndex(registry);
  indexes.set(registry, index);
  return index;
}

/** The unit that a code named on a day; null: none. */
export function unitOn(index: RegistryIndex, code: string, day: LocalDate): AdminUnit | null {
  return index.unitsByCode.get(code)?.find((unit) => isValidOn(unit, day)) ?? null;
}

/** The body of a unit on a day; null: none is known. */
export function bodyOn(index: RegistryIndex, code: string, day: LocalDate): PoliceBody | null {
  return index.bodiesByUnit.get(code)?.find((body) => isValidOn(body, day)) ?? null;
}

/** The first body of a unit that is there on a day or later, while the unit lasts; null: none is known. */
export function bodyFrom(index: RegistryIndex, unit: AdminUnit, day: LocalDate): PoliceBody | null {
  const validFrom = unit.validFrom !== null && unit.validFrom > day ? unit.validFrom : day;
  return index.bodiesByUnit.get(unit.code)?.find((body) => overlaps(body, { validFrom, validTo: unit.validTo })) ?? null;
}

function buildIndex(registry: Registry): RegistryIndex {
  const bodies = [...registry.bodies.values()].sort(byLevelStartAndId);
  const implied = impliedUnits(registry, bodies);
  const unitsByCode = groupBy([...registry.units, ...implied].sort(byStartAndName), (unit) => unit.code);
  const links = [...recordedLinks(registry, unitsByCode), ...impliedLinks(registry, unitsByCode, new Set(implied))];
  return {
    unitsByCode,
    successors: uniqueTargets(links),
    predecessors: uniqueTargets(links.map(([from, to]): Link => [to, from])),
    bodiesByUnit: groupBy(bodies, (body) => body.unitCode),
    bodySuccessors: successorsById(registry),
    receiversByBody: groupBy(registry.receivers, (receiver) => receiver.bodyId),
    lastFound: new WeakMap(),
  };
}

type Link = readonly [from: AdminUnit, to: AdminUnit];
type UnitsByCode = RegistryIndex['unitsByCode'];

function recordedLinks(registry: Registry, units: UnitsByCode): Link[] {
  return registry.successions.flatMap((s): Link[] => {
    const from = units.get(s.fromCode)?.find((unit) => unit.validFrom === s.fromValidFrom);
    const to = units.get(s.toCode)?.find((unit) => unit.validFrom === s.toValidFrom);
    return from === undefined || to === undefined ? [] : [[from, to]];
  });
}

/**
 * Registries are seeded from files that name bodies but no units. A code that only bodies name stands for one unit per body, with the body's
 * interval; and what succeeds the body succeeds that unit.
 */
function impliedUnits(registry: Registry, bodies: readonly PoliceBody[]): AdminUnit[] {
  const recorded = new Set(registry.units.map((unit) => unit.code));
  return bodies
    .filter((body) => !recorded.has(body.unitCode))
    .map((body) => ({ code: body.unitCode, name: body.name, level: body.level, parentCode: null, validFrom: body.validFrom, validTo: body.validTo }));
}

function impliedLinks(registry: Registry, units: UnitsByCode, implied: ReadonlySet<AdminUnit>): Link[] {
  const unitOfBody = (body: PoliceBody | undefined): AdminUnit | undefined =>
    body === undefined ? undefined : units.get(body.unitCode)?.find((unit) => overlaps(unit, body));
  return [...registry.bodies.values()].flatMap((body) =>
    body.successorOf.flatMap((id): Link[] => {
      const from = unitOfBody(registry.bodies.get(id));
      const to = unitOfBody(body);
      if (from === undefined || to === undefined || from === to) return [];
      return implied.has(from) || implied.has(to) ? [[from, to]] : [];
    }),
  );
}

function uniqueTargets(links: readonly Link[]): Map<AdminUnit, AdminUnit[]> {
  const targets = new Map<AdminUnit, Set<AdminUnit>>();
  for (const [from, to] of links) targets.set(from, (targets.get(from) ?? new Set()).add(to));
  return new Map([...targets].map(([from, to]) => [from, [...to].sort(byStartAndName)]));
}

function successorsById(registry: Registry): Map<string, PoliceBody[]> {
  const pairs = [...registry.bodies.values()].flatMap((body) => [...new Set(body.successorOf)].map((id) => ({ id, body })));
  return new Map([...groupBy(pairs, (pair) => pair.id)].map(([id, list]) => [id, list.map((pair) => pair.body).sort((a, b) => order(a.id, b.id))]));
}

/** Items by a key, in their order. */
export function groupBy<K, V>(items: readonly V[], keyOf: (item: V) => K): Map<K, V[]> {
  const groups = new Map<K, V[]>();
  for (const item of items) {
    const key = keyOf(item);
    const list = groups.get(key);
    if (list === undefined) groups.set(key, [item]);
    else list.push(item);
  }
  return groups;
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
/** An open start sorts before every day. */
const start = (x: { validFrom: LocalDate | null }): string => x.validFrom ?? '';

function byStartAndName(a: AdminUnit, b: AdminUnit): number {
  return order(start(a), start(b)) || order(a.code, b.code) || order(a.name, b.name);
}

function byLevelStartAndId(a: PoliceBody, b: PoliceBody): number {
  return order(a.level, b.level) || order(start(a), start(b)) || order(a.id, b.id);
}
