import { SAMPLE_POLICY } from '../sample-policy.spec-support';
import { at } from '../sample.spec-support';
import type { CrowdObservation, CrowdPlace, CrowdReading, CrowdState } from './crowd';
import { observeCrowd } from './observe';

/** A pool of a town, as its counter publishes it: a zone that empties at night. */
export const POOL: CrowdPlace = { siteId: 'dai-lai', zone: 'pool', capacity: 4_000, areaM2: null, exitWidthM: null };
export const STAGE: CrowdPlace = { siteId: 'dai-lai', zone: 'stage', capacity: 3_000, areaM2: 1_000, exitWidthM: null };
export const SITE: CrowdPlace = { siteId: 'dai-lai', zone: '', capacity: 5_500, areaM2: null, exitWidthM: null };

/** `count('2025-07-19 20:00', 900)` */
export function count(local: string, occupancy: number, more: Partial<CrowdReading> = {}): CrowdReading {
  const measuredAt = more.measuredAt ?? at(local);
  return {
    source: '/sites/dai-lai/gates', eventId: `v-${local}`, measuredAt, receivedAt: measuredAt + 1_000, occupancy, entered: null, left: null, windowSeconds: null,
    volumeKind: 'measured', ...more,
  };
}

/** A day as a table of counts: `'09:26 199, 09:44 286'`. */
export function day(date: string, counts: string, more: Partial<CrowdReading> = {}): CrowdReading[] {
  return counts.split(',').map((each) => {
    const [time = '', people = ''] = each.trim().split(/\s+/);
    return count(`${date} ${time}`, Number(people), more);
  });
}

/** One after the other. */
export function watch(readings: readonly CrowdReading[], place: CrowdPlace, from: CrowdState | null = null): CrowdObservation[] {
  let state = from;
  return readings.map((reading) => {
    const seen = observeCrowd(state, reading, place, SAMPLE_POLICY);
    if (seen.taken) ({ state } = seen);
    return seen;
  });
}

export const last = <T>(list: readonly T[]): T => {
  const item = list.at(-1);
  if (item === undefined) throw new Error('an empty list');
  return item;
};

/** When and why counts were not believed: `07-04 09:00 not-reset`. */
export function marks(readings: readonly CrowdReading[], seen: readonly CrowdObservation[]): string[] {
  return seen.flatMap(({ implausible }, i) => (implausible === null ? [] : [`${readings[i]?.eventId.slice(7)} ${implausible}`]));
}
