import type { StoredReading } from '@vong-gac/database';
import { crowdAlertStep, DEFAULT_ACKNOWLEDGE_LIMITS, observeCrowd, type AlertState, type CrowdChange, type CrowdMeasures, type CrowdState, type Instant, type RiskPolicy, UNMEASURED } from '@vong-gac/domain';
import { REPORTS_MAX, TooManyReports, type CrowdsRaised, type Raised } from './alert-load';

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

/** The police body that an alert about a site's crowd goes to. */
export type BodyAt = (siteId: string, at: Instant) => string;

/** One side's alerts of a place. */
class Told {
  raised = 0;
  private readonly alerts = new Map<string, AlertState>();

  constructor(
    private readonly bodyAt: BodyAt,
    private readonly noteRaised: (raised: Raised) => void,
  ) {}

  /** @param at when it is told; null: it only prepares */
  take(change: CrowdChange | null, siteId: string, at: Instant | null): void {
    const effect = change?.alert ?? null;
    if (change === null || effect === null) return;
    const step = crowdAlertStep({ effect, siteId, alert: this.alerts.get(effect.firstId) ?? null, policeBodyId: this.bodyAt(siteId, change.at), now: 0, limits: DEFAULT_ACKNOWLEDGE_LIMITS });
    if (step === null) return;
    this.alerts.set(effect.firstId, step.state);
    if (at === null || step.change !== 'raised') return;
    this.raised++;
    this.noteRaised({ at, policeBodyId: step.state.policeBodyId });
  }
}

/** What another policy would have told of the same counts. Officers who closed an alert in between are left out on both sides. */
export class CrowdsAgain {
  private place: { siteId: string; zone: string; state: CrowdState | null; measures: CrowdMeasures; stored: Told; again: Told } | null = null;
  private readings = 0;
  private readonly all: PlaceAlerts[] = [];
  /** So far, place by place. */
  readonly raised: { before: Raised[]; after: Raised[] } = { before: [], after: [] };

  constructor(
    private readonly policy: RiskPolicy,
    private readonly rules: {
      /** What was measured before only prepares. */
      from: Instant;
      /** Alerts count when the crowd was counted; else when the count was received. */
      asItHappened: boolean;
      bodyAt: BodyAt;
    },
  ) {}

  /** Place by place, in the order in which readings were taken. @throws TooManyReports */
  take({ siteId, zone, reading, change, measures }: StoredReading): void {
    if (this.place === null || this.place.siteId !== siteId || this.place.zone !== zone) {
      this.ends();
      this.place = { siteId, zone, state: null, measures: measures ?? UNMEASURED, stored: this.told('before'), again: this.told('after') };
    }
    const { place } = this;
    const counted = reading.measuredAt >= this.rules.from;
    if (counted) this.readings++;
    const toldAt = (of: CrowdChange | null): Instant | null => (!counted || of === null ? null : this.rules.asItHappened ? of.at : reading.receivedAt);
    if (change !== null) place.measures = change.measures; // as the place then was
    place.stored.take(change, siteId, toldAt(change));
    const seen = observeCrowd(place.state, reading, { siteId, zone, ...place.measures }, this.policy);
    if (seen.taken) place.state = seen.state;
    place.again.take(seen.change, siteId, toldAt(seen.change));
  }

  result(): CrowdAlerts {
    this.ends();
    const sum = (side: 'stored' | 'new'): number => this.all.reduce((total, each) => total + each[side], 0);
    const places = this.all.filter((each) => each.stored !== each.new).sort((a, b) => Math.abs(b.new - b.stored) - Math.abs(a.new - a.stored)).slice(0, PLACES_MAX);
    return { readings: this.readings, stored: sum('stored'), new: sum('new'), places };
  }

  private told(side: keyof CrowdsRaised): Told {
    return new Told(this.rules.bodyAt, (raised) => {
      if (this.raised.before.length + this.raised.after.length >= REPORTS_MAX) throw new TooManyReports(`crowds raise more than ${REPORTS_MAX} alerts`);
      this.raised[side].push(raised);
    });
  }

  private ends(): void {
    if (this.place === null) return;
    const { siteId, zone, stored, again } = this.place;
    this.all.push({ siteId, zone: zone === '' ? null : zone, stored: stored.raised, new: again.raised });
    this.place = null;
  }
}
