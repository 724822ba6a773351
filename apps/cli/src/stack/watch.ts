import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { StackError } from './errors';
import { projectRoot } from './paths';

/** Kept reachable: a collected pipe would be closed, and the watchdog would take its owner for dead. */
const watchdogs = new Map<string, ChildProcess>();

/** Starts the watchdog of a run: see watchdog.ts. */
export function watch(dir: string, run: string): void {
  const script = join(projectRoot(), 'dist', 'apps', 'cli', 'src', 'stack', 'watchdog.js');
  if (!existsSync(script)) throw new StackError(`${script} is missing: run "npm run build".`);
  const child = spawn(process.execPath, [script, dir, run], { cwd: '/', env: { ...process.env, NODE_OPTIONS: '' }, detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  child.once('error', () => undefined); // without it the next start cleans up all the same
  child.stdin?.on('error', () => undefined);
  (child.stdin as Socket | null)?.unref();
  child.unref();
  watchdogs.set(run, child);
}

/** The watchdog wakes, finds nothing that is its own, and ends. */
export function dismiss(run: string): void {
  watchdogs.get(run)?.stdin?.end();
  watchdogs.delete(run);
}
