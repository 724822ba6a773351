import { canonicalJson } from '../canonical-json';
import { levelRank, type RiskLevel } from '../risk';
import type { Counter, CrowdAlertEffect, CrowdChange, CrowdMeasures, CrowdObservation, CrowdPlace, CrowdPolicy, CrowdPosture, CrowdReading, CrowdState, Implausible } from './crowd';
import { cannotHold, contradicts, judgeCount, NEW_COUNTER } from './plausible';
import { gaugesOf, inflowOf, nextStep, type Gauge } from './posture';
import type { CrowdRules } from './rules';
import { explainCrowd } from './texts';
import { whyOf } from './why';

/**
 * What one more volume of a place does to what is known of its crowd. Pure and total: the same state, reading, place and policy give the same
 * bytes, and the state is all that is remembered, so that any cutting of the stream gives the same result.
 *
 * A forecast, a reading at or before the latest one, and a declared count while a measured one is fresh, or of more people than the place can hold, change history only. A reading counts
 * from when it was measured, or received, where the publisher's clock runs ahead: otherwise one fast clock would make the next readings late.
 */
export function observeCrowd(state: CrowdState | null, reading: CrowdReading, place: CrowdPlace, policy: CrowdPolicy): CrowdObservation {
  const { crowd: rules } = policy;
  const at = Math.min(reading.measuredAt, reading.receivedAt);
  const measures = measuresOf(place);
  if (!isTaken(state, reading, at, measures, rules)) return { state: state ?? untouched(place, policy), implausible: doubtOfHistory(state, reading, at, measures, rules), taken: false, change: null };
  const before = state?.counter ?? NEW_COUNTER;
  const counter = reading.volumeKind === 'measured' ? judgeCount(before, reading, at, { isSite: place.zone === '', measures }, rules) : before;
  const implausible = reading.volumeKind === 'measured' ? (counter.doubts[0]?.word ?? null) : null;
  const counts = implausible === null;
  const gauges = counts ? gaugesOf({ zone: place.zone, people: reading.occupancy }, measures, inflowOf(reading, at, state, rules), rules) : [];
  const counted = counts ? { at, kind: reading.volumeKind, people: reading.occupancy } : stillDeclared(state, at, rules);
  const present = presence(state, { counts, counted, gauges, at, measures }, rules);
  const { posture } = present;
  const level = posture === 'unknown' ? null : (rules.alert.levels[posture] ?? null);
  const fresh = reading.receivedAt - at <= rules.fresh.seconds * 1_000;
  const { alert, effect } = nextAlert(state?.alert ?? null, { posture, level, fresh, raises: present.falling === null, people: counts ? reading.occupancy : null, measures }, reading, place, rules);
  const next: CrowdState = {
    alert, counted, counter, falling: present.falling, latest: at, measures, policy: versionOf(policy), posture, revision: (state?.revision ?? 0) + 1,
    since: state?.posture === posture ? state.since : at, step: present.step,
  };
  return { state: next, implausible, taken: true, change: changeOf(state, next, { at, gauges, effect }, place, rules) };
}

function isTaken(state: CrowdState | null, reading: CrowdReading, at: number, measures: CrowdMeasures, rules: CrowdRules): boolean {
  const { volumeKind, occupancy } = reading;
  if (volumeKind === 'forecast' || !Number.isFinite(at) || !(occupancy >= 0 && Number.isFinite(occupancy))) return false;
  if (volumeKind === 'declared' && cannotHold(occupancy, measures, rules)) return false;
  if (state === null) return true;
  if (at <= state.latest) return false;
  const measured = state.counted?.kind === 'measured' ? state.counted : null;
  return volumeKind === 'measured' || measured === null || at - measured.at > rules.fresh.seconds * 1_000;
}

/**
 * Why a count that is not taken is not believed either: incidents near it would be judged by it, and its day remembered by it. No place holds so many; the
 * counter was in doubt already when it was measured; or no so many came or went until the last count that is believed.
 */
function doubtOfHistory(state: CrowdState | null, { volumeKind, occupancy }: CrowdReading, at: number, measures: CrowdMeasures, rules: CrowdRules): Implausible | null {
  if (volumeKind === 'forecast') return null;
  if (cannotHold(occupancy, measures, rules)) return 'jump';
  if (volumeKind === 'declared') return null;
  const { believed = null, doubts = [] } = state?.counter ?? {};
  const doubt = doubts.find(({ since }) => since <= at);
  if (doubt !== undefined) return doubt.word;
  return believed !== null && contradicts(believed, { at, people: occupancy }, measures, rules) ? 'jump' : null;
}

/** The state of a place of which nothing was taken yet. */
function untouched(place: CrowdPlace, policy: CrowdPolicy): CrowdState {
  return { alert: null, counted: null, counter: NEW_COUNTER, falling: null, latest: 0, measures: measuresOf(place), policy: versionOf(policy), posture: 'unknown', revision: 0, since: 0, step: 'normal' };
}

const versionOf = ({ id, version }: CrowdPolicy): CrowdState['policy'] => ({ id, version });

/** A measure of zero is a gap in the register, not a place for nobody. */
function measuresOf({ areaM2, capacity, exitWidthM }: CrowdMeasures): CrowdMeasures {
  return { areaM2: positive(areaM2), capacity: positive(capacity), exitWidthM: positive(exitWidthM) };
}

const positive = (value: number | null): number | null => (value !== null && value > 0 && Number.isFinite(value) ? value : null);

/** Where the counter is not believed, what somebody declared holds on for as long as it is fresh. */
function stillDeclared(state: CrowdState | null, at: number, rules: CrowdRules): CrowdState['counted'] {
  const counted = state?.counted ?? null;
  return counted?.kind === 'declared' && at - counted.at <= rules.fresh.seconds * 1_000 ? counted : null;
}

interface Presence {
  counts: boolean;
  counted: CrowdState['counted'];
  gauges: readonly Gauge[];
  at: number;
  measures: CrowdMeasures;
}

/**
 * While a count is not known the step stands still, and the hold begins anew afterwards. A step that nothing spoke of for longer than a reading is
 * fresh is none of the present any more, unless the police were told of it: an alert is taken back only by a hold.
 */
function presence(state: CrowdState | null, { counts, counted, gauges, at, measures }: Presence, rules: CrowdRules): Pick<CrowdState, 'posture' | 'step' | 'falling'> {
  const known = Math.max(state?.counted?.at ?? -Infinity, state?.counter.believed?.at ?? -Infinity);
  const lapsed = state === null || (state.alert === null && at - known > rules.fresh.seconds * 1_000);
  const step = lapsed ? 'normal' : state.step;
  if (counted === null || (measures.capacity === null && measures.areaM2 === null)) return { posture: 'unknown', step, falling: null };
  if (!counts) return { posture: state?.posture ?? 'unknown', step, falling: state?.falling ?? null };
  const next = nextStep(step, lapsed ? null : state.falling, gauges, at, rules);
  return { posture: next.step, ...next };
}

/**
 * Only a fresh reading changes an alert: nobody can act on a crowd of yesterday, and what went down then may have risen since. Raising needs one that
 * reaches the step itself, not one of a crowd that is going. What is not known changes no alert. A crowd that went down for the hold takes its alert back. One that grows on while its level stays is told again at every `isWorse`.
 */
function nextAlert(
  alert: CrowdState['alert'],
  now: { posture: CrowdPosture; level: RiskLevel | null; fresh: boolean; raises: boolean; people: number | null; measures: CrowdMeasures },
  { source, eventId }: CrowdReading,
  { zone }: CrowdPlace,
  rules: CrowdRules,
): { alert: CrowdState['alert']; effect: CrowdAlertEffect | null } {
  const { level } = now;
  const ownId = crowdEventId(zone, eventId);
  // Ids are unique per source: a volume of another publisher than the one that began the alert is named with it.
  const causeId = alert === null || alert.source === crowdSource(source) ? ownId : `${ownId}@${source}`;
  if (!now.fresh || now.posture === 'unknown' || (level === null && alert === null)) return { alert, effect: null };
  if (alert === null) {
    if (level === null || !now.raises) return { alert, effect: null };
    const begun = { firstId: ownId, level, people: now.people ?? 0, source: crowdSource(source) };
    return { alert: begun, effect: effectOf(begun, 'raise', causeId) };
  }
  if (level === null) return { alert: null, effect: effectOf(alert, 'cancel', causeId) };
  const rises = levelRank(level) > levelRank(alert.level) || (level === alert.level && isWorse(alert.people, now, rules));
  if (rises ? !now.raises : level === alert.level) return { alert, effect: null };
  const changed = { ...alert, level, people: Math.max(alert.people, now.people ?? 0) };
  return { alert: changed, effect: effectOf(changed, 'change', causeId) };
}

const effectOf = ({ firstId, level, source }: NonNullable<CrowdState['alert']>, change: CrowdAlertEffect['change'], causeId: string): CrowdAlertEffect => ({ causeId, change, firstId, level, source });

function isWorse(told: number, { people, measures: { areaM2, capacity } }: { people: number | null; measures: CrowdMeasures }, { alert: { againDensity, againShare } }: CrowdRules): boolean {
  const more = (people ?? 0) - told;
  return (areaM2 !== null && more >= againDensity * areaM2) || (capacity !== null && more >= againShare * capacity);
}

/** Ends the `source` of a crowd's alerts: (source, id) of an incident never names one of them, and their deliveries never share an id. */
export const CROWD_SOURCE_END = '#crowd';
export const crowdSource = (source: string): string => `${source}${CROWD_SOURCE_END}`;
export const crowdEventId = (zone: string, eventId: string): string => `crowd:${zone}:${eventId}`;

interface Happened {
  at: number;
  gauges: readonly Gauge[];
  effect: CrowdAlertEffect | null;
}

/** null: nothing that anybody would want to read later. */
function changeOf(before: CrowdState | null, after: CrowdState, { at, gauges, effect }: Happened, { zone }: CrowdPlace, rules: CrowdRules): CrowdChange | null {
  const rest = ({ counter, measures, policy, posture: at }: CrowdState): string => canonicalJson([at, wordsOf(counter), measures, policy]);
  if (before !== null && effect === null && rest(before) === rest(after)) return null;
  const { counted, measures, policy, posture } = after;
  const { areaM2, capacity } = measures;
  const doubts = after.counter.doubts.map(({ word, text }) => ({ text, word }));
  const reasons = whyOf(after, gauges.length > 0 || counted === null ? gauges : gaugesOf({ zone, people: counted.people }, measures, null, rules), rules);
  const believedAgain = doubts.length === 0 && (before?.counter.doubts.length ?? 0) > 0;
  return {
    alert: effect, at, density: counted === null || areaM2 === null ? null : counted.people / areaM2, doubts,
    explanation: explainCrowd(posture, reasons, doubts, believedAgain), from: before?.posture ?? null, measures, occupancy: counted?.people ?? null, policy,
    ratio: counted === null || capacity === null ? null : counted.people / capacity, reasons, revision: after.revision, since: after.since, to: posture,
  };
}

const wordsOf = ({ doubts }: Counter): string => doubts.map(({ word }) => word).join(' ');
