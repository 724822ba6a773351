import { assessmentText, readAssessmentHead, type StoredDecision } from '@vong-gac/database';
import { assessAgain, type PolicyLookup, type RiskLevel } from '@vong-gac/domain';

/** A stored decision that is not what its policy makes of what is stored. */
export interface Difference {
  id: string;
  source: string;
  eventId: string;
  stored: RiskLevel;
  again: RiskLevel | null;
  /** What differs, with the first place of the bytes. */
  problem: string;
}

export interface ReplayReport {
  incidents: number;
  identical: number;
  different: number;
  /** Decisions by policies that this version does not have, by `id version`. */
  policyNotKnown: Record<string, number>;
  /** By the level that was computed again. */
  levels: Record<RiskLevel, number>;
  /** In the order of `occurredAt`. */
  firstDifference: Difference | null;
}

/** Recomputes decisions under their own policy versions and compares the bytes. */
export class Replay {
  readonly report: ReplayReport = { incidents: 0, identical: 0, different: 0, policyNotKnown: {}, levels: { low: 0, moderate: 0, high: 0, critical: 0 }, firstDifference: null };

  constructor(private readonly policies: PolicyLookup) {}

  take(decision: StoredDecision): void {
    const { report } = this;
    report.incidents++;
    const stored = readAssessmentHead(decision.assessment);
    if (stored === null) return this.differs(decision, null, 'the stored assessment is not one: it cannot be read');
    const policy = this.policies({ id: stored.policyId, version: stored.policyVersion });
    if (policy === null) {
      const name = `${stored.policyId} ${stored.policyVersion}`;
      report.policyNotKnown[name] = (report.policyNotKnown[name] ?? 0) + 1;
      return;
    }
    const again = assessAgain(decision.incident, stored.context, policy);
    report.levels[again.level]++;
    const bytes = assessmentText(again);
    if (bytes !== decision.assessment) return this.differs(decision, again.level, firstPlace(decision.assessment, bytes));
    if (again.level !== decision.level || again.score !== decision.score) {
      return this.differs(decision, again.level, `the columns say ${decision.level} with ${decision.score} points, the assessment ${again.level} with ${again.score}`);
    }
    report.identical++;
  }

  private differs({ id, incident: { source, eventId }, level }: StoredDecision, again: RiskLevel | null, problem: string): void {
    this.report.different++;
    this.report.firstDifference ??= { id, source, eventId, stored: level, again, problem };
  }
}

const SHOWN = 60;

function firstPlace(stored: string, again: string): string {
  let at = 0;
  while (at < stored.length && stored[at] === again[at]) at++;
  const from = Math.max(0, at - 20);
  return `at character ${at} the stored assessment has ${JSON.stringify(stored.slice(from, from + SHOWN))}, computed again it has ${JSON.stringify(again.slice(from, from + SHOWN))}`;
}
