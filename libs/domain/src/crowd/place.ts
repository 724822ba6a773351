import { zoneKey, type Registry } from '../registry';
import type { CrowdPlace } from './crowd';

/** A place and what it may hold, as the registry has it. @param zone null or empty: the whole site. @returns null: not registered */
export function registeredPlace(registry: Pick<Registry, 'sites' | 'zones'>, siteId: string, zone: string | null): CrowdPlace | null {
  if (zone === null || zone === '') {
    const site = registry.sites.get(siteId);
    return site === undefined ? null : { siteId, zone: '', areaM2: null, capacity: site.capacity, exitWidthM: null };
  }
  const found = registry.zones.get(zoneKey(siteId, zone));
  return found === undefined ? null : { siteId, zone, areaM2: found.areaM2, capacity: found.capacity, exitWidthM: found.exitWidthM };
}
