#!/usr/bin/env node
// Makes a clone ready to run: installs and builds what is missing or stale, and says so. Has no dependencies, because it runs before them.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Before these, a version does not load an ES module by require. */
const OLDEST_NODE = new Map([[20, 19], [22, 12]]);
const LOCK_WAIT_MS = 10 * 60_000;

export const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
const at = (...names) => join(root, ...names);
const say = (line) => process.stderr.write(`${line}\n`);

class Failure extends Error {}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 22 || minor >= (OLDEST_NODE.get(major) ?? Infinity)) return;
  throw new Failure(`Vọng Gác needs Node 20.19, 22.12 or later, this is ${process.versions.node}: install a newer one and run again.`);
}

const text = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);
const digest = (...parts) => parts.reduce((hash, part) => hash.update(part).update('\0'), createHash('sha256')).digest('hex');

/** The lockfile that node_modules was last found to hold. */
const INSTALLED = at('node_modules', '.vong-gac-stamp');

/** npm keeps a lockfile of what it installed: after a plain `npm install` that matches, nothing must be thrown away and fetched again. */
function installedByHand(wanted) {
  const installed = text(at('node_modules', '.package-lock.json'));
  if (installed === undefined) return false;
  const have = JSON.parse(installed).packages;
  return Object.entries(JSON.parse(wanted).packages).every(([path, entry]) => path === '' || entry.optional || entry.link || have[path]?.version === entry.version);
}

function installIsFresh() {
  const wanted = readFileSync(at('package-lock.json'));
  if (text(INSTALLED) === digest(wanted)) return true;
  if (!installedByHand(wanted.toString('utf8'))) return false;
  writeFileSync(INSTALLED, digest(wanted));
  return true;
}

function install() {
  say(`prepare: node_modules is ${existsSync(at('node_modules')) ? 'older than package-lock.json' : 'missing'}, running npm ci`);
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], 'look at what npm printed above; with a proxy or mirror, check "npm config get registry"');
  writeFileSync(INSTALLED, digest(readFileSync(at('package-lock.json'))));
}

const BUILT = at('dist', '.vong-gac-stamp');
const BUILD_SETTINGS = ['tsconfig.json', '.swcrc', 'nest-cli.json', 'package-lock.json'];

function* sources(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && entry.name !== 'node_modules') yield* sources(path);
    else if ((entry.name.endsWith('.ts') && !entry.name.endsWith('.spec.ts')) || (entry.name.endsWith('.yaml') && !path.includes('stories'))) yield path;
  }
}

const buildFiles = () => [...BUILD_SETTINGS.map((name) => at(name)), ...['apps', 'libs'].flatMap((folder) => [...sources(at(folder))].sort())];
const ofTimes = (files) => digest(...files.flatMap((path) => [relative(root, path), `${statSync(path).mtimeMs} ${statSync(path).size}`]));
const ofContent = (files) => digest(...files.flatMap((path) => [relative(root, path), readFileSync(path)]));

/** Times are quick to compare; content decides when they differ, so that a checkout that changes nothing builds nothing. */
function buildIsFresh() {
  const [content, times] = (text(BUILT) ?? '').split('\n');
  const files = buildFiles();
  if (times === ofTimes(files)) return true;
  if (content !== ofContent(files)) return false;
  writeFileSync(BUILT, stampOf(files));
  return true;
}

const stampOf = (files) => `${ofContent(files)}\n${ofTimes(files)}`;

/** Built beside `dist` and put in its place at the end: a service that starts meanwhile finds the old build or the new one, never none. */
function build() {
  say(`prepare: dist is ${existsSync(at('dist')) ? 'older than the sources' : 'missing'}, building`);
  const stamp = stampOf(buildFiles());
  const fresh = join('.local', 'build');
  rmSync(at(fresh), { recursive: true, force: true });
  const settings = JSON.parse(readFileSync(at('nest-cli.json'), 'utf8'));
  settings.compilerOptions.deleteOutDir = false;
  settings.compilerOptions.builder.options.outDir = fresh;
  for (const asset of settings.compilerOptions.assets) asset.outDir = asset.outDir.replace('dist', fresh);
  const config = join('.local', 'nest-cli.build.json');
  writeFileSync(at(config), JSON.stringify(settings));
  run(process.execPath, [at('node_modules', '@nestjs', 'cli', 'bin', 'nest.js'), 'build', '--config', config], 'correct what the compiler printed above');
  writeFileSync(at(fresh, '.vong-gac-stamp'), stamp);
  const old = at('.local', `old-build-${process.pid}`);
  if (existsSync(at('dist'))) renameSync(at('dist'), old);
  renameSync(at(fresh), at('dist'));
  rmSync(old, { recursive: true, force: true });
}

/** The tools' own words are shown only when they matter. */
function run(command, args, remedy) {
  const answer = spawnSync(command, args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32', maxBuffer: 64 * 1024 * 1024 });
  if (answer.status === 0) return;
  process.stderr.write(`${answer.stdout ?? ''}${answer.stderr ?? ''}`);
  throw new Failure(`${command === 'npm' ? `npm ${args[0]}` : 'The build'} failed${answer.error ? ` (${answer.error.message})` : ''}: ${remedy}.`, { cause: answer.error });
}

function holderLives(lock) {
  const pid = Number(text(lock));
  if (!pid) return existsSync(lock);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** One preparation at a time; what the other has done by then is not done again. */
function locked(work) {
  const lock = at('.local', 'prepare.lock');
  mkdirSync(dirname(lock), { recursive: true });
  for (const end = Date.now() + LOCK_WAIT_MS; ; ) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (!holderLives(lock)) rmSync(lock, { force: true });
    else if (Date.now() > end) throw new Failure(`Another run has been preparing this clone for ${LOCK_WAIT_MS / 60_000} minutes: end it, or remove ${lock}.`);
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
  try {
    work();
  } finally {
    rmSync(lock, { force: true });
  }
}

export function prepare() {
  checkNode();
  // The production image holds the build and no sources: there is nothing to prepare.
  if (!existsSync(at('nest-cli.json'))) return;
  if (installIsFresh() && buildIsFresh()) return;
  locked(() => {
    if (!installIsFresh()) install();
    if (!buildIsFresh()) build();
  });
}

/** For scripts: a failure is one sentence and exit code 3, because something needed is away. */
export function prepareOrExit() {
  try {
    prepare();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    say(error.message);
    process.exit(3);
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) prepareOrExit();
