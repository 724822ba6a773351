import type { AlertChange, AlertState, ThreadKey } from './alert';
import type { Incident, Instant } from './incident';
import type { SituationUsed } from './memory/situation';
import { ALERT_LEVEL, levelRank, type RiskAssessment, type RiskLevel } from './risk';

/** How long the police have before an alert that nobody acknowledged goes one body up, in milliseconds. */
export interface AcknowledgeLimits {
  criticalMs: number;
  highMs: number;
}

/** Critical 3 min, high 10 min (contract.md). */
export const DEFAULT_ACKNOWLEDGE_LIMITS: AcknowledgeLimits = { criticalMs: 180_000, highMs: 600_000 };

/**
 * The thread of an event.
 *
 * @param firstIdOfCorrected the first id of the stored row that `corrects` names; null where that row is not stored (yet): then the id that
 * it names begins the thread, so that the row still joins it when it arrives.
 */
export function threadOf(incident: Incident, firstIdOfCorrected: string | null): ThreadKey {
  const firstId = incident.corrects === null ? incident.eventId : (firstIdOfCorrected ?? incident.corrects);
  return { source: incident.source, siteId: incident.siteId, status: incident.status, firstId };
}

/** A thread as one string; different threads give different strings: the length tells a source from the id behind it, whatever both hold. */
export function threadKey({ source, siteId, status, firstId }: ThreadKey): string {
  return `${status}\u0000${siteId}\u0000${source.length}\u0000${source}${firstId}`;
}

/** What decides whether a correction takes the place of the event that it names. */
export type Correction = Pick<Incident, 'siteId' | 'status' | 'backfill'>;

/**
 * Whether a correction takes the place of the event that it names: only at the same site and in the same status, and never a row of an old log
 * over a fresh report. Otherwise one mistaken (or hostile) Test or backfill row, sent first, would silence a real one (fail open).
 */
export function takesPlaceOf(correction: Correction, corrected: Correction): boolean {
  return correction.siteId === corrected.siteId && correction.status === corrected.status && (!correction.backfill || corrected.backfill);
}

/** Reports of one happening that are told one by one. */
export const TOLD_ONE_BY_ONE = 10;

/**
 * Whether the police hear of a further report of a happening that says nothing new: of each of the first ten, then of every tenth up to a hundred, of every
 * hundredth up to a thousand, and so on. All are stored and listed; but a camera that reports the same brawl ten times a second would hide the next alert
 * behind thousands of messages, and ten in ten minutes are a flood that nobody can follow (ANSI/ISA-18.2).
 */
export function furtherReportIsTold(reports: number): boolean {
  let every = 1;
  while (reports > TOLD_ONE_BY_ONE * every) every *= 10;
  return reports % every === 0;
}

export interface AlertInput {
  incident: Pick<Incident, 'eventId' | 'source' | 'backfill'>;
  assessment: Pick<RiskAssessment, 'level'>;
  /** The thread whose alert speaks for the incident: its own (`threadOf`), or that which founded its situation. */
  thread: ThreadKey;
  /** It is of a happening that another thread founded: one more report of it, or a correction of one. */
  joined: boolean;
  /** The thread's alert so far; null: none. */
  alert: AlertState | null;
  /** A stored event took its place (`takesPlaceOf`): it arrives too late to change anything. */
  alreadyCorrected: boolean;
  /** What its assessment saw of its happening; `ALONE`: it founds one, stands alone, or corrects. */
  situation: Pick<SituationUsed, 'reports' | 'news'>;
  /** The body in whose jurisdiction the incident occurred. */
  policeBodyId: string;
  /** When the police are told: the wall clock at recording, because their minutes count from the telling. */
  now: Instant;
  limits: AcknowledgeLimits;
}

export interface AlertStep {
  change: Extract<AlertChange, 'raised' | 'updated'>;
  state: AlertState;
}

/**
 * What a newly stored event does to its thread's alert; null: nothing.
 *
 * From `high` on a thread has an alert. A level above all before it raises (again): pending, a new deadline, whatever the state was. Anything
 * else only updates; a correction never cancels, the police close. An event loaded from an old log, or already corrected, changes nothing; nor
 * does one of many reports of the same (`furtherReportIsTold`).
 *
 * Only a correction of the founder's own thread lowers the level: who stands further away and saw less takes nothing back of what was seen.
 */
export function deriveAlert(input: AlertInput): AlertStep | null {
  const { incident, assessment, alert } = input;
  if (incident.backfill || input.alreadyCorrected) return null;
  const { level } = assessment;
  if (alert === null) {
    if (levelRank(level) < levelRank(ALERT_LEVEL)) return null;
    return { change: 'raised', state: raisedState(input, input.thread, 1, 0) };
  }
  if (levelRank(level) > levelRank(alert.highestLevel)) {
    return { change: 'raised', state: raisedState(input, alert.thread, alert.revision + 1, alert.escalation) };
  }
  const { reports, news = false } = input.situation;
  const isNews = news || levelRank(level) > levelRank(alert.level) || input.policeBodyId !== alert.policeBodyId;
  if (!isNews && !furtherReportIsTold(reports)) return null;
  const shown = input.joined && levelRank(level) < levelRank(alert.level) ? alert.level : level;
  return { change: 'updated', state: { ...alert, level: shown, revision: alert.revision + 1, policeBodyId: input.policeBodyId } };
}

function raisedState(input: AlertInput, thread: ThreadKey, revision: number, escalation: number): AlertState {
  const { level } = input.assessment;
  return {
    thread,
    level,
    highestLevel: level,
    alertStatus: 'pending',
    revision,
    raisedRevision: revision,
    raiseEventId: input.incident.eventId,
    raiseSource: input.incident.source,
    escalation,
    raisedAt: input.now,
    acknowledgeBy: thread.status === 'Actual' ? input.now + limitMs(level, input.limits) : null,
    policeBodyId: input.policeBodyId,
  };
}

function limitMs(level: RiskLevel, limits: AcknowledgeLimits): number {
  return level === 'critical' ? limits.criticalMs : limits.highMs;
}

/** `stale`: the officer saw a state before the last `raised`, or one that never was; `too-late`: the alert is past that. */
export type OfficerVerdict = 'ok' | 'stale' | 'too-late';

const isWaiting = (state: AlertState): boolean => state.alertStatus === 'pending' || state.alertStatus === 'delivered';

function revisionVerdict(state: AlertState, revision: number): OfficerVerdict {
  return revision >= state.raisedRevision && revision <= state.revision ? 'ok' : 'stale';
}

/** Whether an acknowledgement is taken: while pending or delivered, with any revision since the last `raised`. */
export function acknowledgeAlert(state: AlertState, revision: number): OfficerVerdict {
  return isWaiting(state) ? revisionVerdict(state, revision) : 'too-late';
}

/** The state after an acknowledgement that was taken. */
export function acknowledgedState(state: AlertState): AlertState {
  return { ...state, alertStatus: 'acknowledged', revision: state.revision + 1 };
}

/** Whether a close is taken: from every open state (an officer may settle it by telephone first), with any revision since the last `raised`. */
export function closeAlert(state: AlertState, revision: number): OfficerVerdict {
  return state.alertStatus === 'closed' || state.alertStatus === 'cancelled' ? 'too-late' : revisionVerdict(state, revision);
}

/** The state after a close that was taken. */
export function closedState(state: AlertState): AlertState {
  return { ...state, alertStatus: 'closed', revision: state.revision + 1 };
}

/**
 * One body up, when nobody acknowledged in time; null: not due, or there is nobody above.
 *
 * @param chainLength number of bodies from the responsible one to the top (`bodyChain(…).length`)
 * @param unreachable the body reached so far has no usable webhook: escalates at once, without waiting for the clock
 */
export function escalateAlert(state: AlertState, now: Instant, limits: AcknowledgeLimits, chainLength: number, unreachable = false): AlertState | null {
  if (state.thread.status !== 'Actual' || !isWaiting(state) || state.escalation + 1 >= chainLength) return null;
  const due = state.acknowledgeBy !== null && state.acknowledgeBy <= now;
  if (!due && !unreachable) return null;
  return { ...state, escalation: state.escalation + 1, revision: state.revision + 1, acknowledgeBy: now + limitMs(state.level, limits) };
}
