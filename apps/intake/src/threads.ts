import { takesPlaceOf, threadKey, type AlertState, type Correction, type Incident, type ThreadKey, threadOf } from '@vong-gac/domain';
import { eventKey, type AlertUpsert, type CorrectedRow, type StoredAlert, type StoredContext } from '@vong-gac/database';

/** An alert as it stands while a chunk is worked through; written once, at the end, whatever the chunk changed. */
interface OpenAlert {
  id: string;
  state: AlertState;
  base: AlertUpsert['base'];
  raised: boolean;
  /** What it says (AlertContent), as JSON. */
  data: string;
  changed: boolean;
}

/** Where the next event belongs. */
interface JoinedThread {
  thread: ThreadKey;
  /** A stored event took its place: it arrives too late to change anything. */
  alreadyCorrected: boolean;
  /** Of a correction: the thread that founded the situation of the event that it names; null: that joined none. */
  founder: ThreadKey | null;
}

/** The threads that a chunk touches: first ids, corrections and alerts, those of the store and those of the chunk's own events. */
export class Threads {
  /** Events that a correction may name, by `eventKey`: where they stand. */
  private readonly corrected: Map<string, CorrectedRow>;
  /** By `eventKey` of the corrected event. */
  private readonly corrections: Map<string, readonly Correction[]>;
  private readonly alerts = new Map<string, OpenAlert>();

  /** @param anyCorrects whether any event of the chunk corrects another; without one (and without stored ones) each event is a thread of its own */
  constructor(
    stored: Pick<StoredContext, 'corrected' | 'corrections' | 'alerts'>,
    private readonly anyCorrects: boolean,
  ) {
    this.corrected = new Map(stored.corrected);
    this.corrections = new Map(stored.corrections);
    this.open(stored.alerts);
  }

  /** The thread of the next event, in order of arrival. */
  join(incident: Incident): JoinedThread {
    if (!this.anyCorrects && this.corrections.size === 0) return { thread: threadOf(incident, null), alreadyCorrected: false, founder: null };
    const { source, eventId, corrects } = incident;
    const row = corrects === null ? undefined : this.corrected.get(eventKey(source, corrects));
    const thread = threadOf(incident, row?.firstId ?? null);
    const alreadyCorrected = this.corrections.get(eventKey(source, eventId))?.some((correction) => takesPlaceOf(correction, incident)) ?? false;
    if (corrects !== null) this.noteCorrection(eventKey(source, corrects), incident);
    // A correction goes where its event went, unless it says that it was elsewhere, or not real.
    const follows = row !== undefined && row.founder !== null && row.siteId === incident.siteId && row.status === incident.status;
    return { thread, alreadyCorrected, founder: follows ? { ...thread, ...row.founder } : null };
  }

  /** The event is known to those after it. @param founder of the situation that it joined; null: it joined none */
  know({ source, eventId, siteId, status }: Incident, { firstId }: ThreadKey, founder: ThreadKey | null): void {
    if (this.anyCorrects) this.corrected.set(eventKey(source, eventId), { firstId, siteId, status, founder });
  }

  private open(alerts: readonly StoredAlert[]): void {
    for (const { id, state, data } of alerts) {
      const base = { revision: state.revision, alertStatus: state.alertStatus };
      this.alerts.set(threadKey(state.thread), { id, state, data, base, raised: false, changed: false });
    }
  }

  private noteCorrection(ofKey: string, correction: Correction): void {
    this.corrections.set(ofKey, [...(this.corrections.get(ofKey) ?? []), correction]);
  }

  alertOf(thread: ThreadKey): Pick<OpenAlert, 'id' | 'state' | 'data'> | null {
    return this.alerts.get(threadKey(thread)) ?? null;
  }

  change(id: string, state: AlertState, raised: boolean, data: string): void {
    const key = threadKey(state.thread);
    const before = this.alerts.get(key);
    this.alerts.set(key, { id, state, data, changed: true, raised: raised || (before?.raised ?? false), base: before?.base ?? { revision: 0, alertStatus: null } });
  }

  /** The alerts that the chunk changed, each once, in their last state. */
  changed(): AlertUpsert[] {
    return [...this.alerts.values()].flatMap(({ changed, ...alert }) => (changed ? [alert] : []));
  }
}
