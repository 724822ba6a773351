import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atEnd } from '../support';

export interface Ran {
  code: number | null;
  out: string;
  err: string;
}

const MAIN = join(__dirname, '..', '..', 'dist', 'apps', 'cli', 'src', 'main.js');

/** The command line as a user runs it: its own process, from the build, with nothing in the environment but what is given. `watch` sees standard error so far. */
export function cli(args: string[], env: Record<string, string> = {}, input?: string | Buffer, watch: (err: string) => void = () => undefined): Promise<Ran> {
  const base = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', LOCAL_DIR: join(tmpdir(), 'vong-gac-no-stack') };
  const child = spawn(process.execPath, [MAIN, ...args], { env: { ...base, ...env } });
  const ran: Ran = { code: null, out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (ran.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => watch((ran.err += text)));
  child.stdin.on('error', () => undefined).end(input);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ ...ran, code }));
  });
}

/** Files in a folder of its own, removed when the suite ends; answers with their paths by name. */
export function files<N extends string>(contents: Record<N, string | Buffer>): Record<N, string> {
  const dir = mkdtempSync(join(tmpdir(), 'vong-gac-cli-'));
  atEnd(() => rmSync(dir, { recursive: true, force: true }));
  const paths: Partial<Record<N, string>> = {};
  for (const name of Object.keys(contents) as N[]) {
    paths[name] = join(dir, name);
    writeFileSync(join(dir, name), contents[name]);
  }
  return paths as Record<N, string>;
}
