import type { AlertData } from '@vong-gac/contracts';
import { digestOf, UNANSWERED, type OfficerAction } from './history';

const READING_MS = 300;
const ANSWER_MS = 8_000;
const RETRY_MS = 500;
const TRIES = 40;

/** The officer on duty: acknowledges some alerts, closes some of those, and leaves the others to the clock. */
export class Officer {
  readonly actions: OfficerAction[] = [];
  private readonly underWay = new Set<Promise<void>>();
  private readonly seen = new Set<string>();

  constructor(private readonly apiUrl: string) {}

  /** What is done about an alert is decided by its id, so that the same seed meets the same officer. */
  reads({ alertId, change, revision, incident }: AlertData): void {
    const about = `${alertId} ${revision}`;
    if (change !== 'raised' || this.seen.has(about)) return;
    this.seen.add(about);
    const roll = parseInt(digestOf(incident.eventId).slice(0, 2), 16);
    if (roll >= 128) return;
    const acting = this.act(alertId, revision, roll < 48).finally(() => this.underWay.delete(acting));
    this.underWay.add(acting);
  }

  async rest(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  private async act(alertId: string, revision: number, close: boolean): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, READING_MS));
    await this.say('acknowledge', alertId, revision, {});
    if (close) await this.say('close', alertId, revision, { disposition: 'founded' });
  }

  private async say(verb: OfficerAction['verb'], alertId: string, revision: number, more: Record<string, string>): Promise<void> {
    const by = 'Trực ban';
    const noted = (status: number) => void this.actions.push({ at: Date.now(), alertId, verb, by, revision, status });
    for (let left = TRIES; left > 0; left -= 1) {
      try {
        const answer = await fetch(`${this.apiUrl}/v1/alerts/${alertId}/${verb}`, {
          method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ by, revision, ...more }), signal: AbortSignal.timeout(ANSWER_MS),
        });
        if (answer.status < 500) return noted(answer.status);
      } catch {
        // The api is away: the officer tries again.
      }
      noted(UNANSWERED);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}
