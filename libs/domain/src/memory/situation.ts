import type { ThreadKey } from '../alert';
import { groupOf } from '../categories';
import type { CapStatus, Incident, Instant } from '../incident';

/**
 * Several reports of one happening are one *situation*: the first report raises its alert, the others update it. Two things that are told as
 * one cost more than one thing that is told twice, so everything here errs to the side of "another happening": same site, same status, same
 * zone, kindred category, close in time.
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
}

/** Which reports are of one happening: the section `situations` of a policy. None: each thread is a situation of its own. */
export interface SituationRules {
  kins: readonly KinRule[];
}

/** Open happenings that a site is remembered to have; the one that was quiet longest goes first. */
export const OPEN_SITUATIONS_MAX = 64;
/** Publishers that a situation tells apart. */
const SOURCES_MAX = 8;

/** A happening that further reports may join. */
export interface OpenSituation {
  /** The thread that founded it; its alert is the situation's alert. */
  founder: ThreadKey;
  firstAt: Instant;
  lastAt: Instant;
  /** Reports so far, corrections not counted. */
  reports: number;
  /** Who reported. */
  sources: string[];
  /** Some report was told to the police: there is an alert to update. */
  alerted: boolean;
}

/** What an assessment sees of the situation: its own report included. */
export interface SituationUsed {
  reports: number;
  sources: number;
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

/** The happening that a first report begins. */
export function foundedBy(incident: Pick<Incident, 'occurredAt' | 'source'>, founder: ThreadKey): OpenSituation {
  return { founder, firstAt: incident.occurredAt, lastAt: incident.occurredAt, reports: 1, sources: [incident.source], alerted: false };
}

/** One more report of the happening; changed in place, as the memory that holds it. */
export function addReport(situation: OpenSituation, { occurredAt, source }: Pick<Incident, 'occurredAt' | 'source'>): void {
  situation.firstAt = Math.min(situation.firstAt, occurredAt);
  situation.lastAt = Math.max(situation.lastAt, occurredAt);
  situation.reports++;
  if (situation.sources.length < SOURCES_MAX && !situation.sources.includes(source)) situation.sources.push(source);
}
