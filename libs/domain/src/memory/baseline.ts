import { dayClassOf } from '../calendar';
import type { DayClass } from '../risk';
import type { LocalDate, SiteEventDays } from '../registry';
import { earsTail, poissonTail } from './tails';

/**
 * How many incidents of a kind a site is used to, and whether what happens now is more than chance. Days are calendar days in Việt Nam.
 *
 * The rate is kept per 1,000 guests, by category and class of day; the tail is Poisson's, with a guard: nothing is a surprise before enough was
 * seen. Until there are enough days, EARS C2 compares the day with the week before it, two days left out (Hutwagner et al. 2003, CDC).
 */

/** Days before the rate is used. Proposal: two weeks hold each day of the week twice. */
const POISSON_DAYS_MIN = 14;
/** EARS C2: a baseline of 7 days that ends 3 days before the day in question. */
const C2_DAYS = 7;
const C2_GAP = 2;
/** A class of day with fewer days than this says nothing of its own: then all days count. Proposal. */
const CLASS_DAYS_MIN = 4;
/** Half an event is added to every count: what was never seen is rare, not impossible (Jeffreys' prior). */
const PRIOR_COUNT = 0.5;
/** Window in which incidents of one category are counted. Proposal: what a duty officer has in mind. */
export const BASELINE_WINDOW_HOURS = 2;
export const BASELINE_WINDOW_MS = BASELINE_WINDOW_HOURS * 3_600_000;

/** What an assessment compares with; stored with it. */
export interface BaselineUsed {
  /** Days that the expectation rests on. */
  days: number;
  /** Incidents expected in the window. */
  expected: number;
  method: 'poisson' | 'ears-c2';
  /** Incidents of the category in the window, this one included. */
  observed: number;
  /** Standard deviation of the days before (EARS); null for Poisson. */
  spread: number | null;
  windowHours: number;
}

/** Incidents of one category on one day. */
export interface DayCount {
  category: string;
  day: LocalDate;
  count: number;
}

/** The most guests that a site had on one day. */
export interface DayPeak {
  day: LocalDate;
  peak: number;
}

interface ClassSums {
  days: number;
  count: number;
  /** Of days whose guests are known: incidents, and guests. */
  countOfKnown: number;
  guests: number;
}

/** What is known of a site before one day. Never changed: a new day loads it anew. */
export interface SiteHistory {
  day: LocalDate;
  /** Days from the first record of the site to the day before `day`. */
  days: number;
  /** By category; a category without any incident has none. */
  categories: ReadonlyMap<string, CategoryHistory>;
  /** What a category without any incident has: the days and the guests. */
  none: CategoryHistory;
}

export interface CategoryHistory {
  byClass: ReadonlyMap<DayClass, ClassSums>;
  all: ClassSums;
  /** Counts of the days of EARS C2's baseline, oldest first. */
  week: readonly number[];
  /** On `day` itself, when the history was loaded. */
  today: number;
}

/**
 * @param counts incidents per category and day, up to and including `day`
 * @param peaks guests per day
 * @param classOf the class of a day at this site
 */
export function historyOf(day: LocalDate, counts: readonly DayCount[], peaks: readonly DayPeak[], classOf: (day: LocalDate) => DayClass): SiteHistory {
  const guests = new Map(peaks.map((each) => [each.day, each.peak]));
  const before = daysBetween(firstDay(day, counts, peaks), day);
  const byCategory = new Map<string, Map<LocalDate, number>>();
  for (const { category, day: on, count } of counts) {
    const days = byCategory.get(category) ?? new Map<LocalDate, number>();
    byCategory.set(category, days.set(on, (days.get(on) ?? 0) + count));
  }
  const of = (days: ReadonlyMap<LocalDate, number>): CategoryHistory => categoryHistory(day, before, days, guests, classOf);
  return { day, days: before.length, categories: new Map([...byCategory].map(([category, days]) => [category, of(days)])), none: of(new Map()) };
}

function categoryHistory(day: LocalDate, before: readonly LocalDate[], counts: ReadonlyMap<LocalDate, number>, guests: ReadonlyMap<LocalDate, number>, classOf: (day: LocalDate) => DayClass): CategoryHistory {
  const all = noSums();
  const byClass = new Map<DayClass, ClassSums>();
  for (const each of before) {
    const sums = byClass.get(classOf(each)) ?? noSums();
    byClass.set(classOf(each), sums);
    for (const sum of [all, sums]) addDay(sum, counts.get(each) ?? 0, guests.get(each));
  }
  const week = before.slice(-(C2_DAYS + C2_GAP), before.length - C2_GAP).map((each) => counts.get(each) ?? 0);
  return { byClass, all, week, today: counts.get(day) ?? 0 };
}

const noSums = (): ClassSums => ({ days: 0, count: 0, countOfKnown: 0, guests: 0 });

function addDay(sums: ClassSums, count: number, guests: number | undefined): void {
  sums.days++;
  sums.count += count;
  if (guests === undefined || guests <= 0) return;
  sums.countOfKnown += count;
  sums.guests += guests;
}

/** What is compared for one incident. */
export interface Seen {
  category: string;
  day: LocalDate;
  dayClass: DayClass;
  /** Incidents of the category within the window, this one included. */
  inWindow: number;
  /** Stored since the history was loaded, on its day, this one included. */
  since: number;
  /** Guests at the site; null: not known. */
  guests: number | null;
}

/** null: there is nothing to compare with (too few days, or the incident is of another day than the history). */
export function baselineOf(history: SiteHistory, seen: Seen): BaselineUsed | null {
  if (seen.day !== history.day || history.days < C2_DAYS + C2_GAP) return null;
  const past = history.categories.get(seen.category) ?? history.none;
  return history.days >= POISSON_DAYS_MIN ? poissonBaseline(past, seen) : earsBaseline(past, seen);
}

function poissonBaseline(past: CategoryHistory, { dayClass, inWindow, guests }: Seen): BaselineUsed {
  const own = past.byClass.get(dayClass);
  const sums = own !== undefined && own.days >= CLASS_DAYS_MIN ? own : past.all;
  const perDay = guests !== null && sums.guests > 0 ? ((sums.countOfKnown + PRIOR_COUNT) / sums.guests) * guests : (sums.count + PRIOR_COUNT) / sums.days;
  return { days: sums.days, expected: rounded((perDay * BASELINE_WINDOW_HOURS) / 24), method: 'poisson', observed: inWindow, spread: null, windowHours: BASELINE_WINDOW_HOURS };
}

function earsBaseline({ week, today }: CategoryHistory, { since }: Seen): BaselineUsed {
  const mean = week.reduce((sum, count) => sum + count, 0) / week.length;
  const variance = week.reduce((sum, count) => sum + (count - mean) ** 2, 0) / Math.max(1, week.length - 1);
  return { days: week.length, expected: rounded(mean), method: 'ears-c2', observed: today + since, spread: rounded(Math.sqrt(variance)), windowHours: 24 };
}

/** The chance of so many or more by chance alone, 0–1; 1 where fewer than three were seen (a guard: two are a coincidence). */
export function surpriseOf({ method, observed, expected, spread }: BaselineUsed): number {
  if (observed < EVIDENCE_MIN) return 1;
  return method === 'poisson' ? poissonTail(observed, expected) : earsTail(observed, expected, spread ?? 0);
}

/** Proposal. */
export const EVIDENCE_MIN = 3;

/** Four significant decimals: the figure is read by people, and stored. */
function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

/** The class of a calendar day in Việt Nam. @param events the site's own event days */
export function dayClassOn(day: LocalDate, events: readonly SiteEventDays[] | undefined): DayClass {
  return dayClassOf(Date.parse(`${day}T00:00:00+07:00`), events);
}

const DAY_MS = 86_400_000;
/** No history is looked at beyond this; about three years. */
export const HISTORY_DAYS_MAX = 1_100;

function firstDay(day: LocalDate, counts: readonly DayCount[], peaks: readonly DayPeak[]): LocalDate {
  let first = day;
  for (const each of counts) if (each.day < first) first = each.day;
  for (const each of peaks) if (each.day < first) first = each.day;
  return first;
}

/** The days from one (included) to another (not included), the latest HISTORY_DAYS_MAX of them. */
function daysBetween(from: LocalDate, to: LocalDate): LocalDate[] {
  const end = Date.parse(to);
  const days: LocalDate[] = [];
  for (let at = Math.max(Date.parse(from), end - HISTORY_DAYS_MAX * DAY_MS); at < end; at += DAY_MS) days.push(new Date(at).toISOString().slice(0, 10));
  return days;
}
