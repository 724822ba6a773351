import { readdirSync, readFileSync } from 'node:fs';
import { descendants } from '../apps/cli/src/stack/ownership';

const TICKS_PER_SECOND = 100;
const KIB_PER_MIB = 1_024;

/** CPU seconds that a process used, and its ended children with `withChildren`; 0 when it is gone. */
export function cpuSeconds(pid: number, withChildren = false): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
    const ticks = fields.slice(11, withChildren ? 15 : 13).reduce((sum, field) => sum + Number(field), 0);
    return ticks / TICKS_PER_SECOND;
  } catch {
    return 0;
  }
}

/** CPU seconds of a postmaster, the sessions that ended and those that run. */
export function postgresCpuSeconds(postmaster: number): number {
  return childrenOf(postmaster).reduce((sum, pid) => sum + cpuSeconds(pid), cpuSeconds(postmaster, true));
}

/** A reading of the machine's clocks, CPU seconds. */
export interface CpuReading {
  /** All processes, and what the machine's host gave to others (`steal`). */
  busy: number;
  /** This process and everything that it started, what has ended included. */
  own: number;
  /** What could have been used. */
  whole: number;
}

export function readCpu(): CpuReading {
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = (/^cpu +(.*)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1] ?? '').split(' ').map((ticks) => Number(ticks) / TICKS_PER_SECOND);
  const busy = user + nice + system + steal;
  const own = [process.pid, ...descendants(process.pid).map(({ pid }) => pid)].reduce((sum, pid) => sum + cpuSeconds(pid, true), 0);
  return { busy, own, whole: busy + idle + iowait + irq + softirq };
}

/** Above this share of the machine's CPU for others, a measurement is marked as noisy. */
export const NOISY_SHARE = 0.05;

/** The share of the machine's CPU, 0 to 1, that processes took between two readings which the bench did not start. */
export function othersShare(before: CpuReading, after: CpuReading): number {
  const others = after.busy - before.busy - (after.own - before.own);
  return Math.max(0, others / (after.whole - before.whole));
}

/** The most that a process ever held in memory, MiB. */
export function peakResidentMiB(pid: number): number {
  const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1] ?? 0) / KIB_PER_MIB;
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    try {
      return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ')[1]) === parent;
    } catch {
      return false;
    }
  });
}

/** The process that serves a Postgres data folder. */
export function postmasterOf(dataDir: string): number {
  return Number(readFileSync(`${dataDir}/postmaster.pid`, 'utf8').split('\n')[0]);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? NaN) : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}
