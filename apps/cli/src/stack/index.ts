import { randomBytes, randomUUID } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import type { Socket } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { composeControl, composeUp, composeVersions, dockerAnswers, projectOf } from './compose';
import { StackError } from './errors';
import { withLock } from './lock';
import { keepRecord, launchBoth, nativePrograms, nativeVersions, type NativePrograms } from './native';
import { isAlive, recordOf } from './ownership';
import { projectRoot } from './paths';
import { freePorts } from './ports';
import { databaseUrl } from './postgres';
import { nativeControl, type ServiceControl } from './service';
import { endOrphans, endRecorded, endStack, lockPath, readState, writeState, type ServiceName, type StackState } from './state';

export { StackError } from './errors';
export { cacheDir, localDir, projectRoot } from './paths';
export { dockerAnswers } from './compose';
export { freePorts } from './ports';
export { endOrphans, endStack } from './state';
export type { ServiceControl } from './service';

export interface LocalStack {
  provider: 'given' | 'docker' | 'native';
  kafkaBrokers: string;
  databaseUrl: string;
  versions: { kafka: string; postgres: string };
  dataDir: string;
  kafka: ServiceControl;
  postgres: ServiceControl;
  stop(): Promise<void>;
}

export interface StackOptions {
  dir: string;
  mode: 'auto' | 'docker' | 'native';
  /** Ends with this process, however that ends. Otherwise it stays until `stack down`. */
  owned: boolean;
  env: NodeJS.ProcessEnv;
  log: (line: string) => void;
  kafkaProperties?: Record<string, string>;
  postgresSettings?: Record<string, string>;
  /** The port of 127.0.0.1 that Kafka tells its clients, where a proxy stands in front of it. */
  kafkaAdvertisedPort?: number;
  /** Removes the data when the stack ends. */
  discard?: boolean;
}

const PORT_TRIES = 3;

/** The local Kafka and Postgres: given addresses, else Docker, else native. */
export async function startStack(options: StackOptions): Promise<LocalStack> {
  const started = Date.now();
  if (options.mode === 'auto' && (options.env.KAFKA_BROKERS || options.env.DATABASE_URL)) return givenStack(options);
  const docker = options.mode === 'native' ? false : await dockerAnswers(options.env);
  if (options.mode === 'docker' && !docker) throw new StackError('LOCAL_STACK=docker, and Docker with compose does not answer: start it, or use LOCAL_STACK=native.');
  const dir = resolve(options.dir);
  mkdirSync(dirname(dir), { recursive: true });
  await endOrphans(dirname(dir), options.log);
  return withLock(lockPath(dir), async () => {
    const before = readState(dir);
    if (before && isRunning(before)) {
      if (options.owned || before.owned) throw new StackError(`${dir} belongs to a stack that runs (process ${before.owner.pid}): end it, or set LOCAL_DIR to another folder.`);
      options.log(`already up: ${describe(dir, before)}`);
      return toStack(dir, before, before.provider === 'native' ? await nativePrograms(dir, before, options.env, options.log) : undefined);
    }
    if (before) await endRecorded(dir);
    const stack = docker ? await startDocker(dir, options, before) : await startNative(dir, options, before);
    const { javaMajor, state } = stack;
    options.log(`${describe(dir, state)}${javaMajor ? `, Java ${javaMajor}` : ''}, up in ${((Date.now() - started) / 1000).toFixed(1)} s`);
    return stack.local;
  });
}

/** The stack that runs from this folder, if any; it can be used, not owned. */
export function findStack(dir: string): (Pick<LocalStack, 'kafkaBrokers' | 'databaseUrl' | 'versions' | 'dataDir'> & { provider: 'docker' | 'native'; owned: boolean }) | undefined {
  const state = readState(resolve(dir));
  return state && isRunning(state) ? { ...addresses(resolve(dir), state), provider: state.provider, owned: state.owned } : undefined;
}

/** A stack of containers counts as running while it was not stopped: compose brings it back after a restart of Docker. */
function isRunning(state: StackState): boolean {
  if (!state.running || (state.owned && !isAlive(state.owner))) return false;
  return state.owned || state.provider === 'docker' || (isAlive(state.processes.kafka) && isAlive(state.processes.postgres));
}

const addresses = (dir: string, state: StackState) => ({
  kafkaBrokers: `127.0.0.1:${state.ports.kafka}`,
  databaseUrl: databaseUrl(state.ports.postgres, state.password),
  versions: state.versions,
  dataDir: state.provider === 'native' ? dir : `docker volumes ${projectOf(dir)}_kafka and ${projectOf(dir)}_postgres`,
});

function describe(dir: string, state: StackState): string {
  const { versions, ports } = state;
  return `${state.provider} stack: Kafka ${versions.kafka} on 127.0.0.1:${ports.kafka}, Postgres ${versions.postgres} on 127.0.0.1:${ports.postgres}, data in ${addresses(dir, state).dataDir}`;
}

function givenStack({ env, log }: StackOptions): LocalStack {
  const { KAFKA_BROKERS: kafkaBrokers, DATABASE_URL: url } = env;
  if (!kafkaBrokers || !url) throw new StackError(`${kafkaBrokers ? 'KAFKA_BROKERS' : 'DATABASE_URL'} is set and ${kafkaBrokers ? 'DATABASE_URL' : 'KAFKA_BROKERS'} is not: set both to use your own, or neither.`);
  log(`given stack: Kafka at ${kafkaBrokers}, Postgres at ${new URL(url).host} (KAFKA_BROKERS, DATABASE_URL)`);
  const refuse = () => Promise.reject(new StackError('Kafka and Postgres at given addresses are not started and stopped from here: do it where they run.'));
  const control = { stop: refuse, start: refuse, pause: refuse, resume: refuse };
  return { provider: 'given', kafkaBrokers, databaseUrl: url, versions: { kafka: 'unknown', postgres: 'unknown' }, dataDir: 'where they run', kafka: control, postgres: control, stop: () => Promise.resolve() };
}

interface Started {
  state: StackState;
  local: LocalStack;
  javaMajor?: number;
}

async function newState(options: StackOptions, before: StackState | undefined, provider: 'native' | 'docker', versions: StackState['versions'], samePorts: boolean): Promise<StackState> {
  const last = before && samePorts ? [before.ports.kafka, before.ports.controller, before.ports.postgres] : [];
  const [kafka = 0, controller = 0, postgres = 0] = await freePorts(3, last);
  return {
    run: randomUUID(),
    provider,
    owned: options.owned,
    discard: options.discard ?? false,
    owner: recordOf(process.pid),
    processes: {},
    ports: { kafka, controller, postgres },
    password: before?.password ?? randomBytes(18).toString('hex'),
    versions,
    advertisedPort: options.kafkaAdvertisedPort ?? kafka,
    kafkaProperties: options.kafkaProperties ?? {},
    postgresSettings: options.postgresSettings ?? {},
    running: true,
  };
}

/** The watchdog comes before what it watches. On a failure nothing stays but the logs. */
async function guarded<T>(dir: string, state: StackState, start: () => Promise<T>): Promise<T> {
  writeState(dir, state);
  if (state.owned) watch(dir, state.run);
  try {
    return await start();
  } catch (error) {
    await endRecorded(dir, state.run);
    dismiss(state.run);
    throw error;
  }
}

async function startNative(dir: string, options: StackOptions, before: StackState | undefined): Promise<Started> {
  for (let attempt = 1; ; attempt += 1) {
    const state = await newState(options, before, 'native', nativeVersions(), attempt === 1);
    try {
      return await guarded(dir, state, async () => {
        const programs = await nativePrograms(dir, state, options.env, options.log);
        await launchBoth(dir, programs);
        return { state, local: toStack(dir, state, programs), javaMajor: programs.javaMajor };
      });
    } catch (error) {
      // Between choosing a port and listening on it, somebody else may have taken it.
      if (attempt === PORT_TRIES || !/address already in use|could not bind/i.test((error as Error).message)) throw error;
      options.log('a chosen port was taken meanwhile; trying others');
    }
  }
}

async function startDocker(dir: string, options: StackOptions, before: StackState | undefined): Promise<Started> {
  options.log('docker stack: starting Kafka and Postgres with compose');
  const state = await newState(options, before, 'docker', await composeVersions(options.env), true);
  await guarded(dir, state, () => composeUp(dir, state));
  return { state, local: toStack(dir, state) };
}

function toStack(dir: string, state: StackState, programs?: NativePrograms): LocalStack {
  const control = (name: ServiceName): ServiceControl =>
    programs
      ? nativeControl(programs[name], () => readState(dir)?.processes[name], (record) => keepRecord(dir, name, record))
      : composeControl(dir, state, name);
  return {
    provider: state.provider,
    ...addresses(dir, state),
    kafka: control('kafka'),
    postgres: control('postgres'),
    stop: async () => {
      await endStack(dir, state.run);
      dismiss(state.run);
    },
  };
}

/** Kept reachable: a collected pipe would be closed, and the watchdog would take its owner for dead. */
const watchdogs = new Map<string, ChildProcess>();

function dismiss(run: string): void {
  watchdogs.get(run)?.stdin?.end();
  watchdogs.delete(run);
}

function watch(dir: string, run: string): void {
  const script = join(projectRoot(), 'dist', 'apps', 'cli', 'src', 'stack', 'watchdog.js');
  if (!existsSync(script)) throw new StackError(`${script} is missing: run "npm run build".`);
  const child = spawn(process.execPath, [script, dir, run], { cwd: '/', env: { ...process.env, NODE_OPTIONS: '' }, detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  child.once('error', () => undefined); // without it the next start cleans up all the same
  child.stdin?.on('error', () => undefined);
  (child.stdin as Socket | null)?.unref();
  child.unref();
  watchdogs.set(run, child);
}
