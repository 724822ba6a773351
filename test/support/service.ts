import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { MALLOC_ENV, NODE_FLAGS } from '@vong-gac/runtime';
import { freePorts } from '../../apps/cli/src/stack/ports';
import { atEnd } from './at-end';
import { waitFor } from './wait-for';

export type ServiceName = 'intake' | 'dispatch' | 'api';

export interface Service {
  pid: number;
  /** Where it answers, for /health/…, /metrics and, with the api, everything else. */
  url: string;
  /** Both channels of its output so far. */
  log(): string;
  /** Until GET /health/ready is 200; fails at once, with the end of the log, when the process is gone. */
  ready(timeoutMs?: number): Promise<void>;
  /** Sends the signal; resolves when the process is gone, or at once for SIGSTOP and SIGCONT. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

const ROOT = join(__dirname, '..', '..');
const TAIL = 4_000;

/** A service as in production: its own process, from the build. The ports are free ones unless `env` names them. */
export async function startService(name: ServiceName, env: Record<string, string>): Promise<Service> {
  const [http, health] = (await freePorts(2)).map(String);
  const all = { HTTP_PORT: http, HEALTH_PORT: health, ...env };
  const url = `http://127.0.0.1:${name === 'api' ? all.HTTP_PORT : all.HEALTH_PORT}`;
  const base = { ...MALLOC_ENV, PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'test', LOG_LEVEL: process.env.LOG_LEVEL ?? 'info' };
  const main = join(ROOT, 'dist', 'apps', name, 'src', 'main.js');
  const child = spawn(process.execPath, [...NODE_FLAGS, '-r', join(__dirname, 'end-with-parent.cjs'), main], { cwd: ROOT, env: { ...base, ...all } });
  child.stdin.on('error', () => undefined);
  let log = '';
  for (const channel of [child.stdout, child.stderr]) channel.setEncoding('utf8').on('data', (text: string) => (log += text));
  let gone = false;
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('error', (error) => (log += `${error.message}\n`));
    child.once('close', (code, signal) => {
      gone = true;
      resolve({ code, signal });
    });
  });

  const service: Service = {
    pid: child.pid ?? 0,
    url,
    log: () => log,
    exited,
    async ready(timeoutMs = 20_000) {
      const answer = await waitFor(async () => gone || ((await fetch(`${url}/health/ready`)).ok ? 'ready' : false), { what: `${name} to be ready at ${url}`, timeoutMs }).catch((error: Error) => {
        throw new Error(`${error.message}. The end of its log:\n${log.slice(-TAIL)}`, { cause: error });
      });
      if (answer !== 'ready') throw new Error(`${name} ended before it was ready. The end of its log:\n${log.slice(-TAIL)}`);
    },
    async kill(signal = 'SIGTERM') {
      child.kill(signal);
      if (signal !== 'SIGSTOP' && signal !== 'SIGCONT') await exited;
    },
  };
  atEnd(async () => {
    if (gone) return;
    child.kill('SIGCONT');
    child.kill('SIGTERM');
    const patience = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await exited;
    clearTimeout(patience);
  });
  return service;
}
