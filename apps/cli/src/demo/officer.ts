import { setTimeout as pause } from 'node:timers/promises';
import type { AlertData } from '@vong-gac/contracts';
import { FALSE_ALARM, LEFT_ALONE } from './day';
import type { Received } from './receiver';

/** The officer reads for so long before acknowledging. */
const READING_MS = 700;
const ANSWER_MS = 5_000;
/** Where the page does not answer (a service is being started again), an officer taps once more. */
const TAPS_MAX = 8;
const TAP_AGAIN_MS = 1_000;
const NAME = 'Trực ban Công an phường Xuân Hòa';

/** The duty officer of the commune police: acknowledges through the api, leaves one alert alone, closes the false alarm. */
export class Officer {
  private readonly timers = new Set<NodeJS.Timeout>();
  private acting = 0;
  /** One thing after another, in the order in which it was read. */
  private hands: Promise<void> = Promise.resolve();
  private readonly falseAlarms = new Set<string>();

  constructor(
    private readonly apiUrl: string,
    private readonly bodyId: string,
    private readonly say: (line: string) => void,
  ) {}

  /** What the officer does about a message. */
  reads({ bodyId, data }: Received): void {
    if (bodyId !== this.bodyId) return;
    if (data.change === 'raised' && data.incident.eventId !== LEFT_ALONE) {
      if (data.incident.eventId === FALSE_ALARM) this.falseAlarms.add(data.alertId);
      this.later(() => this.act(data, 'acknowledge', { note: 'Đã nhận tin, cử tổ tuần tra' }));
    }
    if (data.change === 'updated' && this.falseAlarms.has(data.alertId)) this.later(() => this.act(data, 'close', { disposition: 'false-alarm', note: 'Báo động giả' }));
  }

  /** Nothing is on the desk. */
  get idle(): boolean {
    return this.timers.size === 0 && this.acting === 0;
  }

  stop(): void {
    for (const timer of this.timers) clearTimeout(timer);
  }

  private later(act: () => Promise<void>): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      this.acting += 1;
      this.hands = this.hands
        .then(() => this.insist(act))
        .catch((error: unknown) => this.say(`the api does not answer the officer: ${error instanceof Error ? error.message : String(error)}`))
        .finally(() => (this.acting -= 1));
    }, READING_MS);
    this.timers.add(timer);
  }

  private async insist(act: () => Promise<void>): Promise<void> {
    for (let tap = 1; ; tap++) {
      try {
        return await act();
      } catch (error) {
        if (tap === TAPS_MAX) throw error;
      }
      await pause(TAP_AGAIN_MS);
    }
  }

  private async act(data: AlertData, verb: 'acknowledge' | 'close', more: Record<string, string>): Promise<void> {
    const response = await fetch(`${this.apiUrl}/v1/alerts/${data.alertId}/${verb}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ by: NAME, revision: data.revision, ...more }),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const words = verb === 'acknowledge' ? 'đã tiếp nhận' : 'đã kết thúc (báo động giả)';
    this.say(response.ok ? `${NAME} ${words}: ${data.headline.vi}` : `the api refused ${verb} of ${data.alertId}: ${response.status} ${(await response.text()).slice(0, 200)}`);
  }
}
