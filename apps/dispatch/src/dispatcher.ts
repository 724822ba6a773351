import { heldByAnother, transientFailure, type ClaimedDelivery, type DeliveryStore, type Settlement } from '@vong-gac/database';
import type { DeliveryAnswer } from '@vong-gac/runtime';
import { backOffMs, type BackOff } from './back-off';
import { Bell } from './bell';
import type { Bodies } from './bodies';
import type { Notifiers } from './notifier';
import type { Observer } from './observer';

export interface DispatchLimits {
  pollMs: number;
  leaseMs: number;
  /** In flight to one webhook, to one topic, and in all. */
  perWebhook: number;
  perTopic: number;
  total: number;
  backOff: Readonly<Record<ClaimedDelivery['receiverKind'], BackOff>>;
  /** After this long in an outage, the next look. */
  outageWaitMs: number;
  /** A stop waits so long for what is in flight. */
  graceMs: number;
}

/**
 * Postgres → receivers. One loop: write what was answered, claim what is due, send it, wait for an answer, a hint or the next poll. The table is the
 * only queue: what is claimed is on its way at once, so that no lease runs out in a line.
 * At least once: an attempt that is not written as answered is sent again when its lease ends, under the same id.
 */
export class Dispatcher {
  private readonly bell = new Bell();
  private readonly answered: Settlement[] = [];
  /** Those that switch their receiver off: they wait for whoever changes the registry, and nothing waits for them. */
  private readonly refused: Settlement[] = [];
  private inFlight = 0;
  private stopping = false;
  private stopBy = Number.POSITIVE_INFINITY;

  constructor(
    private readonly store: DeliveryStore,
    private readonly notifiers: Notifiers,
    private readonly bodies: Bodies,
    private readonly observer: Observer,
    private readonly limits: DispatchLimits,
  ) {}

  /** A hint that something may be due. */
  wake(): void {
    this.bell.ring();
  }

  /** Runs until `stop`; rejects on a bug, never on an outage. */
  async run(): Promise<void> {
    while (!this.finished()) {
      const wait = await this.turn();
      this.observer.turned();
      await this.bell.wait(wait);
    }
    await this.leave();
  }

  /** Claims nothing more; `run` ends when what is in flight was answered and written, or the grace is over. */
  stop(now: number): void {
    this.stopping = true;
    this.stopBy = now + this.limits.graceMs;
    this.bell.ring();
  }

  private finished(): boolean {
    return this.stopping && ((this.inFlight === 0 && this.answered.length + this.refused.length === 0) || Date.now() >= this.stopBy);
  }

  /** @returns how long to wait for the next one at most. */
  private async turn(): Promise<number> {
    try {
      await this.settle(this.answered, 'one by one');
      if (!this.stopping) this.send(await this.claim());
      await this.settle(this.refused, 'later'); // all of them need the registry
      this.observer.databaseAnswered('deliveries');
      return this.limits.pollMs;
    } catch (error) {
      if (!transientFailure(error)) throw error;
      this.observer.databaseAway('deliveries', error);
      return this.limits.outageWaitMs;
    }
  }

  /** Answers stay in hand until they are written: after an outage they are written before anything is claimed, so that nothing answered is sent again. */
  private async settle(answered: Settlement[], whereHeld: 'one by one' | 'later'): Promise<void> {
    const held: Settlement[] = [];
    let until = Number.POSITIVE_INFINITY;
    try {
      for (let atOnce = SETTLED_AT_ONCE; answered.length > 0 && performance.now() < until; ) {
        const batch = answered.slice(0, atOnce);
        try {
          const written = new Set(await this.store.settle(batch));
          this.observer.settled(batch, written);
        } catch (error) {
          if (!heldByAnother(error)) throw error;
          if (whereHeld === 'later') return;
          // Somebody holds a row of one of them: the others do not wait for it, nor whoever is due.
          until = Math.min(until, performance.now() + HELD_MS);
          if (batch.length > 1) {
            atOnce = 1;
            continue;
          }
          held.push(...batch);
        }
        answered.splice(0, batch.length);
      }
    } finally {
      answered.push(...held);
    }
  }

  private async claim(): Promise<ClaimedDelivery[]> {
    const { leaseMs, perWebhook, perTopic } = this.limits;
    const total = this.limits.total - this.inFlight;
    if (total <= 0) return [];
    const claimed = await this.store.claim({ leaseMs, perWebhook, perTopic, total });
    if (claimed.length > 0) await this.bodies.learn(claimed.map((each) => each.policeBodyId));
    return claimed;
  }

  private send(claimed: readonly ClaimedDelivery[]): void {
    for (const kind of ['webhook', 'topic'] as const) {
      const notifier = this.notifiers[kind];
      for (const batch of notifier.batches(claimed.filter((each) => each.receiverKind === kind))) {
        this.inFlight += batch.length;
        const startedAt = performance.now();
        // A rejection is a bug of the notifier: it reaches the process as an unhandled one and ends it.
        void notifier.send(batch).then((answers) => this.take(batch, answers, performance.now() - startedAt));
      }
    }
  }

  private take(batch: readonly ClaimedDelivery[], answers: readonly DeliveryAnswer[], tookMs: number): void {
    this.inFlight -= batch.length;
    batch.forEach((delivery, index) => {
      const answer = answers[index];
      if (answer === undefined) throw new Error(`the ${delivery.receiverKind} notifier gave ${answers.length} answers for ${batch.length} deliveries`);
      this.observer.answered(delivery, answer, tookMs);
      (answer.outcome === 'refused' ? this.refused : this.answered).push(this.settlement(delivery, answer));
    });
    this.bell.ring();
  }

  private settlement(delivery: ClaimedDelivery, answer: DeliveryAnswer): Settlement {
    const { id, attempt, policeBodyId, bodyId, receiverKind } = delivery;
    const bodyRank = policeBodyId === null || bodyId === null ? null : this.bodies.rankOf(policeBodyId, bodyId, Date.now());
    const own = backOffMs(attempt, this.limits.backOff[receiverKind], Math.random());
    const retryMs = answer.outcome === 'retry' ? Math.max(own, answer.afterMs ?? 0) : 0;
    return { id, attempt, outcome: answer.outcome, answer: answer.answer, retryMs, bodyRank };
  }

  private async leave(): Promise<void> {
    try {
      const count = await this.store.giveBack();
      if (count > 0) this.observer.gaveBack(count);
    } catch (error) {
      if (!transientFailure(error)) throw error;
      this.observer.databaseAway('deliveries', error); // the leases run out by themselves
    }
  }
}

/** So long a turn goes on looking for those whose rows somebody holds; the rest is for the next. */
const HELD_MS = 2_000;
/** Outcomes written in one transaction. */
const SETTLED_AT_ONCE = 500;
