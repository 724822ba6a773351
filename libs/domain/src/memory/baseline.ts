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

/** What is usual, and from when on more is a surprise: the section `surprise` of a policy. */
export interface SurpriseRules {
  /** Incidents of one category are counted in the `hours` up to the one that is judged; fewer than `leastObserved` are never a surprise. */
  window: { hours: number; leastObserved: number };
  /**
   * From `fromDays` days of a site on. A class of day with fewer than `classDays` says nothing of its own: then all days count. `addedCount` incidents
   * are added to every sum: what was never seen is rare, not impossible. A day's incidents fall into `dayHours` of it: most of them while people are up.
   */
  poisson: { fromDays: number; classDays: number; addedCount: number; dayHours: number };
  /** Until then: the mean of `days` days, with `gapDays` left out before the day in question, and at least `leastSpread` as standard deviation. */
  ears: { days: number; gapDays: number; leastSpread: number };
}

/** EARS may look so far back (its days and its gap): so many days are kept one by one. */
export const EARS_REACH_MAX = 28;

export const surpriseWindowMs = ({ window }: SurpriseRules): number => window.hours * 3_600_000;

/** What an assessment compares with; stored with it. */
export interface BaselineUsed {
  /** Days that the expectation rests on. */
  days: number;
  /** Incidents expected in the window. */
  expected: number;
  method: 'poisson' | 'ears-c2';
  /** Incidents of the category in the window, this one included; further reports of one happening are none. */
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

/** What is known of a site before one day. Only `learn` changes it; a new day loads it anew. */
export interface SiteHistory {
  day: LocalDate;
  /** Days from the first record of the site to the day before `day`. */
  days: number;
  /** By category; a category without any incident has none. */
  categories: Map<string, CategoryHistory>;
  /** What a category without any incident has: the days and the guests. */
  none: CategoryHistory;
  /** By how many days a day lies before `day`: 1 where its guests are known. */
  guestsKnown: Uint8Array;
  /** The class of a day at this site. */
  classOf: (day: LocalDate) => DayClass;
}

export interface CategoryHistory {
  byClass: Map<DayClass, ClassSums>;
  all: ClassSums;
  /** Counts of the last days, EARS_REACH_MAX at most, oldest first. */
  lately: number[];
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
  const guestsKnown = new Uint8Array(HISTORY_DAYS_MAX + 1);
  for (const each of before) if ((guests.get(each) ?? 0) > 0) guestsKnown[daysFrom(each, day)] = 1;
  return { day, days: before.length, categories: new Map([...byCategory].map(([category, days]) => [category, of(days)])), none: of(new Map()), guestsKnown, classOf };
}

/** Counts incidents (one, or none) of a day before the history's: afterwards the history is what `historyOf` makes of the counts with these among them. */
export function learn(history: SiteHistory, category: string, day: LocalDate, count: number): void {
  const back = daysFrom(day, history.day);
  if (back > HISTORY_DAYS_MAX) return;
  while (history.days < back) addEmptyDay(history);
  let past = history.categories.get(category);
  if (past === undefined) history.categories.set(category, (past = copyOf(history.none)));
  for (const sums of [past.all, sumsOf(past, history.classOf(day))]) {
    sums.count += count;
    if (history.guestsKnown[back] === 1) sums.countOfKnown += count;
  }
  if (back <= past.lately.length) past.lately[past.lately.length - back] = (past.lately[past.lately.length - back] ?? 0) + count;
}

/** The history begins a day earlier than it was thought to; nobody counted guests on it, else it would have begun there. */
function addEmptyDay(history: SiteHistory): void {
  history.days++;
  const dayClass = history.classOf(daysBefore(history.day, history.days));
  for (const past of [history.none, ...history.categories.values()]) {
    for (const sums of [past.all, sumsOf(past, dayClass)]) addDay(sums, 0, undefined);
    if (past.lately.length < EARS_REACH_MAX) past.lately.unshift(0);
  }
}

function copyOf({ byClass, all, lately, today }: CategoryHistory): CategoryHistory {
  return { byClass: new Map([...byClass].map(([dayClass, sums]) => [dayClass, { ...sums }])), all: { ...all }, lately: [...lately], today };
}

function sumsOf({ byClass }: Pick<CategoryHistory, 'byClass'>, dayClass: DayClass): ClassSums {
  let sums = byClass.get(dayClass);
  if (sums === undefined) byClass.set(dayClass, (sums = noSums()));
  return sums;
}

function categoryHistory(day: LocalDate, before: readonly LocalDate[], counts: ReadonlyMap<LocalDate, number>, guests: ReadonlyMap<LocalDate, number>, classOf: (day: LocalDate) => DayClass): CategoryHistory {
  const all = noSums();
  const byClass = new Map<DayClass, ClassSums>();
  for (const each of before) {
    for (const sum of [all, sumsOf({ byClass }, classOf(each))]) addDay(sum, counts.get(each) ?? 0, guests.get(each));
  }
  const lately = before.slice(-EARS_REACH_MAX).map((each) => counts.get(each) ?? 0);
  return { byClass, all, lately, today: counts.get(day) ?? 0 };
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
  /** Incidents of the category within the window, this one (or the first report of the happening that it joined) included. */
  inWindow: number;
  /** Stored since the history was loaded, on its day, this one included. */
  since: number;
  /** Guests at the site; null: not known. */
  guests: number | null;
}

/** null: there is nothing to compare with (too few days, or the incident is of another day than the history). */
export function baselineOf(history: SiteHistory, seen: Seen, rules: SurpriseRules): BaselineUsed | null {
  if (seen.day !== history.day || history.days < rules.ears.days + rules.ears.gapDays) return null;
  const past = history.categories.get(seen.category) ?? history.none;
  return history.days >= rules.poisson.fromDays ? poissonBaseline(past, seen, rules) : earsBaseline(past, seen, rules);
}

function poissonBaseline(past: CategoryHistory, { dayClass, inWindow, guests }: Seen, { window: { hours }, poisson: { classDays, addedCount, dayHours } }: SurpriseRules): BaselineUsed {
  const own = past.byClass.get(dayClass);
  const sums = own !== undefined && own.days >= classDays ? own : past.all;
  const perDay = guests !== null && sums.guests > 0 ? ((sums.countOfKnown + addedCount) / sums.guests) * guests : (sums.count + addedCount) / sums.days;
  return { days: sums.days, expected: rounded(perDay * Math.min(1, hours / dayHours)), method: 'poisson', observed: inWindow, spread: null, windowHours: hours };
}

function earsBaseline({ lately, today }: CategoryHistory, { since }: Seen, { ears: { days, gapDays } }: SurpriseRules): BaselineUsed {
  const week = lately.slice(-(days + gapDays), lately.length - gapDays);
  const mean = week.reduce((sum, count) => sum + count, 0) / week.length;
  const variance = week.reduce((sum, count) => sum + (count - mean) ** 2, 0) / Math.max(1, week.length - 1);
  return { days: week.length, expected: rounded(mean), method: 'ears-c2', observed: today + since, spread: rounded(Math.sqrt(variance)), windowHours: 24 };
}

/** The chance of so many or more by chance alone, 0–1; 1 where too few were seen to be more than a coincidence. */
export function surpriseOf({ method, observed, expected, spread }: BaselineUsed, { window, ears }: SurpriseRules): number {
  if (observed < window.leastObserved) return 1;
  return method === 'poisson' ? poissonTail(observed, expected) : earsTail(observed, expected, Math.max(ears.leastSpread, spread ?? 0));
}

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

const daysFrom = (from: LocalDate, to: LocalDate): number => (Date.parse(to) - Date.parse(from)) / DAY_MS;

const daysBefore = (day: LocalDate, n: number): LocalDate => new Date(Date.parse(day) - n * DAY_MS).toISOString().slice(0, 10);

/** The days from one (included) to another (not included), the latest HISTORY_DAYS_MAX of them. */
function daysBetween(from: LocalDate, to: LocalDate): LocalDate[] {
  const end = Date.parse(to);
  const days: LocalDate[] = [];
  for (let at = Math.max(Date.parse(from), end - HISTORY_DAYS_MAX * DAY_MS); at < end; at += DAY_MS) days.push(new Date(at).toISOString().slice(0, 10));
  return days;
}
