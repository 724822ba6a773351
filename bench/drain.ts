import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { cpuSeconds, othersShare, peakResidentMiB, postgresCpuSeconds, readCpu } from './figures';

/** One process drained the topic once. */
export interface Drain {
  eventsPerSecond: number;
  rssMiB: number;
  cpuSeconds: number;
  postgresCpuSeconds: number;
  /** Of the machine's CPU, 0 to 1, taken by processes that the bench did not start. */
  othersShare: number;
}

export interface DrainOptions {
  main: string;
  /** For Node, before `main`. */
  flags?: readonly string[];
  /** Instead of `node main`: a peer that is not written in Node. */
  command?: readonly string[];
  env: Record<string, string>;
  total: number;
  postmaster: number;
  /** How many events are settled; null: the process prints a number for each commit. */
  settled: (() => Promise<number>) | null;
}

/** A peer's warnings are progress, not the answer. */
const STANDARD_ERROR = 2;
const LOOK_MS = 50;
const PATIENCE_MS = 180_000;
const PROFILE = process.env.BENCH_CPU_PROF;

/**
 * Starts the process on a full topic and watches it until the last event is committed. The clock runs from the first commit seen to the last, and
 * the events of the first are not counted: starting Node (or Java) and joining the group are part neither of the rate nor of the CPU, which is told as if all events had cost what these did.
 */
export async function measureDrain({ main, flags = [], command, env, total, postmaster, settled }: DrainOptions): Promise<Drain> {
  const profile = PROFILE === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${PROFILE}`];
  const machineBefore = readCpu();
  const [file = '', ...args] = command ?? [process.execPath, ...flags, ...profile, main];
  const child = spawn(file, args, { env: { PATH: process.env.PATH, NODE_OPTIONS: process.env.BENCH_NODE_OPTIONS ?? '', ...env }, stdio: ['ignore', command ? STANDARD_ERROR : 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let printed = 0;
  let lastLine = '';
  if (child.stdout !== null) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      lastLine = line;
      if (settled === null) printed += Number(line);
    });
  }
  const look = settled ?? (() => Promise.resolve(printed));
  try {
    const pid = child.pid ?? 0;
    let first: { at: number; events: number; cpu: number; postgres: number } | null = null;
    for (const start = performance.now(); ; await pause(LOOK_MS)) {
      const events = await look();
      const at = performance.now();
      if (events > 0) first ??= { at, events, cpu: cpuSeconds(pid), postgres: postgresCpuSeconds(postmaster) };
      if (first !== null && events >= total) {
        const share = events / (events - first.events);
        return {
          eventsPerSecond: ((events - first.events) * 1_000) / (at - first.at),
          rssMiB: peakResidentMiB(pid),
          cpuSeconds: (cpuSeconds(pid) - first.cpu) * share,
          postgresCpuSeconds: (postgresCpuSeconds(postmaster) - first.postgres) * share,
          othersShare: othersShare(machineBefore, readCpu()),
        };
      }
      if (child.exitCode !== null) throw new Error(`${main} ended with ${child.exitCode} after ${events} of ${total} events: ${lastLine}`);
      if (at - start > PATIENCE_MS) throw new Error(`${main} settled ${events} of ${total} events in ${PATIENCE_MS / 1_000} s`);
    }
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}
