import { KafkaJSConnectionError, KafkaJSProtocolError } from 'kafkajs';
import { GroupOffsets } from './group-offsets';

const EVERY_MS = 5;
const outage = (): Error => new KafkaJSConnectionError('Connection error');
const rebalance = (): Error => new KafkaJSProtocolError(Object.assign(new Error('the group has moved on'), { type: 'ILLEGAL_GENERATION', code: 22, retriable: false }));

/** A coordinator that answers when told to, and what it was told. */
function coordinator() {
  const told: Record<number, number>[] = [];
  const answers: ((error?: Error) => void)[] = [];
  const send = (offsets: ReadonlyMap<number, number>): Promise<void> => {
    told.push(Object.fromEntries(offsets));
    return new Promise((resolve, reject) => answers.push((error) => (error === undefined ? resolve() : reject(error))));
  };
  return { told, send, answer: (error?: Error) => answers.shift()?.(error) };
}

const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 4 * EVERY_MS));

describe('the group', () => {
  const errors: unknown[] = [];
  const open = () => ({ ...coordinator(), offsets: new GroupOffsets(EVERY_MS, (error) => void errors.push(error)) });
  beforeEach(() => void errors.splice(0));

  it('is told the newest of each partition, all in one request, one request at a time', async () => {
    const { offsets, told, send, answer } = open();
    offsets.settled(0, 10, send);
    offsets.settled(0, 20, send);
    offsets.settled(1, 5, send);
    await later();
    expect(told).toEqual([{ 0: 10 }]);
    answer();
    await later();
    expect(told).toEqual([{ 0: 10 }, { 0: 20, 1: 5 }]);
    answer();
    await offsets.done(1_000);
    expect(told).toHaveLength(2);
  });

  it('is told what waits when the consumer closes, and one that does not answer is not waited for', async () => {
    const { offsets, told, send, answer } = open();
    offsets.settled(0, 10, send);
    offsets.settled(0, 20, send);
    const done = offsets.done(1_000);
    answer();
    await later();
    expect(told).toEqual([{ 0: 10 }, { 0: 20 }]);
    answer();
    await done;
    const silent = open();
    silent.offsets.settled(0, 10, silent.send);
    await silent.offsets.done(2 * EVERY_MS);
    expect(silent.told).toEqual([{ 0: 10 }]);
  });

  it('hears after an outage what it hindered, the newest of it', async () => {
    const { offsets, told, send, answer } = open();
    offsets.settled(0, 10, send);
    offsets.settled(1, 7, send);
    answer(outage());
    await later();
    expect(told).toEqual([{ 0: 10 }, { 0: 10, 1: 7 }]);
    offsets.settled(0, 20, send);
    answer(outage());
    await later();
    expect(told.at(-1)).toEqual({ 0: 20, 1: 7 });
    expect(errors).toEqual([]);
  });

  it('hears nothing of partitions that may have gone to others, and nothing that it refused', async () => {
    const { offsets, told, send, answer } = open();
    offsets.settled(0, 10, send);
    offsets.settled(1, 5, send);
    offsets.forget();
    answer(outage());
    await later();
    offsets.settled(0, 30, send);
    answer(rebalance());
    await later();
    expect(told).toEqual([{ 0: 10 }, { 0: 30 }]);
  });

  it('hears of one partition what somebody else tells of it', async () => {
    const { offsets, told, send, answer } = open();
    offsets.settled(0, 10, send);
    offsets.settled(0, 1_000, send);
    offsets.settled(1, 5, send);
    offsets.forget(0);
    answer();
    await later();
    expect(told).toEqual([{ 0: 10 }, { 1: 5 }]);
  });

  it('a failure of any other kind is told', async () => {
    const { offsets, send, answer } = open();
    offsets.settled(0, 10, send);
    answer(new TypeError('a bug'));
    await offsets.done(1_000);
    expect(errors).toEqual([new TypeError('a bug')]);
  });
});
