import { setTimeout as sleep } from 'node:timers/promises';
import { alertInVietnamese } from '@vong-gac/contracts';
import { LedgerStore, StatusStore } from '@vong-gac/database';
import type { colours } from '../terminal';
import { GUESTS } from './day';
import { COMMUNE, Endings, ESCALATION_SECONDS, openHouse, type House } from './house';
import { Officer } from './officer';
import type { Received } from './receiver';
import { END, guestsAt, script, START, type DemoMessage } from './script';
import { describeSummary, summarize, type DemoSummary } from './summary';

export interface DemoOptions {
  /** Minutes of the day in one minute of ours. */
  speed: number;
  /** End after the day; else the api stays up until the signal. */
  exit: boolean;
  say: (line: string) => void;
  colours: typeof colours;
  signal: AbortSignal;
}

const SEED = 20_190_902;
const STEP_MS = 40;
const VIETNAM_OFFSET_MS = 7 * 3_600_000;
/** Longest wait for what is under way when the day is over: the escalation, retries. */
const SETTLE_MS = 30_000;

/** Runs the day; everything that it started has ended when this resolves or rejects. */
export async function runDemo(options: DemoOptions): Promise<DemoSummary> {
  const endings = new Endings();
  try {
    return await new Demo(options, endings).run();
  } finally {
    await endings.run();
  }
}

class Demo {
  private readonly sentAt = new Map<string, number>();
  private readonly latencies: number[] = [];
  private officer: Officer | null = null;
  private published = 0;
  /** The instant that the day's end falls on. */
  private dayEnd = 0;

  constructor(
    private readonly options: DemoOptions,
    private readonly endings: Endings,
  ) {}

  async run(): Promise<DemoSummary> {
    const { say, signal, colours } = this.options;
    say(colours.bold('Vọng Gác: một ngày cao điểm ở khu nghỉ dưỡng hồ Đại Lải (a peak day at a resort by Đại Lải lake)'));
    const house = await openHouse(this.endings, (received) => this.arrived(received), (line) => say(colours.dim(line)), signal);
    this.officer = new Officer(house.apiUrl, COMMUNE, (line) => say(colours.green(`  ✓ ${line}`)));
    this.endings.add(async () => this.officer?.stop());
    await this.liveThrough(house);
    await this.settle(house);
    const { summary } = await summarize(house.database, house.admin, this.published, this.latencies);
    say(`\n${colours.bold('The day is over.')}\n${describeSummary(summary)}`);
    if (!this.options.exit) await this.stay(house);
    return summary;
  }

  /** Sends the day in its own order, as fast as the speed asks for; it ends now. */
  private async liveThrough({ producer, supervisor }: House): Promise<void> {
    const { say, signal, speed, colours } = this.options;
    const lengthMs = ((END - START) * 60_000) / speed;
    const started = Date.now();
    this.dayEnd = started + lengthMs;
    const messages = script(SEED, this.dayEnd);
    say(colours.dim(`${messages.length} messages of ${(END - START) / 60} hours in ${Math.round(lengthMs / 1_000)} s; for this demo an alert that nobody acknowledges goes up after ${ESCALATION_SECONDS.critical} s, not after 3 (critical) or 10 minutes (high)\n`));
    let hour = -1;
    for (let next = 0; next < messages.length; ) {
      if (supervisor.broken) throw supervisor.broken;
      const minute = START + ((Date.now() - started) * speed) / 60_000;
      const due = messages.slice(next).findIndex((message) => message.minute > minute);
      const batch = messages.slice(next, due < 0 ? messages.length : next + due);
      if (batch.length > 0) await this.send(producer, batch);
      next += batch.length;
      if (Math.floor(minute / 60) > hour && minute < END) {
        hour = Math.floor(minute / 60);
        say(colours.cyan(`${this.clock(hour * 60)}  ${guestsAt('', hour * 60)} khách · ${this.published} messages published`));
      }
      if (next < messages.length) await sleep(STEP_MS, undefined, { signal });
    }
    say(colours.cyan(`${this.clock(END)}  now; at its peak the day had ${Math.max(...(GUESTS[''] ?? []).map(([, people]) => people))} guests`));
  }

  private async send(producer: House['producer'], batch: readonly DemoMessage[]): Promise<void> {
    for (const topic of new Set(batch.map((message) => message.topic))) {
      const messages = batch.filter((message) => message.topic === topic);
      for (const { eventId } of messages) if (eventId !== null && !this.sentAt.has(eventId)) this.sentAt.set(eventId, Date.now());
      await producer.send(topic, messages.map(({ key, value }) => ({ key, value, headers: [['content-type', 'application/cloudevents+json; charset=utf-8']] })));
      this.published += messages.length;
      for (const { said, minute } of messages) if (said !== null) this.options.say(`${this.clock(minute)}  → ${said}`);
    }
  }

  /** The time in Việt Nam of a minute of the script, so that it agrees with what the alerts say. */
  private clock(minute: number): string {
    return new Date(this.dayEnd - (END - minute) * 60_000 + VIETNAM_OFFSET_MS).toISOString().slice(11, 16);
  }

  private arrived(received: Received): void {
    const { say, colours } = this.options;
    const { data, at, bodyId } = received;
    const sent = this.sentAt.get(data.incident.eventId);
    if (data.change === 'raised' && sent !== undefined) this.latencies.push(at - sent);
    this.officer?.reads(received);
    const body = bodyId === COMMUNE ? 'Công an phường Xuân Hòa' : 'Công an tỉnh Phú Thọ';
    const paint = data.level === 'critical' ? colours.red : colours.yellow;
    if (data.change === 'acknowledged' || data.change === 'closed') return say(colours.dim(`  ✉ ${body}: ${alertInVietnamese(data).split('\n', 1)[0] ?? ''}`));
    const lines = alertInVietnamese(data).split('\n').map((line) => `  │ ${line}`);
    say(paint([`  ┌ ${body}${data.change === 'raised' && sent !== undefined ? ` (sau ${at - sent} ms)` : ''}`, ...lines, '  └'].join('\n')));
  }

  /** Waits until everything sent is read, everything due is delivered, and the alert that was left alone has gone up. */
  private async settle({ database, admin, supervisor }: House): Promise<void> {
    const end = Date.now() + SETTLE_MS;
    for (;;) {
      if (supervisor.broken) throw supervisor.broken;
      const read = (await new LedgerStore(database).list()).reduce((sum, row) => sum + row.nextOffset - row.firstOffset, 0);
      const store = new StatusStore(database);
      const waiting = (await store.waiting()).length;
      if (read >= this.published && waiting === 0 && (await store.alertTotals()).escalated > 0 && this.officer?.idle) return;
      if (Date.now() > end) return this.options.say(`after ${SETTLE_MS / 1_000} s something is still under way: ${read} of ${this.published} messages read, ${waiting} receivers wait; the figures are as of now`);
      await admin.describe();
      await sleep(200, undefined, { signal: this.options.signal });
    }
  }

  private async stay({ apiUrl, stack, supervisor }: House): Promise<void> {
    const { say, signal, colours } = this.options;
    say(`\n${colours.bold('Still up until Ctrl-C:')}
  api       ${apiUrl}/docs
  alerts    ${apiUrl}/v1/alerts
  incidents ${apiUrl}/v1/incidents?site=dai-lai
  Kafka     ${stack.kafkaBrokers}
  Postgres  ${stack.databaseUrl}
  e.g.      KAFKA_BROKERS=${stack.kafkaBrokers} DATABASE_URL='${stack.databaseUrl}' npx vong-gac status`);
    while (!signal.aborted) {
      if (supervisor.broken) throw supervisor.broken;
      await sleep(500, undefined, { signal }).catch(() => undefined);
    }
  }
}
