import { PolicyStore, ReplayStore, type Database, type ShadowMove } from '@vong-gac/database';
import { policyName, shadowOf, type Instant, type PolicyDecision, type PolicyLookup, type RiskPolicy } from '@vong-gac/domain';
import { PolicyBook } from '@vong-gac/policy';
import { Changes, type Change } from '../replay/changes';
import type { CrowdAlerts } from '../replay/crowd-alerts';
import { crowdsAgain } from '../replay/crowd-walk';
import { knownPolicies } from './known';
import { differs, inForceSince, notTriedOf, type NotTried } from './not-tried';

/** What a candidate has graded in the shadow so far. */
export interface ShadowReport {
  /** The decision that set it; null: nothing grades in the shadow, and the rest is empty. */
  candidate: PolicyDecision | null;
  /** Why it cannot be used by this release; null: it can. */
  problem: string | null;
  incidents: number;
  /** Sections in which it differs from what was in force since, and whose change is not in these figures. */
  notTried: NotTried[];
  /** Incidents that it would have given another level. */
  changed: number;
  moves: Omit<ShadowMove, 'examples'>[];
  /** Of the examples that were kept, the worst first, with both explanations. */
  worst: Change[];
  /**
   * What it would have told of crowds, by the visitor volumes that were received since it was set (`new`), beside what was told (`stored`). null: there are more than Postgres reads
   * in one statement's time. Left out: its section `crowd` is that of the policies in force, or it cannot be used.
   */
  crowds?: CrowdAlerts | null;
}

export async function readShadow(database: Database): Promise<ShadowReport> {
  const store = new PolicyStore(database);
  const decisions = await store.decisions();
  const shadow = shadowOf(decisions);
  const candidate = decisions.find(({ seq }) => seq === shadow?.seq) ?? null;
  if (shadow === null || candidate === null) return { candidate: null, problem: null, incidents: 0, notTried: [], changed: 0, moves: [], worst: [] };
  const all = await store.shadowMoves(shadow.seq);
  const moved = all.filter(({ from, to }) => from !== to);
  const moves = moved.map(({ from, to, incidents }) => ({ from, to, incidents }));
  const { policy, problem } = await new PolicyBook(store).read(shadow.policy);
  const counted = { candidate, problem, incidents: sum(all), changed: sum(moved), moves };
  if (policy === null) return { ...counted, notTried: [], worst: [] };
  const known = await knownPolicies(store);
  const inForce = inForceSince(candidate.effectiveAt, decisions, known);
  const changes = new Changes(policy, false, known);
  for (const decision of await new ReplayStore(database).byId(moved.flatMap(({ examples }) => examples))) changes.take(decision);
  const report = { ...counted, notTried: notTriedOf(policy, inForce), worst: changes.result().worst };
  return differs(({ crowd }) => crowd, policy, inForce) ? { ...report, crowds: await shadowCrowds(database, policy, candidate.effectiveAt, known) } : report;
}

/**
 * As if it had been activated then: each place goes on from where the policies in force had brought it. Where this release cannot read one of them, the candidate prepares in its place:
 * else a crowd of which the police know would be raised anew. What was told (`stored`) needs no policy to be read.
 */
function shadowCrowds(database: Database, candidate: RiskPolicy, since: Instant, known: PolicyLookup): Promise<CrowdAlerts | null> {
  return crowdsAgain(database, candidate, { from: since }, {
    counts: ({ receivedAt }) => receivedAt >= since, prepares: (then) => known(then) ?? candidate, asItHappened: false,
  });
}

const sum = (moves: readonly { incidents: number }[]): number => moves.reduce((total, { incidents }) => total + incidents, 0);

export const nameOfCandidate = ({ policy }: PolicyDecision): string => (policy === null ? 'none' : policyName(policy));
