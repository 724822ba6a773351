import type { Incident, Instant } from './incident';
import { zoneKey, type Registry } from './registry';
import type { OccupancyUsed, RiskContext } from './risk';
import { OCCUPANCY_WINDOW_MS, type VisitorVolume, type VolumeReading } from './visitor-volume';

/**
 * Which visitor volume an incident is judged with: that of its zone, else that of its site; of a zone that a count cannot be compared with (no capacity,
 * no area on record) only where the site has none: an overfull site must not look empty. The stored reading with the greatest
 * `measuredAt` within [occurredAt − 30 min, occurredAt], both ends included; measured before declared; never a forecast. A declared one that was
 * counted is worth more than a measured one before it: the counter was doubted meanwhile, and what it said before is not the present.
 *
 * Of two readings of one place, kind and instant the greater count is taken: so the answer depends on *which* readings are known, never on
 * the order in which they came, and any cutting of the stream into chunks gives the same result.
 */
export function occupancyOf(incident: Incident, { registry, volumes }: RiskContext): OccupancyUsed | null {
  const at = incident.occurredAt;
  const inZone = incident.zone === null ? null : latestReading(volumes.get(zoneKey(incident.siteId, incident.zone)), at);
  const inSite = inZone !== null && isMeasured(incident, registry) ? null : latestReading(volumes.get(zoneKey(incident.siteId, '')), at);
  const reading = inSite ?? inZone;
  if (reading === null) return null;
  return {
    ageSeconds: Math.floor((at - reading.measuredAt) / 1000),
    count: reading.occupancy,
    measuredAt: reading.measuredAt,
    volumeKind: reading.volumeKind,
    zone: reading.zone,
  };
}

/** Whether the zone has a capacity or an area; zero is a gap in the register. */
function isMeasured({ siteId, zone }: Incident, registry: Registry): boolean {
  const found = zone === null ? undefined : registry.zones.get(zoneKey(siteId, zone));
  return (found?.capacity ?? 0) > 0 || (found?.areaM2 ?? 0) > 0;
}

/** Guests at the whole site at that instant, as an incident is judged with them; null: not known. */
export function guestsOf(incident: Incident, volumes: RiskContext['volumes']): number | null {
  return latestReading(volumes.get(zoneKey(incident.siteId, '')), incident.occurredAt)?.occupancy ?? null;
}

function latestReading(list: readonly VolumeReading[] | undefined, at: Instant): VolumeReading | null {
  if (list === undefined) return null;
  let measured: VolumeReading | null = null;
  let declared: VolumeReading | null = null;
  for (let i = firstAfter(list, at) - 1; i >= 0; i--) {
    const reading = list[i];
    if (reading === undefined || reading.measuredAt < at - OCCUPANCY_WINDOW_MS) break;
    if (measured !== null && reading.measuredAt < measured.measuredAt) break;
    if (reading.volumeKind === 'measured') measured = preferred(measured, reading);
    if (reading.volumeKind === 'declared') declared = preferred(declared, reading);
  }
  if (measured !== null && declared?.counted === true && declared.measuredAt > measured.measuredAt) return declared;
  return measured ?? declared;
}

/** Readings are met from the latest backwards: the later instant wins, at one instant the greater count, of equal ones the one that was counted. */
function preferred(found: VolumeReading | null, next: VolumeReading): VolumeReading {
  if (found === null) return next;
  return next.measuredAt === found.measuredAt && !covers(found, next) ? next : found;
}

/** Whether a reading makes another one of its place, kind and instant redundant. */
const covers = (one: VolumeReading, other: VolumeReading): boolean =>
  one.occupancy > other.occupancy || (one.occupancy === other.occupancy && (one.counted === true || other.counted !== true));

/** Index of the first reading measured after `at`; the list rises in `measuredAt`. */
function firstAfter(list: readonly VolumeReading[], at: Instant): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const reading = list[middle];
    if (reading !== undefined && reading.measuredAt <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The context with one more stored volume. The given context is not changed; only the list of the volume's place is copied.
 *
 * Bound: a list grows by at most one reading per volume, forecasts and repeats add none, and a context lives for one chunk; so a list holds
 * at most what was loaded for the chunk plus one reading per event of it. Nothing is dropped by age: an incident may be days late, and its
 * window lies where *it* occurred. Dropping would make the answer depend on where the stream was cut.
 * @param taken by the crowd of its place (`observeCrowd`)
 */
export function observe(volume: VisitorVolume, context: RiskContext, taken = false): RiskContext {
  if (volume.volumeKind === 'forecast') return context;
  const place = zoneKey(volume.siteId, volume.zone ?? '');
  const list = withReading(context.volumes.get(place) ?? [], {
    siteId: volume.siteId,
    zone: volume.zone,
    measuredAt: volume.measuredAt,
    occupancy: volume.occupancy,
    volumeKind: volume.volumeKind,
    ...(taken && volume.volumeKind === 'declared' ? { counted: true } : {}),
  });
  return list === null ? context : { ...context, volumes: new Map(context.volumes).set(place, list) };
}

/** The list with the reading at its place; null where one of the same kind and instant makes it redundant. */
function withReading(list: readonly VolumeReading[], reading: VolumeReading): VolumeReading[] | null {
  const at = firstAfter(list, reading.measuredAt);
  for (let i = at - 1; i >= 0; i--) {
    const other = list[i];
    if (other === undefined || other.measuredAt !== reading.measuredAt) break;
    if (other.volumeKind === reading.volumeKind && covers(other, reading)) return null;
  }
  return [...list.slice(0, at), reading, ...list.slice(at)];
}

/** What a store hands over becomes a context's `volumes`: by place, rising in `measuredAt`, without forecasts. */
export function readingsByPlace(readings: Iterable<VolumeReading>): Map<string, VolumeReading[]> {
  const places = new Map<string, VolumeReading[]>();
  for (const reading of readings) {
    if (reading.volumeKind === 'forecast') continue;
    const place = zoneKey(reading.siteId, reading.zone ?? '');
    const list = places.get(place);
    if (list === undefined) places.set(place, [reading]);
    else list.push(reading);
  }
  for (const list of places.values()) list.sort((a, b) => a.measuredAt - b.measuredAt);
  return places;
}
