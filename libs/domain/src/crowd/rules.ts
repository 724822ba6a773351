import type { RiskLevel } from '../risk';

/** The postures that a known crowd can have, rising. */
export const CROWD_STEPS = ['normal', 'watch', 'high', 'stop-inflow', 'breach'] as const;
export type CrowdStep = (typeof CROWD_STEPS)[number];

/** From this value on (`above`: only beyond it) a place is at least at `step`. */
export interface CrowdBand {
  step: CrowdStep;
  from: number;
  above?: boolean;
}

/** Where a group of figures comes from; `proposal: …` where nobody published one. */
interface Sourced {
  source: string;
}

/**
 * By what rules a crowd is judged: data, like the rest of a policy. Times are seconds, shares are parts of one, hours are those of Việt Nam.
 * Each group names the source of its figures.
 */
export interface CrowdRules {
  /** People present / capacity; rising. */
  ratio: Sourced & { bands: readonly CrowdBand[] };
  /** People per square metre; rising. */
  density: Sourced & { bands: readonly CrowdBand[] };
  /** People entering per minute / people who can leave per minute through the zone's exits; rising. */
  inflow: Sourced & { bands: readonly CrowdBand[]; peoplePerMetreAndMinute: number };
  /** A step is left when every reading of `seconds` lay more than `hysteresis` (a share of the threshold) below it. */
  hold: Sourced & { hysteresis: number; seconds: number };
  /** A reading that is older than this is not the present. */
  fresh: Sourced & { seconds: number };
  /** From which step on the police are told, and how loud. */
  alert: Sourced & { levels: Readonly<Partial<Record<CrowdStep, Extract<RiskLevel, 'high' | 'critical'>>>> };
  /**
   * More than `share` of the capacity (at least `people`) and `sharePerMinute` more for each minute since the last reading that was believed is
   * a jump; a second reading that agrees with it, `agreeSeconds` later, is believed.
   */
  jump: Sourced & { share: number; people: number; sharePerMinute: number; agreeSeconds: number };
  /**
   * A measured count of at least `people` that stays within `spread` of its greatest for `seconds`, in `readings` or more, none more than
   * `gapSeconds` after the last, between two hours of the day, is stuck; it lives again when it leaves the band by `moves`.
   */
  stall: Sourced & { people: number; spread: number; seconds: number; readings: number; gapSeconds: number; fromHour: number; toHour: number; moves: number };
  /**
   * Where no reading came for `gapSeconds` over the hour `dayBegins`, and the evening had `people` or more: a morning with at most `reset` of
   * them began anew, one with at least `kept` did not. A zone is taken to empty at night, a whole site once it did so on `nights` of the nights
   * remembered; neither any more after it kept its count `givesUp` nights in a row.
   */
  night: Sourced & { dayBegins: number; gapSeconds: number; people: number; reset: number; kept: number; nights: number; givesUp: number; remembered: number };
  /**
   * Counters at the doors, where their windows follow upon each other (`windowTolerance`): a count that differs from the last plus entered minus
   * left by more than `share` and `people` contradicts them.
   */
  drift: Sourced & { share: number; people: number; windowTolerance: number };
}

const FIELD_NOTES = 'proposal: the bands of the field notes';

/** The rules that hold unless a policy says otherwise. */
export const BUILT_IN_CROWD_RULES: CrowdRules = {
  ratio: {
    bands: [{ step: 'watch', from: 0.7 }, { step: 'high', from: 0.85 }, { step: 'stop-inflow', from: 0.95 }, { step: 'breach', from: 1, above: true }],
    source: `${FIELD_NOTES}; capacity as the Green Guide defines it: the least of entry, holding, exit and emergency exit`,
  },
  density: {
    bands: [{ step: 'watch', from: 2 }, { step: 'high', from: 3 }, { step: 'stop-inflow', from: 4 }, { step: 'breach', from: 5 }],
    source: "steps of Seoul's live system (from 5 people per m² red, linked to the police); Fruin: involuntary contact 3.57, dangerous forces 5.55, critical 7.1",
  },
  inflow: {
    bands: [{ step: 'high', from: 1, above: true }],
    peoplePerMetreAndMinute: 82,
    source: 'Green Guide: 82 people per metre of level exit and minute; proposal: that more enter than could leave is a posture, not yet an alert',
  },
  hold: { hysteresis: 0.05, seconds: 600, source: 'proposal: about the noise of a good counter; ten minutes, as long as a high alert waits for its officer' },
  fresh: { seconds: 1_800, source: 'the window in which an incident looks back for a volume' },
  alert: {
    levels: { 'stop-inflow': 'high', breach: 'critical' },
    source: "breach: Seoul's red, which goes to the police, and more people than the capacity; stop-inflow: proposal, so that there is time to act",
  },
  jump: { share: 0.2, people: 50, sharePerMinute: 0.1, agreeSeconds: 30, source: 'proposal: a place that fills in ten minutes is believed, one that fills between two readings is asked again' },
  stall: {
    people: 100, spread: 0.02, seconds: 10_800, readings: 6, gapSeconds: 5_400, fromHour: 9, toHour: 21, moves: 0.05,
    source: 'proposal: held against the public counts of a town pool; in any three hours of its good days they move by 2.9 % at the least, on its stuck day by 0.6 %',
  },
  night: {
    dayBegins: 5, gapSeconds: 14_400, people: 50, reset: 0.5, kept: 0.9, nights: 2, givesUp: 3, remembered: 5,
    source: 'proposal: held against the same counts: good mornings begin with 4 to 28 % of the evening before, the bad one with 99 %',
  },
  drift: { share: 0.1, people: 20, windowTolerance: 0.25, source: 'proposal: less is the noise of two ways of counting' },
};
