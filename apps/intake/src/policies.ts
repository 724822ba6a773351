import { setTimeout as pause } from 'node:timers/promises';
import { receivedAtOf } from '@vong-gac/contracts';
import { failureKind, sqlState, type PolicyStore } from '@vong-gac/database';
import { policyName, spanAt, type Instant, type PolicyDecision, type PolicyVersion, type RiskPolicy } from '@vong-gac/domain';
import { builtInDocument, builtInPolicy, PolicyBook, type PolicyTimeline } from '@vong-gac/policy';
import type { Probe } from '@vong-gac/runtime';
import type { Piece } from './piece';
import type { Candidate } from './shadow';

/** An intake that has nothing to do knows a decision after so long; one that has reads it with its next chunk. */
const LOOK_MS = 1_000;
const UNDEFINED_TABLE = '42P01';

/** What a piece is judged by. */
export interface JudgedBy {
  policy: RiskPolicy;
  /** Grades beside it; null: none does. */
  candidate: Candidate | null;
  /** The newest decision that was looked at. */
  seq: number;
  /** Index in the chunk of the first record that another policy grades; the piece's end where one policy grades all of it. */
  until: number;
}

/** The policies by which this intake grades: which one what was received when; and what an operator must know of them. */
export class Policies {
  private readonly book: PolicyBook;
  private looking: Promise<void> = Promise.resolve();
  private inForceNow: PolicyVersion;
  /** Of what is in force or planned, by name: why it cannot be used. */
  private unreadable = new Map<string, string>();
  private readonly saidUnreadable = new Set<string>();
  /** Decisions up to here were said; null: nothing was yet. */
  private saidSeq: number | null = null;
  private builtInKept = false;

  constructor(
    private readonly store: PolicyStore,
    private readonly say: (level: 'warn' | 'info' | 'error', sentence: string) => void,
    /** In force until another is activated. */
    builtIn: RiskPolicy = builtInPolicy(),
  ) {
    this.book = new PolicyBook(store, builtIn);
    this.inForceNow = builtIn;
  }

  /**
   * A piece's policy is that of its first record's receipt: whoever reads the record, and however often, the same policy grades it.
   * @param seq the newest decision when the piece's context was read
   * @throws what Postgres says
   */
  async of({ chunk, from, to }: Piece, seq: number): Promise<JudgedBy> {
    const timeline = await this.book.at(seq);
    const receipt = (index: number): Instant => receivedAtOf(chunk.records[index]?.timestamp ?? 0);
    let until = to;
    if (timeline.spans.length > 1) {
      const span = spanAt(timeline.spans, receipt(from));
      for (until = from + 1; until < to && spanAt(timeline.spans, receipt(until)) === span; ) until++;
    }
    return { policy: await this.book.inForce(timeline, receipt(from)), candidate: await this.candidateOf(timeline), seq: timeline.seq, until };
  }

  /** Looks every second for what was decided, until the signal; a bug goes to `crash`. */
  follow(signal: AbortSignal, crash: (error: unknown) => void): void {
    this.looking = this.keepLooking(signal).catch(crash);
  }

  /** Until the look that is under way has ended. */
  async ended(): Promise<void> {
    await this.looking;
  }

  /** Reads what was decided, compiles what is in force and planned before an event waits for it, and says what is new. @throws what Postgres says */
  async look(now: Instant): Promise<void> {
    if (!this.builtInKept) await this.keepBuiltIn();
    const timeline = await this.book.at(await this.store.seq());
    const unreadable = new Map<string, string>();
    for (const { policy } of timeline.spans.slice(spanAt(timeline.spans, now))) {
      const { problem } = await this.book.read(policy);
      if (problem !== null) unreadable.set(policyName(policy), `${problem}: the policy before it goes on; run the release that knows it, or activate another`);
    }
    for (const [name, sentence] of unreadable) this.sayUnreadable(name, sentence);
    this.unreadable = unreadable;
    this.inForceNow = await this.book.inForce(timeline, now);
    await this.candidateOf(timeline);
    this.sayNew(timeline);
  }

  /** The policy that grades what is received now, as of the last look. */
  get current(): PolicyVersion {
    return this.inForceNow;
  }

  /** How many policies that are in force or planned cannot be read, as of the last look. */
  get unreadableCount(): number {
    return this.unreadable.size;
  }

  /** Red: another policy grades than the one that was activated. Events are graded and stored all the same. */
  ready(): Probe {
    return { ok: this.unreadable.size === 0, reasons: [...this.unreadable.values()] };
  }

  private async keepLooking(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.look(Date.now());
      } catch (error) {
        // An outage, or a schema that is not there yet, is told by those whose events wait for it.
        if (failureKind(error) === 'bug' && sqlState(error) !== UNDEFINED_TABLE) throw error;
      }
      await pause(LOOK_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** So that what it grades can be computed again when a later release has another. */
  private async keepBuiltIn(): Promise<void> {
    const { id, version, author, validFrom } = builtInPolicy();
    const kept = await this.store.keep({ id, version, author, validFrom, document: builtInDocument() });
    if (!kept) this.say('error', `the built-in policy ${version} of this release is not the one that is stored under that version: the stored one grades, as far as this release can read it; what changed needs a new version`);
    this.builtInKept = true;
  }

  private async candidateOf({ shadow }: PolicyTimeline): Promise<Candidate | null> {
    if (shadow === null) return null;
    const { policy, problem } = await this.book.read(shadow.policy);
    if (policy !== null) return { seq: shadow.seq, policy };
    this.sayUnreadable(policyName(shadow.policy), `${problem}: nothing grades in the shadow`);
    return null;
  }

  private sayUnreadable(name: string, sentence: string): void {
    if (this.saidUnreadable.has(name)) return;
    this.saidUnreadable.add(name);
    this.say('error', sentence);
  }

  private sayNew({ seq, decisions }: PolicyTimeline): void {
    if (this.saidSeq === null) this.say('info', `policy ${policyName(this.inForceNow)} is in force`);
    else for (const decision of decisions) if (decision.seq > this.saidSeq) this.say('info', sentenceOf(decision));
    this.saidSeq = seq;
  }
}

function sentenceOf({ role, policy, effectiveAt, by, why }: PolicyDecision): string {
  const what = policy === null ? 'nothing grades in the shadow any more' : role === 'shadow' ? `policy ${policyName(policy)} grades in the shadow` : `policy ${policyName(policy)} grades what is received from ${new Date(effectiveAt).toISOString()} on`;
  return `${what} (${by}: ${why})`;
}
