import { takesPlaceOf, threadKey, type AlertState, type Correction, type Incident, type ThreadKey, threadOf } from '@vong-gac/domain';
import { eventKey, type AlertUpsert, type StoredContext } from '@vong-gac/database';

/** An alert as it stands while a chunk is worked through; written once, at the end, whatever the chunk changed. */
interface OpenAlert {
  id: string;
  state: AlertState;
  base: AlertUpsert['base'];
  raised: boolean;
  data: string | null;
}

/** The threads that a chunk touches: first ids, corrections and alerts, those of the store and those of the chunk's own events. */
export class Threads {
  private readonly firstIds: Map<string, string>;
  /** By `eventKey` of the corrected event. */
  private readonly corrections: Map<string, readonly Correction[]>;
  private readonly alerts = new Map<string, OpenAlert>();

  /** @param anyCorrects whether any event of the chunk corrects another; without one (and without stored ones) each event is a thread of its own */
  constructor(
    stored: Pick<StoredContext, 'firstIds' | 'corrections' | 'alerts'>,
    private readonly anyCorrects: boolean,
  ) {
    this.firstIds = new Map(stored.firstIds);
    this.corrections = new Map(stored.corrections);
    for (const { id, state } of stored.alerts) {
      const base = { revision: state.revision, alertStatus: state.alertStatus };
      this.alerts.set(threadKey(state.thread), { id, state, base, raised: false, data: null });
    }
  }

  /** The thread of the next event, in order of arrival; the event is known to those after it. */
  join(incident: Incident): { thread: ThreadKey; alreadyCorrected: boolean } {
    if (!this.anyCorrects && this.corrections.size === 0) return { thread: threadOf(incident, null), alreadyCorrected: false };
    const { source, eventId, corrects } = incident;
    const thread = threadOf(incident, corrects === null ? null : (this.firstIds.get(eventKey(source, corrects)) ?? null));
    const alreadyCorrected = this.corrections.get(eventKey(source, eventId))?.some((correction) => takesPlaceOf(correction, incident)) ?? false;
    this.firstIds.set(eventKey(source, eventId), thread.firstId);
    if (corrects !== null) this.noteCorrection(eventKey(source, corrects), incident);
    return { thread, alreadyCorrected };
  }

  private noteCorrection(ofKey: string, correction: Correction): void {
    this.corrections.set(ofKey, [...(this.corrections.get(ofKey) ?? []), correction]);
  }

  alertOf(thread: ThreadKey): { id: string; state: AlertState } | null {
    return this.alerts.get(threadKey(thread)) ?? null;
  }

  change(id: string, state: AlertState, raised: boolean, data: string): void {
    const key = threadKey(state.thread);
    const before = this.alerts.get(key);
    this.alerts.set(key, { id, state, data, raised: raised || (before?.raised ?? false), base: before?.base ?? { revision: 0, alertStatus: null } });
  }

  /** The alerts that the chunk changed, each once, in their last state. */
  changed(): AlertUpsert[] {
    return [...this.alerts.values()].flatMap(({ id, state, raised, data, base }) => (data === null ? [] : [{ id, state, raised, data, base }]));
  }
}
