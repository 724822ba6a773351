import { check, story } from './check';
import { broken, delivery, evening, fault, first, hit, publication, record, row, sample, SOURCE, TOPIC } from './evening';
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
