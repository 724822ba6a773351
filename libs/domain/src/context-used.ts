import { dayClassOf, localHourOf } from './calendar';
import type { Incident } from './incident';
import { findJurisdiction } from './jurisdiction';
import { occupancyOf } from './occupancy';
import { zoneKey, type Site, type Zone } from './registry';
import { ALONE } from './memory/situation';
import type { ContextUsed, RiskContext } from './risk';

/** What the site's memory says of an incident. */
export type Remembered = Pick<ContextUsed, 'baseline' | 'situation'>;

export const NOTHING_REMEMBERED: Remembered = Object.freeze({ baseline: null, situation: ALONE });

/** Everything beside the event that its assessment looks at. Keys in order: see canonicalJson. */
export function contextUsed(incident: Incident, context: RiskContext, { baseline, situation }: Remembered = NOTHING_REMEMBERED): ContextUsed {
  const { registry } = context;
  const site = registry.sites.get(incident.siteId);
  const zone = incident.zone === null ? undefined : registry.zones.get(zoneKey(incident.siteId, incident.zone));
  const occupancy = occupancyOf(incident, context);
  const place = occupancy === null ? (zone ?? site) : occupancy.zone === null ? site : zone;
  return {
    areaM2: positive(areaOf(place)),
    baseline,
    capacity: positive(place?.capacity),
    dayClass: dayClassOf(incident.occurredAt, registry.siteEvents.get(incident.siteId)),
    jurisdictionNote: site === undefined ? 'body-not-recorded' : (findJurisdiction(registry, site, incident.occurredAt)?.note ?? null),
    localHour: localHourOf(incident.occurredAt),
    occupancy,
    situation,
    water: zone?.water ?? false,
    zoneKnown: incident.zone === null || zone !== undefined,
  };
}

function areaOf(place: Site | Zone | undefined): number | null {
  return place !== undefined && 'areaM2' in place ? place.areaM2 : null;
}

/** A capacity or area of zero is a gap in the register, not a place for nobody. */
function positive(value: number | null | undefined): number | null {
  return value !== null && value !== undefined && value > 0 ? value : null;
}
