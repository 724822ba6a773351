import type { ThreadKey } from '../alert';
import { TOLD_ONE_BY_ONE } from '../alert-rules';
import { groupOf } from '../categories';
import type { CapStatus, GeoPoint, Incident, Instant } from '../incident';

/**
 * Several reports of one happening are one *situation*: the first report raises its alert, others update it (`furtherReportIsTold`). Two things that are told as
 * one cost more than one thing that is told twice, so everything here errs to the side of "another happening": same site, same status, same
 * zone, not far from it, kindred category, close in time.
 */

/** Categories whose reports may be of one happening. */
export interface KinRule {
  id: string;
  /** Catalogue codes, or groups. */
  categories: readonly string[];
  /** A report joins when it occurred at most so long after (or before) the situation's last report. */
  windowMinutes: number;
  /** And at most so long after its first. */
  spanMinutes: number;
  /** And, where both say where they are, at most so far from it; absent: anywhere in its zone. */
  nearMetres?: number;
}

/** Which reports are of one happening: the section `situations` of a policy. None: each thread is a situation of its own. */
export interface SituationRules {
  kins: readonly KinRule[];
}

/** Kinds and zones of which a site is remembered to have open happenings; the one that was quiet longest goes first. */
export const OPEN_SITUATIONS_MAX = 64;
/** Open happenings of one kind in one zone, far from each other; the one that was quiet longest goes first. */
export const OPEN_APART_MAX = 8;
/** Publishers that a situation tells apart. */
const SOURCES_MAX = 8;

/** A happening that further reports may join. */
export interface OpenSituation {
  /** The thread that founded it; its alert is the situation's alert. */
  founder: ThreadKey;
  firstAt: Instant;
  lastAt: Instant;
  /** Where the first report that says so has it; null: none does yet. */
  location: GeoPoint | null;
  /** Reports so far, corrections not counted. */
  reports: number;
  /** Who reported. */
  sources: string[];
  /** What was reported: categories, the most people hurt in one report, and whether a weapon was named. */
  heard: { categories: string[]; injured: number; weapon: boolean };
  /** Some report was told to the police: there is an alert to update. */
  alerted: boolean;
}

/** What an assessment sees of the situation: its own report included. */
export interface SituationUsed {
  reports: number;
  sources: number;
  /** Among many reports (from the eleventh on), one that says what none before it said: another category or publisher, more people hurt (above ten: twice as many), the first weapon. */
  news?: true;
}

export const ALONE: SituationUsed = Object.freeze({ reports: 1, sources: 1 });

const kinIndexes = new WeakMap<SituationRules, ReadonlyMap<string, KinRule>>();

/** The kin of a category; undefined: its reports are never joined. A code's own rule goes before that of its group. */
export function kinOf(rules: SituationRules, category: string): KinRule | undefined {
  let index = kinIndexes.get(rules);
  if (index === undefined) {
    index = new Map(rules.kins.flatMap((kin) => kin.categories.map((name) => [name, kin] as const)));
    kinIndexes.set(rules, index);
  }
  return index.get(category) ?? index.get(groupOf(category));
}

/** How far back stored reports can matter to a new one, in milliseconds. */
export function reachMs(rules: SituationRules): number {
  return Math.max(0, ...rules.kins.map((kin) => kin.spanMinutes)) * 60_000;
}

/** Where a report looks for its situation: reports with another key are never of the same happening. */
export function situationKey(kin: KinRule, { status, zone }: { status: CapStatus; zone: string | null }): string {
  return `${status}\u0000${kin.id}\u0000${zone ?? ''}`;
}

/** Whether a report of that instant is of the happening. */
export function joins(situation: OpenSituation, kin: KinRule, at: Instant): boolean {
  const windowMs = kin.windowMinutes * 60_000;
  const spanMs = kin.spanMinutes * 60_000;
  return at - situation.lastAt <= windowMs && situation.firstAt - at <= windowMs && at - situation.firstAt <= spanMs && situation.lastAt - at <= spanMs;
}

/** Whether a place is so near to the happening that it may be its own: where one of both is not known, nothing speaks against it. */
export function isNear({ location }: Pick<OpenSituation, 'location'>, { nearMetres }: KinRule, place: GeoPoint | null): boolean {
  return nearMetres === undefined || location === null || place === null || metresBetween(location, place) <= nearMetres;
}

const RADIANS = Math.PI / 180;
const METRES_A_DEGREE = 6_371_000 * RADIANS;

/** The earth as a plane: within the few kilometres that matter here it errs by less than any receiver of GPS. */
function metresBetween(a: GeoPoint, b: GeoPoint): number {
  return METRES_A_DEGREE * Math.hypot(b.lat - a.lat, (b.lon - a.lon) * Math.cos(((a.lat + b.lat) / 2) * RADIANS));
}

/** Up to so many people hurt each more is news, beyond it twice as many: a publisher whose figure counts up by itself makes no flood of news. */
const HURT_ONE_BY_ONE = 10;

function isNewsOfHurt(injured: number, heard: number): boolean {
  return injured > heard && (injured <= HURT_ONE_BY_ONE || injured >= 2 * heard);
}

/** What of a report a happening remembers. */
type Report = Pick<Incident, 'occurredAt' | 'source' | 'category' | 'injured' | 'weapon' | 'location'>;

/** The happening that a first report begins. */
export function foundedBy({ occurredAt, source, category, injured, weapon, location }: Report, founder: ThreadKey): OpenSituation {
  const heard = { categories: [category], injured: injured ?? 0, weapon: weapon === true };
  return { founder, firstAt: occurredAt, lastAt: occurredAt, location, reports: 1, sources: [source], heard, alerted: false };
}

/** One more report of the happening; changed in place, as the memory that holds it. @returns what an assessment of it sees */
export function addReport(situation: OpenSituation, { occurredAt, source, category, injured, weapon, location }: Report): SituationUsed {
  const { sources, heard } = situation;
  situation.firstAt = Math.min(situation.firstAt, occurredAt);
  situation.lastAt = Math.max(situation.lastAt, occurredAt);
  situation.location ??= location;
  situation.reports++;
  let news = false;
  if (sources.length < SOURCES_MAX && !sources.includes(source)) news = sources.push(source) > 0;
  if (!heard.categories.includes(category)) news = heard.categories.push(category) > 0;
  if (isNewsOfHurt(injured ?? 0, heard.injured)) [heard.injured, news] = [injured ?? 0, true];
  if (weapon === true && !heard.weapon) heard.weapon = news = true;
  const used = { reports: situation.reports, sources: sources.length };
  return news && situation.reports > TOLD_ONE_BY_ONE ? { ...used, news } : used;
}
