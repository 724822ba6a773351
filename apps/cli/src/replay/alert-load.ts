import { eventKey, type StoredDecision } from '@vong-gac/database';
import { ALERT_LEVEL, levelRank, takesPlaceOf, threadKey, VIETNAM_OFFSET_MS, type Incident, type Instant, type RiskLevel } from '@vong-gac/domain';

/** What an officer can bear (ANSI/ISA-18.2): 6 alerts an hour are fine, 10 in 10 minutes are a flood. */
export const HOURLY_FINE = 6;
export const FLOOD_ALERTS = 10;
const FLOOD_MS = 600_000;
const HOUR_MS = 3_600_000;

/** The alerts that grades make, as the police bodies feel them. */
export interface AlertLoad {
  /** Raised, and raised again by a higher level. */
  alerts: number;
  /** A mean over the hours from the first incident, or alert about a crowd, to the last. */
  perHour: number;
  /** The most that one police body had within an hour of the clock; null: there was no alert. */
  busiestHour: { from: string; policeBodyId: string; alerts: number } | null;
  /** Hours of the clock in which one police body had more than 6. */
  hoursOverSix: number;
  /** Times at which one police body had 10 or more within 10 minutes. */
  floods: number;
}

/** One alert that was raised, or raised again. */
export interface Raised {
  at: Instant;
  policeBodyId: string;
}

/** Alerts about crowds, as stored and under the new document, in any order. */
export interface CrowdsRaised {
  before: readonly Raised[];
  after: readonly Raised[];
}
export const NO_CROWDS: CrowdsRaised = { before: [], after: [] };

/** One report that may raise, with its levels under the stored grades and under the new document. */
interface Report {
  decision: Pick<StoredDecision, 'generation' | 'offset' | 'id' | 'policeBodyId'>;
  incident: Pick<Incident, 'source' | 'eventId' | 'siteId' | 'status' | 'backfill'>;
  thread: string;
  at: Instant;
  before: number;
  after: number;
}

/** A correction: what it names, and where in the order of arrival it stands. */
type Correction = Pick<Report, 'at' | 'decision' | 'incident'>;

/** Reports that may raise, and corrections, are kept until the end, because they are read in another order than they arrived. */
export const REPORTS_MAX = 2_000_000;
export class TooManyReports extends Error {
  override readonly name = 'TooManyReports';
}

/**
 * Counts the alerts that two gradings of the same incidents make: a thread (an incident, its corrections, and the reports that joined it) raises
 * from `high` on, and again by a level above all before it. Only what is real (`Actual`) counts.
 */
export class AlertLoads {
  private readonly reports: Report[] = [];
  /** By `eventKey` of what they correct. */
  private readonly corrections = new Map<string, Correction[]>();
  private kept = 0;
  private first = Infinity;
  private last = -Infinity;

  /** @param asItHappened alerts count at the moment when their incident occurred, those of old logs too; else when they were received, and old logs raise none */
  constructor(private readonly asItHappened: boolean) {}

  /** @throws TooManyReports */
  take(decision: StoredDecision, before: RiskLevel, after: RiskLevel): void {
    const { incident, alertThread } = decision;
    if (incident.backfill && !this.asItHappened) return;
    const at = this.asItHappened ? incident.occurredAt : incident.receivedAt;
    this.first = Math.min(this.first, at);
    this.last = Math.max(this.last, at);
    if (incident.status !== 'Actual') return;
    const { source, eventId, siteId, status, backfill, corrects } = incident;
    const kept = { at, decision: { generation: decision.generation, offset: decision.offset, id: decision.id, policeBodyId: decision.policeBodyId }, incident: { source, eventId, siteId, status, backfill } };
    if (corrects !== null) this.noteCorrection(eventKey(source, corrects), kept);
    if (Math.max(levelRank(before), levelRank(after)) < levelRank(ALERT_LEVEL)) return;
    this.count();
    this.reports.push({ ...kept, thread: threadKey(alertThread), before: levelRank(before), after: levelRank(after) });
  }

  private noteCorrection(key: string, correction: Correction): void {
    this.count();
    const known = this.corrections.get(key);
    if (known === undefined) this.corrections.set(key, [correction]);
    else known.push(correction);
  }

  private count(): void {
    this.kept++;
    if (this.kept > REPORTS_MAX) throw new TooManyReports(`more than ${REPORTS_MAX} reports may raise an alert`);
  }

  /** @param crowds an officer hears of crowds beside incidents: they are one load */
  loads(crowds: CrowdsRaised = NO_CROWDS): { before: AlertLoad; after: AlertLoad } {
    const ordered = this.reports.filter((report) => !this.alreadyCorrected(report)).sort(byArrival);
    let { first, last } = this;
    for (const { at } of [...crowds.before, ...crowds.after]) [first, last] = [Math.min(first, at), Math.max(last, at)];
    const hours = Math.max(1, (last - first) / HOUR_MS);
    const load = (rankOf: (report: Report) => number, ofCrowds: readonly Raised[]): AlertLoad => loadOf([...raised(ordered, rankOf), ...ofCrowds], hours);
    return { before: load(({ before }) => before, crowds.before), after: load(({ after }) => after, crowds.after) };
  }

  /** What a correction replaced before it arrived raises nothing. */
  private alreadyCorrected(report: Report): boolean {
    const { incident } = report;
    return this.corrections.get(eventKey(incident.source, incident.eventId))?.some((correction) => byArrival(correction, report) < 0 && takesPlaceOf(correction.incident, incident)) ?? false;
  }
}

function byArrival(a: Correction, b: Correction): number {
  return a.at - b.at || a.decision.generation - b.decision.generation || a.decision.offset - b.decision.offset || (a.decision.id < b.decision.id ? -1 : 1);
}

/** The reports that raise, in order. */
function raised(ordered: readonly Report[], rankOf: (report: Report) => number): Raised[] {
  const highest = new Map<string, number>();
  const raising = ordered.filter((report) => {
    const rank = rankOf(report);
    if (rank < levelRank(ALERT_LEVEL) || rank <= (highest.get(report.thread) ?? -1)) return false;
    highest.set(report.thread, rank);
    return true;
  });
  return raising.map(({ at, decision: { policeBodyId } }) => ({ at, policeBodyId }));
}

function loadOf(alerts: readonly Raised[], hours: number): AlertLoad {
  const times = new Map<string, Instant[]>();
  for (const { at, policeBodyId } of alerts) {
    const ofBody = times.get(policeBodyId);
    if (ofBody === undefined) times.set(policeBodyId, [at]);
    else ofBody.push(at);
  }
  let [hoursOverSix, floods] = [0, 0];
  let busiest: { hour: number; policeBodyId: string; alerts: number } | null = null;
  for (const [policeBodyId, unordered] of times) {
    const instants = unordered.sort((a, b) => a - b);
    for (const [hour, count] of perHour(instants)) {
      if (count > HOURLY_FINE) hoursOverSix++;
      if (busiest === null || count > busiest.alerts) busiest = { hour, policeBodyId, alerts: count };
    }
    floods += floodsIn(instants);
  }
  const busiestHour = busiest === null ? null : { from: vietnamTime(busiest.hour * HOUR_MS), policeBodyId: busiest.policeBodyId, alerts: busiest.alerts };
  return { alerts: alerts.length, perHour: Math.round((alerts.length / hours) * 100) / 100, busiestHour, hoursOverSix, floods };
}

function perHour(instants: readonly Instant[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const at of instants) counts.set(Math.floor(at / HOUR_MS), (counts.get(Math.floor(at / HOUR_MS)) ?? 0) + 1);
  return counts;
}

/** Windows of 10 minutes that begin with an alert, hold 10 or more, and do not overlap. */
export function floodsIn(rising: readonly Instant[]): number {
  let floods = 0;
  for (let from = 0; from + FLOOD_ALERTS <= rising.length; ) {
    const end = (rising[from] ?? 0) + FLOOD_MS;
    if ((rising[from + FLOOD_ALERTS - 1] ?? Infinity) >= end) from++;
    else {
      floods++;
      while (from < rising.length && (rising[from] ?? Infinity) < end) from++;
    }
  }
  return floods;
}

/** `2026-07-04T20:00:00+07:00`. */
function vietnamTime(at: Instant): string {
  return `${new Date(at + VIETNAM_OFFSET_MS).toISOString().slice(0, 19)}+07:00`;
}
