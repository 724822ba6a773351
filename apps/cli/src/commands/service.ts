import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describeEnv, loadEnv, MALLOC_ENV, NODE_FLAGS, type EnvVariable } from '@vong-gac/runtime';
import type { Command } from 'commander';
import { databaseUrl, kafkaBrokers } from '../addresses';
import { away, EXIT } from '../failure';
import { answer, table, type CommonOptions } from '../terminal';

export const SERVICES = ['intake', 'dispatch', 'api'] as const;
export type ServiceName = (typeof SERVICES)[number];

const WHAT: Record<ServiceName, string> = {
  intake: 'Kafka → Postgres: decode, assess, store, raise alerts',
  dispatch: 'Postgres → police: deliver, retry, escalate',
  api: 'HTTP: publish, police desk, queries',
};

export function registerService(program: Command): void {
  const service = program.command('service').description('run one service in the foreground; "service X --help" lists its settings with their defaults');
  for (const name of SERVICES) {
    service
      .command(name)
      .description(WHAT[name])
      .option('--json', 'with --settings: one JSON object')
      .option('--settings', 'print its settings with their defaults, and end')
      .addHelpText('after', () => `\nSettings (environment):\n${settingsTable(name)}\n\nExample:\n  vong-gac service ${name}`)
      .action(async (options: CommonOptions & { settings?: boolean }) => {
        if (options.settings || options.json) answer(options, { settings: settingsOf(name) }, settingsTable(name));
        else process.exitCode = await runInForeground(name);
      });
  }
}

/** Loaded before a service that this program starts. */
const END_WITH_PARENT = join(__dirname, '..', 'demo', 'end-with-parent.js');

/** Beside this program in `dist`, and in the image. */
const folderOf = (name: ServiceName): string => join(__dirname, '..', '..', '..', name, 'src');

/** What Node is given to run a service. It ends when the pipe on its standard input does. */
export const nodeArgs = (name: ServiceName): string[] => [...NODE_FLAGS, '-r', END_WITH_PARENT, mainOf(name)];

/** The entry file of a service. */
function mainOf(name: ServiceName): string {
  const main = join(folderOf(name), 'main.js');
  if (!existsSync(main)) throw away(`${main} is missing: run "npm run build".`);
  return main;
}

/** The apps import nothing of each other; the env class of a service is looked up when it is asked for. */
function envClassOf(name: ServiceName): new () => object {
  mainOf(name);
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- by name, at run time, of another program
  const exported: unknown = require(join(folderOf(name), 'env.js'));
  const classes = typeof exported === 'object' && exported !== null ? Object.values(exported).filter(isClass) : [];
  const found = classes.find((each) => each.name.endsWith('Env'));
  if (!found) throw new Error(`the settings class of ${name} was not found in ${folderOf(name)}`);
  return found;
}

const settingsOf = (name: ServiceName): EnvVariable[] => describeEnv(envClassOf(name));

const isClass = (value: unknown): value is new () => object => typeof value === 'function';

function settingsTable(name: ServiceName): string {
  return table(['variable', 'default', 'meaning'], settingsOf(name).map((variable) => [variable.name, variable.secret && variable.default !== undefined ? '(secret)' : (variable.default ?? ''), variable.help]));
}

/** Addresses that are not given are those of the local stack; until it is known that everything else is right, these stand for them. */
const STAND_IN = { KAFKA_BROKERS: '127.0.0.1:9092', DATABASE_URL: 'postgres://local-stack' };

/** @throws EnvError that names everything the service would refuse, before anything is started. */
function serviceEnv(name: ServiceName): NodeJS.ProcessEnv {
  const given = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value?.trim() !== ''));
  loadEnv(envClassOf(name), { ...STAND_IN, ...given });
  return { ...MALLOC_ENV, ...process.env, KAFKA_BROKERS: kafkaBrokers(), DATABASE_URL: databaseUrl() };
}

const STOP_SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Its own process; signals reach it, its exit code is ours. It has a process group of its own, so that a signal to ours (Ctrl-C, `timeout`) reaches it
 * once, through here; the pipe on its standard input ends it when this process is killed.
 */
function runInForeground(name: ServiceName): Promise<number> {
  const env = serviceEnv(name);
  const child = spawn(process.execPath, nodeArgs(name), { env, stdio: ['pipe', 'inherit', 'inherit'], detached: true });
  child.stdin?.on('error', () => undefined);
  const forward = (): void => void child.kill('SIGTERM');
  for (const signal of STOP_SIGNALS) process.on(signal, forward);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      for (const signal of STOP_SIGNALS) process.off(signal, forward);
      resolve(code ?? EXIT.bad);
    });
  });
}
