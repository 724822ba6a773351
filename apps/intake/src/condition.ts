import type { Probe } from '@vong-gac/runtime';

/** So many records that Postgres refuses within a minute are no dirt but a fault of ours. */
const NOT_STORABLE_MAX = 20;
const MINUTE_MS = 60_000;

/** What keeps intake from its work now: an outage per partition, and records that Postgres refuses. */
export class Condition {
  private readonly outages = new Map<string, { since: number; saidAt: number; reason: string }>();
  private notStorable: number[] = [];
  private readonly stopping = new AbortController();

  constructor(
    private readonly clock: () => number,
    private readonly say: (level: 'warn' | 'info' | 'error', sentence: string) => void,
  ) {}

  /** Aborted when the process is told to end: nobody waits for an outage to pass any more. */
  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  stop(): void {
    this.stopping.abort();
  }

  outage(where: string, reason: string): void {
    const known = this.outages.get(where);
    const now = this.clock();
    const said = known !== undefined && now - known.saidAt < MINUTE_MS;
    if (!said) this.say('warn', known === undefined ? `${where} waits: ${reason}` : `${where} still waits, for ${Math.round((now - known.since) / 1000)} s now: ${reason}`);
    this.outages.set(where, { since: known?.since ?? now, saidAt: said ? known.saidAt : now, reason });
  }

  works(where: string): void {
    const known = this.outages.get(where);
    if (known === undefined) return;
    this.outages.delete(where);
    this.say('info', `${where} goes on after ${Math.round((this.clock() - known.since) / 1000)} s`);
  }

  refused(where: string, offset: number, reason: string): void {
    const now = this.clock();
    this.notStorable = [...this.notStorable.filter((at) => at > now - MINUTE_MS), now].slice(-NOT_STORABLE_MAX);
    this.say(this.notStorable.length >= NOT_STORABLE_MAX ? 'error' : 'warn', `${where}, offset ${offset} is quarantined as not-storable: ${reason}`);
  }

  /** @param first,last offsets that Kafka no longer holds, and nobody read */
  lost(where: string, first: number, last: number): void {
    this.say('error', `${where}: Kafka's retention deleted offsets ${first} to ${last} before they were read; ask their publishers to send again, then "vong-gac ledger accept-lost"`);
  }

  ready(): Probe {
    const now = this.clock();
    const reasons = [...this.outages].map(([where, { since, reason }]) => `${where} waits since ${new Date(since).toISOString()}: ${reason}`);
    if (this.notStorable.length >= NOT_STORABLE_MAX && this.notStorable.every((at) => at > now - MINUTE_MS)) {
      reasons.push(`${NOT_STORABLE_MAX} records in a minute were quarantined as not-storable: look for the cause, then bring them back with vong-gac quarantine release`);
    }
    return { ok: reasons.length === 0, reasons };
  }
}
