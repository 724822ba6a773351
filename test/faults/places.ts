import type { CrowdPlace } from '@vong-gac/domain';

/** The sites of a run. Records of one go to one partition: several make several partitions busy. */
export const SITES = ['khu-1', 'khu-2', 'khu-3', 'khu-4'] as const;
/** So many seeds in a row have a zone of their own: what is known of a crowd outlives the seed, and counts of an earlier hour would change nothing. */
const ZONES = 1_000;
const ZONE = /^san-\d+$/;
const CAPACITY = 300;

/** The zone that fills up in a seed: a yard of its own, of each site by turns. */
export function crowdPlaceOf(seed: number): { siteId: string; zone: string } {
  const number = seed % ZONES;
  return { siteId: SITES[number % SITES.length] ?? SITES[0], zone: `san-${number}` };
}

/** As the registry has it; null: not such a zone. */
export const measured = (siteId: string, zone: string | null): CrowdPlace | null => (zone !== null && ZONE.test(zone) ? { siteId, zone, areaM2: CAPACITY, capacity: CAPACITY, exitWidthM: null } : null);

/** For the registry: `site_id,id,name,area_m2,capacity,water,exit_width_m`. */
export const crowdZones = (): string => Array.from({ length: ZONES }, (_, seed) => crowdPlaceOf(seed)).map(({ siteId, zone }) => `${siteId},${zone},Sân ${zone},${CAPACITY},${CAPACITY},false,\n`).join('');

const MINUTE_MS = 60_000;

/** Counts of one zone, the latest a few seconds old: almost full, over capacity, fuller yet. Then, where it empties, low enough for longer than a step is held (ten minutes). */
export function countsOf(empties: boolean): { beforeMs: number; people: number }[] {
  const filling = [[28, 200], [25, 260], [22, 295], [19, 310], [17, 345]] as const;
  const emptying = [[14, 250], [0.1, 90]] as const;
  return [...filling, ...(empties ? emptying : [])].map(([minutes, people]) => ({ beforeMs: minutes * MINUTE_MS, people }));
}
