import { deliveryId } from '@vong-gac/contracts';
import { levelRank } from '@vong-gac/domain';
import { crowds } from './check/crowds';
import { countsOf, crowdPlaceOf } from './places';
import { alert, broken, COMMUNE, delivery, hit, IN_KAFKA, record, SOURCE, toldOf, WHEN } from './evening';
import { reportOf, type History, type Publication } from './history';

const TOPIC = 'visitor-volume.measured';
const NOW = Date.parse(WHEN);
const { siteId, zone } = crowdPlaceOf(0);

function counts(empties: boolean): Publication[] {
  return countsOf(empties).map(({ beforeMs, people }, i) => {
    const eventId = `s1-c${i + 1}`;
    const event = { specversion: '1.0', id: eventId, source: SOURCE, type: 'vn.vonggac.visitor-volume.measured.v1', time: WHEN, data: { siteId, zone, measuredAt: new Date(NOW - beforeMs).toISOString(), occupancy: people } };
    return { topic: TOPIC, source: SOURCE, eventId, bytes: Buffer.from(JSON.stringify(event)), through: 'kafka', expect: 'event', firstSentAt: 990, acknowledgedAt: [1_000] };
  });
}

const rows = (empties: boolean) => counts(empties).map(({ source, eventId, bytes }) => ({ source, eventId: eventId ?? '', siteId, original: bytes.toString(), defects: null, receivedAt: NOW }));

/** A yard that filled up in the good evening, and all that was told of it. */
const filled = (empties: boolean, change: (history: History) => void = () => undefined) => (history: History): void => {
  const { publications, log, dump, hits, told } = history;
  const published = counts(empties);
  publications.push(...published);
  log.push(...published.map(({ bytes }, offset) => ({ ...record(bytes, offset), topic: TOPIC })));
  dump.volumes.push(...rows(empties));
  dump.ledger.push({ topic: TOPIC, partition: 0, generation: 1, nextOffset: published.length, lost: 0, lostOffsets: [], lostBefore: [], absent: 0, absentBefore: 0, stoppedReason: null });
  const { states, changes } = crowds(dump.volumes);
  for (const { thread: { source, firstId }, level, highestLevel, alertStatus, raiseEventId, revision } of states.values()) {
    dump.alerts.push(alert({ id: 'alert-2', source, siteId, firstId, level: levelRank(level), highestLevel: levelRank(highestLevel), alertStatus: alertStatus === 'pending' ? 'delivered' : alertStatus, raiseEventId, revision }));
  }
  changes.forEach(({ causeEventId, causeSource, change: what }, revision) => {
    for (const receiverId of [COMMUNE, IN_KAFKA]) {
      const written = { ...delivery(receiverId), id: deliveryId({ source: causeSource, causeEventId, change: what, escalation: 0, receiverId }), alertId: 'alert-2', change: what, revision: revision + 1, raiseEventId: causeEventId };
      dump.deliveries.push(written);
      if (receiverId === COMMUNE) hits.push(hit(written, 1_400));
      else told.push(toldOf(written));
    }
  });
  change(history);
};

describe('crowds, by the rules of the product', () => {
  it('are told of, told again, told more, and told that it is over', () => {
    const { states, changes } = crowds(rows(true));
    expect(changes.map(({ causeEventId, change }) => `${reportOf(causeEventId)} ${change}`)).toEqual(['s1-c3 raised', 's1-c4 raised', 's1-c5 updated', 's1-c7 cancelled']);
    expect([...states.values()].map(({ level, alertStatus }) => `${level} ${alertStatus}`)).toEqual(['critical cancelled']);
    expect(crowds(rows(false)).changes).toHaveLength(3);
  });
});

describe('I2, each crowd has the alert and the changes that the rules make of it', () => {
  it.each([true, false])('holds for one that was told (it empties: %s)', (empties) => expect(broken(filled(empties))).toEqual([]));
  it('is broken by a crowd of which nobody was told', () => expect(broken(filled(false, ({ dump }) => void dump.alerts.pop()))).toContain('I2'));
  it('is broken by a change that nobody was told', () => expect(broken(filled(true, ({ dump, hits }) => {
    const lost = dump.deliveries.findIndex(({ change, receiverId }) => change === 'cancelled' && receiverId === COMMUNE);
    const [row] = dump.deliveries.splice(lost, 1);
    hits.splice(hits.findIndex(({ deliveryId: id }) => id === row?.id), 1);
  }))).toContain('I2'));
  it('is broken by one that went down and is still open', () => expect(broken(filled(true, ({ dump }) => void Object.assign(dump.alerts.at(-1) ?? {}, { alertStatus: 'delivered' })))).toEqual(['I2']));
  it('is broken by a message of a crowd that the counts do not make', () => expect(broken(filled(false, ({ dump }) => void dump.volumes.splice(4)))).toContain('I2'));
});
