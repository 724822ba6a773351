import { reportOf, type Fault, type History, type Hit, type Part, type Violation } from '../history';
import { FIRST_TOLD } from './alerts';

/** What I4 is decided of: a seed's, or a whole run's. */
export type Sent = Pick<History, 'hits' | 'faults'> & { dump: Pick<History['dump'], 'deliveries'> };

/**
 * I4: a receiver that keys on the delivery id accepts each once, always with the same bytes; whatever comes again is explained by a crash or by an answer that may have
 * been lost, and no delivery comes oftener than it was claimed: each claim is committed (`attempts`) before anything is sent, and sends once.
 */
export function dedupe({ dump, hits, faults }: Sent): Violation[] {
  const violations: Violation[] = [];
  const rows = new Map(dump.deliveries.map((row) => [row.id, row]));
  const taken = new Map<string, Hit>();
  const used = new Map<string, Set<Fault>>();
  const came = new Map<string, number>();
  for (const hit of [...hits].sort((a, b) => a.at - b.at)) {
    const found = (says: string) => violations.push({ invariant: 'I4', says: `delivery ${hit.deliveryId} ${says}`, about: { deliveryId: hit.deliveryId, at: hit.at } });
    const row = rows.get(hit.deliveryId);
    if (row !== undefined && row.body !== hit.body) found('did not come with the bytes that are written for it');
    if (row !== undefined && row.receiverId !== hit.receiverId) found(`came to ${hit.receiverId}, and is for ${row.receiverId}`);
    const times = (came.get(hit.deliveryId) ?? 0) + 1;
    came.set(hit.deliveryId, times);
    if (row !== undefined && times > row.attempts) found(`came to ${hit.receiverId} for the ${times}. time, and was claimed ${row.attempts} times`);
    const before = taken.get(hit.deliveryId);
    const markedMs = hit.at - (row?.deliveredAt ?? hit.at);
    if (before !== undefined && markedMs > CLOCK_MS && !isHeld(faults, hit.at - markedMs, hit.at)) found(`came again to ${hit.receiverId} ${markedMs.toFixed(0)} ms after it was marked delivered`);
    else if (before !== undefined && !explains(faults, before, hit, usedFor(used, hit))) found(`came again to ${hit.receiverId} ${hit.at - before.at} ms after it was accepted, and no fault explains it`);
    if (hit.answer === 'accepted') taken.set(hit.deliveryId, hit);
  }
  return violations;
}

function usedFor(used: Map<string, Set<Fault>>, { deliveryId }: Hit): Set<Fault> {
  let faults = used.get(deliveryId);
  if (faults === undefined) used.set(deliveryId, (faults = new Set()));
  return faults;
}

/** What was accepted just before a fault ended may be marked only when its lease (8 s) has run out and a connection that died unseen (ANSWER_GRACE_MS) is given up. */
const AFTER_MS = 16_000;
/** A request may come whole a moment before its sender dies, or after; and one that is on its way while its delivery is marked comes a moment later. */
const CLOCK_MS = 1_000;

/**
 * Who sends, who marks, and who answers: nothing else makes a message come again. While it lasts, each answer may be lost; before and after, one fault
 * explains one repeat of a delivery.
 */
function explains(faults: readonly Fault[], before: Hit, again: Hit, used: Set<Fault>): boolean {
  const near = faults.filter(({ breaks, receiverId, repeats, at, endedAt }) => {
    if (repeats === 'never') return false;
    const concerns = breaks.includes('dispatch') || breaks.includes('postgres') || (breaks.includes('receiver') && receiverId === again.receiverId);
    return concerns && at - CLOCK_MS <= again.at && endedAt + AFTER_MS >= before.at;
  });
  if (near.some(({ at, endedAt }) => before.at >= at && before.at <= endedAt)) return true;
  const once = near.find((fault) => !used.has(fault));
  if (once !== undefined) used.add(once);
  return once !== undefined;
}

/** It was marked while a sender, or a transaction, stood still, and comes again when that wakes. */
const isHeld = (faults: readonly Fault[], markedAt: number, again: number): boolean =>
  faults.some(({ repeats, at, endedAt }) => repeats === 'held' && at - CLOCK_MS <= markedAt && markedAt <= endedAt + CLOCK_MS && again <= endedAt + CLOCK_MS);

export interface Latency {
  eventId: string;
  ms: number;
  /** What was broken meanwhile and may have delayed it; null: no fault had anything to do with it. */
  fault: Pick<Fault, 'kind' | 'breaks'> | null;
  /** Something was broken meanwhile, also where it excuses nothing. */
  disturbed: boolean;
  /** From when all was whole again, or the acknowledgement, if that was later. */
  afterMs: number;
}

/** An alert that nothing disturbed and that took so long was forgotten by something. */
const QUIET_LIMIT_MS = 10_000;
const QUIET_P99_MS = 1_000;
const QUIET_ENOUGH = 100;

/** From the acknowledgement of the event that raised it to the first receiver that took the alert, the commune's or, where that was silent, the province's. */
export function latencies({ publications, dump, hits, faults }: History): (Latency & { lateMs: number })[] {
  const firstTaken = new Map<string, number>();
  const raises = new Map(dump.deliveries.filter(({ change }) => change === 'raised' || change === 'escalated').map((row) => [row.id, reportOf(row.raiseEventId)]));
  for (const { deliveryId, at, answer } of hits) {
    const eventId = answer === 'accepted' ? raises.get(deliveryId) : undefined;
    if (eventId !== undefined) firstTaken.set(eventId, Math.min(at, firstTaken.get(eventId) ?? Infinity));
  }
  const onRoad = faults.filter(({ breaks }) => breaks.some((part) => part !== 'api')).sort((a, b) => a.at - b.at);
  const delaying = onRoad.filter(({ light, receiverId }) => light === undefined && receiverId === undefined).concat(nobodyHears(onRoad, dump.receivers)).sort((a, b) => a.at - b.at);
  return publications.flatMap(({ eventId, acknowledgedAt: [acknowledged] }) => {
    const at = eventId === null ? undefined : firstTaken.get(eventId);
    if (eventId === null || at === undefined || acknowledged === undefined) return [];
    const { deadline, fault, wholeAt } = deadlineOf(acknowledged, at, delaying);
    const disturbed = deadlineOf(acknowledged, at, onRoad).fault !== null;
    return [{ eventId, ms: Math.max(0, at - acknowledged), fault, disturbed, afterMs: Math.max(0, at - wholeAt), lateMs: at - deadline }];
  });
}

/** A request to a receiver that does not answer is given up after 5 s, and tried again after 2 s at most. */
const RECEIVER_BACK_MS = 7_000;

/** An alert is told with the first webhook of its body that takes it: only where all of them are broken at once may it be late. */
function nobodyHears(faults: readonly Fault[], receivers: History['dump']['receivers']): Fault[] {
  const webhooks = receivers.filter(({ kind, bodyId }) => kind === 'webhook' && bodyId === FIRST_TOLD);
  const [first = [], ...others] = webhooks.map(({ id }) => faults.filter(({ receiverId }) => receiverId === id));
  return others.reduce((all, own) => all.flatMap((one) => own.flatMap((other) => bothBroken(one, other))), first);
}

function bothBroken(one: Fault, other: Fault): Fault[] {
  const [at, over] = [Math.max(one.at, other.at), Math.min(one.endedAt, other.endedAt)];
  return at > over + RECEIVER_BACK_MS ? [] : [{ ...one, kind: `${one.kind}, ${other.kind}`, at, endedAt: Math.max(at, over), allowMs: Math.max(one.allowMs, other.allowMs) }];
}

/** Faults that follow one upon the other push the moment out by which the alert must be there. @param faults in the order of their beginning */
function deadlineOf(from: number, arrived: number, faults: readonly Fault[]): { deadline: number; fault: Fault | null; wholeAt: number } {
  let deadline = from + QUIET_P99_MS;
  let wholeAt = from;
  let last: Fault | null = null;
  for (const fault of faults) {
    const over = fault.endedAt + fault.allowMs;
    if (over < from || fault.at > Math.min(deadline, arrived)) continue;
    wholeAt = Math.max(wholeAt, Math.min(fault.endedAt, arrived));
    if (over > deadline) {
      deadline = over;
      last = fault;
    }
  }
  return last === null ? { deadline: from + QUIET_LIMIT_MS, fault: null, wholeAt: from } : { deadline, fault: last, wholeAt };
}

/** I5: the police are told in time, also after a fault. */
export function time(history: History): Violation[] {
  return latencies(history)
    .filter(({ lateMs }) => lateMs > 0)
    .map(({ eventId, ms, lateMs, fault }) => ({ invariant: 'I5', says: `the alert of event ${eventId} took ${ms} ms, ${lateMs} ms more than ${fault === null ? 'anything may where nothing is wrong' : `a fault (${fault.kind}) excuses`}`, about: { eventId } }));
}

/** I5 over all seeds of a run: one of them has too few alerts that nothing disturbed. */
export function quietTime(all: readonly Latency[]): Violation | null {
  const quiet = all.filter(({ disturbed }) => !disturbed).sort((a, b) => a.ms - b.ms);
  const p99 = quiet[Math.ceil(quiet.length * 0.99) - 1];
  if (quiet.length < QUIET_ENOUGH || p99 === undefined || p99.ms <= QUIET_P99_MS) return null;
  return { invariant: 'I5', says: `of ${quiet.length} alerts that no fault disturbed, one in a hundred took ${p99.ms} ms or more`, about: { eventId: p99.eventId } };
}

/** What a latency is counted under: the part that takes longest to come back. */
export function partOf({ fault }: Latency): Part | null {
  return fault === null ? null : (SLOWEST_FIRST.find((part) => fault.breaks.includes(part)) ?? null);
}

export const SLOWEST_FIRST: readonly Part[] = ['postgres', 'kafka', 'dispatch', 'intake', 'receiver', 'publisher', 'api'];
