import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { StackError } from './errors';

/** Below the ports that Linux, macOS and Windows hand to outgoing connections: a stopped service finds its port free again. */
export const RANGE = { first: 20_000, last: 31_999 };

export const isFree = async (port: number): Promise<boolean> => (await listening(port, '127.0.0.1', true)) !== null;

/** Where a process keeps a port that its own service does not hold at the moment. Linux has all of 127/8; elsewhere nothing is kept. */
const KEPT_AT = '127.0.0.2';
/** By this process. */
const given = new Set<number>();

/**
 * As many different free ports; those of the last run first, so that an address in somebody's shell stays good. They stay this process's until it ends: a
 * service that is stopped for a while finds its port free again, whatever others start meanwhile.
 */
export async function freePorts(count: number, preferred: number[] = []): Promise<number[]> {
  const ports = new Set<number>();
  for (const port of preferred) if (ports.size < count && (await take(port))) ports.add(port);
  for (let tries = 0; ports.size < count; tries += 1) {
    if (tries > 500) throw new StackError(`No free port between ${RANGE.first} and ${RANGE.last} on 127.0.0.1: end what holds them.`);
    const port = randomInt(RANGE.first, RANGE.last + 1);
    // One that was given out before may be of a service that is just starting.
    if (!given.has(port) && (await take(port))) ports.add(port);
  }
  return [...ports];
}

async function take(port: number): Promise<boolean> {
  if (!(await isFree(port))) return false;
  const taken = given.has(port) || (await listening(port, KEPT_AT)) !== null;
  if (taken) given.add(port);
  return taken;
}

/** A server that holds an address and never the process; null: somebody has it. An address that this machine does not have is nobody's. @param ends it lets go at once */
function listening(port: number, host: string, ends = false): Promise<Server | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EADDRNOTAVAIL' ? server : null));
    server.listen({ port, host, exclusive: true }, () => (ends ? server.close(() => resolve(server)) : resolve(server.unref())));
  });
}
