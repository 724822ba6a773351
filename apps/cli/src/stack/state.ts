import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeDown } from './compose';
import type { KafkaNode } from './kafka';
import { end, isAlive, type ProcessRecord } from './ownership';
import { withLock } from './lock';

export type ServiceName = 'kafka' | 'postgres';

/** What a run leaves on disk about itself, so that the next one, or another command, can find and end it. */
export interface StackState {
  run: string;
  provider: 'native' | 'docker';
  /** An owned stack ends with its owner; another stays until `stack down`. */
  owned: boolean;
  /** The data go with the stack. */
  discard: boolean;
  shortLived: boolean;
  owner: ProcessRecord;
  processes: Partial<Record<ServiceName, ProcessRecord>>;
  ports: { kafka: number; controller: number; postgres: number };
  /** What Kafka tells its clients; another than its own port where a proxy stands in front of it. */
  advertisedPort: number;
  password: string;
  versions: { kafka: string; postgres: string };
  kafkaProperties: Record<string, string>;
  postgresSettings: Record<string, string>;
  /** Undefined: both. */
  only?: ServiceName;
  kafkaNode?: KafkaNode;
  /** From before the first process until after the last. */
  running: boolean;
  /** Both services take requests. */
  ready: boolean;
}

const STOP_STEPS = {
  kafka: [
    { signal: 'SIGTERM', waitMs: 10_000 },
    { signal: 'SIGKILL', waitMs: 5_000 },
  ],
  postgres: [
    { signal: 'SIGINT', waitMs: 10_000 },
    { signal: 'SIGQUIT', waitMs: 5_000 },
    { signal: 'SIGKILL', waitMs: 5_000 },
  ],
} satisfies Record<ServiceName, { signal: NodeJS.Signals; waitMs: number }[]>;

const statePath = (dir: string): string => join(dir, 'stack.json');
export const lockPath = (dir: string): string => `${dir}.lock`;

export function readState(dir: string): StackState | undefined {
  try {
    return JSON.parse(readFileSync(statePath(dir), 'utf8')) as StackState;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`${statePath(dir)} cannot be read: end the Kafka and Postgres that were started from ${dir}, then remove that folder.`, { cause: error });
  }
}

/** The state holds the database's password: readable by its user only. */
export function writeState(dir: string, state: StackState): void {
  mkdirSync(dir, { recursive: true });
  const own = `${statePath(dir)}.${process.pid}`;
  writeFileSync(own, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  chmodSync(own, 0o600);
  renameSync(own, statePath(dir));
}

export const endService = (name: ServiceName, record: ProcessRecord | undefined): Promise<void> => end(record, STOP_STEPS[name]);

export interface Ending {
  /** Asked about the state as it is once the lock is held: by then the folder may belong to another run. */
  only?: (state: StackState) => boolean;
  removeData?: boolean;
}

/** Ends what the state names, and nothing else. The caller holds the lock. Says whether anything ran. */
export async function endRecorded(dir: string, { only, removeData }: Ending = {}): Promise<boolean> {
  const state = readState(dir);
  if (!state || (only && !only(state))) return false;
  const { processes, provider, running } = state;
  const discard = removeData || state.discard;
  const had = provider === 'docker' ? running : isAlive(processes.kafka) || isAlive(processes.postgres);
  if (provider === 'docker' && (running || discard)) await composeDown(dir, { ...state, discard });
  await Promise.all([endService('kafka', processes.kafka), endService('postgres', processes.postgres)]);
  if (discard) rmSync(dir, { recursive: true, force: true });
  else writeState(dir, { ...state, processes: {}, running: false, ready: false });
  return had;
}

export const endStack = (dir: string, ending?: Ending): Promise<boolean> =>
  existsSync(dir) ? withLock(lockPath(dir), () => endRecorded(dir, ending)) : Promise.resolve(false);

/** An owned stack whose owner is gone. */
export const isOrphan = (state: StackState): boolean => state.owned && !isAlive(state.owner) && (state.running || state.discard);

/** Ends what dead runs left below this folder, each by its recorded process and start time. */
export async function endOrphans(root: string, log: (line: string) => void): Promise<void> {
  if (!existsSync(root)) return;
  for (const name of readdirSync(root)) {
    const dir = join(root, name);
    const state = existsSync(statePath(dir)) ? readState(dir) : undefined;
    if (state && isOrphan(state) && (await endStack(dir, { only: isOrphan }))) log(`ended what a dead run left in ${dir}`);
  }
}
