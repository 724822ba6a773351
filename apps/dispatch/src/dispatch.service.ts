import { transientFailure } from '@vong-gac/database';
import type { AlertClock } from './alert-clock';
import { Bell } from './bell';
import type { Dispatcher } from './dispatcher';
import type { Hints } from './hints';
import type { Observer } from './observer';

/** After a long look at open alerts, the next waits this many times as long as it took: many old open alerts must not keep Postgres busy. */
const REST_FACTOR = 10;
/** But never longer: alerts go up by this clock, and a loop that does not turn counts as hanging after 30 s. */
const REST_MAX_MS = 15_000;

/** Runs dispatch's two loops: deliveries, and the clock of open alerts. */
export class DispatchService {
  private readonly bell = new Bell();
  private loops: Promise<void>[] = [];
  private stopping = false;

  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly clock: AlertClock,
    private readonly hints: Hints,
    private readonly observer: Observer,
    private readonly pollMs: number,
  ) {}

  /** @param crash ends the process: a bug in either loop. */
  start(crash: (error: unknown) => void): void {
    void this.hints.start();
    this.loops = [this.dispatcher.run(), this.runClock()];
    this.loops.forEach((loop) => loop.catch(crash));
  }

  /** Claims nothing more, finishes what is in flight within the grace, gives back the rest. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.bell.ring();
    this.dispatcher.stop(Date.now());
    await this.hints.stop();
    await Promise.all(this.loops);
  }

  private async runClock(): Promise<void> {
    while (!this.stopping) {
      const startedAt = performance.now();
      let restMs = 0;
      try {
        await this.clock.step(Date.now());
        this.observer.databaseAnswered('open alerts');
        restMs = Math.min((performance.now() - startedAt) * REST_FACTOR, REST_MAX_MS);
      } catch (error) {
        if (!transientFailure(error)) throw error;
        this.observer.databaseAway('open alerts', error);
      }
      this.observer.stepped();
      await this.bell.wait(Math.max(this.pollMs, restMs));
    }
  }
}
