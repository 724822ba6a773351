import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { StackError } from './errors';

/** Below the ports that Linux, macOS and Windows hand to outgoing connections: a stopped service finds its port free again. */
export const RANGE = { first: 20_000, last: 31_999 };

export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** As many different free ports; those of the last run first, so that an address in somebody's shell stays good. */
export async function freePorts(count: number, preferred: number[] = []): Promise<number[]> {
  const ports = new Set<number>();
  for (const port of preferred) if (ports.size < count && (await isFree(port))) ports.add(port);
  for (let tries = 0; ports.size < count; tries += 1) {
    if (tries > 500) throw new StackError(`No free port between ${RANGE.first} and ${RANGE.last} on 127.0.0.1: end what holds them.`);
    const port = randomInt(RANGE.first, RANGE.last + 1);
    if (!ports.has(port) && (await isFree(port))) ports.add(port);
  }
  return [...ports];
}
