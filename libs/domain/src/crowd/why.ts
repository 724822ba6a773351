import type { Reason } from '../risk';
import type { CrowdState } from './crowd';
import { reasonsOf, type Gauge } from './posture';
import type { CrowdRules } from './rules';
import { COUNT_UNKNOWN, holdReason, MEASURES_UNKNOWN } from './texts';

/** Why a place has its posture, in words and numbers. @param gauges what its count is compared with */
export function whyOf({ counted, posture, step, falling }: CrowdState, gauges: readonly Gauge[], rules: CrowdRules): Reason[] {
  if (counted === null) return [COUNT_UNKNOWN];
  if (posture === 'unknown') return [MEASURES_UNKNOWN];
  const reasons = reasonsOf(gauges, step, rules);
  return falling === null ? reasons : [...reasons, holdReason(step, falling.since, rules.hold.seconds)];
}
