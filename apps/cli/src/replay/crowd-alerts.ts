import type { StoredReading } from '@vong-gac/database';
import {
  crowdAlertStep, DEFAULT_ACKNOWLEDGE_LIMITS, levelRank, observeCrowd, UNMEASURED,
  type AlertState, type CrowdChange, type CrowdMeasures, type CrowdPolicy, type CrowdPosture, type CrowdReading, type CrowdState, type Instant, type PolicyVersion, type RiskPolicy,
} from '@vong-gac/domain';
import { CrowdDifferences, type CrowdDifference, type CrowdTold, type Side, type SideTold } from './crowd-differences';

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
  /** Counts after which the place had another posture than was stored. */
  postures: number;
  /** Those with another number of alerts, the greatest difference first; PLACES_MAX at most. */
  places: PlaceAlerts[];
  /** How often one side raised, lowered or took back an alert alone, or earlier. */
  different: number;
  /** The worst of them first; ten at most. */
  differences: CrowdDifference[];
}

const PLACES_MAX = 10;

/** How stored counts are judged again. */
export interface CrowdsAgainRules {
  /** Of which counts alerts are counted; the others only prepare. */
  counts: (reading: CrowdReading) => boolean;
  /** By what the others are judged. @param then by what they were judged when they came */
  prepares: (then: PolicyVersion) => CrowdPolicy;
  /** Alerts count when the crowd was counted; else when the count was received. */
  asItHappened: boolean;
  /** Hears of each alert that is counted. @param crowdAt when the crowd was counted; @param at when it is told */
  onRaised?: (side: Side, siteId: string, crowdAt: Instant, at: Instant) => void;
}

/** One side's alerts of a place. */
class Told {
  raised = 0;
  /** The open alert; null: none is. */
  standing: AlertState | null = null;
  private readonly alerts = new Map<string, AlertState>();

  /** What the police are told by it; null: nothing, or the same level again. */
  take(change: CrowdChange | null, siteId: string): CrowdTold | null {
    const effect = change?.alert ?? null;
    if (change === null || effect === null) return null;
    const step = crowdAlertStep({ effect, siteId, alert: this.alerts.get(effect.firstId) ?? null, policeBodyId: '', now: 0, limits: DEFAULT_ACKNOWLEDGE_LIMITS });
    if (step === null) return null;
    this.alerts.set(effect.firstId, step.state);
    const before = this.standing;
    this.standing = step.change === 'cancelled' ? null : step.state;
    if (step.change !== 'updated') return { change: step.change, step: change.to, level: effect.level };
    return before !== null && levelRank(effect.level) < levelRank(before.level) ? { change: 'lowered', step: change.to, level: effect.level } : null;
  }
}

interface Place {
  siteId: string;
  zone: string;
  state: CrowdState | null;
  /** As they were when the count came: of the last change that was stored. */
  measures: CrowdMeasures;
  judgedBy: PolicyVersion | null;
  posture: CrowdPosture;
  told: Record<Side, Told>;
}

/** What another policy would have told of the same counts. Officers who closed an alert in between are left out on both sides. */
export class CrowdsAgain {
  private place: Place | null = null;
  private readings = 0;
  private postures = 0;
  private readonly all: PlaceAlerts[] = [];
  private readonly differences = new CrowdDifferences();

  constructor(
    private readonly policy: RiskPolicy,
    private readonly rules: CrowdsAgainRules,
  ) {}

  /** Place by place, in the order in which readings were taken. @throws what `onRaised` throws */
  take({ siteId, zone, reading, change, last }: StoredReading): void {
    const place = this.placeOf(siteId, zone, last);
    if (change !== null) ({ measures: place.measures, policy: place.judgedBy, to: place.posture } = change);
    const counted = this.rules.counts(reading);
    const policy = counted || place.judgedBy === null ? this.policy : this.rules.prepares(place.judgedBy);
    const seen = observeCrowd(place.state, reading, { siteId, zone, ...place.measures }, policy);
    if (seen.taken) place.state = seen.state;
    const stored = this.tell(place, 'stored', change, counted ? reading : null);
    const again = this.tell(place, 'new', seen.change, counted ? reading : null);
    if (!counted) return;
    this.readings++;
    if (seen.state.posture !== place.posture) this.postures++;
    this.differences.take(placeName(place), this.toldAt(reading), { stored, new: again });
  }

  result(): CrowdAlerts {
    this.ends();
    const sum = (side: Side): number => this.all.reduce((total, each) => total + each[side], 0);
    const places = this.all.filter((each) => each.stored !== each.new).sort((a, b) => Math.abs(b.new - b.stored) - Math.abs(a.new - a.stored)).slice(0, PLACES_MAX);
    return { readings: this.readings, stored: sum('stored'), new: sum('new'), postures: this.postures, places, different: this.differences.count, differences: this.differences.worst() };
  }

  private placeOf(siteId: string, zone: string, last: CrowdChange | null): Place {
    if (this.place !== null && this.place.siteId === siteId && this.place.zone === zone) return this.place;
    this.ends();
    const { measures = UNMEASURED, policy: judgedBy = null, to: posture = 'unknown' as const } = last ?? {};
    return (this.place = { siteId, zone, state: null, measures, judgedBy, posture, told: { stored: new Told(), new: new Told() } });
  }

  /** @param counted null: it only prepares */
  private tell({ siteId, told }: Place, side: Side, change: CrowdChange | null, counted: CrowdReading | null): SideTold {
    const by = told[side];
    const now = by.take(change, siteId);
    if (counted !== null && change !== null && now?.change === 'raised') {
      by.raised++;
      this.rules.onRaised?.(side, siteId, change.at, this.toldAt(counted));
    }
    return { standing: by.standing, told: now };
  }

  private toldAt({ measuredAt, receivedAt }: CrowdReading): Instant {
    return this.rules.asItHappened ? Math.min(measuredAt, receivedAt) : receivedAt;
  }

  private ends(): void {
    this.differences.ends();
    if (this.place === null) return;
    this.all.push({ ...placeName(this.place), stored: this.place.told.stored.raised, new: this.place.told.new.raised });
    this.place = null;
  }
}

const placeName = ({ siteId, zone }: Place): Pick<PlaceAlerts, 'siteId' | 'zone'> => ({ siteId, zone: zone === '' ? null : zone });
