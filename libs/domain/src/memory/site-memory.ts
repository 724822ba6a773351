import type { ThreadKey } from '../alert';
import type { Incident, Instant } from '../incident';
import type { RiskPolicy } from '../policy';
import { localDate, type LocalDate } from '../registry';
import type { DayClass } from '../risk';
import type { VisitorVolume } from '../visitor-volume';
import { baselineOf, learn, surpriseWindowMs, type BaselineUsed, type SiteHistory, type SurpriseRules } from './baseline';
import { addReport, ALONE, foundedBy, joins, kinOf, OPEN_SITUATIONS_MAX, situationKey, type OpenSituation, type SituationRules, type SituationUsed } from './situation';

/**
 * What is remembered of a site from one incident to the next: what it is used to, what happened lately, and what is going on. It follows from the
 * stored incidents alone, so a process that begins anew remembers the same. Its size is bounded by the constants here and in situation.ts.
 *
 * Unlike the rest of the domain it is changed in place: copying it for every event would cost more than judging. Whoever holds it throws it away
 * when what it learned was not stored.
 */
export interface SiteMemory {
  history: SiteHistory;
  /** When the latest incidents of a category occurred, rising; at most RECENT_MAX. */
  recent: Map<string, Instant[]>;
  /** Of the history's day, by category: incidents since it was loaded. */
  since: Map<string, number>;
  /** By situationKey; the one that was quiet longest stands first. */
  situations: Map<string, OpenSituation>;
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

/** Whether a volume says how many guests a whole site had on its day. */
export function saysGuests({ zone, volumeKind }: Pick<VisitorVolume, 'zone' | 'volumeKind'>): boolean {
  return zone === null && volumeKind !== 'forecast';
}

/**
 * Counts an incident that is being judged, and says what its number is compared with. One of a day before the history's is counted on that day, so
 * that those after it find the history that a process begun anew would load. @param guests at the site; null: not known
 */
export function countIn(memory: SiteMemory, incident: Incident, dayClass: DayClass, guests: number | null, rules: SurpriseRules): BaselineUsed | null {
  if (!counts(incident)) return null;
  const { category, occurredAt, backfill } = incident;
  const day: LocalDate = localDate(occurredAt);
  const since = day === memory.history.day ? (memory.since.get(category) ?? 0) + 1 : 0;
  if (since > 0) memory.since.set(category, since);
  else if (day < memory.history.day) learn(memory.history, category, day);
  if (backfill) return null;
  const inWindow = remember(memory, category, occurredAt, surpriseWindowMs(rules));
  return baselineOf(memory.history, { category, day, dayClass, inWindow, since, guests }, rules);
}

/** Notes when an incident occurred. @returns how many of its category occurred in the window that ends with it, itself included */
export function remember(memory: SiteMemory, category: string, at: Instant, withinMs: number): number {
  let list = memory.recent.get(category);
  if (list === undefined) memory.recent.set(category, (list = []));
  let place = list.length;
  while (place > 0 && (list[place - 1] ?? at) > at) place--;
  list.splice(place, 0, at);
  let first = place;
  while (first > 0 && (list[first - 1] ?? at) > at - withinMs) first--;
  if (list.length > RECENT_MAX) list.shift();
  return place - first + 1;
}

/** Where a report belongs. */
export interface Place {
  used: SituationUsed;
  /** The thread that founded the situation which it joined, and whose alert speaks for it; null: it stands alone, or is the first. */
  founder: ThreadKey | null;
}

/**
 * Finds the happening of a report, or lets it found one; corrections never come here (they stay with their thread).
 * @param closed whether the police closed (or nobody needs) the alert of a founder: then the happening is over, and this is another
 */
export function placeIn(memory: SiteMemory, incident: Incident, own: ThreadKey, rules: SituationRules, closed: (founder: ThreadKey) => boolean): Place {
  const kin = incident.backfill ? undefined : kinOf(rules, incident.category);
  if (kin === undefined) return { used: ALONE, founder: null };
  const key = situationKey(kin, incident);
  const open = memory.situations.get(key);
  const joined = open !== undefined && joins(open, kin, incident.occurredAt) && !closed(open.founder);
  // A report of long ago must not take the place of what is going on now.
  if (!joined && open !== undefined && incident.occurredAt < open.firstAt) return { used: ALONE, founder: null };
  const situation = joined ? open : foundedBy(incident, own);
  const used = joined ? addReport(situation, incident) : ALONE;
  keep(memory, key, situation);
  return { used, founder: joined ? situation.founder : null };
}

/** The founders of the open happenings that these reports may join: their alerts are to be at hand when the reports are judged. */
export function foundersFor(memories: ReadonlyMap<string, SiteMemory>, incidents: Iterable<Incident>, rules: SituationRules): ThreadKey[] {
  const founders = new Set<ThreadKey>();
  for (const incident of incidents) {
    const kin = incident.corrects !== null || incident.backfill ? undefined : kinOf(rules, incident.category);
    const open = kin && memories.get(incident.siteId)?.situations.get(situationKey(kin, incident));
    if (open !== undefined) founders.add(open.founder);
  }
  return [...founders];
}

/** Puts a happening last, as the one that was heard of latest. */
export function keep(memory: SiteMemory, key: string, situation: OpenSituation): void {
  memory.situations.delete(key);
  memory.situations.set(key, situation);
  if (memory.situations.size <= OPEN_SITUATIONS_MAX) return;
  const [quietest] = memory.situations.keys();
  if (quietest !== undefined) memory.situations.delete(quietest);
}
