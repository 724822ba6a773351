import { deliveryId } from '@vong-gac/contracts';
import { ALONE, DEFAULT_ACKNOWLEDGE_LIMITS, deriveAlert, levelRank, RISK_LEVELS, takesPlaceOf, threadKey, threadOf, type AlertState, type Incident, type RiskAssessment, type SituationUsed, type ThreadKey } from '@vong-gac/domain';
import { keyOf, UNANSWERED, type AlertRow, type DeliveryRow, type History, type Hit, type IncidentRow, type Violation } from '../history';
import { crowds } from './crowds';
import { byPartition, orders, relatedIncidents } from './order';

/** One change that the rules make of a stored incident, or of a count of a crowd. */
export interface Change {
  thread: ThreadKey;
  causeEventId: string;
  causeSource: string;
  change: 'raised' | 'updated' | 'cancelled';
}

const MOST_ESCALATIONS = 3;

/** I2: each thread of stored incidents, and each crowd that filled a zone, has exactly the alert, and the messages of exactly the changes, that the pure rules make of it. */
export function derivation(history: History): Violation[] {
  const { dump, officer } = history;
  const violations: Violation[] = [];
  const found = (says: string, about: Violation['about']) => violations.push({ invariant: 'I2', says, about });
  const alerts = new Map(dump.alerts.map((row) => [threadKey(row), row]));
  const judged = new Set<string>();
  const told = toldOf(history);
  for (const related of relatedIncidents(dump.incidents)) {
    const { states, violations: wrong } = bestOrder(related, alerts, told);
    violations.push(...wrong);
    for (const key of states.keys()) judged.add(key);
  }
  const ofCrowds = crowds(dump.volumes);
  violations.push(...judge(ofCrowds.states, ofCrowds.changes, alerts, told));
  for (const key of ofCrowds.states.keys()) judged.add(key);
  for (const [key, row] of alerts) if (!judged.has(key)) found(`alert ${row.id} of thread ${row.firstId} has no incident that raises it`, { alertId: row.id });

  for (const { verb, alertId, by, status, revision } of officer) {
    if (status !== 200) continue;
    const row = dump.alerts.find(({ id }) => id === alertId);
    const raisedAgain = row !== undefined && row.raisedRevision > revision;
    const mark = verb === 'close' ? row?.closedBy : row?.acknowledgedBy;
    if (!raisedAgain && mark !== by) found(`${by} was told that the ${verb} of alert ${alertId} is done, and it is marked for ${mark ?? 'nobody'}`, { alertId });
    const change = verb === 'close' ? 'closed' : 'acknowledged';
    const untold = told.receivers.filter((id) => !told.off.has(id) && !told.messages.get(alertId)?.some((each) => each.change === change && each.receiverId === id));
    if (untold.length > 0) found(`${by} was told that the ${verb} of alert ${alertId} is done, and no message of it was written for ${untold.join(', ')}`, { alertId });
  }
  return violations;
}

interface Told {
  written: ReadonlySet<string>;
  /** By alert. */
  messages: ReadonlyMap<string, readonly DeliveryRow[]>;
  /** `alert verb` for everything that an officer was told is done, or was not answered: what is refused says nothing to anybody. */
  asked: ReadonlySet<string>;
  /** Who must have the message of every change. */
  receivers: readonly string[];
  /** Who was switched off for a while: a change of that while is written for them only where the alert is still open. */
  off: ReadonlySet<string>;
}

function toldOf({ dump, faults, officer }: History): Told {
  const messages = new Map<string, DeliveryRow[]>();
  for (const row of dump.deliveries) messages.set(row.alertId, [...(messages.get(row.alertId) ?? []), row]);
  const receivers = dump.receivers.filter(({ id, bodyId, disabled }) => !disabled && (bodyId === FIRST_TOLD || id === 'topic:alert.raised')).map(({ id }) => id);
  const asked = new Set(officer.filter(({ status }) => status === 200 || status === UNANSWERED).map(({ alertId, verb }) => `${alertId} ${verb === 'close' ? 'closed' : 'acknowledged'}`));
  return { written: new Set(dump.deliveries.map(({ id }) => id)), messages, asked, receivers, off: new Set(faults.flatMap(({ off }) => off ?? [])) };
}

/** Orders of one thread's reading that are tried before it counts as wrong. */
const ORDERS_TRIED = 2_000;

/** Where a site's records lie in one partition, the order is theirs. After partitions were added they may lie in two, and any order that keeps each partition's is right. */
function bestOrder(related: readonly IncidentRow[], alerts: ReadonlyMap<string, AlertRow>, told: Told): { states: Map<string, AlertState>; violations: Violation[] } {
  let best: { states: Map<string, AlertState>; violations: Violation[] } | null = null;
  let tried = 0;
  for (const order of orders(byPartition(related))) {
    const { states, changes } = recomputed(order);
    const violations = judge(states, changes, alerts, told);
    if (best === null || violations.length < best.violations.length) best = { states, violations };
    if (best.violations.length === 0 || (tried += 1) >= ORDERS_TRIED) break;
  }
  return best ?? { states: new Map(), violations: [] };
}

function judge(states: ReadonlyMap<string, AlertState>, changes: readonly Change[], alerts: ReadonlyMap<string, AlertRow>, { written, receivers, off, messages, asked }: Told): Violation[] {
  const violations: Violation[] = [];
  const found = (says: string, about: Violation['about']) => violations.push({ invariant: 'I2', says, about });
  for (const [key, state] of states) {
    const row = alerts.get(key);
    const about = { source: state.thread.source, eventId: state.raiseEventId, alertId: row?.id };
    if (row === undefined) found(`the incidents of thread ${state.thread.firstId} raise an alert (${state.level}), and there is none`, about);
    else for (const difference of differences(row, state)) found(`alert ${row.id} of thread ${state.thread.firstId}: ${difference}`, about);
    if (row !== undefined && state.alertStatus === 'cancelled' && row.alertStatus !== 'cancelled' && row.alertStatus !== 'closed') found(`alert ${row.id} of thread ${state.thread.firstId}: its crowd went down, and it is ${row.alertStatus}`, about);
  }
  for (const { thread, causeEventId, causeSource, change } of changes) {
    const row = alerts.get(threadKey(thread));
    // What the police closed stays closed, whatever the crowd does.
    if (change === 'cancelled' && row?.alertStatus === 'closed') continue;
    const isOpen = row?.raiseEventId === causeEventId && (row.alertStatus === 'pending' || row.alertStatus === 'delivered');
    for (const receiverId of receivers) {
      if (off.has(receiverId) && !isOpen) continue;
      // Who was off hears of an alert as it then stands: it may have gone up meanwhile.
      const said = off.has(receiverId) ? [change, 'escalated' as const] : [change];
      const ids = said.flatMap((each) => Array.from({ length: MOST_ESCALATIONS }, (_, escalation) => deliveryId({ source: causeSource, causeEventId, change: each, escalation, receiverId })));
      if (!ids.some((id) => written.has(id))) found(`${causeEventId} ${change} the alert of thread ${thread.firstId}, and no message of it was written for ${receiverId}`, { source: causeSource, eventId: causeEventId });
    }
  }
  for (const key of states.keys()) {
    const own = changes.filter(({ thread }) => threadKey(thread) === key);
    for (const row of messages.get(alerts.get(key)?.id ?? '') ?? []) {
      if (!isExplained(row, own, asked)) found(`message ${row.id} (${row.change}, escalation ${row.escalation}, to ${row.receiverId}) was written, and no change explains it`, { deliveryId: row.id, alertId: row.alertId });
    }
  }
  return violations;
}

/** The rules raise, update and cancel, the clock escalates what was raised, an officer acknowledges and closes it; nobody else has anything to say. */
function isExplained(row: DeliveryRow, changes: readonly Change[], asked: ReadonlySet<string>): boolean {
  const { id, change, escalation, receiverId, alertId } = row;
  if (change !== 'raised' && change !== 'updated' && change !== 'cancelled' && change !== 'escalated' && change !== 'acknowledged' && change !== 'closed') return false;
  if ((change === 'acknowledged' || change === 'closed') && !asked.has(`${alertId} ${change}`)) return false;
  const causes = changes.filter((each) => each.change === (change === 'updated' || change === 'cancelled' ? change : 'raised'));
  return causes.some(({ causeSource: source, causeEventId }) => deliveryId({ source, causeEventId, change, escalation, receiverId }) === id);
}

/** The body that answers for every site of a run. */
export const FIRST_TOLD = 'ca-xuan-hoa';
/** The body above it, to which alerts go up. */
export const TOLD_NEXT = 'ca-phu-tho';

/** @param rows in the order in which they were read */
function recomputed(rows: readonly IncidentRow[]): { states: Map<string, AlertState>; changes: Change[] } {
  const states = new Map<string, AlertState>();
  const changes: Change[] = [];
  const firstIds = new Map<string, string>();
  const corrections = new Map<string, IncidentRow[]>();
  for (const row of rows) {
    const thread = threadOf(row as unknown as Incident, row.corrects === null ? null : (firstIds.get(keyOf(row.source, row.corrects)) ?? null));
    const alreadyCorrected = corrections.get(keyOf(row.source, row.eventId))?.some((each) => takesPlaceOf(each, row)) ?? false;
    firstIds.set(keyOf(row.source, row.eventId), thread.firstId);
    if (row.corrects !== null) corrections.set(keyOf(row.source, row.corrects), [...(corrections.get(keyOf(row.source, row.corrects)) ?? []), row]);
    const level = RISK_LEVELS[row.level];
    if (level === undefined) throw new RangeError(`${row.level} is no risk level`);
    // Who joined another's situation is told under the thread that founded it; that it was of that site, status and zone, `check` finds out.
    const speaks = row.founderSource === null || row.founderFirstId === null ? thread : { ...thread, source: row.founderSource, firstId: row.founderFirstId };
    const key = threadKey(speaks);
    const step = deriveAlert({ incident: row, assessment: { level }, thread: speaks, joined: row.founderSource !== null, alert: states.get(key) ?? null, alreadyCorrected, situation: situationOf(row), policeBodyId: '', now: 0, limits: DEFAULT_ACKNOWLEDGE_LIMITS });
    if (step === null) continue;
    states.set(key, step.state);
    changes.push({ thread: speaks, causeEventId: row.eventId, causeSource: row.source, change: step.change });
  }
  return { states, changes };
}

/** What its assessment saw of the happening that it joined. */
function situationOf({ founderSource, corrects, assessment }: IncidentRow): SituationUsed {
  if (founderSource === null || corrects !== null) return ALONE;
  return (JSON.parse(assessment) as Pick<RiskAssessment, 'context'>).context.situation;
}

function differences(row: AlertRow, state: AlertState): string[] {
  const all: [string, unknown, unknown][] = [
    ['level', row.level, levelRank(state.level)],
    ['highest level', row.highestLevel, levelRank(state.highestLevel)],
    ['event that last raised it', row.raiseEventId, state.raiseEventId],
  ];
  const wrong = all.filter(([, is, must]) => is !== must).map(([what, is, must]) => `${what} is ${String(is)}, the rules say ${String(must)}`);
  if (row.revision < state.revision) wrong.push(`revision is ${row.revision}, its incidents alone changed it ${state.revision} times`);
  return wrong;
}

/** I3: each alert was taken by a police body, with a good signature, and is marked so; or it visibly escalated. Nothing is marked that never arrived, nothing is left waiting. */
export function delivery({ dump, hits, told: records, faults }: History): Violation[] {
  const violations: Violation[] = [];
  const found = (says: string, about: Violation['about']) => violations.push({ invariant: 'I3', says, about });
  const accepted = new Map<string, Hit>();
  for (const hit of hits) if (hit.answer === 'accepted' && hit.signed) accepted.set(hit.deliveryId, hit);
  const inKafka = new Map(records.map((each) => [each.deliveryId, each]));
  const webhooks = new Map(dump.receivers.filter(({ kind }) => kind === 'webhook').map((each) => [each.id, each]));
  for (const { id, disabled } of webhooks.values()) if (disabled) found(`receiver ${id} is switched off, and never answered 410`, {});

  const above = [...webhooks.values()].filter(({ bodyId }) => bodyId === TOLD_NEXT);
  const told = new Set<string>();
  const escalated = new Set<string>();
  const wentTo = new Set(dump.deliveries.filter(({ change }) => change === 'escalated').map(({ alertId, receiverId }) => `${alertId} ${receiverId}`));
  for (const row of dump.deliveries) {
    if (row.change === 'escalated') escalated.add(row.alertId);
    const about = { deliveryId: row.id, alertId: row.alertId, eventId: row.raiseEventId };
    if (row.state === 'waiting') found(`delivery ${row.id} (${row.change}, to ${row.receiverId}) still waits after ${row.attempts} attempts; its last answer: ${row.lastAnswer ?? 'none'}`, about);
    if (!webhooks.has(row.receiverId)) {
      const record = inKafka.get(row.id);
      if (row.state === 'delivered' && record === undefined) found(`delivery ${row.id} (${row.change}, to ${row.receiverId}) is marked delivered, and Kafka does not hold it`, about);
      if (record !== undefined && record.body !== row.body) found(`delivery ${row.id} stands in Kafka with other bytes than are written for it`, about);
      continue;
    }
    const hit = accepted.get(row.id);
    if (row.state === 'delivered' && hit === undefined) found(`delivery ${row.id} (${row.change}, to ${row.receiverId}) is marked delivered, and its receiver never took it`, about);
    if (hit !== undefined) told.add(row.alertId);
  }
  const off = new Set(faults.flatMap((fault) => fault.off ?? []));
  const allOff = [...webhooks.values()].every(({ id, bodyId }) => bodyId !== FIRST_TOLD || off.has(id));
  for (const { id, alertStatus, escalation, raiseEventId } of dump.alerts) {
    // A crowd that went down while nobody could be told of it.
    if (alertStatus === 'cancelled' && allOff) continue;
    const about = { alertId: id, eventId: raiseEventId };
    if (!told.has(id) && !(escalation > 0 && escalated.has(id))) found(`alert ${id} reached no receiver, and did not escalate`, about);
    for (const { id: receiverId } of above) if (escalation > 0 && !wentTo.has(`${id} ${receiverId}`)) found(`alert ${id} went up, and no message of that was written for ${receiverId}`, about);
    if (told.has(id) && alertStatus === 'pending') found(`alert ${id} reached a receiver, and is still pending`, about);
  }
  const written = new Set(dump.deliveries.map(({ id }) => id));
  for (const { deliveryId: id, receiverId, at } of hits) if (!written.has(id)) found(`delivery ${id} came to ${receiverId}, and nothing is known of it`, { deliveryId: id, at });
  for (const { deliveryId: id } of records) if (!written.has(id)) found(`delivery ${id} stands in Kafka, and nothing is known of it`, { deliveryId: id });
  for (const hit of hits) if (!hit.signed) found(`delivery ${hit.deliveryId} came to ${hit.receiverId} with a signature that does not hold`, { deliveryId: hit.deliveryId, at: hit.at });
  return violations;
}
