import { localHourOf } from '../calendar';
import type { Count, Counter, CrowdMeasures, CrowdReading, Doubt } from './crowd';
import { hasLeft, held, newDoubt, type Ask, type Counted, type View } from './doubt';
import { askNotReset, dayOf } from './night';
import { gaugesOf, stepOf } from './posture';
import type { CrowdRules } from './rules';
import { beyondText, driftText, emptiedText, jumpText, stalledText } from './texts';

/**
 * Whether a measured count can be believed. Four doubts, each with its own end: a jump ends with a count that agrees (but not one to nobody), a stuck counter when it
 * moves, one that was not reset when it is, counters at the doors when they agree again. A count is believed when no doubt is left.
 * What no place can hold is a jump that nothing confirms.
 */

export const NEW_COUNTER: Counter = { believed: null, doors: null, doubts: [], last: null, nights: [], run: null, suspect: null, vigil: null };

const SECOND_MS = 1_000;

/** The counter after a measured reading. @param at the reading's instant, later than every one before */
export function judgeCount(counter: Counter, reading: CrowdReading, at: number, place: { isSite: boolean; measures: CrowdMeasures }, rules: CrowdRules): Counter {
  const count = { at, people: reading.occupancy };
  const views = ASKED.map((ask) => ask(counter, count, { ...place, reading }, rules));
  views.push(askDrift(counter, count, views.some(({ doubt }) => doubt !== null), rules, reading));
  const doubts = views.flatMap(({ doubt }) => (doubt === null ? [] : [doubt]));
  const believed = doubts.length === 0 ? count : counter.believed;
  const seen = views.reduce((known, { remembered }) => ({ ...known, ...remembered }), counter);
  return { ...seen, believed, doubts, last: count };
}

/** How many people may come or go between two counts. */
function mostChange(from: Count, to: Count, measures: CrowdMeasures, rules: CrowdRules): number | null {
  const holds = measures.capacity ?? (measures.areaM2 === null ? null : measures.areaM2 * densest(rules));
  if (holds === null) return null;
  const { share, people, sharePerMinute } = rules.jump;
  const throughExits = (measures.exitWidthM ?? 0) * rules.inflow.peoplePerMetreAndMinute;
  const minutes = (to.at - from.at) / (60 * SECOND_MS);
  // However long nobody counted, more than fills the place did not come unseen.
  return Math.max(people, share * holds) + Math.min(holds, Math.max(throughExits, sharePerMinute * holds) * minutes);
}

/** More people than this are in no such place. Where neither its capacity nor its area is known, nothing can be said. */
function mostPeople({ capacity, areaM2 }: CrowdMeasures, { jump }: CrowdRules): number {
  return Math.min(capacity === null ? Infinity : capacity * jump.mostRatio, areaM2 === null ? Infinity : areaM2 * jump.mostDensity);
}

/** Whether no such place holds so many. */
export const cannotHold = (people: number, measures: CrowdMeasures, rules: CrowdRules): boolean => people > mostPeople(measures, rules);

const densest = (rules: CrowdRules): number => rules.density.bands.reduce((most, { from }) => Math.max(most, from), 0);

function fits(from: Count, to: Count, measures: CrowdMeasures, rules: CrowdRules): boolean {
  const most = mostChange(from, to, measures, rules);
  return most === null || Math.abs(to.people - from.people) <= most;
}

/** Whether more would have had to come or go between two counts, in whatever order they came. What lies farther apart than a count is fresh is not compared: of what was between them nobody knows. */
export function contradicts(one: Count, other: Count, measures: CrowdMeasures, rules: CrowdRules): boolean {
  const [from, to] = one.at <= other.at ? [one, other] : [other, one];
  return to.at - from.at <= rules.fresh.seconds * SECOND_MS && !fits(from, to, measures, rules);
}

/**
 * Two counts that agree re-establish trust: a real crowd that rises fast is not called a jump for ever. Not where they say that nobody is left (`askEmptied`).
 * What no place can hold agrees with nothing, not even with itself.
 */
const askJump: Ask = (counter, count, counted, rules) => {
  const { measures } = counted;
  const { believed, suspect } = counter;
  const before = held(counter, 'jump');
  const most = mostPeople(measures, rules);
  if (count.people > most) return { remembered: {}, doubt: before !== null && (before.below === most || isEmptied(before)) ? before : newDoubt('jump', count, beyondText(count.people, most), { below: most }) };
  const emptied = askEmptied(counter, count, counted, rules);
  if (emptied !== null) return emptied;
  if (believed === null || fits(believed, count, measures, rules)) return CALM;
  const agrees = suspect !== null && fits(suspect, count, measures, rules);
  if (agrees && count.at - suspect.at >= rules.jump.agreeSeconds * SECOND_MS) return CALM;
  const seconds = (count.at - believed.at) / SECOND_MS;
  const text = jumpText(believed.people, count.people, seconds, mostChange(believed, count, measures, rules) ?? 0);
  const doubt = before !== null && before.below === null && !isEmptied(before) ? before : newDoubt('jump', count, text);
  return { remembered: { suspect: agrees ? suspect : count }, doubt };
};

const CALM: View = { remembered: { suspect: null }, doubt: null };

/** A place that emptied unseen is the one jump that a count above a figure ends. */
const isEmptied = ({ above }: Doubt): boolean => above !== null;

/**
 * A place that is suddenly as good as empty: so speaks a dead counter. Neither time nor a second such count confirms it, for a real crowd is seen leaving. The doubt
 * ends with about as many people as before, with a count that agrees with another one and did not climb from nothing (so does a counter that
 * began again with the people inside), with doors that agree, or with the next day.
 *
 * @returns null: no such fall
 */
function askEmptied(counter: Counter, count: Count, { measures, reading }: Counted, rules: CrowdRules): View | null {
  const { believed, last, suspect } = counter;
  if (believed === null || dayOf(believed.at, rules) !== dayOf(count.at, rules)) return null;
  const { people: few, agreeSeconds } = rules.jump;
  const before = held(counter, 'jump');
  const open = before !== null && isEmptied(before) ? before : null;
  if (open === null && count.people > few) return null;
  const most = mostUnseen(believed, before?.since ?? count.at, measures, rules);
  if (open === null && (most === null || believed.people - count.people <= most)) return null;
  const byDoors = countedAtDoors(counter, count, rules, reading);
  if (byDoors !== null && Math.abs(count.people - byDoors.people) <= rules.drift.people) return CALM;
  if (open === null) {
    const text = emptiedText(believed.people, count.people, (count.at - believed.at) / SECOND_MS);
    return { remembered: { suspect: null }, doubt: newDoubt('jump', count, text, { above: believed.people - (most ?? 0) }) };
  }
  if (hasLeft(open, count)) return CALM;
  const agrees = suspect !== null && count.people > few && fits(suspect, count, measures, rules);
  if (agrees && count.at - suspect.at >= agreeSeconds * SECOND_MS) return CALM;
  const climbed = last === null || fits(last, { at: last.at, people: count.people }, measures, rules);
  return { remembered: { suspect: agrees ? suspect : climbed || count.people < last.people ? null : count }, doubt: open };
}

/** How many may have left until then without a count that shows it. None by the time that passed, where it was a crowd and somebody looks every half an hour. */
function mostUnseen(believed: Count, at: number, measures: CrowdMeasures, rules: CrowdRules): number | null {
  const crowded = gaugesOf({ zone: '', people: believed.people }, measures, null, rules).some((gauge) => stepOf(gauge, 0) !== 'normal');
  const watched = crowded && at - believed.at <= rules.fresh.seconds * SECOND_MS;
  return mostChange(believed, { at: watched ? believed.at : at, people: 0 }, measures, rules);
}

const askStalled: Ask = ({ run, ...counter }, count, { isSite }, rules) => {
  const doubt = held({ run, ...counter }, 'stalled');
  if (doubt !== null && !hasLeft(doubt, count)) return { remembered: { run: null }, doubt };
  const { stall } = rules;
  const hour = localHourOf(count.at);
  if (!(hour >= stall.fromHour && hour < (isSite ? stall.siteToHour : stall.toHour))) return { remembered: { run: null }, doubt: null };
  const { people } = count;
  const begun = { at: count.at, high: people, low: people, readings: 1, since: count.at };
  if (run === null || count.at - run.at > stall.gapSeconds * SECOND_MS) return { remembered: { run: begun }, doubt: null };
  const next = { at: count.at, high: Math.max(run.high, people), low: Math.min(run.low, people), readings: run.readings + 1, since: run.since };
  if (next.high < stall.people || next.high - next.low > stall.spread * next.high) return { remembered: { run: begun }, doubt: null };
  if (next.readings < stall.readings || count.at - next.since < stall.seconds * SECOND_MS) return { remembered: { run: next }, doubt: null };
  const band = { below: next.low * (1 - stall.moves), above: next.high * (1 + stall.moves) };
  return { remembered: { run: null }, doubt: newDoubt('stalled', count, stalledText(next.low, next.high, next.since, count.at), band) };
};

/** People present by the doors since both last agreed, and how many passed in this window; null: there is no base, or the windows do not follow upon each other. */
function countedAtDoors({ doors }: Counter, count: Count, { drift }: CrowdRules, { entered, left, windowSeconds }: CrowdReading): { people: number; passed: number } | null {
  if (doors === null || entered === null || left === null || windowSeconds === null) return null;
  const gap = (count.at - doors.at) / SECOND_MS;
  const people = doors.people + entered - left;
  if (Math.abs(gap - windowSeconds) > drift.windowTolerance * windowSeconds || !Number.isFinite(people)) return null;
  return { people: Math.max(0, people), passed: entered + left };
}

/**
 * Count and doors must say the same since they last agreed. Once they did not, each window is asked by itself, and what passed in it is what they may
 * differ by: nobody knows which of the two was wrong before, but a counter that hangs while people enter is wrong in every window.
 *
 * @param elsewhere the count is doubted for another reason: it is no base for the next one, and the doors count on without it
 */
function askDrift(counter: Counter, count: Count, elsewhere: boolean, rules: CrowdRules, reading: CrowdReading): View {
  const doubt = held(counter, 'counter-drift');
  const byDoors = countedAtDoors(counter, count, rules, reading);
  if (byDoors === null) return { remembered: { doors: elsewhere ? null : count }, doubt: null };
  const doors = { at: count.at, people: byDoors.people };
  if (elsewhere) return { remembered: { doors }, doubt };
  const { share, people } = rules.drift;
  const most = Math.max(people, share * (doubt === null ? Math.max(count.people, doors.people) : byDoors.passed));
  if (Math.abs(count.people - doors.people) <= most) return { remembered: { doors: doubt === null ? doors : count }, doubt: null };
  return { remembered: { doors: count }, doubt: doubt ?? newDoubt('counter-drift', count, driftText(count.people, doors.people)) };
}

/** In the order of `IMPLAUSIBLE`, of which the first that holds is the reason of a reading; the doors are asked last, when the others have spoken. */
const ASKED: readonly Ask[] = [askStalled, askNotReset, askJump];
