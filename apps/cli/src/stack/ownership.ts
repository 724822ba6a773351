import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

/** A process by its number and its start: the number alone may belong to a stranger by the time it is read back. */
export interface ProcessRecord {
  pid: number;
  startedAt: string;
}

interface Stat {
  state: string;
  parent: number;
  startTicks: string;
}

/** The name (field 2) may hold spaces and parentheses, so the fields are counted from the last closing one. */
export function parseStat(text: string): Stat {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', parent: Number(fields[1]), startTicks: fields[19] ?? '' };
}

function linuxStat(pid: number): Stat | undefined {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return undefined;
  }
}

function ps(...args: string[]): string {
  try {
    return execFileSync('ps', args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' }, stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return '';
  }
}

/** Ticks count from the boot, so the boot's id belongs to them. */
const bootId = process.platform === 'linux' ? readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim().slice(0, 8) : '';

/** When the process began, as a text to compare; undefined when there is none (a zombie counts as none). */
export function startOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return ps('-o', 'lstart=', '-p', String(pid)) || undefined;
  const stat = linuxStat(pid);
  return stat && stat.state !== 'Z' ? `${bootId}:${stat.startTicks}` : undefined;
}

export function recordOf(pid: number): ProcessRecord {
  return { pid, startedAt: startOf(pid) ?? 'gone' };
}

export const isAlive = (record: ProcessRecord | undefined): record is ProcessRecord =>
  record !== undefined && startOf(record.pid) === record.startedAt;

/** All processes below this one. Postgres puts each backend into a session of its own, so a process group does not reach them. */
export function descendants(pid: number): ProcessRecord[] {
  const childrenOf = new Map<number, number[]>();
  const add = (child: number, parent: number) => childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), child]);
  if (process.platform === 'linux') {
    for (const name of readdirSync('/proc')) {
      const stat = /^\d+$/.test(name) ? linuxStat(Number(name)) : undefined;
      if (stat) add(Number(name), stat.parent);
    }
  } else {
    for (const line of ps('-A', '-o', 'pid=,ppid=').split('\n')) {
      const [child, parent] = line.trim().split(/\s+/).map(Number);
      if (child && parent) add(child, parent);
    }
  }
  const found: number[] = [];
  for (const queue = [pid]; queue.length > 0; ) {
    const below = childrenOf.get(queue.shift() as number) ?? [];
    found.push(...below);
    queue.push(...below);
  }
  return found.map(recordOf);
}

/** Sends the signal only if the process is still the recorded one; says whether it was. */
export function signal(record: ProcessRecord, name: NodeJS.Signals): boolean {
  if (!isAlive(record)) return false;
  try {
    process.kill(record.pid, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw new Error(`Process ${record.pid} of the local stack cannot be signalled: end it as the user who started it.`, { cause: error });
  }
}

export async function until(what: () => boolean, timeoutMs: number): Promise<boolean> {
  for (const end = Date.now() + timeoutMs; ; ) {
    if (what()) return true;
    if (Date.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

const LEFT_BELOW_MS = 2_000;

/** One signal after the other until the process is gone, then whatever it left below itself. */
export async function end(record: ProcessRecord | undefined, steps: { signal: NodeJS.Signals; waitMs: number }[]): Promise<void> {
  if (!isAlive(record)) return;
  const below = descendants(record.pid);
  signal(record, 'SIGCONT'); // a paused process takes no other signal but SIGKILL
  for (const child of below) signal(child, 'SIGCONT');
  for (const step of steps) {
    signal(record, step.signal);
    if (await until(() => !isAlive(record), step.waitMs)) break;
  }
  if (isAlive(record)) throw new Error(`Process ${record.pid} of the local stack does not end, not even by SIGKILL: look at it with "ps -p ${record.pid}".`);
  if (!(await until(() => !below.some(isAlive), LEFT_BELOW_MS))) for (const child of below) signal(child, 'SIGKILL');
}
