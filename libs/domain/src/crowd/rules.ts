import type { RiskLevel } from '../risk';

/** The postures that a known crowd can have, rising. */
export const CROWD_STEPS = ['normal', 'watch', 'high', 'stop-inflow', 'breach'] as const;
export type CrowdStep = (typeof CROWD_STEPS)[number];

/** What the police are told of is at least `high`. */
export const CROWD_ALERT_LEVELS = ['high', 'critical'] as const satisfies readonly RiskLevel[];
export type CrowdAlertLevel = (typeof CROWD_ALERT_LEVELS)[number];

/** From this value on (`above`: only beyond it) a place is at least at `step`. */
export interface CrowdBand {
  step: CrowdStep;
  from: number;
  above?: boolean;
}

/** By what rules a crowd is judged: the section `crowd` of a policy. Times are seconds, shares are parts of one, hours are those of Việt Nam. */
export interface CrowdRules {
  /** People present / capacity; rising. */
  ratio: { bands: readonly CrowdBand[] };
  /** People per square metre; rising. */
  density: { bands: readonly CrowdBand[] };
  /** People entering per minute / people who can leave per minute through the zone's exits; rising. */
  inflow: { bands: readonly CrowdBand[]; peoplePerMetreAndMinute: number };
  /** A step is left when every reading of `seconds` lay more than `hysteresis` (a share of the threshold) below it. */
  hold: { hysteresis: number; seconds: number };
  /** A reading that is older than this is not the present. */
  fresh: { seconds: number };
  /**
   * From which step on the police are told, and how loud; every step above has a level too, and none is lower. Told again at the same level where the
   * crowd grew by `againShare` of the capacity, or by `againDensity` people per square metre, beyond the most that was told.
   */
  alert: { levels: Readonly<Partial<Record<CrowdStep, CrowdAlertLevel>>>; againShare: number; againDensity: number };
  /**
   * More than `share` of the capacity (at least `people`) and `sharePerMinute` more for each minute since the last reading that was believed is
   * a jump; a second reading that agrees with it, `agreeSeconds` later, is believed, but not where it says that `people` or fewer are left. More than `mostRatio` times the capacity, or `mostDensity` people
   * per square metre, is never believed, however often it is said: no place holds so many.
   */
  jump: { share: number; people: number; sharePerMinute: number; agreeSeconds: number; mostRatio: number; mostDensity: number };
  /**
   * A measured count of at least `people` that stays within `spread` of its greatest for `seconds`, in `readings` or more, none more than
   * `gapSeconds` after the last, between two hours of the day (of a whole site: until `siteToHour`), is stuck; it lives again when it leaves the band by `moves`.
   */
  stall: { people: number; spread: number; seconds: number; readings: number; gapSeconds: number; fromHour: number; toHour: number; siteToHour: number; moves: number };
  /**
   * Where no reading came for `gapSeconds` over the hour `dayBegins`, and the evening had `people` or more: a morning with at most `reset` of
   * them began anew, one with at least `kept` did not. A zone is taken to empty at night, a whole site once it did so on `nights` of the nights
   * remembered; neither any more after it kept its count `givesUp` nights in a row. Where counts come all night, the place began anew where the last
   * `gapSeconds` before `dayBegins` had at most `reset` of the day's most; it did not where they never had less than `kept` of the last count
   * before them, and that is a fault only of a place, zone or site, that emptied on `nights` of the nights remembered.
   */
  night: { dayBegins: number; gapSeconds: number; people: number; reset: number; kept: number; nights: number; givesUp: number; remembered: number };
  /**
   * Counters at the doors, where their windows follow upon each other (`windowTolerance`): a count that differs from the last plus entered minus
   * left by more than `share` and `people` contradicts them.
   */
  drift: { share: number; people: number; windowTolerance: number };
}
