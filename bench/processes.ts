import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { MALLOC_ENV, NODE_FLAGS } from '@vong-gac/runtime';

const READY_WITHIN_MS = 60_000;
const app = (name: string): string => join(process.cwd(), 'dist', 'apps', name, 'src', 'main.js');

/** A bench that is killed takes its services along. */
const END_WITH_PARENT = join(process.cwd(), 'dist', 'apps', 'cli', 'src', 'demo', 'end-with-parent.js');

export type AppName = 'intake' | 'dispatch' | 'api';

/** A service of the build, as a process of its own. */
export interface Service {
  pid: number;
  /** Where it answers /health and /metrics. */
  url: string;
  stop(): Promise<void>;
}

/** Starts a service and waits until it says that it is ready. */
export async function startService(name: AppName, env: Record<string, string>): Promise<Service> {
  const child = spawn(process.execPath, [...NODE_FLAGS, '-r', END_WITH_PARENT, app(name)], { env: { ...MALLOC_ENV, PATH: process.env.PATH, LOG_LEVEL: 'info', HTTP_PORT: '0', ...env }, stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    const url = await addressOf(child, name);
    for (const end = performance.now() + READY_WITHIN_MS; !(await fetch(`${url}/health/ready`)).ok; await pause(100)) {
      if (performance.now() > end) throw new Error(`${name} was not ready within ${READY_WITHIN_MS / 1_000} s`);
    }
    return { pid: child.pid ?? 0, url, stop: () => ended(child) };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

function addressOf(child: ChildProcess, name: string): Promise<string> {
  const last: string[] = [];
  return new Promise((resolve, reject) => {
    if (child.stdout === null) throw new Error(`${name} has no standard output`);
    createInterface({ input: child.stdout }).on('line', (line) => {
      last.push(line);
      if (last.length > 3) last.shift();
      const found = /"url":"(http:[^"]+)"/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}: ${last.join('\n')}`)));
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exit = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  await exit;
}

/** The process of the stack's own broker. */
export function brokerOf(dataDir: string): number {
  const state = JSON.parse(readFileSync(join(dataDir, 'stack.json'), 'utf8')) as { processes: { kafka?: { pid: number } } };
  return state.processes.kafka?.pid ?? 0;
}

export interface Receiver {
  url: string;
  /** When an event's alert was first told, milliseconds since 1970, by the event's id. */
  told: Map<string, number>;
  close(): void;
}

/** Milliseconds since 1970, with the fractions that `Date.now` lacks. */
export const epochMs = (): number => performance.timeOrigin + performance.now();

/** The police's receiver: answers 204 at once. */
export async function receiver(): Promise<Receiver> {
  const told = new Map<string, number>();
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const at = epochMs();
      const { data } = JSON.parse(Buffer.concat(parts).toString()) as { data: { incident: { eventId: string } } };
      if (!told.has(data.incident.eventId)) told.set(data.incident.eventId, at);
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, told, close: () => void server.close() };
}
