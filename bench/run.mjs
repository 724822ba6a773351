// npm run bench -- NAME [--json] [NAME's own options]: compiles bench/ beside the build and runs one of the measurements.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const out = join(root, 'dist', 'bench');
const NAMES = ['intake', 'peers', 'latency', 'flood', 'scale', 'growth', 'soak', 'decode', 'assess', 'replay', 'profile'];

const [name, ...rest] = process.argv.slice(2);
if (!NAMES.includes(name)) {
  process.stderr.write(`usage: npm run bench -- ${NAMES.join('|')} [--json]   (bench/README.md says what each measures)\n`);
  process.exit(2);
}
const { transformFileSync } = createRequire(import.meta.url)('@swc/core');
for (const file of readdirSync(here, { recursive: true }).filter((each) => each.endsWith('.ts'))) {
  const { code } = transformFileSync(join(here, file), { cwd: root, configFile: join(root, '.swcrc'), sourceMaps: false });
  mkdirSync(dirname(join(out, file)), { recursive: true });
  writeFileSync(join(out, file.replace(/\.ts$/, '.js')), code);
}
const main = join(out, `${name}.js`);
if (!existsSync(main)) throw new Error(`${main} was not built`);
const { status, signal } = spawnSync(process.execPath, [main, ...rest], { stdio: 'inherit', cwd: root });
process.exit(status ?? (signal ? 1 : 0));
