import { deliveryId } from '@vong-gac/contracts';
import { check, latencies, quietTime, story } from './check';
import { broken, COMMUNE, delivery, evening, fault, first, hit, IN_KAFKA, publication, record, row, sample, SOURCE, toldOf, TOPIC } from './evening';
import { RECREATED, type Fault, type History, type Publication } from './history';
import { readOn } from './round-log';

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
      expect(broken(({ faults, dump }) => (removed(faults), dump.incidents.shift(), void Object.assign(first(dump.ledger), { lost: 1, lostOffsets: [[0, 0]] })))).toEqual([]);
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
    /** A theft from a clock that is a day ahead: its time is set aside. */
    const setAside = (defects: (stored: string) => string | null) => broken(({ publications, log, dump }) => {
      const ahead = publication('s1-9', 'security.theft', 9_000, { occurredAt: '2026-11-24T10:00:00Z' });
      publications.push(ahead);
      log.push(record(ahead.bytes, 2));
      const stored = row(ahead, 2);
      dump.incidents.push({ ...stored, defects: defects(stored.defects ?? '') });
      first(dump.ledger).nextOffset = 3;
    });
    it('holds for a row that keeps what was set aside of its event', () => expect(setAside((stored) => stored)).toEqual([]));
    it('is broken where the row does not say so, or says something else', () => {
      expect(setAside(() => null)).toEqual(['I1']);
      expect(setAside((stored) => stored.replace('/occurredAt', '/reportedAt'))).toEqual(['I1']);
    });
    it.each<[string, (history: History) => void]>([
      ['a row says that something was set aside, and nothing was', ({ dump }) => void (first(dump.incidents).defects = '[{"path":"/injured","problem":"no number"}]')],
      ['a row is missing', ({ dump }) => void dump.incidents.shift()],
      ['Kafka does not hold what it acknowledged', ({ log }) => void log.shift()],
      ['the offset was never settled', ({ dump }) => void (first(dump.ledger).nextOffset = 1)],
      ['a record is both a row and in quarantine', ({ dump, log }) => void dump.quarantine.push({ ...first(log), reason: 'not-json', state: 'held' })],
      ['the row says something else', ({ dump }) => void (first(dump.incidents).original = '{"data":{}}')],
      ['a repeat is counted that never came', ({ dump }) => void dump.repeats.push({ type: 'incident', source: SOURCE, eventId: 's1-1', count: 1 })],
      ['more is booked as lost than was removed', ({ dump }) => void Object.assign(first(dump.ledger), { lost: 1, lostOffsets: [[0, 0]] })],
      ['another offset is booked as lost', ({ faults, dump }) => (removed(faults), dump.incidents.shift(), void Object.assign(first(dump.ledger), { lost: 1, lostOffsets: [[1, 1]] }))],
      ['an offset is booked as absent', ({ dump }) => void (first(dump.ledger).absent = 1)],
      ['what was removed unread is not booked', ({ faults, dump }) => (removed(faults), void dump.incidents.shift())],
      ['what was removed unread has a row', ({ faults, dump }) => (removed(faults), void Object.assign(first(dump.ledger), { lost: 1, lostOffsets: [[0, 0]] }))],
      ['a record of the new generation is taken for the old one', ({ log, publications, dump }) => {
        const [late] = [publication('s1-9', 'security.theft', 9_000)];
        publications.push(late);
        log.push(record(late.bytes, 0, 2));
        dump.ledger.push({ ...first(dump.ledger), generation: 2, nextOffset: 1 });
      }],
      ['one event has two rows', ({ dump }) => void dump.incidents.push(first(dump.incidents))],
    ])('is broken where %s', (_what, change) => expect(broken(change)).toContain('I1'));
  });

  describe('I3, each alert is taken by a police body and marked so, or escalates', () => {
    it('holds for one that nobody took and that escalated', () => {
      const kinds = broken(({ dump, hits, told }) => {
        hits.splice(0);
        const up = { ...delivery(IN_KAFKA), id: deliveryId({ source: SOURCE, causeEventId: 's1-2', change: 'escalated', escalation: 1, receiverId: IN_KAFKA }), change: 'escalated', escalation: 1 };
        dump.deliveries = [delivery(IN_KAFKA), up];
        told.push(toldOf(up));
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
      ['a police body was told of what nobody knows of', ({ hits }) => void hits.push({ ...first(hits), deliveryId: 'another' })],
      ['it is marked delivered and does not stand in Kafka', ({ told }) => void told.splice(0)],
      ['it stands in Kafka with other bytes', ({ told }) => void (first(told).body = 'tin khác')],
      ['Kafka holds what nobody knows of', ({ told }) => void told.push({ deliveryId: 'another', body: 'tin báo' })],
      ['a receiver was switched off for nothing', ({ dump }) => void (first(dump.receivers).disabled = true)],
    ])('is broken where %s', (_what, change) => expect(broken(change)).toContain('I3'));
  });

  describe('I4, a receiver that drops repeats by their id takes each delivery once', () => {
    /** It was accepted at 1.3 s, and comes again at each of these moments. */
    const again = (faults: Partial<Fault>[], ...at: number[]) => broken(({ hits, dump, faults: all }) => {
      first(dump.deliveries).attempts += at.length;
      for (const each of at) hits.push(hit(first(dump.deliveries), each));
      all.push(...faults.map(fault));
    });
    const killed: Partial<Fault> = { kind: 'kill -9 of dispatch', breaks: ['dispatch'], at: 1_310, endedAt: 1_310 };
    const answersLost: Partial<Fault> = { kind: 'answers of a receiver lost', breaks: ['receiver'], receiverId: COMMUNE, at: 1_000, endedAt: 4_000 };
    it('holds for a repeat that the death of its sender explains', () => expect(again([killed], 9_000)).toEqual([]));
    it('holds for as many repeats as answers may be lost', () => expect(again([answersLost], 2_000, 3_000, 3_900, 4_500)).toEqual([]));
    // However long answers may be lost: each claim sends once.
    it('is broken by more requests than claims', () => {
      expect(broken(({ hits, dump, faults }) => {
        first(dump.deliveries).attempts = 2;
        for (const at of [2_000, 2_010]) hits.push(hit(first(dump.deliveries), at));
        faults.push(fault(answersLost));
      })).toEqual(['I4']);
    });
    it('is broken by a second repeat after one death', () => expect(again([killed], 9_000, 9_500)).toEqual(['I4']));
    it.each<[string, Partial<Fault>]>([
      ['a publisher', { ...killed, kind: 'a flood', breaks: ['publisher'] }],
      ['an intake', { ...killed, kind: 'kill -9 of intake', breaks: ['intake'] }],
      ['another receiver', { ...answersLost, receiverId: 'the province' }],
    ])('is broken by a repeat beside a fault of %s', (_whose, each) => expect(again([each], 3_000)).toEqual(['I4']));
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
    it('is broken where only the api was broken: the event was acknowledged already', () => {
      expect(broken((history) => (at(10_500)(history), history.faults.push(fault({ kind: 'kill -9 of api', breaks: ['api'], at: 1_050, endedAt: 1_050 }))))).toEqual(['I5']);
    });
    it('counts the province where the commune was silent', () => {
      const history = evening();
      const up = { ...delivery('the province'), id: 'up', change: 'escalated', escalation: 1 };
      history.dump.deliveries.push(up);
      history.hits = [hit(up, 4_100)];
      expect(latencies(history)).toMatchObject([{ eventId: 's1-2', ms: 3_000, fault: null }]);
    });
    it('counts from when all was whole again', () => {
      const history = evening();
      history.hits = [hit(first(history.dump.deliveries), 6_000)];
      history.faults.push(fault({ kind: 'kill -9 of Postgres', breaks: ['postgres'], at: 1_050, endedAt: 5_000, allowMs: 20_000 }));
      expect(latencies(history)).toMatchObject([{ ms: 4_900, afterMs: 1_000, fault: { kind: 'kill -9 of Postgres' } }]);
    });
    it('over a whole run: is broken where one in a hundred is late with nothing wrong', () => {
      const of = (ms: number, fault: Fault | null = null, disturbed = fault !== null) => ({ eventId: `e-${ms}`, ms, fault, disturbed, afterMs: ms });
      const quick = Array.from({ length: 120 }, () => of(50));
      expect(quietTime([...quick, of(1_500)])).toBeNull();
      expect(quietTime([...quick, of(1_500), of(1_600)])).toMatchObject({ invariant: 'I5', about: { eventId: 'e-1500' } });
      expect(quietTime([...quick, of(1_500, fault({})), of(1_600, fault({}))])).toBeNull();
      expect(quietTime([...quick, of(1_500, null, true), of(1_600, null, true)])).toBeNull();
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
    const still = (green: boolean) => (history: History) => void (history.samples = history.samples.filter(({ at }) => at < 3_000 || at > 18_000)).push(...Array.from({ length: 30 }, (_, i) => sample(3_000 + i * 500, { nextOffset: 2, endOffset: 9, committed: 1 }, green || i === 12)));
    it('holds where readiness is red', () => expect(broken(still(false))).toEqual([]));
    it('is broken where a publisher sends for half a minute, nothing is wrong, and nobody acknowledges', () => {
      expect(broken(({ publications }) => void publications.push({ ...publication('s1-9', 'security.theft', 5_000), acknowledgedAt: [] }))).toEqual(['I7']);
    });
    const unseen = (from: number, to: number) => (history: History) => void (history.samples = history.samples.filter(({ at }) => at < from || at > to));
    it('is broken where nobody looked', () => expect(broken(unseen(9_000, 16_000))).toEqual(['I7']));
    it('holds where nobody could look', () => {
      expect(broken((history) => (unseen(9_000, 16_000)(history), history.faults.push(fault({ kind: 'Kafka restarted', breaks: ['kafka'], at: 8_000, endedAt: 12_000 }))))).toEqual([]);
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
