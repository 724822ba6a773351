import { policyName, policySpans, shadowOf, spanAt, type Instant, type PolicyDecision, type PolicyLookup, type PolicyVersion, type PolicySpan, type RiskPolicy } from '@vong-gac/domain';
import { builtInDocument, builtInPolicy } from './built-in';
import { problemInEnglish } from './problems';
import { readStoredPolicy } from './read-policy';

/** Where decisions and documents are kept. */
export interface PolicySource {
  /** All of them, in any order. */
  decisions(): Promise<readonly PolicyDecision[]>;
  /** The text of a document; null: it is not there. */
  document(policy: PolicyVersion): Promise<string | null>;
}

/** What was decided about policies, up to one decision. */
export interface PolicyTimeline {
  /** The newest decision that it knows; 0: there is none. */
  seq: number;
  decisions: readonly PolicyDecision[];
  spans: readonly PolicySpan[];
  shadow: { seq: number; policy: PolicyVersion } | null;
}

/** A document became a policy, or why it did not: a sentence. */
export type PolicyRead = { policy: RiskPolicy; problem: null } | { policy: null; problem: string };

/**
 * The policies that were decided about, each read from its document once. Before anything is activated the built-in policy is in force, as it was first stored. A document that
 * this release cannot read (a later one wrote it) is left out: the policy before it goes on.
 */
export class PolicyBook {
  private timeline: PolicyTimeline;
  private loading: Promise<PolicyTimeline> | null = null;
  private readonly readings = new Map<string, Promise<PolicyRead>>();

  constructor(
    private readonly source: PolicySource,
    private readonly builtIn: RiskPolicy = builtInPolicy(),
  ) {
    this.timeline = timelineOf([], builtIn);
  }

  /** The decisions as they stand, where the newest is said to be `seq`: what is known already is not read again. @throws what the source says */
  async at(seq: number): Promise<PolicyTimeline> {
    if (this.timeline.seq === seq) return this.timeline;
    return (this.loading ??= this.load().finally(() => (this.loading = null)));
  }

  /** The policy in force at an instant. @throws what the source says */
  async inForce({ spans }: Pick<PolicyTimeline, 'spans'>, at: Instant): Promise<RiskPolicy> {
    for (let i = spanAt(spans, at); i >= 0; i--) {
      const { policy } = await this.read(spans[i]?.policy ?? this.builtIn);
      if (policy !== null) return policy;
    }
    return this.builtIn;
  }

  /** The policy in force at an instant, by the decisions as they stand now. @throws what the source says */
  async inForceAt(at: Instant): Promise<RiskPolicy> {
    return this.inForce(await this.load(), at);
  }

  /** @throws what the source says */
  read(ref: PolicyVersion): Promise<PolicyRead> {
    const name = policyName(ref);
    let reading = this.readings.get(name);
    if (reading === undefined) {
      reading = this.readAnew(ref);
      this.readings.set(name, reading);
      // What was not answered is asked again; whoever waits for it is told.
      reading.catch(() => this.readings.delete(name));
    }
    return reading;
  }

  /** These and the built-in one, to be asked for without waiting; those that cannot be read are not known. @throws what the source says */
  async lookup(wanted: Iterable<PolicyVersion>): Promise<PolicyLookup> {
    const known = new Map<string, RiskPolicy>();
    for (const each of [this.builtIn, ...wanted]) {
      const { policy } = await this.read(each);
      if (policy !== null) known.set(policyName(each), policy);
    }
    return (each) => known.get(policyName(each)) ?? null;
  }

  private async readAnew(ref: PolicyVersion): Promise<PolicyRead> {
    const text = await this.source.document(ref);
    if (policyName(ref) === policyName(this.builtIn)) return { policy: this.builtInAs(text), problem: null };
    if (text === null) return { policy: null, problem: `policy ${policyName(ref)} is not stored` };
    const { policy, problems } = readStoredPolicy(text);
    if (policy !== null) return { policy, problem: null };
    const [first] = problems;
    return { policy: null, problem: `policy ${policyName(ref)} cannot be read by this release (${first === undefined ? 'no reason given' : problemInEnglish(first)})` };
  }

  /** Where this release has another text under that name, the stored one is what decisions of that name were made by; what this release cannot read grades nothing. */
  private builtInAs(stored: string | null): RiskPolicy {
    if (stored === null) this.readings.delete(policyName(this.builtIn)); // another process may keep its own any moment
    if (stored === null || stored === builtInDocument()) return this.builtIn;
    return readStoredPolicy(stored).policy ?? this.builtIn;
  }

  private async load(): Promise<PolicyTimeline> {
    return (this.timeline = timelineOf(await this.source.decisions(), this.builtIn));
  }
}

function timelineOf(decisions: readonly PolicyDecision[], first: PolicyVersion): PolicyTimeline {
  const { id, version } = first;
  return { seq: Math.max(0, ...decisions.map(({ seq }) => seq)), decisions, spans: policySpans({ id, version }, decisions), shadow: shadowOf(decisions) };
}
