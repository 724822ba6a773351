import type { Reason } from '../risk';
import type { CrowdMeasures, CrowdReading, CrowdState } from './crowd';
import { CROWD_STEPS, type CrowdBand, type CrowdRules, type CrowdStep } from './rules';
import { densityReason, inflowReason, ratioReason, type Numbers } from './texts';

/** One thing that a crowd is measured by: its value, its bands, and how it is said. */
export interface Gauge {
  value: number;
  bands: readonly CrowdBand[];
  reason(step: CrowdStep): Reason;
}

export const stepRank = (step: CrowdStep): number => CROWD_STEPS.indexOf(step);
const stepAt = (rank: number): CrowdStep => CROWD_STEPS[rank] ?? 'normal';

/** What a count can be compared with. @param inflow people entering per minute; null: not known */
export function gaugesOf(numbers: Numbers, measures: CrowdMeasures, inflow: number | null, rules: CrowdRules): Gauge[] {
  const { people } = numbers;
  const { capacity, areaM2, exitWidthM } = measures;
  const gauges: Gauge[] = [];
  if (capacity !== null) gauges.push({ value: people / capacity, bands: rules.ratio.bands, reason: (step) => ratioReason(numbers, capacity, step) });
  if (areaM2 !== null) gauges.push({ value: people / areaM2, bands: rules.density.bands, reason: (step) => densityReason(numbers, areaM2, step) });
  if (exitWidthM !== null && inflow !== null) {
    const flow = exitWidthM * rules.inflow.peoplePerMetreAndMinute;
    gauges.push({ value: inflow / flow, bands: rules.inflow.bands, reason: (step) => inflowReason(inflow, flow, step) });
  }
  return gauges;
}

/** People entering per minute, by the counters at the doors, else by how the count rose since the last one that was believed. */
export function inflowOf(reading: CrowdReading, at: number, state: CrowdState | null, rules: CrowdRules): number | null {
  const { entered, windowSeconds } = reading;
  if (entered !== null && windowSeconds !== null && windowSeconds >= SHORTEST_SECONDS) return (entered * 60) / windowSeconds;
  const before = state?.counter.believed ?? null;
  const seconds = before === null ? 0 : (at - before.at) / 1_000;
  if (before === null || seconds < SHORTEST_SECONDS || seconds > rules.fresh.seconds) return null;
  return Math.max(0, ((reading.occupancy - before.people) * 60) / seconds);
}

/** Over less than this, one group at the gate looks like a stream. */
const SHORTEST_SECONDS = 60;

/** The step of one gauge. @param slack share of a threshold by which the value may lie below it and still hold it */
export function stepOf({ value, bands }: Gauge, slack: number): CrowdStep {
  let rank = 0;
  for (const { step, from, above } of bands) {
    const reaches = slack > 0 ? value >= from * (1 - slack) : above === true ? value > from : value >= from;
    if (reaches) rank = Math.max(rank, stepRank(step));
  }
  return stepAt(rank);
}

const highest = (gauges: readonly Gauge[], slack: number): CrowdStep => stepAt(Math.max(0, ...gauges.map((gauge) => stepRank(stepOf(gauge, slack)))));

/** The highest step that a gauge reaches. */
export const reachedStep = (gauges: readonly Gauge[]): CrowdStep => highest(gauges, 0);

/**
 * The step after one more count. It rises at once. It falls when every count of the hold lay below it, clear of its threshold, and then to the
 * highest that those still held: a value that trembles on a threshold stays above it.
 */
export function nextStep(step: CrowdStep, falling: CrowdState['falling'], gauges: readonly Gauge[], at: number, rules: CrowdRules): Pick<CrowdState, 'step' | 'falling'> {
  const reached = reachedStep(gauges);
  if (stepRank(reached) >= stepRank(step)) return { step: reached, falling: null };
  const holds = highest(gauges, rules.hold.hysteresis);
  if (stepRank(holds) >= stepRank(step)) return { step, falling: null };
  if (falling === null) return { step, falling: { since: at, step: holds } };
  const highestHeld = stepRank(holds) > stepRank(falling.step) ? holds : falling.step;
  if (at - falling.since < rules.hold.seconds * 1_000) return { step, falling: { since: falling.since, step: highestHeld } };
  return { step: highestHeld, falling: stepRank(holds) < stepRank(highestHeld) ? { since: at, step: holds } : null };
}

/** Why a place is at its step: each gauge that says something, the gravest first. Only where none reaches the step any more does one speak that holds it. */
export function reasonsOf(gauges: readonly Gauge[], step: CrowdStep, rules: CrowdRules): Reason[] {
  const slack = stepRank(reachedStep(gauges)) >= stepRank(step) ? 0 : rules.hold.hysteresis;
  return gauges
    .map((gauge) => ({ gauge, rank: Math.min(stepRank(stepOf(gauge, slack)), stepRank(step)) }))
    .filter(({ gauge, rank }) => rank > 0 || gauge === gauges[0])
    .sort((a, b) => b.rank - a.rank)
    .map(({ gauge, rank }) => gauge.reason(stepAt(rank)));
}
