import { decode, deliveryId } from '@vong-gac/contracts';
import { assessAgain, canonicalJson, levelRank, type ContextUsed } from '@vong-gac/domain';
import { builtInDocument, builtInPolicy } from '@vong-gac/policy';
import { check, story } from './check';
import { readOn } from './round-log';
import { RECREATED, type AlertRow, type DeliveryRow, type Fault, type History, type Hit, type IncidentRow, type LogRecord, type Publication, type Sample } from './history';

const SOURCE = '/sites/khu-1/security';
const COMMUNE = 'duty-room';
const TOPIC = 'incident.reported';

/** A hand-made history: one theft and one fire, both stored, the fire told. Every invariant holds. */
function evening(): History {
  const [theft, fire] = [publication('s1-1', 'security.theft', 1_000), publication('s1-2', 'fire.fire', 1_100)];
  const raised = delivery(COMMUNE);
  return {
    seed: 1, startedAt: 0, endedAt: 60_000,
    publications: [theft, fire],
    log: [theft, fire].map(({ bytes }, offset) => record(bytes, offset)),
    hits: [hit(raised, 1_300)],
    officer: [], faults: [], crashes: [],
    samples: [sample(2_000, { nextOffset: 2, endOffset: 2, committed: 1 })],
    dump: {
      incidents: [row(theft, 0), row(fire, 1)],
      volumes: [], quarantine: [], repeats: [], readings: [],
      alerts: [alert()],
      deliveries: [raised, delivery('topic:alert.raised')],
      ledger: [{ topic: TOPIC, partition: 0, generation: 1, nextOffset: 2, lost: 0, lostBefore: 0, absent: 0, absentBefore: 0, stoppedReason: null }],
      publishers: [{ source: SOURCE, siteId: 'khu-1' }],
      receivers: [{ id: COMMUNE, kind: 'webhook', bodyId: 'ca-xuan-hoa', disabled: false }, { id: 'topic:alert.raised', kind: 'topic', bodyId: null, disabled: false }],
      policies: [], decisions: [],
    },
  };
}

function publication(eventId: string, category: string, acknowledged: number): Publication {
  const event = { specversion: '1.0', id: eventId, source: SOURCE, type: 'vn.vonggac.incident.reported.v1', time: WHEN, data: { siteId: 'khu-1', category, occurredAt: WHEN } };
  return { topic: TOPIC, source: SOURCE, eventId, bytes: Buffer.from(JSON.stringify(event)), through: 'kafka', expect: 'event', firstSentAt: acknowledged - 10, acknowledgedAt: [acknowledged] };
}

const record = (value: Buffer, offset: number, generation = 1): LogRecord => ({ topic: TOPIC, partition: 0, generation, offset, value });

const WHEN = '2026-11-23T10:00:00Z';
const CONTEXT: ContextUsed = { areaM2: null, baseline: null, capacity: 2_000, dayClass: 'weekday', jurisdictionNote: null, localHour: 17, occupancy: null, situation: { reports: 1, sources: 1 }, water: false, zoneKnown: true };

/** As intake stores it: graded by the product's rules. */
function row({ eventId, bytes }: Publication, offset: number, more: Partial<IncidentRow> = {}): IncidentRow {
  const decoded = decode({ value: bytes, headers: [], timestamp: Date.parse(WHEN) });
  if (decoded.outcome !== 'event' || decoded.event.kind !== 'incident') throw new Error('not an incident');
  const assessment = assessAgain(decoded.event, CONTEXT, builtInPolicy());
  return {
    source: SOURCE, eventId: eventId ?? '', siteId: 'khu-1', status: 'Actual', corrects: null, firstId: eventId ?? '', founderSource: null, founderFirstId: null, backfill: false, injured: decoded.event.injured, weapon: decoded.event.weapon, level: levelRank(assessment.level), original: bytes.toString(),
    receivedAt: Date.parse(WHEN), assessment: canonicalJson(assessment), partition: 0, generation: 1, offset, ...more,
  };
}

const alert = (more: Partial<AlertRow> = {}): AlertRow => ({
  id: 'alert-1', source: SOURCE, siteId: 'khu-1', status: 'Actual', firstId: 's1-2', level: 2, highestLevel: 2, alertStatus: 'delivered', revision: 1, raisedRevision: 1,
  raiseEventId: 's1-2', escalation: 0, acknowledgedBy: null, closedBy: null, ...more,
});

const delivery = (receiverId: string): DeliveryRow => ({
  id: deliveryId({ source: SOURCE, causeEventId: 's1-2', change: 'raised', escalation: 0, receiverId }), receiverId, alertId: 'alert-1', change: 'raised', revision: 1, escalation: 0,
  raiseEventId: 's1-2', state: 'delivered', attempts: 1, lastAnswer: '204', body: 'tin báo',
});

const hit = ({ id, receiverId, body }: DeliveryRow, at: number, more: Partial<Hit> = {}): Hit => ({ at, receiverId, deliveryId: id, signed: true, body, answer: 'accepted', ...more });
const sample = (at: number, place: { nextOffset: number; endOffset: number; committed: number | null }, green = true): Sample => ({ at, green, partitions: [{ topic: TOPIC, partition: 0, ...place }] });
const fault = (more: Partial<Fault>): Fault => ({ kind: 'kill -9 of intake', at: 0, endedAt: 0, detail: 'intake 1', allowMs: 10_000, ...more });

/** The invariants that a changed evening breaks. */
function broken(change: (history: History) => void): string[] {
  const history = evening();
  change(history);
  return [...new Set(check(history).map(({ invariant }) => invariant))];
}

function judgedWithGuests(incident: IncidentRow): IncidentRow {
  const occupancy = { ageSeconds: 60, count: 700, measuredAt: Date.parse(WHEN) - 60_000, volumeKind: 'measured', zone: null };
  return { ...incident, assessment: incident.assessment.replace('"occupancy":null', `"occupancy":${JSON.stringify(occupancy)}`) };
}

const first = <T>(list: readonly T[]): T => list[0] as T;

describe('the checker', () => {
  it('finds nothing in a good evening', () => expect(check(evening())).toEqual([]));

  describe('I1, each acknowledged publication ends in exactly one way', () => {
    it('holds for a repeat that is counted, a conflict and a poison record that are quarantined', () => {
      const kinds = broken(({ publications, log, dump }) => {
        const conflict = publication('s1-1', 'order.vandalism', 3_000);
        const poison: Publication = { ...conflict, eventId: null, bytes: Buffer.from('{"cut'), expect: { rejected: 'not-json' } };
        publications.push(conflict, poison);
        for (const value of [first(publications).bytes, conflict.bytes, poison.bytes]) log.push(record(value, log.length));
        dump.repeats.push({ type: 'incident', source: SOURCE, eventId: 's1-1', count: 1 });
        dump.quarantine.push({ topic: TOPIC, partition: 0, generation: 1, offset: 3, value: conflict.bytes, reason: 'conflicting-duplicate', state: 'held' });
        dump.quarantine.push({ topic: TOPIC, partition: 0, generation: 1, offset: 4, value: poison.bytes, reason: 'not-json', state: 'held' });
        first(dump.ledger).nextOffset = 5;
      });
      expect(kinds).toEqual([]);
    });
    it('holds for what was never acknowledged and is not there', () => {
      expect(broken(({ publications }) => void publications.push({ ...publication('s1-9', 'security.theft', 50_000), acknowledgedAt: [] }))).toEqual([]);
    });
    const removed = (faults: Fault[]) => faults.push(fault({ kind: 'retention overtakes a reader', at: 1_050, endedAt: 1_060, removed: [{ topic: TOPIC, partition: 0, generation: 1, from: 0, to: 1 }] }));
    it('holds for what was removed unread and is booked', () => {
      expect(broken(({ faults, dump }) => (removed(faults), dump.incidents.shift(), void (first(dump.ledger).lost = 1)))).toEqual([]);
    });
    it('holds for a log that begins anew in the next generation', () => {
      const kinds = broken(({ log, publications, dump }) => {
        const late = publication('s1-9', 'security.theft', 9_000);
        publications.push(late);
        log.push(record(late.bytes, 0, 2));
        dump.incidents.push(row(late, 0, { generation: 2 }));
        dump.ledger.push({ ...first(dump.ledger), generation: 2, nextOffset: 1 });
      });
      expect(kinds).toEqual([]);
    });
    // Seed 1: one partition had been empty when its topic was deleted; what came to the new one was read, stored and told at once, and read again after "ledger restart".
    it('holds for what was read as if the old log went on, and again in the next generation', () => {
      const kinds = broken((history) => {
        const { log, publications, dump } = history;
        const early = publication('s1-9', 'security.theft', 9_000);
        const [partition, read] = [3, { topic: TOPIC, partition: 3, value: early.bytes }];
        publications.push(early);
        log.push({ ...read, generation: 2, offset: 0 });
        dump.incidents.push(row(early, 0, { partition }));
        dump.ledger.push({ ...first(dump.ledger), partition, nextOffset: 1 }, { ...first(dump.ledger), partition, generation: 2, nextOffset: 1 });
        dump.repeats.push({ type: 'incident', source: SOURCE, eventId: 's1-9', count: 1 });
        const gone = [{ topic: TOPIC, partition, generation: 1, from: 0, to: 0 }];
        expect(readOn(log, gone, dump.ledger)).toEqual([{ ...read, generation: 1, offset: 0 }]);
        log.push(...readOn(log, gone, dump.ledger));
      });
      expect(kinds).toEqual([]);
    });
    it.each<[string, (history: History) => void]>([
      ['a row is missing', ({ dump }) => void dump.incidents.shift()],
      ['Kafka does not hold what it acknowledged', ({ log }) => void log.shift()],
      ['the offset was never settled', ({ dump }) => void (first(dump.ledger).nextOffset = 1)],
      ['a record is both a row and in quarantine', ({ dump, log }) => void dump.quarantine.push({ ...first(log), reason: 'not-json', state: 'held' })],
      ['the row says something else', ({ dump }) => void (first(dump.incidents).original = '{"data":{}}')],
      ['a repeat is counted that never came', ({ dump }) => void dump.repeats.push({ type: 'incident', source: SOURCE, eventId: 's1-1', count: 1 })],
      ['more is booked as lost than was removed', ({ dump }) => void (first(dump.ledger).lost = 1)],
      ['an offset is booked as absent', ({ dump }) => void (first(dump.ledger).absent = 1)],
      ['what was removed unread is not booked', ({ faults, dump }) => (removed(faults), void dump.incidents.shift())],
      ['what was removed unread has a row', ({ faults, dump }) => (removed(faults), void (first(dump.ledger).lost = 1))],
      ['a record of the new generation is taken for the old one', ({ log, publications, dump }) => {
        const [late] = [publication('s1-9', 'security.theft', 9_000)];
        publications.push(late);
        log.push(record(late.bytes, 0, 2));
        dump.ledger.push({ ...first(dump.ledger), generation: 2, nextOffset: 1 });
      }],
      ['one event has two rows', ({ dump }) => void dump.incidents.push(first(dump.incidents))],
    ])('is broken where %s', (_what, change) => expect(broken(change)).toContain('I1'));
  });

  describe('I2, each thread has the alert and the changes that the rules make of it', () => {
    it('holds for a correction that raises it again', () => {
      const kinds = broken(({ publications, log, dump, hits }) => {
        const correction = publication('s1-3', 'fire.explosion', 4_000);
        publications.push(correction);
        log.push(record(correction.bytes, 2));
        dump.incidents.push(row(correction, 2, { corrects: 's1-2', firstId: 's1-2' }));
        first(dump.ledger).nextOffset = 3;
        dump.alerts = [alert({ level: 3, highestLevel: 3, revision: 2, raisedRevision: 2, raiseEventId: 's1-3' })];
        for (const receiverId of [COMMUNE, 'topic:alert.raised']) {
          const id = deliveryId({ source: SOURCE, causeEventId: 's1-3', change: 'raised', escalation: 0, receiverId });
          dump.deliveries.push({ ...delivery(receiverId), id, revision: 2, raiseEventId: 's1-3' });
        }
        hits.push(hit(dump.deliveries[2] as DeliveryRow, 4_200));
      });
      expect(kinds).toEqual([]);
    });
    /** The correction lies in a partition added since, and was read before the report that it corrects: that one then raises nothing. */
    const readFirst = (partition: number) => ({ publications, log, dump, hits }: History): void => {
      const correction = publication('s1-3', 'fire.explosion', 1_050);
      publications.push(correction);
      log.push({ ...record(correction.bytes, partition === 0 ? 2 : 0), partition });
      if (partition === 0) first(dump.ledger).nextOffset = 3;
      else dump.ledger.push({ ...first(dump.ledger), partition, nextOffset: 1 });
      dump.incidents.push(row(correction, partition === 0 ? 2 : 0, { partition, corrects: 's1-2', firstId: 's1-2' }));
      dump.alerts = [alert({ level: 3, highestLevel: 3, raiseEventId: 's1-3' })];
      dump.deliveries = dump.deliveries.map((each) => ({ ...each, raiseEventId: 's1-3', id: deliveryId({ source: SOURCE, causeEventId: 's1-3', change: 'raised', escalation: 0, receiverId: each.receiverId }) }));
      hits.splice(0, 1, hit(first(dump.deliveries), 1_300));
    };
    it('holds for a correction in a partition added since, whichever was read first', () => expect(broken(readFirst(6))).toEqual([]));
    it('is broken by that order where both lie in one partition', () => expect(broken(readFirst(0))).toEqual(['I2']));
    /** The receiver answered 410 when the fire was told; it came back, and the alert had gone up. */
    const wasOff = (said: DeliveryRow[]) => ({ dump, hits, faults }: History): void => {
      faults.push(fault({ kind: 'receiver: gone, and back by test-alert', at: 1_050, endedAt: 20_000, off: COMMUNE }));
      dump.deliveries = [...said, ...dump.deliveries.slice(1)];
      Object.assign(first(dump.alerts), { escalation: 1 });
      hits.splice(0, 1, ...said.map((each) => hit(each, 20_500)));
    };
    const escalated = { ...delivery(COMMUNE), change: 'escalated', escalation: 1, id: deliveryId({ source: SOURCE, causeEventId: 's1-2', change: 'escalated', escalation: 1, receiverId: COMMUNE }) };
    it('holds for a receiver that was off and then hears of the alert as it stands', () => expect(broken(wasOff([escalated]))).toEqual([]));
    it('is broken where it does not hear of an alert that is open', () => expect(broken(wasOff([]))).toContain('I2'));
    const activated = (effectiveAt: number) => ({ dump }: History): void => {
      const document = builtInDocument().replace(/^id: .*$/m, 'id: night');
      dump.policies.push({ id: 'night', version: 1, document });
      dump.decisions.push({ seq: 1, role: 'active', policy: { id: 'night', version: 1 }, effectiveAt });
    };
    it('holds where another policy is in force from after the receipt on', () => expect(broken(activated(Date.parse(WHEN) + 1))).toEqual([]));
    it('is broken where it was in force already', () => expect(broken(activated(Date.parse(WHEN)))).toContain('I2'));
    it.each<[string, (history: History) => void]>([
      ['there is no alert', ({ dump, hits }) => void ((dump.alerts = []), (dump.deliveries = []), hits.splice(0))],
      ['an alert has no incident', ({ dump }) => void dump.alerts.push(alert({ id: 'alert-2', firstId: 's1-1' }))],
      ['a stored context does not give the stored grade', ({ dump }) => void (first(dump.incidents).level = 2)],
      ['the reasons are others', ({ dump }) => void (first(dump.incidents).assessment = first(dump.incidents).assessment.replace('"localHour":17', '"localHour":3'))],
      ['it was judged with a volume that is not stored', ({ dump }) => void (dump.incidents[0] = judgedWithGuests(first(dump.incidents)))],
      ['its level is another', ({ dump }) => void (first(dump.alerts).level = 3)],
      ['the message of a change was not written', ({ dump }) => void dump.deliveries.pop()],
      ['an officer was told that it is done, and it is not', ({ officer }) => void officer.push({ at: 2_000, alertId: 'alert-1', verb: 'acknowledge', by: 'Trực ban', revision: 1, status: 200 })],
    ])('is broken where %s', (_what, change) => expect(broken(change)).toContain('I2'));
  });

  describe('I3, each alert is taken by a police body and marked so, or escalates', () => {
    it('holds for one that nobody took and that escalated', () => {
      const kinds = broken(({ dump, hits }) => {
        hits.splice(0);
        dump.deliveries = [delivery('topic:alert.raised'), { ...delivery('topic:alert.raised'), id: 'up', change: 'escalated', escalation: 1 }];
        dump.receivers.shift();
        Object.assign(first(dump.alerts), { escalation: 1, alertStatus: 'pending' });
      });
      expect(kinds).toEqual([]);
    });
    it.each<[string, (history: History) => void]>([
      ['it is marked delivered and never came', ({ hits }) => void hits.splice(0)],
      ['a delivery still waits', ({ dump }) => void (first(dump.deliveries).state = 'waiting')],
      ['a taken alert is still pending', ({ dump }) => void (first(dump.alerts).alertStatus = 'pending')],
      ['the signature does not hold', ({ hits }) => void (first(hits).signed = false)],
      ['a receiver was switched off for nothing', ({ dump }) => void (first(dump.receivers).disabled = true)],
    ])('is broken where %s', (_what, change) => expect(broken(change)).toContain('I3'));
  });

  describe('I4, a receiver that drops repeats by their id takes each delivery once', () => {
    it('holds for a repeat that a fault explains', () => {
      expect(broken(({ hits, dump, faults }) => (hits.push(hit(first(dump.deliveries), 9_000)), faults.push(fault({ at: 1_310, endedAt: 1_310 }))))).toEqual([]);
    });
    it.each<[string, (history: History) => void]>([
      ['it comes again for nothing', ({ hits, dump }) => void hits.push(hit(first(dump.deliveries), 9_000))],
      ['it comes with other bytes', ({ hits }) => void (first(hits).body = 'tin khác')],
    ])('is broken where %s', (_what, change) => expect(broken(change)).toContain('I4'));
  });

  describe('I5, the police are told in time', () => {
    const at = (ms: number) => (history: History) => void (first(history.hits).at = 1_100 + ms);
    it('holds for one that a fault delayed', () => {
      expect(broken((history) => (at(9_500)(history), history.faults.push(fault({ at: 1_050, endedAt: 1_050 }))))).toEqual([]);
    });
    it('holds where one fault follows the other', () => {
      const chain = [fault({ at: 1_050, endedAt: 1_050 }), fault({ at: 9_000, endedAt: 9_000 })];
      expect(broken((history) => (at(17_000)(history), history.faults.push(...chain)))).toEqual([]);
    });
    it('is broken where nothing was wrong', () => expect(broken(at(10_500))).toEqual(['I5']));
    it('is broken where it took longer than the fault excuses', () => {
      expect(broken((history) => (at(12_000)(history), history.faults.push(fault({ at: 1_050, endedAt: 1_050 }))))).toEqual(['I5']);
    });
    it('is broken where one in a hundred is late with nothing wrong', () => {
      const many = broken((history) => {
        at(1_500)(history);
        const [deliveryRow, told] = [first(history.dump.deliveries), history.publications[1] as Publication];
        // The same alert again and again: only its time matters here.
        history.publications.push(...Array.from({ length: 120 }, () => ({ ...told })));
        expect(deliveryRow.change).toBe('raised');
      });
      expect(many).toEqual(['I5']);
    });
  });

  describe('I6, a resume begins at or below the lowest unsettled offset', () => {
    it('holds at that offset', () => expect(broken(({ samples }) => void samples.push(sample(3_000, { nextOffset: 2, endOffset: 9, committed: 2 })))).toEqual([]));
    it('is broken above it', () => expect(broken(({ samples }) => void samples.push(sample(3_000, { nextOffset: 2, endOffset: 9, committed: 3 })))).toEqual(['I6']));
    const recreated = (seconds: number) => broken(({ samples, faults }) => {
      faults.push(fault({ kind: RECREATED, at: 2_900, endedAt: 4_000 }));
      samples.push(sample(4_000 + seconds * 1_000, { nextOffset: 0, endOffset: 0, committed: 6 }));
    });
    it('holds while the group still has the offset of a log that is no more, but not for long', () => {
      expect(recreated(9)).toEqual([]);
      expect(recreated(11)).toEqual(['I6']);
    });
  });

  describe('I7, nothing stands still in silence', () => {
    const still = (green: boolean) => (history: History) => void history.samples.push(...Array.from({ length: 30 }, (_, i) => sample(3_000 + i * 500, { nextOffset: 2, endOffset: 9, committed: 1 }, green || i === 12)));
    it('holds where readiness is red', () => expect(broken(still(false))).toEqual([]));
    it('is broken where a publisher sends for half a minute, nothing is wrong, and nobody acknowledges', () => {
      expect(broken(({ publications }) => void publications.push({ ...publication('s1-9', 'security.theft', 5_000), acknowledgedAt: [] }))).toEqual(['I7']);
    });
    it('is broken where readiness is green', () => expect(broken(still(true))).toEqual(['I7']));
  });

  it('I8 is broken by the row of a publisher that may not speak for that site', () => {
    expect(broken(({ dump }) => void (dump.publishers = [{ source: SOURCE, siteId: 'khu-2' }]))).toEqual(['I8']);
  });

  it('a process that ended by itself is a violation', () => {
    expect(broken(({ crashes }) => void crashes.push({ at: 5_000, process: 'intake 1', how: 'exit 1', log: 'TypeError' }))).toEqual(['crash']);
  });

  it('tells the one event’s whole story, with the seed', () => {
    const history = evening();
    history.hits = [];
    history.faults = [fault({ at: 1_150, endedAt: 1_150 })];
    const told = story(history, first(check(history)));
    for (const part of ['I3: delivery', 'seed 1', 'sent by kafka to incident.reported', 'acknowledged', 'in Kafka: incident.reported/0@1', 'row in incidents: level 2', 'alert alert-1: delivered', 'FAULT kill -9 of intake: intake 1']) expect(told).toContain(part);
  });
});
