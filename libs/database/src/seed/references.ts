import { zoneKey, type Registry } from '@vong-gac/domain';
import type { SeedProblem } from './csv';
import { originKey, type SeedFileKind, type Wanted } from './files';

type Find = (kind: SeedFileKind, key: string, column: string, problem: string, remedy: string) => void;

/** Does every id that the registry would then name exist in it? Each refusal points at the line that names it. */
export function checkReferences(after: Registry, wanted: Wanted): SeedProblem[] {
  const problems: SeedProblem[] = [];
  const find: Find = (kind, key, column, problem, remedy) => {
    const origin = wanted.origins.get(originKey(kind, key));
    problems.push({ file: origin?.file ?? `registry: ${kind} ${key.replace('\u0000', ' ')}`, line: origin?.line ?? 0, column, problem, remedy });
  };
  checkBodies(after, find);
  checkPlaces(after, find);
  return problems;
}

function checkBodies(after: Registry, find: Find): void {
  const codes = new Set(after.units.map((unit) => unit.code));
  for (const body of after.bodies.values()) {
    if (!codes.has(body.unitCode)) find('bodies', body.id, 'unit_code', `the unit ${body.unitCode} is not known`, `use one of the units that the program knows: ${[...codes].sort().join(' ')}`);
    if (body.parentId !== null && !after.bodies.has(body.parentId)) find('bodies', body.id, 'parent', `the body '${body.parentId}' is not known`, 'add it to a --bodies file, or leave the cell empty');
    for (const before of body.successorOf) {
      if (before === body.id) find('bodies', body.id, 'successor_of', 'the body succeeds itself', 'name the body before it');
      else if (!after.bodies.has(before)) find('bodies', body.id, 'successor_of', `the body '${before}' is not known`, 'add it to a --bodies file');
    }
    if (body.validFrom !== null && body.validTo !== null && body.validFrom >= body.validTo) find('bodies', body.id, 'valid_to', 'not after valid_from', 'write the first day on which the body no longer exists');
  }
  for (const receiver of after.receivers) {
    if (receiver.bodyId !== null && !after.bodies.has(receiver.bodyId)) find('receivers', receiver.id, 'body_id', `the body '${receiver.bodyId}' is not known`, 'add it to a --bodies file');
  }
}

function checkPlaces(after: Registry, find: Find): void {
  for (const zone of after.zones.values()) {
    if (!after.sites.has(zone.siteId)) find('zones', zoneKey(zone.siteId, zone.id), 'site_id', `the site '${zone.siteId}' is not known`, 'add it to a --sites file');
  }
  for (const publisher of after.publishers.values()) {
    for (const site of publisher.sites) {
      if (site !== '*' && !after.sites.has(site)) find('publishers', publisher.source, 'sites', `the site '${site}' is not known`, 'add it to a --sites file, or write * for all sites');
    }
  }
}
