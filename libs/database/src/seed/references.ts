import { checkRegistry, zoneKey, type Registry, type RegistryProblem } from '@vong-gac/domain';
import type { SeedProblem } from './csv';
import { eventKey, originKey, type SeedFileKind, type Wanted } from './files';

type Find = (kind: SeedFileKind, key: string, column: string, problem: string, remedy: string) => void;

/** What keeps the registry, as it would be, from being used. Each refusal points at the line that is to blame, or names a row that was there before. */
export function checkReferences(after: Registry, wanted: Wanted): SeedProblem[] {
  const problems: SeedProblem[] = [];
  const blamed = new Set<string>();
  const find: Find = (kind, key, column, problem, remedy) => {
    const origin = wanted.origins.get(originKey(kind, key));
    blamed.add(originKey(kind, key));
    problems.push({ file: origin?.file ?? `registry: ${kind} ${key.replace('\u0000', ' ')}`, line: origin?.line ?? 0, column, problem, remedy });
  };
  namedButMissing(after, find);
  // The domain's rules have the last word; what was said above with its column is not said again.
  for (const found of checkRegistry(after)) {
    const { kind, key } = placeOf(found);
    if (!blamed.has(originKey(kind, key)) || !/not recorded\.$/.test(found.problem)) find(kind, key, '', ...worded(found.problem));
  }
  return problems;
}

/** Ids in cells that name nothing. */
function namedButMissing(after: Registry, find: Find): void {
  for (const body of after.bodies.values()) {
    if (body.parentId !== null && !after.bodies.has(body.parentId)) find('bodies', body.id, 'parent', `the body '${body.parentId}' is not known`, 'add it to a --bodies file, or leave the cell empty');
    for (const before of body.successorOf) if (!after.bodies.has(before)) find('bodies', body.id, 'successor_of', `the body '${before}' is not known`, 'add it to a --bodies file');
  }
  for (const receiver of after.receivers) {
    if (receiver.bodyId !== null && !after.bodies.has(receiver.bodyId)) find('receivers', receiver.id, 'body_id', `the body '${receiver.bodyId}' is not known`, 'add it to a --bodies file');
  }
  for (const zone of after.zones.values()) {
    if (!after.sites.has(zone.siteId)) find('zones', zoneKey(zone.siteId, zone.id), 'site_id', `the site '${zone.siteId}' is not known`, 'add it to a --sites file');
  }
  for (const event of [...after.siteEvents.values()].flat()) {
    if (!after.sites.has(event.siteId)) find('events', eventKey(event.siteId, event.from), 'site_id', `the site '${event.siteId}' is not known`, 'add it to a --sites file');
  }
  for (const publisher of after.publishers.values()) {
    for (const site of publisher.sites) {
      if (site !== '*' && !after.sites.has(site)) find('publishers', publisher.source, 'sites', `the site '${site}' is not known`, 'add it to a --sites file, or write * for all sites');
    }
  }
}

/** Units come with the program: only their file has no kind of its own, and nobody's line is to blame. */
function placeOf({ file, key }: RegistryProblem): { kind: SeedFileKind; key: string } {
  if (file === 'units' || file === 'successions') throw new Error(`The built-in units are wrong (${key}): a fault of the program.`);
  return { kind: file, key: file === 'zones' ? key.replace('/', '\u0000') : key };
}

function worded(sentence: string): [problem: string, remedy: string] {
  const [problem = sentence, remedy] = sentence.replace(/\.$/, '').split(/: (.*)/s);
  return [problem, remedy ?? 'correct the line, or the row that it names'];
}
