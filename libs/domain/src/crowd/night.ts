import { VIETNAM_OFFSET_MS } from '../registry';
import type { Count, Counter, Vigil } from './crowd';
import { hasLeft, held, newDoubt, type Ask } from './doubt';
import type { CrowdRules } from './rules';
import { notResetText } from './texts';

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How a night ended, and with what its morning is compared. */
interface Night {
  evening: Count;
  outcome: Counter['nights'][number];
  /** Counts came all night: then a count that stays may be people who stay. */
  watched: boolean;
}

/** Whether the counter began anew with the day. A doubt about it ends with a count far below the evening's, or with a night in which the place emptied. */
export const askNotReset: Ask = (counter, count, { isSite }, rules) => {
  const vigil = vigilOf(counter, count, rules);
  const before = held(counter, 'not-reset');
  const doubt = before === null || hasLeft(before, count) ? null : before;
  const night = nightThatEnds(counter, count, rules);
  if (night === null) return { remembered: { vigil }, doubt };
  const nights = [...counter.nights, night.outcome].slice(-rules.night.remembered);
  const remembered = { nights, vigil };
  if (night.outcome === 'reset' || !empties(nights, isSite || night.watched, rules)) return { remembered, doubt: null };
  return { remembered, doubt: doubt ?? newDoubt('not-reset', count, notResetText(night.evening, count), { below: night.evening.people * rules.night.reset }) };
};

/** null: no night ends with this count, or it says nothing: too few people, or some left and some stayed. */
function nightThatEnds({ last, vigil }: Counter, count: Count, rules: CrowdRules): Night | null {
  if (last === null || dayOf(last.at, rules) === dayOf(count.at, rules)) return null;
  const { gapSeconds, people, reset, kept } = rules.night;
  if (count.at - last.at >= gapSeconds * SECOND_MS) {
    const share = count.people / last.people;
    if (last.people < people || (share > reset && share < kept)) return null;
    return { evening: last, outcome: share <= reset ? 'reset' : 'kept', watched: false };
  }
  if (vigil?.evening == null || vigil.least === null) return null;
  const { evening, most } = vigil;
  const least = Math.min(vigil.least, count.people);
  if (most >= people && least <= reset * most) return { evening, outcome: 'reset', watched: true };
  return evening.people >= people && least >= kept * evening.people ? { evening, outcome: 'kept', watched: true } : null;
}

/** The day until now; a new one begins with its first count. */
function vigilOf({ last, vigil }: Counter, count: Count, rules: CrowdRules): Vigil {
  const small = isSmallHours(count.at, rules);
  const { people } = count;
  if (vigil == null || last === null || dayOf(last.at, rules) !== dayOf(count.at, rules)) return { evening: small ? null : count, least: small ? people : null, most: people };
  return { evening: small ? vigil.evening : count, least: small ? Math.min(vigil.least ?? people, people) : null, most: Math.max(vigil.most, people) };
}

/** Whether the place empties at night, by its last nights. A zone is a stage or a beach. @param onlyIfSeen guests may sleep there: not before it was seen to empty */
function empties(nights: Counter['nights'], onlyIfSeen: boolean, { night }: CrowdRules): boolean {
  const lately = nights.slice(-night.givesUp);
  if (lately.length === night.givesUp && lately.every((each) => each === 'kept')) return false;
  return !onlyIfSeen || nights.filter((each) => each === 'reset').length >= night.nights;
}

/** The last hours before the day begins, as many as a night without counts must have at least. */
function isSmallHours(at: number, { night: { dayBegins, gapSeconds } }: CrowdRules): boolean {
  return intoDay(at - dayBegins * HOUR_MS) >= DAY_MS - gapSeconds * SECOND_MS;
}

/** Milliseconds since midnight in Việt Nam. */
const intoDay = (at: number): number => (((at + VIETNAM_OFFSET_MS) % DAY_MS) + DAY_MS) % DAY_MS;
/** The day of a count; it begins with the policy's `dayBegins`. */
export const dayOf = (at: number, { night }: CrowdRules): number => Math.floor((at + VIETNAM_OFFSET_MS - night.dayBegins * HOUR_MS) / DAY_MS);
