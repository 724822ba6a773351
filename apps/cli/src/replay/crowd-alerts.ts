import type { StoredReading } from '@vong-gac/database';
import { crowdAlertStep, DEFAULT_ACKNOWLEDGE_LIMITS, observeCrowd, type AlertState, type CrowdAlertEffect, type CrowdMeasures, type CrowdState, type Instant, type RiskPolicy } from '@vong-gac/domain';

/** A policy remembers 30 nights of a counter at most, and what it believes of it: readings of this long before the range are taken without being counted. */
export const WARM_UP_MS = 31 * 86_400_000;

/** Alerts about one place's crowd. */
export interface PlaceAlerts {
  siteId: string;
  /** null: the whole site. */
  zone: string | null;
  stored: number;
  new: number;
}

/** Alerts about crowds: raised, and raised again by a higher level. */
export interface CrowdAlerts {
  readings: number;
  stored: number;
  new: number;
  /** Those that differ, the greatest difference first; PLACES_MAX at most. */
  places: PlaceAlerts[];
}

const PLACES_MAX = 10;

/** One side's alerts of a place. */
class Told {
  raised = 0;
  private readonly alerts = new Map<string, AlertState>();

  take(effect: CrowdAlertEffect | null, siteId: string, counted: boolean): void {
    if (effect === null) return;
    const step = crowdAlertStep({ effect, siteId, alert: this.alerts.get(effect.firstId) ?? null, policeBodyId: '', now: 0, limits: DEFAULT_ACKNOWLEDGE_LIMITS });
    if (step === null) return;
    this.alerts.set(effect.firstId, step.state);
    if (counted && step.change === 'raised') this.raised++;
  }
}

/** What another policy would have told of the same counts. Officers who closed an alert in between are left out on both sides. */
export class CrowdsAgain {
  private place: { siteId: string; zone: string; state: CrowdState | null; measures: CrowdMeasures; stored: Told; again: Told } | null = null;
  private readings = 0;
  private readonly all: PlaceAlerts[] = [];

  /** @param from what was measured before only prepares */
  constructor(
    private readonly policy: RiskPolicy,
    private readonly from: Instant,
  ) {}

  /** Place by place, in the order in which readings were taken. */
  take({ siteId, zone, reading, change, measures }: StoredReading): void {
    if (this.place === null || this.place.siteId !== siteId || this.place.zone !== zone) {
      this.ends();
      this.place = { siteId, zone, state: null, measures: measures ?? { areaM2: null, capacity: null, exitWidthM: null }, stored: new Told(), again: new Told() };
    }
    const { place } = this;
    const counted = reading.measuredAt >= this.from;
    if (counted) this.readings++;
    if (change !== null) place.measures = change.measures; // as the place then was
    place.stored.take(change?.alert ?? null, siteId, counted);
    const seen = observeCrowd(place.state, reading, { siteId, zone, ...place.measures }, this.policy);
    if (seen.taken) place.state = seen.state;
    place.again.take(seen.change?.alert ?? null, siteId, counted);
  }

  result(): CrowdAlerts {
    this.ends();
    const sum = (side: 'stored' | 'new'): number => this.all.reduce((total, each) => total + each[side], 0);
    const places = this.all.filter((each) => each.stored !== each.new).sort((a, b) => Math.abs(b.new - b.stored) - Math.abs(a.new - a.stored)).slice(0, PLACES_MAX);
    return { readings: this.readings, stored: sum('stored'), new: sum('new'), places };
  }

  private ends(): void {
    if (this.place === null) return;
    const { siteId, zone, stored, again } = this.place;
    this.all.push({ siteId, zone: zone === '' ? null : zone, stored: stored.raised, new: again.raised });
    this.place = null;
  }
}
