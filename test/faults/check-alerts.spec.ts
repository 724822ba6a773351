import { deliveryId } from '@vong-gac/contracts';
import { otherPolicy } from '../support/policies';
import { alert, broken, COMMUNE, CONTEXT, delivery, fault, first, hit, IN_KAFKA, judgedWithGuests, publication, record, row, SOURCE, toldOf, WHEN } from './evening';
import type { DeliveryRow, History } from './history';

describe('I2, each thread has the alert and the changes that the rules make of it', () => {
  it('holds for a correction that raises it again', () => {
    const kinds = broken(({ publications, log, dump, hits, told }) => {
      const correction = publication('s1-3', 'fire.explosion', 4_000);
      publications.push(correction);
      log.push(record(correction.bytes, 2));
      dump.incidents.push(row(correction, 2, { corrects: 's1-2', firstId: 's1-2' }));
      first(dump.ledger).nextOffset = 3;
      dump.alerts = [alert({ level: 3, highestLevel: 3, revision: 2, raisedRevision: 2, raiseEventId: 's1-3' })];
      for (const receiverId of [COMMUNE, IN_KAFKA]) {
        const id = deliveryId({ source: SOURCE, causeEventId: 's1-3', change: 'raised', escalation: 0, receiverId });
        dump.deliveries.push({ ...delivery(receiverId), id, revision: 2, raiseEventId: 's1-3' });
      }
      hits.push(hit(dump.deliveries[2] as DeliveryRow, 4_200));
      told.push(toldOf(dump.deliveries[3] as DeliveryRow));
    });
    expect(kinds).toEqual([]);
  });
  /** The correction lies in a partition added since, and was read before the report that it corrects: that one then raises nothing. */
  const readFirst = (partition: number) => ({ publications, log, dump, hits, told }: History): void => {
    const correction = publication('s1-3', 'fire.explosion', 1_050);
    publications.push(correction);
    log.push({ ...record(correction.bytes, partition === 0 ? 2 : 0), partition });
    if (partition === 0) first(dump.ledger).nextOffset = 3;
    else dump.ledger.push({ ...first(dump.ledger), partition, nextOffset: 1 });
    dump.incidents.push(row(correction, partition === 0 ? 2 : 0, { partition, corrects: 's1-2', firstId: 's1-2' }));
    dump.alerts = [alert({ level: 3, highestLevel: 3, raiseEventId: 's1-3' })];
    dump.deliveries = dump.deliveries.map((each) => ({ ...each, raiseEventId: 's1-3', id: deliveryId({ source: SOURCE, causeEventId: 's1-3', change: 'raised', escalation: 0, receiverId: each.receiverId }) }));
    hits.splice(0, 1, hit(first(dump.deliveries), 1_300));
    told.splice(0, 1, toldOf(dump.deliveries[1] as DeliveryRow));
  };
  it('holds for a correction in a partition added since, whichever was read first', () => expect(broken(readFirst(6))).toEqual([]));
  it('is broken by that order where both lie in one partition', () => expect(broken(readFirst(0))).toEqual(['I2']));
  /** The receiver answered 410 when the fire was told; it came back, and the alert had gone up. */
  const wasOff = (said: DeliveryRow[]) => ({ dump, hits, faults }: History): void => {
    faults.push(fault({ kind: 'receiver: gone, and back by test-alert', breaks: ['receiver'], at: 1_050, endedAt: 20_000, off: COMMUNE }));
    dump.deliveries = [...said, ...dump.deliveries.slice(1)];
    Object.assign(first(dump.alerts), { escalation: 1 });
    hits.splice(0, 1, ...said.map((each) => hit(each, 20_500)));
  };
  const escalated = { ...delivery(COMMUNE), change: 'escalated', escalation: 1, id: deliveryId({ source: SOURCE, causeEventId: 's1-2', change: 'escalated', escalation: 1, receiverId: COMMUNE }) };
  it('holds for a receiver that was off and then hears of the alert as it stands', () => expect(broken(wasOff([escalated]))).toEqual([]));
  it('is broken where it does not hear of an alert that is open', () => expect(broken(wasOff([]))).toContain('I2'));
  const activated = (effectiveAt: number) => ({ dump }: History): void => {
    const document = otherPolicy();
    dump.policies.push({ id: 'night', version: 1, document });
    dump.decisions.push({ seq: 1, role: 'active', policy: { id: 'night', version: 1 }, effectiveAt });
  };
  it('holds where another policy is in force from after the receipt on', () => expect(broken(activated(Date.parse(WHEN) + 1))).toEqual([]));
  it('is broken where it was in force already', () => expect(broken(activated(Date.parse(WHEN)))).toContain('I2'));
  /** One more report of the fire, as the so many-th of its happening; nobody was told of it. */
  const further = (reports: number, news?: true) => ({ publications, log, dump }: History): void => {
    const report = publication('s1-3', 'fire.fire', 4_000);
    publications.push(report);
    log.push(record(report.bytes, 2));
    dump.incidents.push(row(report, 2, { founderSource: SOURCE, founderFirstId: 's1-2' }, { ...CONTEXT, situation: { reports, sources: 1, ...(news && { news }) } }));
    first(dump.ledger).nextOffset = 3;
  };
  it('holds where one of many reports is not told', () => expect(broken(further(11))).toEqual([]));
  it('is broken where one of the first is not told', () => expect(broken(further(10))).toContain('I2'));
  it('is broken where one is not told that says something new', () => expect(broken(further(11, true))).toContain('I2'));
  it.each<[string, (history: History) => void]>([
    ['there is no alert', ({ dump, hits }) => void ((dump.alerts = []), (dump.deliveries = []), hits.splice(0))],
    ['an alert has no incident', ({ dump }) => void dump.alerts.push(alert({ id: 'alert-2', firstId: 's1-1' }))],
    ['a stored context does not give the stored grade', ({ dump }) => void (first(dump.incidents).level = 2)],
    ['the reasons are others', ({ dump }) => void (first(dump.incidents).assessment = first(dump.incidents).assessment.replace('"localHour":17', '"localHour":3'))],
    ['it was judged with a volume that is not stored', ({ dump }) => void (dump.incidents[0] = judgedWithGuests(first(dump.incidents)))],
    ['its level is another', ({ dump }) => void (first(dump.alerts).level = 3)],
    ['there is a message that no change explains', ({ dump, told }) => {
      const more = { ...delivery(IN_KAFKA), change: 'updated', id: deliveryId({ source: SOURCE, causeEventId: 's1-1', change: 'updated', escalation: 0, receiverId: IN_KAFKA }) };
      dump.deliveries.push(more);
      told.push(toldOf(more));
    }],
    ['it is said to be acknowledged, and no officer did', ({ dump, told }) => {
      const more = { ...delivery(IN_KAFKA), change: 'acknowledged', id: deliveryId({ source: SOURCE, causeEventId: 's1-2', change: 'acknowledged', escalation: 0, receiverId: IN_KAFKA }) };
      dump.deliveries.push(more);
      told.push(toldOf(more));
    }],
    ['the message of a change was not written', ({ dump }) => void dump.deliveries.pop()],
    ['an officer was told that it is done, and it is not', ({ officer }) => void officer.push({ at: 2_000, alertId: 'alert-1', verb: 'acknowledge', by: 'Trực ban', revision: 1, status: 200 })],
  ])('is broken where %s', (_what, change) => expect(broken(change)).toContain('I2'));
});
