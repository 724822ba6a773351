import type { Instant } from '../incident';
import type { Reason } from '../risk';
import type { CrowdPosture, CrowdState, Doubt } from './crowd';
import { gaugesOf } from './posture';
import type { CrowdRules } from './rules';
import { staleReason } from './texts';
import { whyOf } from './why';

/** A place's crowd as it may be shown at an instant. */
export interface CrowdNow {
  posture: CrowdPosture;
  since: Instant;
  /** The last count that was believed, and when; null: none. It may be too old to speak of now (then the posture is unknown). */
  counted: CrowdState['counted'];
  ratio: number | null;
  density: number | null;
  reasons: Reason[];
  doubts: Doubt[];
}

/** What is stored, as of now: a count that is too old says nothing of the present. */
export function crowdNow(state: CrowdState, zone: string, now: Instant, rules: CrowdRules): CrowdNow {
  const { counted, measures, counter } = state;
  const { areaM2, capacity } = measures;
  const goneAt = (counted?.at ?? state.latest) + rules.fresh.seconds * 1_000;
  const stale = counted !== null && now > goneAt;
  const posture = stale ? 'unknown' : state.posture;
  return {
    posture,
    since: stale && state.posture !== 'unknown' ? goneAt : state.since,
    counted,
    ratio: counted === null || capacity === null ? null : counted.people / capacity,
    density: counted === null || areaM2 === null ? null : counted.people / areaM2,
    reasons: stale ? [staleReason(counted.at)] : whyOf(state, counted === null ? [] : gaugesOf({ zone, people: counted.people }, measures, null, rules), rules),
    doubts: counter.doubts,
  };
}
