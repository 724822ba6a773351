import type { Fault, History, Hit, Violation } from '../history';

/** I4: a receiver that keys on the delivery id accepts each once, always with the same bytes; whatever comes again is explained by a fault. */
export function dedupe({ dump, hits, faults }: History): Violation[] {
  const violations: Violation[] = [];
  const rows = new Map(dump.deliveries.map((row) => [row.id, row]));
  const taken = new Map<string, Hit>();
  for (const hit of [...hits].sort((a, b) => a.at - b.at)) {
    const found = (says: string) => violations.push({ invariant: 'I4', says: `delivery ${hit.deliveryId} ${says}`, about: { deliveryId: hit.deliveryId, at: hit.at } });
    const row = rows.get(hit.deliveryId);
    if (row !== undefined && row.body !== hit.body) found('did not come with the bytes that are written for it');
    if (row !== undefined && row.receiverId !== hit.receiverId) found(`came to ${hit.receiverId}, and is for ${row.receiverId}`);
    const first = taken.get(hit.deliveryId);
    if (first !== undefined && !faults.some((fault) => excusesRepeat(fault, first, hit))) found(`came again to ${hit.receiverId} ${hit.at - first.at} ms after it was accepted, and no fault lies between`);
    if (first === undefined && hit.answer === 'accepted') taken.set(hit.deliveryId, hit);
  }
  return violations;
}

/** Before it, a process may have been at work on what a fault then broke; after it, the lease must run out. */
const LEASE_MS = 8_000;

function excusesRepeat({ at, endedAt }: Fault, first: Hit, again: Hit): boolean {
  return at <= again.at && endedAt + 2 * LEASE_MS >= first.at;
}

export interface Latency {
  eventId: string;
  ms: number;
  /** null: no fault had anything to do with it. */
  fault: string | null;
}

/** An alert that nothing disturbed and that took so long was forgotten by something. */
const QUIET_LIMIT_MS = 10_000;
const QUIET_P99_MS = 1_000;
const QUIET_ENOUGH = 100;

/** From the acknowledgement of the event that raised it to the first receiver that took the alert. */
export function latencies({ publications, dump, hits, faults }: History): (Latency & { lateMs: number })[] {
  const firstTaken = new Map<string, number>();
  const raises = new Map(dump.deliveries.filter(({ change }) => change === 'raised').map((row) => [row.id, row.raiseEventId]));
  for (const { deliveryId, at, answer } of hits) {
    const eventId = answer === 'accepted' ? raises.get(deliveryId) : undefined;
    if (eventId !== undefined) firstTaken.set(eventId, Math.min(at, firstTaken.get(eventId) ?? Infinity));
  }
  return publications.flatMap(({ eventId, acknowledgedAt: [acknowledged] }) => {
    const at = eventId === null ? undefined : firstTaken.get(eventId);
    if (eventId === null || at === undefined || acknowledged === undefined) return [];
    const { deadline, fault } = deadlineOf(acknowledged, at, faults);
    return [{ eventId, ms: Math.max(0, at - acknowledged), fault, lateMs: at - deadline }];
  });
}

/** Faults that follow one upon the other push the moment out by which the alert must be there. */
function deadlineOf(from: number, arrived: number, faults: readonly Fault[]): { deadline: number; fault: string | null } {
  let deadline = from + QUIET_P99_MS;
  let last: Fault | null = null;
  for (const fault of [...faults].sort((a, b) => a.at - b.at)) {
    const over = fault.endedAt + fault.allowMs;
    if (over < from || fault.at > Math.min(deadline, arrived)) continue;
    if (over > deadline) {
      deadline = over;
      last = fault;
    }
  }
  return last === null ? { deadline: from + QUIET_LIMIT_MS, fault: null } : { deadline, fault: last.kind };
}

/** I5: the police are told in time, also after a fault. */
export function time(history: History): Violation[] {
  const all = latencies(history);
  const violations: Violation[] = all
    .filter(({ lateMs }) => lateMs > 0)
    .map(({ eventId, ms, lateMs, fault }) => ({ invariant: 'I5', says: `the alert of event ${eventId} took ${ms} ms, ${lateMs} ms more than ${fault === null ? 'anything may where nothing is wrong' : `a fault (${fault}) excuses`}`, about: { eventId } }));
  const quiet = all.filter(({ fault }) => fault === null).sort((a, b) => a.ms - b.ms);
  const p99 = quiet[Math.ceil(quiet.length * 0.99) - 1];
  if (quiet.length >= QUIET_ENOUGH && p99 !== undefined && p99.ms > QUIET_P99_MS) {
    violations.push({ invariant: 'I5', says: `of ${quiet.length} alerts that no fault disturbed, one in a hundred took ${p99.ms} ms or more`, about: { eventId: p99.eventId } });
  }
  return violations;
}
