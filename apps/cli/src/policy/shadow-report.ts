import { PolicyStore, ReplayStore, type Database, type ShadowMove } from '@vong-gac/database';
import { policyName, shadowOf, type PolicyDecision } from '@vong-gac/domain';
import { PolicyBook } from '@vong-gac/policy';
import { Changes, type Change } from '../replay/changes';
import { knownPolicies } from './known';
import { notTriedInShadow, type NotTried } from './not-tried';

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
}

export async function readShadow(database: Database): Promise<ShadowReport> {
  const store = new PolicyStore(database);
  const decisions = await store.decisions();
  const shadow = shadowOf(decisions);
  const candidate = decisions.find(({ seq }) => seq === shadow?.seq) ?? null;
  if (shadow === null || candidate === null) return { candidate: null, problem: null, incidents: 0, notTried: [], changed: 0, moves: [], worst: [] };
  const all = await store.shadowMoves(shadow.seq);
  const moved = all.filter(({ from, to }) => from !== to);
  const { policy, problem } = await new PolicyBook(store).read(shadow.policy);
  const known = await knownPolicies(store);
  const changes = policy === null ? null : new Changes(policy, false, known);
  const notTried = policy === null ? [] : notTriedInShadow(policy, decisions, known, candidate.effectiveAt);
  for (const decision of changes === null ? [] : await new ReplayStore(database).byId(moved.flatMap(({ examples }) => examples))) changes?.take(decision);
  const moves = moved.map(({ from, to, incidents }) => ({ from, to, incidents }));
  return { candidate, problem, incidents: sum(all), notTried, changed: sum(moved), moves, worst: changes?.result().worst ?? [] };
}

const sum = (moves: readonly { incidents: number }[]): number => moves.reduce((total, { incidents }) => total + incidents, 0);

export const nameOfCandidate = ({ policy }: PolicyDecision): string => (policy === null ? 'none' : policyName(policy));
