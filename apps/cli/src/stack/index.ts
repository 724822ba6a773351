import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { composeControl, composeUp, composeVersions, dockerAnswers, projectOf } from './compose';
import { StackError } from './errors';
import { givenStack } from './given';
import { withLock } from './lock';
import { keepRecord, launchBoth, nativePrograms, nativeVersions, type NativePrograms } from './native';
import type { LocalStack, StackOptions } from './options';
import { isAlive, recordOf } from './ownership';
import { freePorts } from './ports';
import { databaseUrl } from './postgres';
import { nativeControl, type ServiceControl } from './service';
import { endOrphans, endRecorded, endStack, lockPath, readState, writeState, type ServiceName, type StackState } from './state';
import { dismiss, watch } from './watch';

export { StackError } from './errors';
export { cacheDir, localDir, projectRoot } from './paths';
export { dockerAnswers } from './compose';
export { freePorts } from './ports';
export { endOrphans, endStack } from './state';
export { stackMode, type LocalStack, type StackOptions } from './options';
export type { ServiceControl } from './service';

const PORT_TRIES = 3;
const SERVICES = ['kafka', 'postgres'] as const;

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
    if (before && runs(before, 'every')) {
      if (options.owned || before.owned) throw new StackError(`${dir} belongs to a stack that runs (process ${before.owner.pid}): end it, or set LOCAL_DIR to another folder.`);
      if (before.provider === 'docker') await composeUp(dir, before); // brings back what a restart of Docker left down
      options.log(`already up: ${describe(dir, before)}`);
      return toStack(dir, before, before.provider === 'native' ? await nativePrograms(dir, before, options.env, options.log) : undefined);
    }
    if (before && !options.owned) {
      const repaired = await startMissing(dir, before, options);
      if (repaired) return repaired;
    }
    if (before) await endRecorded(dir);
    const stack = docker ? await startDocker(dir, options, before) : await startNative(dir, options, before);
    const { javaMajor, state } = stack;
    options.log(`${describe(dir, state)}${javaMajor ? `, Java ${javaMajor}` : ''}, up in ${((Date.now() - started) / 1000).toFixed(1)} s`);
    return stack.local;
  });
}

export type FoundStack = Pick<LocalStack, 'kafkaBrokers' | 'databaseUrl' | 'versions' | 'dataDir'> & { provider: 'docker' | 'native'; owned: boolean };

/** The stack that runs from this folder, or what is left of it, if any; it can be used, not owned. */
export function findStack(folder: string): FoundStack | undefined {
  const dir = resolve(folder);
  const state = readState(dir);
  return state?.ready && runs(state, 'some') ? { ...addresses(dir, state), provider: state.provider, owned: state.owned } : undefined;
}

/** A stack of containers counts as running while it was not stopped: compose brings it back after a restart of Docker. */
function runs(state: StackState, which: 'every' | 'some'): boolean {
  if (!state.running || (state.owned && !isAlive(state.owner))) return false;
  return state.owned || state.provider === 'docker' || SERVICES[which]((name) => isAlive(state.processes[name]));
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

interface Started {
  state: StackState;
  local: LocalStack;
  javaMajor?: number;
}

/** Of a stack that was left running one service may have died: only that one is started, on its port and with its data. Undefined where that does not work, or none runs. */
async function startMissing(dir: string, state: StackState, { env, log }: StackOptions): Promise<LocalStack | undefined> {
  if (state.provider !== 'native' || state.owned || !state.ready || !runs(state, 'some')) return undefined;
  const stack = toStack(dir, state, await nativePrograms(dir, state, env, log));
  try {
    for (const name of SERVICES) {
      if (isAlive(state.processes[name])) continue;
      log(`${name} has ended: starting it again`);
      await stack[name].start();
    }
  } catch (error) {
    // Its port may be somebody else's by now; everything is then started anew, on other ports.
    log(`it does not start beside the other (${(error as Error).message.split('\n')[0]}); starting both`);
    return undefined;
  }
  log(describe(dir, state));
  return stack;
}

async function newState(options: StackOptions, before: StackState | undefined, provider: 'native' | 'docker', versions: StackState['versions'], samePorts: boolean): Promise<StackState> {
  const last = before && samePorts ? [before.ports.kafka, before.ports.controller, before.ports.postgres] : [];
  const [kafka = 0, controller = 0, postgres = 0] = await freePorts(3, last);
  return {
    run: randomUUID(),
    provider,
    owned: options.owned,
    discard: options.discard ?? false,
    shortLived: options.shortLived ?? false,
    owner: recordOf(process.pid),
    processes: {},
    ports: { kafka, controller, postgres },
    password: before?.password ?? randomBytes(18).toString('hex'),
    versions,
    advertisedPort: options.kafkaAdvertisedPort ?? kafka,
    kafkaProperties: options.kafkaProperties ?? {},
    postgresSettings: options.postgresSettings ?? {},
    running: true,
    ready: false,
  };
}

/** The watchdog comes before what it watches. On a failure nothing stays but the logs. */
async function guarded<T>(dir: string, state: StackState, start: () => Promise<T>): Promise<T> {
  // A stack that will stay is owned too until it is up: Ctrl-C in the middle of a start leaves nothing.
  writeState(dir, { ...state, owned: true });
  watch(dir, state.run);
  try {
    const started = await start();
    settle(dir, state);
    return started;
  } catch (error) {
    await endRecorded(dir);
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
      await endStack(dir, { only: (now) => now.run === state.run });
      dismiss(state.run);
    },
  };
}

/** It is up: others may use it now, and without an owner the watchdog is dismissed. */
function settle(dir: string, { owned, run }: StackState): void {
  const state = readState(dir);
  if (state) writeState(dir, { ...state, owned, ready: true });
  if (!owned) dismiss(run);
}
