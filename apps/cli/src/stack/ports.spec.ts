import { createServer } from 'node:net';
import { freePorts, isFree, RANGE } from './ports';

// As it is, but for a draw that a test decides.
jest.mock('node:crypto', () => {
  const real = jest.requireActual<typeof import('node:crypto')>('node:crypto');
  return { ...real, randomInt: jest.fn(real.randomInt) };
});

const hold = (port: number) =>
  new Promise<() => Promise<void>>((resolve) => {
    const server = createServer();
    server.listen(port, '127.0.0.1', () => resolve(() => new Promise((done) => server.close(() => done()))));
  });

describe('free ports', () => {
  it('are different, free, and outside the range that outgoing connections use', async () => {
    const ports = await freePorts(20);
    expect(new Set(ports).size).toBe(20);
    for (const port of ports) {
      expect(port).toBeGreaterThanOrEqual(RANGE.first);
      expect(port).toBeLessThanOrEqual(RANGE.last);
    }
  });

  it('are those of the last run while nobody else has them', async () => {
    const [first = 0, second = 0] = await freePorts(2);
    expect(await freePorts(2, [first, second])).toEqual([first, second]);
    const release = await hold(first);
    expect(await isFree(first)).toBe(false);
    const again = await freePorts(2, [first, second]);
    expect(again).toContain(second);
    expect(again).not.toContain(first);
    await release();
  });

  it('are not given twice, not even to one who has not begun to listen', async () => {
    const tight = jest.requireMock<{ randomInt: jest.Mock }>('node:crypto').randomInt;
    const [first = 0] = await freePorts(1);
    tight.mockReturnValueOnce(first);
    expect(await freePorts(1)).not.toEqual([first]);
  });

  // Seen in a run of three suites at a time: while one's Kafka was down for 15 s, another's Postgres was given its port.
  (process.platform === 'linux' ? it : it.skip)('are given to nobody else while they stand empty', async () => {
    const [port = 0] = await freePorts(1);
    await jest.isolateModulesAsync(async () => {
      const other = jest.requireActual<{ freePorts: typeof freePorts }>('./ports'); // knows as little of this one as another process does
      expect(await other.freePorts(1, [port])).not.toEqual([port]);
    });
    expect(await freePorts(1, [port])).toEqual([port]);
  });
});
