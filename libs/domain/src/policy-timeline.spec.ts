import { policiesAt, policySpans, shadowOf, spanAt, type PolicyDecision } from './policy-timeline';

const FIRST = { id: 'built-in', version: 1 };
let seq = 0;
const decision = (more: Partial<PolicyDecision>): PolicyDecision => ({ seq: ++seq, role: 'active', policy: { id: 'p', version: 1 }, effectiveAt: 100, by: 'An', why: 'thử', decidedAt: 0, ...more });
const at = (decisions: readonly PolicyDecision[], instant: number): string => {
  const spans = policySpans(FIRST, decisions);
  const { policy } = spans[spanAt(spans, instant)] ?? { policy: FIRST };
  return `${policy.id}@${policy.version}`;
};
const p = (version: number, effectiveAt: number) => decision({ policy: { id: 'p', version }, effectiveAt });

describe('which policy grades what was received when', () => {
  it('is the first one until something is activated, and each activation from its instant on', () => {
    expect([-1e15, 0, 1e15].map((instant) => at([], instant))).toEqual(Array(3).fill('built-in@1'));
    const decisions = [p(1, 100), p(2, 200)];
    expect([99, 100, 199, 200, 201].map((instant) => at(decisions, instant))).toEqual(['built-in@1', 'p@1', 'p@1', 'p@2', 'p@2']);
  });

  it('goes by the instant, whenever it was decided: what was planned comes, also after another was activated meanwhile', () => {
    const decisions = [p(2, 500), p(3, 100)];
    expect([100, 499, 500].map((instant) => at(decisions, instant))).toEqual(['p@3', 'p@3', 'p@2']);
  });

  it('is the later decision where two are for one instant, in whatever order they are read', () => {
    const decisions = [p(2, 500), p(1, 500)];
    expect([at(decisions, 500), at([...decisions].reverse(), 500)]).toEqual(['p@1', 'p@1']);
  });

  it('is never the candidate that grades in the shadow', () => {
    const shadow = decision({ role: 'shadow' });
    const off = decision({ role: 'shadow', policy: null });
    expect(at([shadow], 1_000)).toBe('built-in@1');
    expect([shadowOf([]), shadowOf([shadow]), shadowOf([shadow, off]), shadowOf([off, shadow])]).toEqual([null, { seq: shadow.seq, policy: { id: 'p', version: 1 } }, null, null]);
  });

  it('is said with what is to come', () => {
    const decisions = [p(2, 500), p(3, 100), decision({ role: 'shadow', policy: { id: 'q', version: 9 } })];
    expect(policiesAt(FIRST, decisions, 99)).toEqual({ inForce: { from: -Infinity, policy: FIRST }, planned: [{ from: 100, policy: { id: 'p', version: 3 } }, { from: 500, policy: { id: 'p', version: 2 } }], shadow: { id: 'q', version: 9 } });
    expect(policiesAt(FIRST, decisions, 100)).toMatchObject({ inForce: { from: 100, policy: { version: 3 } }, planned: [{ from: 500 }] });
  });
});
