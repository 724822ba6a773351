import { isoTime } from '@vong-gac/contracts';
import { readAssessmentHead, type StoredDecision } from '@vong-gac/database';
import { assessAgain, categoryNames, explain, levelRank, policyName, type Bilingual, type PolicyLookup, type PolicyVersion, type RiskAssessment, type RiskLevel, type RiskPolicy } from '@vong-gac/domain';
import { notTriedOf, type NotTried } from '../policy/not-tried';
import { AlertLoads, NO_CROWDS, type AlertLoad, type CrowdsRaised } from './alert-load';

/** Changes that are shown with both explanations. */
export const WORST_MAX = 10;

export interface Change {
  id: string;
  source: string;
  eventId: string;
  siteId: string;
  occurredAt: string;
  before: { policy: string; level: RiskLevel; score: number; explanation: Bilingual };
  after: { level: RiskLevel; score: number; explanation: Bilingual };
}

export interface PolicyDiff {
  incidents: number;
  /** Incidents whose level changes. */
  changed: number;
  /** From the stored level (first) to that of the new document. Pairs that do not occur are left out. */
  moves: { from: RiskLevel; to: RiskLevel; incidents: number }[];
  /** Stored assessments that cannot be read: not compared. */
  unreadable: number;
  /** Sections in which the document differs from what graded, and whose change is not in these figures. */
  notTried: NotTried[];
  /** Of incidents, and of crowds where the stored visitor volumes could be read. */
  alerts: { stored: AlertLoad; new: AlertLoad };
  worst: Change[];
}

interface Kept {
  badness: number;
  decision: StoredDecision;
  after: RiskAssessment;
}

/** What another policy would have made of stored incidents. */
export class Changes {
  private readonly loads: AlertLoads;
  private readonly moves = new Map<string, PolicyDiff['moves'][number]>();
  private worst: Kept[] = [];
  private incidents = 0;
  private unreadable = 0;
  private readonly graded = new Map<string, PolicyVersion>();
  private lastGrader: PolicyVersion | null = null;

  constructor(
    private readonly policy: RiskPolicy,
    asItHappened: boolean,
    /** Those that assessed what is stored. */
    private readonly known: PolicyLookup,
  ) {
    this.loads = new AlertLoads(asItHappened);
  }

  /** @throws TooManyReports */
  take(decision: StoredDecision): void {
    this.incidents++;
    const before = readAssessmentHead(decision.assessment);
    if (before === null) {
      this.unreadable++;
      return;
    }
    this.noteGrader(before);
    const after = assessAgain(decision.incident, before.context, this.policy);
    this.loads.take(decision, before.level, after.level);
    if (before.level === after.level) return;
    const key = `${before.level} ${after.level}`;
    const move = this.moves.get(key) ?? { from: before.level, to: after.level, incidents: 0 };
    move.incidents++;
    this.moves.set(key, move);
    this.keep({ badness: badnessOf(before.level, after.level), decision, after });
  }

  /** One policy mostly grades thousands in a row. */
  private noteGrader({ policyId: id, policyVersion: version }: Pick<RiskAssessment, 'policyId' | 'policyVersion'>): void {
    if (this.lastGrader?.id === id && this.lastGrader.version === version) return;
    this.lastGrader = { id, version };
    this.graded.set(policyName(this.lastGrader), this.lastGrader);
  }

  private keep(change: Kept): void {
    const last = this.worst.at(-1);
    if (this.worst.length >= WORST_MAX && last !== undefined && last.badness >= change.badness) return;
    this.worst = [...this.worst, change].sort((a, b) => b.badness - a.badness).slice(0, WORST_MAX);
  }

  /** @param crowds what the stored visitor volumes raise beside the incidents; it goes into the loads */
  result(crowds: CrowdsRaised = NO_CROWDS): PolicyDiff {
    const { before, after } = this.loads.loads(crowds);
    const notTried = notTriedOf(this.policy, [...this.graded.values()].map(this.known));
    const moves = [...this.moves.values()].sort((a, b) => badnessOf(b.from, b.to) - badnessOf(a.from, a.to));
    const changed = moves.reduce((sum, { incidents }) => sum + incidents, 0);
    return { incidents: this.incidents, changed, moves, unreadable: this.unreadable, notTried, alerts: { stored: before, new: after }, worst: this.worst.map((each) => this.changeOf(each)) };
  }

  private changeOf({ decision: { id, incident, assessment }, after }: Kept): Change {
    const before = JSON.parse(assessment) as RiskAssessment;
    const { source, eventId, siteId, occurredAt, category } = incident;
    const called = categoryNames(category);
    const earlier = this.known({ id: before.policyId, version: before.policyVersion })?.thresholds ?? null;
    return {
      id, source, eventId, siteId, occurredAt: isoTime(occurredAt),
      before: { policy: `${before.policyId} ${before.policyVersion}`, level: before.level, score: before.score, explanation: explain(called, before, earlier) },
      after: { level: after.level, score: after.score, explanation: explain(called, after, this.policy.thresholds) },
    };
  }
}

/**
 * What is lowered is worse than what is raised: nobody comes. Then the more levels, the worse; then the higher the graver of both levels.
 * Equally bad ones stay in the order of `occurredAt`.
 */
export function badnessOf(from: RiskLevel, to: RiskLevel): number {
  const [before, after] = [levelRank(from), levelRank(to)];
  return (after < before ? 100 : 0) + Math.abs(after - before) * 10 + Math.max(before, after);
}
