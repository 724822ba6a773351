import { checkPublishers, checkReceivers, checkSiteEvents, checkSites, checkZones } from './check-places';
import { checkBodies, checkSuccessions, checkUnits } from './check-units';
import type { Registry } from './registry';

/** What is wrong with one row of the registry: the file it belongs to, its key, and one English sentence that names the remedy. */
export interface RegistryProblem {
  file: 'units' | 'successions' | 'bodies' | 'sites' | 'zones' | 'events' | 'publishers' | 'receivers';
  key: string;
  problem: string;
}

/**
 * Everything that keeps a registry from being used, all at once; empty: it may be seeded, and `policeBodyAt`, `responsibleNow`, `bodyChain`
 * and `assess` then have an answer for each of its sites and bodies. Keys of the maps are the rows' ids; whether they are unique is for the
 * reader of the files to say.
 */
export function checkRegistry(registry: Registry): RegistryProblem[] {
  return [
    ...checkUnits(registry.units),
    ...checkSuccessions(registry.successions, registry.units),
    ...checkBodies(registry),
    ...checkSites(registry),
    ...checkZones(registry),
    ...checkSiteEvents(registry),
    ...checkPublishers(registry),
    ...checkReceivers(registry),
  ];
}
