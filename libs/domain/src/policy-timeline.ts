import type { Instant } from './incident';
import type { PolicyVersion } from './policy';

/** As people and logs write it: `night-watch@3`. */
export const policyName = ({ id, version }: PolicyVersion): string => `${id}@${version}`;

/** Something that people decided about policies. It is never changed afterwards: the next decision follows it. */
export interface PolicyDecision {
  /** In the order in which decisions were made. */
  seq: number;
  /** `active`: grades events from `effectiveAt` on. `shadow`: grades beside it, and nothing comes of it. */
  role: 'active' | 'shadow';
  /** null: nothing grades in the shadow any more. */
  policy: PolicyVersion | null;
  effectiveAt: Instant;
  by: string;
  why: string;
  decidedAt: Instant;
}

/** From when on a policy grades, until the next span begins. */
export interface PolicySpan {
  from: Instant;
  policy: PolicyVersion;
}

/**
 * Which policy grades what was received when: from the beginning of time the `first`, from each activation's instant on that activation's, whatever
 * the order in which they were decided. Of two activations for the same instant the later decision counts: that is how a planned one is taken back.
 */
export function policySpans(first: PolicyVersion, decisions: readonly Pick<PolicyDecision, 'seq' | 'role' | 'policy' | 'effectiveAt'>[]): readonly PolicySpan[] {
  const byInstant = new Map<Instant, { seq: number; policy: PolicyVersion }>();
  for (const { role, policy, effectiveAt, seq } of decisions) {
    if (role !== 'active' || policy === null) continue;
    const known = byInstant.get(effectiveAt);
    if (known === undefined || known.seq < seq) byInstant.set(effectiveAt, { seq, policy });
  }
  const later = [...byInstant].map(([from, { policy }]) => ({ from, policy })).sort((a, b) => a.from - b.from);
  return [{ from: -Infinity, policy: first }, ...later];
}

/** Index of the span that an instant lies in. */
export function spanAt(spans: readonly PolicySpan[], at: Instant): number {
  for (let i = spans.length - 1; i > 0; i--) if (at >= (spans[i]?.from ?? Infinity)) return i;
  return 0;
}

/** The candidate that grades in the shadow, with the decision that set it; null: none does. */
export function shadowOf(decisions: readonly PolicyDecision[]): { seq: number; policy: PolicyVersion } | null {
  const last = decisions.reduce<PolicyDecision | null>((found, each) => (each.role === 'shadow' && each.seq > (found?.seq ?? -1) ? each : found), null);
  return last === null || last.policy === null ? null : { seq: last.seq, policy: last.policy };
}

/** What holds at an instant, and what is to come. */
export interface PoliciesAt {
  /** `from` is -Infinity where nothing was activated before. */
  inForce: PolicySpan;
  /** By instant. */
  planned: readonly PolicySpan[];
  shadow: PolicyVersion | null;
}

export function policiesAt(first: PolicyVersion, decisions: readonly PolicyDecision[], at: Instant): PoliciesAt {
  const spans = policySpans(first, decisions);
  const current = spanAt(spans, at);
  return { inForce: spans[current] ?? { from: -Infinity, policy: first }, planned: spans.slice(current + 1), shadow: shadowOf(decisions)?.policy ?? null };
}
