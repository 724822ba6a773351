import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, statSync } from 'node:fs';
import { StackError } from './errors';
import { descendants, end, isAlive, recordOf, signal, type ProcessRecord } from './ownership';
import { endService, type ServiceName } from './state';

/** Stops and starts one service of the stack; after `start` it has the same port and the same data. */
export interface ServiceControl {
  stop(how?: 'graceful' | 'kill'): Promise<void>;
  start(): Promise<void>;
  pause(): void | Promise<void>;
  resume(): void | Promise<void>;
}

export interface Program {
  name: ServiceName;
  command: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  /** Given when the process must not run as root. */
  user?: { uid: number; gid: number };
  logFile: string;
  /** The line of its log that says it takes requests. */
  ready: RegExp;
  readyWithinMs: number;
}

const LOG_TAIL_LINES = 12;

/** Starts the program in a session of its own, so that a terminal's Ctrl-C reaches it only through its owner, and waits for its ready line. */
export async function launch(program: Program, started: (record: ProcessRecord) => void): Promise<ProcessRecord> {
  const from = existsSync(program.logFile) ? statSync(program.logFile).size : 0;
  const log = openSync(program.logFile, 'a');
  const child = spawn(program.command, program.args, { ...program.user, cwd: '/', env: program.env, detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  let failure: Error | undefined;
  child.once('error', (error) => (failure = error));
  child.unref();
  const record = child.pid === undefined ? undefined : recordOf(child.pid);
  if (record) started(record);

  const written = () => readFileSync(program.logFile).subarray(from).toString('utf8');
  for (const deadline = Date.now() + program.readyWithinMs; ; ) {
    await new Promise((resolve) => setTimeout(resolve, 25));
    if (failure || !record) throw new StackError(`${program.name} cannot be started (${program.command}): ${failure?.message ?? 'no process'}.`, { cause: failure });
    if (program.ready.test(written())) return record;
    const dead = !isAlive(record);
    if (!dead && Date.now() < deadline) continue;
    if (!dead) await end(record, [{ signal: 'SIGKILL', waitMs: 5_000 }]);
    const tail = written().trim().split('\n').slice(-LOG_TAIL_LINES).join('\n');
    throw new StackError(`${program.name} ${dead ? 'ended while it started' : `was not ready within ${program.readyWithinMs / 1000} s`}. The end of ${program.logFile}:\n${tail}`);
  }
}

/** Fault control over a native service. `current` and `changed` read and keep its record, so that a stop by another process is seen. */
export function nativeControl(program: Program, current: () => ProcessRecord | undefined, changed: (record: ProcessRecord | undefined) => void): ServiceControl {
  const all = (name: NodeJS.Signals) => {
    const record = current();
    if (!isAlive(record)) return;
    for (const one of [record, ...descendants(record.pid)]) signal(one, name);
  };
  return {
    async stop(how = 'graceful') {
      if (how === 'kill') await end(current(), [{ signal: 'SIGKILL', waitMs: 10_000 }]);
      else await endService(program.name, current());
      changed(undefined);
    },
    async start() {
      if (!isAlive(current())) await launch(program, changed);
    },
    pause: () => all('SIGSTOP'),
    resume: () => all('SIGCONT'),
  };
}
