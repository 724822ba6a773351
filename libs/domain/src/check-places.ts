import type { RegistryProblem } from './check-registry';
import { bodyInForce } from './jurisdiction';
import { isDay, type AdminUnit, type Registry, type Site } from './registry';
import { indexOf, unitOn } from './registry-index';

/** The part of `checkRegistry` that looks at places, publishers and receivers. */

export function checkSites(registry: Registry): RegistryProblem[] {
  return [...registry.sites.values()].flatMap((site): RegistryProblem[] =>
    siteProblems(registry, site).map((problem) => ({ file: 'sites', key: site.id, problem })),
  );
}

function siteProblems(registry: Registry, site: Site): string[] {
  const problems: string[] = [];
  if (!/^[a-z0-9-]{1,64}$/.test(site.id)) problems.push('its id must be 1–64 of a–z, 0–9 and -.');
  if (!isDay(site.unitAsOf)) return [...problems, `unit_as_of ${site.unitAsOf} is not a day: write YYYY-MM-DD.`];
  if (!(Math.abs(site.lat) <= 90 && Math.abs(site.lon) <= 180)) problems.push('lat and lon must be WGS 84 degrees.');
  if (!(site.capacity > 0)) problems.push('its capacity must be above zero.');
  const index = indexOf(registry);
  const home = unitOn(index, site.unitCode, site.unitAsOf);
  if (home === null) {
    const recorded = intervalsOf(registry.units, site.unitCode);
    return [...problems, `no unit ${site.unitCode} is recorded as of ${site.unitAsOf} (${recorded}): correct unit_code or unit_as_of, or add the body of that unit.`];
  }
  if (bodyInForce(index, home, site.unitAsOf) === null) problems.push(`its unit ${site.unitCode} (${home.name}) has no police body: add one to bodies first.`);
  return problems;
}

export function checkZones(registry: Registry): RegistryProblem[] {
  return [...registry.zones.values()].flatMap((zone): RegistryProblem[] => {
    const say = (problem: string): RegistryProblem => ({ file: 'zones', key: `${zone.siteId}/${zone.id}`, problem });
    const problems: RegistryProblem[] = [];
    if (!registry.sites.has(zone.siteId)) problems.push(say(`its site ${zone.siteId} is not recorded.`));
    if (zone.id === '') problems.push(say('it has no id.'));
    if (zone.areaM2 !== null && !(zone.areaM2 > 0)) problems.push(say('area_m2 must be above zero; leave it empty where it is not known.'));
    if (zone.capacity !== null && !(zone.capacity > 0)) problems.push(say('its capacity must be above zero; leave it empty where it is not known.'));
    return problems;
  });
}

export function checkSiteEvents(registry: Registry): RegistryProblem[] {
  return [...registry.siteEvents.values()].flat().flatMap((event): RegistryProblem[] => {
    const say = (problem: string): RegistryProblem => ({ file: 'events', key: `${event.siteId}/${event.from}`, problem });
    if (!registry.sites.has(event.siteId)) return [say(`its site ${event.siteId} is not recorded.`)];
    if (!isDay(event.from) || !isDay(event.to)) return [say('its days do not exist: write YYYY-MM-DD.')];
    return event.from <= event.to ? [] : [say(`it ends (${event.to}) before it begins (${event.from}): the last day counts, too.`)];
  });
}

export function checkPublishers(registry: Registry): RegistryProblem[] {
  return [...registry.publishers.values()].flatMap((publisher): RegistryProblem[] => {
    const say = (problem: string): RegistryProblem => ({ file: 'publishers', key: publisher.source, problem });
    const unknown = publisher.sites.filter((id) => id !== '*' && !registry.sites.has(id)).map((id) => say(`its site ${id} is not recorded.`));
    if (publisher.sites.includes('*') && publisher.sites.length > 1) return [...unknown, say('* stands for all sites: write it alone.')];
    return unknown;
  });
}

export function checkReceivers(registry: Registry): RegistryProblem[] {
  return registry.receivers.flatMap((receiver): RegistryProblem[] => {
    const say = (problem: string): RegistryProblem => ({ file: 'receivers', key: receiver.id, problem });
    if (receiver.kind === 'topic') return receiver.bodyId === null ? [] : [say('a topic belongs to no body.')];
    if (receiver.bodyId === null || !registry.bodies.has(receiver.bodyId)) return [say(`its body ${receiver.bodyId ?? '(none)'} is not recorded.`)];
    return [];
  });
}

/** The intervals in which a code is recorded, for a message. */
function intervalsOf(units: readonly AdminUnit[], code: string): string {
  const words = units.filter((unit) => unit.code === code).map((unit) => `${unit.validFrom ?? '…'} to ${unit.validTo ?? '…'}`);
  return words.length === 0 ? 'it is not recorded at all' : `it is recorded for ${words.join(', ')}`;
}
