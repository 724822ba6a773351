import type { CrowdMeasures, CrowdPosture } from './crowd';
import { gaugesOf, reachedStep } from './posture';
import type { CrowdRules } from './rules';

/** How full a place would be. */
export interface CrowdForecast {
  /** `unknown`: nothing on record to compare a number with. */
  posture: CrowdPosture;
  /** People / capacity, people / m²; null: not on record. */
  ratio: number | null;
  density: number | null;
}

/** What so many people would make of a place, by the bands that counts are judged by. For planning: no forecast raises an alert or grades an incident. */
export function crowdForecast(people: number, measures: CrowdMeasures, rules: CrowdRules): CrowdForecast {
  const { capacity, areaM2 } = measures;
  const gauges = gaugesOf({ zone: '', people }, measures, null, rules);
  return {
    posture: gauges.length === 0 ? 'unknown' : reachedStep(gauges),
    ratio: capacity === null ? null : people / capacity,
    density: areaM2 === null ? null : people / areaM2,
  };
}
