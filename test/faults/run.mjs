// npm run test:faults -- [--seed N] [--faults N] [--short] …: compiles the harness beside the build and runs it. --cluster: the suite of libs/kafka against three brokers instead.
import { spawn, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(here));
if (process.argv.includes('--cluster')) {
  const { status } = spawnSync(process.execPath, [join(root, 'node_modules', 'jest', 'bin', 'jest.js'), '--selectProjects=cluster'], { stdio: 'inherit', cwd: root });
  process.exit(status ?? 1);
}
const { transformFileSync } = createRequire(import.meta.url)('@swc/core');

for (const folder of ['faults', 'faults/check', 'faults/kinds', 'support']) {
  const from = join(root, 'test', folder);
  const to = join(root, 'dist', 'test', folder);
  mkdirSync(to, { recursive: true });
  for (const file of readdirSync(from).filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))) {
    const { code } = transformFileSync(join(from, file), { cwd: root, configFile: join(root, '.swcrc'), sourceMaps: false });
    writeFileSync(join(to, file.replace(/\.ts$/, '.js')), code);
  }
}
// With mounts of its own it can give Postgres small disks and fill them; what is mounted goes when the last process of the run has gone.
const own = ['--mount', '--propagation', 'private'];
const mounts = process.getuid?.() === 0 && spawnSync('unshare', [...own, 'sh', '-c', 'd=$(mktemp -d) && mount -t tmpfs none "$d" && umount "$d"; r=$?; rmdir "$d"; exit $r']).status === 0;
const [program, ...before] = [...(mounts ? ['unshare', ...own] : []), process.execPath];
const env = { ...process.env, FAULTS_MOUNTS: mounts ? '1' : '0' };
const child = spawn(program, [...before, join(root, 'dist', 'test', 'faults', 'main.js'), ...process.argv.slice(2)], { stdio: 'inherit', cwd: root, env });
// The terminal's Ctrl-C reaches the child by itself; what is sent to this process alone is passed on.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.once('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
