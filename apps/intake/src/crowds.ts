import { registeredPlace, observeCrowd, zoneKey, type CrowdChange, type CrowdObservation, type CrowdPlace, type CrowdPolicy, type CrowdState, type Registry, type VisitorVolume } from '@vong-gac/domain';
import type { CrowdChangeWrite, CrowdWrite } from '@vong-gac/database';

/** A volume of a place on record, and what it did to what is known of the place's crowd. */
export interface CrowdSeen extends CrowdObservation {
  place: CrowdPlace;
}

/** The crowds that a chunk's volumes speak of: as they are stored, then volume by volume. */
export class Crowds {
  private readonly states: Map<string, CrowdState>;
  private readonly touched = new Map<string, { place: CrowdPlace; baseRevision: number; changes: CrowdChangeWrite[] }>();

  constructor(
    stored: ReadonlyMap<string, CrowdState>,
    private readonly registry: Registry,
    private readonly policy: CrowdPolicy,
  ) {
    this.states = new Map(stored);
  }

  /** @returns null: the zone is not registered; the volume is stored, and nothing is known to compare it with. */
  observe(volume: VisitorVolume): CrowdSeen | null {
    const place = registeredPlace(this.registry, volume.siteId, volume.zone);
    if (place === null) return null;
    const key = zoneKey(place.siteId, place.zone);
    const before = this.states.get(key) ?? null;
    const seen = observeCrowd(before, volume, place, this.policy);
    if (seen.taken) {
      this.states.set(key, seen.state);
      this.note(key, place, before?.revision ?? 0, seen.change, volume);
    }
    return { ...seen, place };
  }

  private note(key: string, place: CrowdPlace, revision: number, change: CrowdChange | null, { source, eventId }: VisitorVolume): void {
    const touched = this.touched.get(key) ?? { place, baseRevision: revision, changes: [] };
    this.touched.set(key, touched);
    if (change !== null) touched.changes.push({ change, source, eventId });
  }

  /** The states that changed, each once, as they stand now. */
  changed(): CrowdWrite[] {
    return [...this.touched].flatMap(([key, { place: { siteId, zone }, baseRevision, changes }]) => {
      const state = this.states.get(key);
      return state === undefined ? [] : [{ siteId, zone, state, baseRevision, changes }];
    });
  }
}
