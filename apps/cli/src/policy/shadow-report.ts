import { PolicyStore, ReplayStore, type Database, type ShadowMove } from '@vong-gac/database';
import { policyName, shadowOf, type PolicyDecision } from '@vong-gac/domain';
import { PolicyBook } from '@vong-gac/policy';
import { Changes, type Change } from '../replay/changes';

/** What a candidate has graded in the shadow so far. */
export interface ShadowReport {
  /** The decision that set it; null: nothing grades in the shadow, and the rest is empty. */
  candidate: PolicyDecision | null;
  /** Why it cannot be used by this release; null: it can. */
  problem: string | null;
  incidents: number;
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
  if (shadow === null || candidate === null) return { candidate: null, problem: null, incidents: 0, changed: 0, moves: [], worst: [] };
  const all = await store.shadowMoves(shadow.seq);
  const moved = all.filter(({ from, to }) => from !== to);
  const book = new PolicyBook(store);
  const { policy, problem } = await book.read(shadow.policy);
  const changes = policy === null ? null : new Changes(policy, false, await book.lookup(await store.list()));
  for (const decision of changes === null ? [] : await new ReplayStore(database).byId(moved.flatMap(({ examples }) => examples))) changes?.take(decision);
  const moves = moved.map(({ from, to, incidents }) => ({ from, to, incidents }));
  return { candidate, problem, incidents: sum(all), changed: sum(moved), moves, worst: changes?.result().worst ?? [] };
}

const sum = (moves: readonly { incidents: number }[]): number => moves.reduce((total, { incidents }) => total + incidents, 0);

export const nameOfCandidate = ({ policy }: PolicyDecision): string => (policy === null ? 'none' : policyName(policy));
