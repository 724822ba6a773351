import { deliveryId } from '@vong-gac/contracts';
import { Random } from '../../apps/cli/src/random';
import { check, checkRun, latencies } from './check';
import { TOLD_NEXT } from './check/alerts';
import { broken, COMMUNE, delivery, evening, fault, first, hit, IN_KAFKA, sample, SOURCE, toldOf } from './evening';
import { UNANSWERED, type Fault, type History, type Violation } from './history';
import type { Scene } from './kinds/context';
import { KINDS } from './plan';
import { Unseen } from './unseen';
import { proofOf } from './variants';

const kindOf = (name: string) => {
  const kind = KINDS.find((each) => each.name === name);
  if (kind === undefined) throw new Error(`no kind is called ${name}`);
  return kind;
};

describe('a negative control is caught by what the checker says of it', () => {
  const of = (invariant: Violation['invariant'], says: string): Violation => ({ invariant, says, about: {} });
  it('and not by another sentence of the same invariant', () => {
    expect(proofOf('quarantine-dropped', [of('I1', 'the record "{" at incident.reported/0@1 was never settled: the ledger stands at 1')])).toBeUndefined();
    expect(proofOf('lease-never-expires', [of('I3', 'alert 1 reached no receiver, and did not escalate')])).toBeUndefined();
  });
  it('which is the checker’s own', () => {
    const poisoned = evening();
    first(poisoned.publications).expect = { rejected: 'not-json' };
    expect(proofOf('quarantine-dropped', check(poisoned))).toBeDefined();
    const waiting = evening();
    first(waiting.dump.deliveries).state = 'waiting';
    expect(proofOf('lease-never-expires', check(waiting))).toBeDefined();
  });
});

describe('I4, what excuses a repeat', () => {
  /** Accepted at 1.3 s, marked then, and come again. */
  const again = (at: number, deliveredAt: number | null, ...faults: Partial<Fault>[]) => broken((history) => {
    const row = first(history.dump.deliveries);
    row.deliveredAt = deliveredAt;
    row.attempts = 2;
    history.hits.push(hit(row, at));
    history.faults.push(...faults.map(fault));
  });
  const killed: Partial<Fault> = { kind: 'kill -9 of dispatch', breaks: ['dispatch'], at: 1_310, endedAt: 1_310 };
  it('a death, until it is marked', () => {
    expect(again(9_000, 9_100, killed)).toEqual([]);
    expect(again(9_000, 8_500, killed)).toEqual([]);
    expect(again(9_000, 1_400, killed)).toEqual(['I4']);
  });
  const slow: Partial<Fault> = { kind: 'Postgres slow', breaks: ['postgres'], at: 1_310, endedAt: 12_000 };
  it('a lease that runs out while Postgres is slow, until it is marked', () => {
    expect(again(9_500, 9_700, slow)).toEqual([]);
    expect(again(9_500, 1_700, slow)).toEqual(['I4']);
  });
  const frozen: Partial<Fault> = { kind: 'frozen dispatch wakes again', breaks: ['dispatch', 'postgres'], at: 1_200, endedAt: 11_000, repeats: kindOf('frozen dispatch wakes again').repeats };
  it('a sender that sleeps while another sends and marks, for the moment in which it wakes', () => {
    expect(again(11_100, 9_200, frozen)).toEqual([]);
    expect(again(13_000, 9_200, frozen)).toEqual(['I4']);
  });
  it.each(['dispatch restarted', 'rolling restart', 'migrated again under load'])('%s: none', (name) => {
    const { breaks, repeats } = kindOf(name);
    expect(again(3_000, 3_100, { kind: name, breaks, repeats, at: 1_310, endedAt: 2_000 })).toEqual(['I4']);
  });

  it('is decided over all seeds too, and told once', () => {
    const { dump, hits } = evening();
    const row = first(dump.deliveries);
    row.attempts = 2;
    const sent = { dump, hits: [...hits, hit(row, 90_000)], faults: [] };
    const found = checkRun(sent, [], []);
    expect(found).toMatchObject([{ invariant: 'I4', about: { deliveryId: row.id } }]);
    expect(checkRun(sent, [], found)).toEqual([]);
  });
  it('and a process that ends between two seeds is told of in the next one', () => {
    const all = [1];
    const unseen = new Unseen(all);
    expect(unseen.take()).toEqual([1]);
    all.push(2);
    expect(unseen.take()).toEqual([2]);
    expect(checkRun({ dump: { deliveries: [] }, hits: [], faults: [] }, [{ at: 1, process: 'intake 1', how: 'exit 1', log: '' }], [])).toMatchObject([{ invariant: 'crash' }]);
  });
});

describe('I5, what excuses a late alert', () => {
  const SECOND = 'duty-telephone';
  const late = (...faults: Partial<Fault>[]) => broken((history) => {
    history.dump.receivers.push({ id: SECOND, kind: 'webhook', bodyId: 'ca-xuan-hoa', disabled: false });
    first(history.hits).at = 1_100 + 10_500;
    history.dump.deliveries.push(delivery(SECOND));
    history.hits.push(hit(delivery(SECOND), 1_100 + 10_500));
    history.faults.push(...faults.map(fault));
  });
  const broke = (receiverId: string, at: number, endedAt: number): Partial<Fault> => ({ kind: 'receiver: status-500', breaks: ['receiver'], receiverId, at, endedAt });
  it('a webhook that is broken does not, while another of its body is whole', () => expect(late(broke(COMMUNE, 1_050, 7_000))).toEqual(['I5']));
  it('all webhooks of the body at once do', () => expect(late(broke(COMMUNE, 1_050, 7_000), broke(SECOND, 1_060, 6_000))).toEqual([]));
  it('one after the other, they do not', () => expect(late(broke(COMMUNE, 1_050, 2_000), broke(SECOND, 10_000, 11_000))).toEqual(['I5']));
  it.each([['ten thousand headers', []], ['a flood', ['I5']], ['poison at each position of a batch', ['I5']], ['one id many times', ['I5']], ['other content under a taken id', ['I5']], ['a clock that is a day off', ['I5']], ['answers of the api lost', ['I5']]])('%s', (name, found) => {
    const { breaks, light } = kindOf(name);
    expect(late({ kind: name, breaks, light, at: 1_050, endedAt: 1_950 })).toEqual(found);
  });
  it('a kill point from the death on; the restart before it for itself, and not the wait between them', async () => {
    const waitMs = 60;
    const process = { name: 'dispatch 1', restart: () => Promise.resolve(), diesWithin: () => new Promise((resolve) => setTimeout(() => resolve(true), waitMs)) };
    const { at, prelude } = await kindOf('kill -9 at claimed').plan(new Random(1)).does({ house: { dispatches: [process, process] } } as unknown as Scene);
    expect(prelude).toMatchObject({ kind: 'dispatch restarted' });
    expect((at ?? 0) - (prelude?.endedAt ?? 0)).toBeGreaterThanOrEqual(waitMs - 5);
  });
  it('what excuses nothing disturbs all the same', () => {
    const history = evening();
    history.faults.push(fault({ kind: 'one id many times', breaks: ['publisher'], light: true, at: 1_050, endedAt: 1_500 }));
    expect(latencies(history)).toMatchObject([{ fault: null, disturbed: true }]);
  });
});

describe('I7, what excuses that nothing moves', () => {
  /** From 3 s on, every half second; red in these looks. */
  const still = (count: number, red: (look: number) => boolean) => (history: History): void => {
    history.samples = history.samples.filter(({ at }) => at < 3_000 || at > 3_000 + count * 500);
    history.samples.push(...Array.from({ length: count }, (_, i) => sample(3_000 + i * 500, { nextOffset: 2, endOffset: 9, committed: 1 }, !red(i))));
  };
  it('readiness that is red, while it lasts', () => expect(broken(still(50, (look) => look >= 15 && look < 44))).toEqual([]));
  it('not one red look in twenty seconds', () => expect(broken(still(40, (look) => look === 19))).toEqual(['I7']));
  it('nobody who cannot look, where only the services’ cable is broken', () => {
    const unseen = (kind: string) => broken((history) => {
      const { breaks, cable } = kindOf(kind);
      history.samples = history.samples.filter(({ at }) => at < 9_000 || at > 16_000);
      history.faults.push(fault({ kind, breaks, cable, at: 8_000, endedAt: 12_000 }));
    });
    expect(unseen('Kafka half open')).toEqual(['I7']);
    expect(unseen('the api half open')).toEqual(['I7']);
    expect(unseen('Kafka restarted')).toEqual([]);
  });
});

describe('I2, an officer and the message of it', () => {
  const done = (status: number, receivers: string[]) => broken(({ dump, hits, told, officer }) => {
    const written = receivers.map((receiverId) => ({ ...delivery(receiverId), change: 'acknowledged', id: deliveryId({ source: SOURCE, causeEventId: 's1-2', change: 'acknowledged', escalation: 0, receiverId }) }));
    dump.deliveries.push(...written);
    told.push(...written.filter(({ receiverId }) => receiverId === IN_KAFKA).map(toldOf));
    hits.push(...written.filter(({ receiverId }) => receiverId !== IN_KAFKA).map((each) => hit(each, 2_100)));
    first(dump.alerts).acknowledgedBy = 'Trực ban';
    officer.push({ at: 2_000, alertId: 'alert-1', verb: 'acknowledge', by: 'Trực ban', revision: 1, status });
  });
  it('is explained by one who was told that it is done, or was not answered', () => expect([done(200, [COMMUNE, IN_KAFKA]), done(UNANSWERED, [COMMUNE, IN_KAFKA])]).toEqual([[], []]));
  it('is not explained by one who was refused', () => expect(done(409, [COMMUNE, IN_KAFKA])).toEqual(['I2']));
  it('must be there for everybody who was told, where it is done', () => expect([done(200, []), done(200, [IN_KAFKA]), done(409, [])]).toEqual([['I2'], ['I2'], []]));
});

describe('I3, an alert that went up', () => {
  const up = (receiverId: string) => ({ ...delivery(receiverId), change: 'escalated', escalation: 1, id: deliveryId({ source: SOURCE, causeEventId: 's1-2', change: 'escalated', escalation: 1, receiverId }) });
  const went = (...to: string[]) => broken(({ dump, hits }) => {
    dump.receivers.push({ id: 'the province', kind: 'webhook', bodyId: TOLD_NEXT, disabled: false });
    first(dump.alerts).escalation = 1;
    dump.deliveries.push(...to.map(up));
    hits.push(...to.map((each) => hit(up(each), 30_000)));
  });
  it('has a message to the body above', () => expect([went('the province'), went(COMMUNE)]).toEqual([[], ['I3']]));
});
