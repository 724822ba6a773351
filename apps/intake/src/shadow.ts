import type { IncidentWrite, ShadowCount } from '@vong-gac/database';
import { assessAgain, policyName, type PolicyVersion, type RiskLevel, type RiskPolicy } from '@vong-gac/domain';
import { explain } from '@vong-gac/runtime';

const HOUR_MS = 3_600_000;

/** A policy that grades beside the one in force; nothing comes of it but counts. */
export interface Candidate {
  /** Of the decision that set it. */
  seq: number;
  policy: RiskPolicy;
}

/** Incidents that a candidate graded since this process started. */
export interface ShadowTotal {
  from: RiskLevel;
  to: RiskLevel;
  count: number;
}

/** Grades incidents a second time, from the context that the first grade used, and counts how often the level would have been another. */
export class Shadow {
  /** The candidate that failed, by its decision. It must not fail for every chunk. */
  private droppedSeq = 0;
  private readonly totalsByLevels = new Map<string, ShadowTotal>();

  constructor(private readonly say: (level: 'error', sentence: string) => void) {}

  /** What the candidate makes of a chunk's incidents. It never throws: a candidate that does is left out from then on. */
  compare(incidents: readonly IncidentWrite[], active: PolicyVersion, candidate: Candidate | null): ShadowCount[] {
    if (candidate === null || candidate.seq === this.droppedSeq) return [];
    try {
      return countsOf(incidents, active, candidate);
    } catch (error) {
      this.droppedSeq = candidate.seq;
      this.say('error', `policy ${policyName(candidate.policy)} fails in the shadow and is left out: ${explain(error)}`);
      return [];
    }
  }

  /** These counts were stored. */
  learn(counts: readonly ShadowCount[]): void {
    for (const { from, to, count } of counts) {
      const key = `${from} ${to}`;
      const total = this.totalsByLevels.get(key);
      if (total === undefined) this.totalsByLevels.set(key, { from, to, count });
      else total.count += count;
    }
  }

  totals(): ShadowTotal[] {
    return [...this.totalsByLevels.values()];
  }
}

function countsOf(incidents: readonly IncidentWrite[], { id, version }: PolicyVersion, { seq, policy }: Candidate): ShadowCount[] {
  const counts = new Map<string, ShadowCount>();
  for (const { id: incidentId, incident, assessment } of incidents) {
    const from = assessment.level;
    const to = assessAgain(incident, assessment.context, policy).level;
    const hour = incident.receivedAt - (incident.receivedAt % HOUR_MS);
    const key = `${hour} ${from} ${to}`;
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { shadow: seq, policy: { id, version }, hour, from, to, count: 1, example: incidentId.toString('hex') });
    else {
      known.count++;
      known.example = incidentId.toString('hex');
    }
  }
  return [...counts.values()];
}
