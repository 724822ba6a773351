import { decode, deliveryId } from '@vong-gac/contracts';
import { assessAgain, canonicalJson, levelRank, type ContextUsed } from '@vong-gac/domain';
import { builtInPolicy } from '@vong-gac/policy';
import { check } from './check';
import type { AlertRow, DeliveryRow, Fault, History, Hit, IncidentRow, LogRecord, Publication, Sample, ToldRecord } from './history';

export const SOURCE = '/sites/khu-1/security';
export const COMMUNE = 'duty-room';
export const IN_KAFKA = 'topic:alert.raised';
export const TOPIC = 'incident.reported';

/** A hand-made history: one theft and one fire, both stored, the fire told. Every invariant holds. */
export function evening(): History {
  const [theft, fire] = [publication('s1-1', 'security.theft', 1_000), publication('s1-2', 'fire.fire', 1_100)];
  const raised = delivery(COMMUNE);
  return {
    seed: 1, startedAt: 0, endedAt: 60_000,
    publications: [theft, fire],
    log: [theft, fire].map(({ bytes }, offset) => record(bytes, offset)),
    hits: [hit(raised, 1_300)],
    told: [toldOf(delivery(IN_KAFKA))],
    officer: [], faults: [], crashes: [],
    samples: Array.from({ length: 9 }, (_, i) => sample(2_000 + i * 7_000, { nextOffset: 2, endOffset: 2, committed: 1 })),
    dump: {
      incidents: [row(theft, 0), row(fire, 1)],
      volumes: [], quarantine: [], repeats: [], readings: [],
      alerts: [alert()],
      deliveries: [raised, delivery(IN_KAFKA)],
      ledger: [{ topic: TOPIC, partition: 0, generation: 1, nextOffset: 2, lost: 0, lostOffsets: [], lostBefore: [], absent: 0, absentBefore: 0, stoppedReason: null }],
      publishers: [{ source: SOURCE, siteId: 'khu-1' }],
      receivers: [{ id: COMMUNE, kind: 'webhook', bodyId: 'ca-xuan-hoa', disabled: false }, { id: 'topic:alert.raised', kind: 'topic', bodyId: null, disabled: false }],
      policies: [], decisions: [],
    },
  };
}

/** @param more of its data */
export function publication(eventId: string, category: string, acknowledged: number, more: Record<string, unknown> = {}): Publication {
  const event = { specversion: '1.0', id: eventId, source: SOURCE, type: 'vn.vonggac.incident.reported.v1', time: WHEN, data: { siteId: 'khu-1', category, occurredAt: WHEN, ...more } };
  return { topic: TOPIC, source: SOURCE, eventId, bytes: Buffer.from(JSON.stringify(event)), through: 'kafka', expect: 'event', firstSentAt: acknowledged - 10, acknowledgedAt: [acknowledged] };
}

export const record = (value: Buffer, offset: number, generation = 1): LogRecord => ({ topic: TOPIC, partition: 0, generation, offset, value });

export const WHEN = '2026-11-23T10:00:00Z';
export const CONTEXT: ContextUsed = { areaM2: null, baseline: null, capacity: 2_000, dayClass: 'weekday', jurisdictionNote: null, localHour: 17, occupancy: null, situation: { reports: 1, sources: 1 }, water: false, zoneKnown: true };

/** As intake stores it: graded by the product's rules. */
export function row({ eventId, bytes }: Publication, offset: number, more: Partial<IncidentRow> = {}, context = CONTEXT): IncidentRow {
  const decoded = decode({ value: bytes, headers: [], timestamp: Date.parse(WHEN) });
  if (decoded.outcome !== 'event' || decoded.event.kind !== 'incident') throw new Error('not an incident');
  const assessment = assessAgain(decoded.event, context, builtInPolicy());
  return {
    source: SOURCE, eventId: eventId ?? '', siteId: 'khu-1', status: 'Actual', corrects: null, firstId: eventId ?? '', founderSource: null, founderFirstId: null, backfill: false, level: levelRank(assessment.level), original: bytes.toString(),
    defects: decoded.event.defects.length === 0 ? null : JSON.stringify(decoded.event.defects),
    receivedAt: Date.parse(WHEN), assessment: canonicalJson(assessment), partition: 0, generation: 1, offset, ...more,
  };
}

export const alert = (more: Partial<AlertRow> = {}): AlertRow => ({
  id: 'alert-1', source: SOURCE, siteId: 'khu-1', status: 'Actual', firstId: 's1-2', level: 2, highestLevel: 2, alertStatus: 'delivered', revision: 1, raisedRevision: 1,
  raiseEventId: 's1-2', escalation: 0, acknowledgedBy: null, closedBy: null, ...more,
});

export const delivery = (receiverId: string): DeliveryRow => ({
  id: deliveryId({ source: SOURCE, causeEventId: 's1-2', change: 'raised', escalation: 0, receiverId }), receiverId, alertId: 'alert-1', change: 'raised', revision: 1, escalation: 0,
  raiseEventId: 's1-2', state: 'delivered', attempts: 1, lastAnswer: '204', deliveredAt: null, body: 'tin báo',
});

export const hit = ({ id, receiverId, body }: DeliveryRow, at: number, more: Partial<Hit> = {}): Hit => ({ at, receiverId, deliveryId: id, signed: true, body, answer: 'accepted', ...more });
export const toldOf = ({ id, body }: DeliveryRow): ToldRecord => ({ deliveryId: id, body });
export const sample = (at: number, place: { nextOffset: number; endOffset: number; committed: number | null }, green = true): Sample => ({ at, green, partitions: [{ topic: TOPIC, partition: 0, ...place }] });
export const fault = (more: Partial<Fault>): Fault => ({ kind: 'kill -9 of intake', breaks: ['intake'], at: 0, endedAt: 0, detail: 'intake 1', allowMs: 10_000, ...more });

/** The invariants that a changed evening breaks. */
export function broken(change: (history: History) => void): string[] {
  const history = evening();
  change(history);
  history.samples.sort((a, b) => a.at - b.at);
  return [...new Set(check(history).map(({ invariant }) => invariant))];
}

export function judgedWithGuests(incident: IncidentRow): IncidentRow {
  const occupancy = { ageSeconds: 60, count: 700, measuredAt: Date.parse(WHEN) - 60_000, volumeKind: 'measured', zone: null };
  return { ...incident, assessment: incident.assessment.replace('"occupancy":null', `"occupancy":${JSON.stringify(occupancy)}`) };
}

export const first = <T>(list: readonly T[]): T => list[0] as T;
