import { readFileSync } from 'node:fs';
import { cpuSeconds, postgresCpuSeconds } from './figures';

const TICKS_PER_SECOND = 100;
const KIB_PER_MIB = 1_024;

/** What a process holds in memory now, MiB. */
export function residentMiB(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1] ?? 0) / KIB_PER_MIB;
}

/** CPU seconds that the whole machine was busy since it started: everything but idle and waiting for the disk. */
function machineBusySeconds(): number {
  const [, ...fields] = (readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '').split(/\s+/);
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = fields.map(Number);
  return (user + nice + system + irq + softirq + steal) / TICKS_PER_SECOND;
}

export type Processes = Record<string, number | readonly number[]>;

/** Measures how many cores each process kept busy from now until the answer is asked for; `postgres` is a postmaster with its sessions. */
export function coresFromNow(processes: Processes, postmaster: number): () => Record<string, number> {
  const used = (pids: number | readonly number[]): number => [pids].flat().reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  const all = (): Record<string, number> => ({
    ...Object.fromEntries(Object.entries(processes).map(([name, pids]) => [name, used(pids)])),
    postgres: postgresCpuSeconds(postmaster),
    machine: machineBusySeconds(),
  });
  const [from, at] = [all(), performance.now()];
  return () => {
    const seconds = (performance.now() - at) / 1_000;
    return Object.fromEntries(Object.entries(all()).map(([name, cpu]) => [name, Number(((cpu - (from[name] ?? 0)) / seconds).toFixed(2))]));
  };
}
