import type { ThreadKey } from '../alert';
import type { GeoPoint, Incident, Instant } from '../incident';
import type { RiskPolicy } from '../policy';
import { localDate, type LocalDate } from '../registry';
import type { DayClass } from '../risk';
import type { VisitorVolume } from '../visitor-volume';
import { baselineOf, learn, surpriseWindowMs, type BaselineUsed, type SiteHistory, type SurpriseRules } from './baseline';
import { addReport, ALONE, foundedBy, isNear, joins, kinOf, OPEN_APART_MAX, OPEN_SITUATIONS_MAX, situationKey, type KinRule, type OpenSituation, type SituationRules, type SituationUsed } from './situation';

/**
 * What is remembered of a site from one incident to the next: what it is used to, what happened lately, and what is going on. It follows from the
 * stored incidents alone, so a process that begins anew remembers the same. Its size is bounded by the constants here and in situation.ts.
 *
 * Unlike the rest of the domain it is changed in place: copying it for every event would cost more than judging. Whoever holds it throws it away
 * when what it learned was not stored.
 */
export interface SiteMemory {
  history: SiteHistory;
  /** When the latest incidents of a category occurred, rising; at most RECENT_MAX. Reports that joined a happening are none. */
  recent: Map<string, Instant[]>;
  /** Of the history's day, by category: incidents since it was loaded. */
  since: Map<string, number>;
  /** By situationKey, far from each other; what was quiet longest stands first, among the keys as under each. */
  situations: Map<string, readonly OpenSituation[]>;
}

/** What of a policy decides how much is remembered. */
export type MemoryRules = Pick<RiskPolicy, 'situations' | 'surprise'>;

/** So many incidents of one category within the window are "as many as can be counted". */
export const RECENT_MAX = 64;

export function emptyMemory(history: SiteHistory): SiteMemory {
  return { history, recent: new Map(), since: new Map(), situations: new Map() };
}

/** Whether an incident is part of what its site is used to: a drill or a correction says nothing about how much happens; an old log does, although nothing of it is compared. */
export function counts({ status, corrects }: Pick<Incident, 'status' | 'corrects'>): boolean {
  return status === 'Actual' && corrects === null;
}

/** Whether a volume, where it is believed, says how many guests a whole site had on its day. */
export function saysGuests({ zone, volumeKind }: Pick<VisitorVolume, 'zone' | 'volumeKind'>): boolean {
  return zone === null && volumeKind !== 'forecast';
}

/**
 * Counts an incident that is being judged, and says what its number is compared with. One of a day before the history's is counted on that day, so
 * that those after it find the history that a process begun anew would load.
 *
 * A report that joined a happening is no further incident: it adds nothing, and is compared as its happening is by now: with the category of its first
 * report, up to its last one. @param joined that happening @param guests at the site; null: not known
 */
export function countIn(memory: SiteMemory, incident: Incident, joined: OpenSituation | null, dayClass: DayClass, guests: number | null, rules: SurpriseRules): BaselineUsed | null {
  if (!counts(incident)) return null;
  const { occurredAt, backfill } = incident;
  const day: LocalDate = localDate(occurredAt);
  noteDay(memory, incident.category, day, joined === null ? 1 : 0);
  if (backfill) return null;
  const [category = incident.category] = joined?.heard.categories ?? [];
  const before = happened(memory, category, joined?.lastAt ?? occurredAt, surpriseWindowMs(rules));
  if (joined === null) remember(memory, category, occurredAt);
  // Of a happening that goes on for longer than the window its first report counts all the same.
  const inWindow = joined === null ? before + 1 : Math.max(1, before);
  return baselineOf(memory.history, { category, day, dayClass, inWindow, since: memory.since.get(category) ?? 0, guests }, rules);
}

/** A day on which the site reported is one of its days, also where nothing is added: which day is today, and where its history begins, hangs on it. */
function noteDay(memory: SiteMemory, category: string, day: LocalDate, added: number): void {
  const { history, since } = memory;
  if (day < history.day) learn(history, category, day, added);
  else if (day === history.day) since.set(category, (since.get(category) ?? 0) + added);
}

/** Notes when an incident occurred. */
export function remember(memory: SiteMemory, category: string, at: Instant): void {
  let list = memory.recent.get(category);
  if (list === undefined) memory.recent.set(category, (list = []));
  const place = until(list, at);
  if (place === list.length) list.push(at);
  else list.splice(place, 0, at);
  if (list.length > RECENT_MAX) list.shift();
}

/** How many incidents of a category occurred in the window that ends at an instant. Asked for each report: it walks no list. */
export function happened(memory: SiteMemory, category: string, end: Instant, withinMs: number): number {
  const list = memory.recent.get(category);
  return list === undefined ? 0 : until(list, end) - until(list, end - withinMs);
}

/** How many instants of an ascending list are not later than one. */
function until(list: readonly Instant[], at: Instant): number {
  let [from, to] = [0, list.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((list[middle] ?? at) <= at) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Where a report belongs. */
export interface Place {
  used: SituationUsed;
  /** The happening that it joined, whose founder's alert speaks for it; null: it stands alone, or is the first. */
  joined: OpenSituation | null;
}

/**
 * Finds the happening of a report, or lets it found one; corrections never come here (they stay with their thread).
 * @param closed whether the police closed (or nobody needs) the alert of a founder: then the happening is over, and this is another
 */
export function placeIn(memory: SiteMemory, incident: Incident, own: ThreadKey, rules: SituationRules, closed: (founder: ThreadKey) => boolean): Place {
  const kin = incident.backfill ? undefined : kinOf(rules, incident.category);
  if (kin === undefined) return { used: ALONE, joined: null };
  const key = situationKey(kin, incident);
  // One that does not say where it is may be of several: the one that was heard of latest.
  const joined = openNear(memory, key, kin, incident.location).findLast((open) => joins(open, kin, incident.occurredAt) && !closed(open.founder));
  if (joined === undefined) {
    beginIn(memory, key, kin, foundedBy(incident, own));
    return { used: ALONE, joined: null };
  }
  const used = addReport(joined, incident);
  keep(memory, key, joined);
  return { used, joined };
}

/** Happenings of a key that a report from that place may be of, as far as the place goes. */
function openNear(memory: SiteMemory, key: string, kin: KinRule, place: GeoPoint | null): OpenSituation[] {
  return (memory.situations.get(key) ?? []).filter((open) => isNear(open, kin, place));
}

/** A happening begins, in the place of those near it: they are over. One of before them must not take the place of what is going on now. */
export function beginIn(memory: SiteMemory, key: string, kin: KinRule, begun: OpenSituation): void {
  const over = openNear(memory, key, kin, begun.location);
  if (over.every(({ firstAt }) => begun.firstAt >= firstAt)) keep(memory, key, begun, over);
}

/** The founders of the open happenings that these reports may join: their alerts are to be at hand when the reports are judged. */
export function foundersFor(memories: ReadonlyMap<string, SiteMemory>, incidents: Iterable<Incident>, rules: SituationRules): ThreadKey[] {
  const founders = new Set<ThreadKey>();
  for (const incident of incidents) {
    const kin = incident.corrects !== null || incident.backfill ? undefined : kinOf(rules, incident.category);
    const memory = memories.get(incident.siteId);
    if (kin === undefined || memory === undefined) continue;
    for (const { founder } of openNear(memory, situationKey(kin, incident), kin, incident.location)) founders.add(founder);
  }
  return [...founders];
}

/** Without the one whose last report lies longest back, where there are too many: not the one that was heard of longest ago, which a restart could not know. */
function bounded(open: OpenSituation[]): OpenSituation[] {
  if (open.length <= OPEN_APART_MAX) return open;
  const quietest = open.reduce((least, each) => (each.lastAt < least.lastAt ? each : least));
  return open.filter((each) => each !== quietest);
}

/** Puts a happening last, as the one that was heard of latest. @param over those that it takes the place of */
export function keep(memory: SiteMemory, key: string, situation: OpenSituation, over: readonly OpenSituation[] = []): void {
  const others = (memory.situations.get(key) ?? []).filter((open) => open !== situation && !over.includes(open));
  memory.situations.delete(key);
  memory.situations.set(key, bounded([...others, situation]));
  if (memory.situations.size <= OPEN_SITUATIONS_MAX) return;
  const [quietest] = memory.situations.keys();
  if (quietest !== undefined) memory.situations.delete(quietest);
}
