import type ConsumerGroup from 'kafkajs/src/consumer/consumerGroup';
import { holderOf, isGone, leaveForTheDead, memberName, type Holder } from './predecessors';

const own: Holder = { host: 'gate.example', pid: 7, began: 5_000 };
const nobody = () => false;
const everybody = () => true;

describe('the name of a member', () => {
  it('says host, number and start of its process, whatever the host is called', () => {
    const holder = { host: 'a@b.c-1', pid: 42, began: 1_790_000_000_000 };
    expect(holderOf(memberName('vong-gac-intake-1', holder))).toEqual(holder);
  });

  it.each(['vong-gac-intake-1', 'somebody@else', 'x@host.12'])('%s says nothing of the kind', (name) => expect(holderOf(name)).toBeNull());
});

describe('a process is no more', () => {
  it('when nobody on this host has its number', () => expect(isGone({ ...own, pid: 8 }, own, nobody)).toBe(true));
  it('when its number is ours, and it began at another time: in a container, the one before', () => expect(isGone({ ...own, began: 4_000 }, own, everybody)).toBe(true));
});

describe('a process may live', () => {
  it('when somebody has its number', () => expect(isGone({ ...own, pid: 8 }, own, everybody)).toBe(false));
  it('when it is another host\'s', () => expect(isGone({ ...own, host: 'pool.example', pid: 8 }, own, nobody)).toBe(false));
  it('when it is this one', () => expect(isGone(own, own, nobody)).toBe(false));
});

it('where the group cannot be asked, it is joined all the same', async () => {
  const said: string[] = [];
  const cluster = { findGroupCoordinator: () => Promise.reject(new Error('away')) };
  await leaveForTheDead({ groupId: 'g', cluster, logger: { info: () => undefined, debug: (message: string) => void said.push(message) } } as unknown as ConsumerGroup);
  expect(said).toEqual(['members whose process is no more were not looked for']);
});
