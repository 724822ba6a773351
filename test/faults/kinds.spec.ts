import { connect, createServer, type AddressInfo } from 'node:net';
import { Random } from '../../apps/cli/src/random';
import { atEnd } from '../support/at-end';
import { tcpProxy } from '../support/tcp-proxy';
import { answersLost, type Scene } from './kinds/context';
import { KINDS } from './plan';

const kindOf = (name: string) => {
  const kind = KINDS.find((each) => each.name === name);
  if (kind === undefined) throw new Error(`no kind is called ${name}`);
  return kind;
};

/** A kind's fault in a house that has nothing else. */
const happen = (name: string, house: object) => kindOf(name).plan(new Random(1)).does({ house } as unknown as Scene);

describe('a fault does what its name says', () => {
  it('an answer that is lost never comes, not even when the cable is whole again', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', () => socket.write('an answer'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    atEnd(() => void server.close());
    const proxy = await tcpProxy((server.address() as AddressInfo).port);
    const lost = answersLost(proxy, 100);
    const client = connect({ port: proxy.port, host: '127.0.0.1' });
    const heard: Buffer[] = [];
    const gone = new Promise((resolve) => client.on('error', () => undefined).on('data', (bytes) => heard.push(bytes)).once('close', resolve));
    client.write('a question');
    expect(await lost).toContain('then reset');
    await gone;
    expect(Buffer.concat(heard).toString()).toBe('');
  });

  it.each<[NodeJS.Signals | null, object]>([
    ['SIGKILL', { detail: expect.stringContaining('after SIGTERM') }],
    [null, { instead: 'dispatch restarted', repeats: 'never' }],
    ['SIGTERM', { instead: 'dispatch restarted', repeats: 'never' }],
  ])('a kill in the shutdown of what ended by %s', async (signal, done) => {
    const process = { name: 'dispatch 1', end: () => Promise.resolve(signal), start: () => undefined };
    const told = await happen('kill -9 in the shutdown of dispatch', { dispatches: [process, process] });
    expect(told).toMatchObject(done);
    expect('instead' in told).toBe(signal !== 'SIGKILL');
  });
});
