import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { House } from './house';

export interface Ran {
  code: number | null;
  out: string;
  err: string;
}

const MAIN = join(process.cwd(), 'dist', 'apps', 'cli', 'src', 'main.js');
const MIGRATE = join(process.cwd(), 'dist', 'test', 'faults', 'migrate-entry.js');

/** What an operator types: `vong-gac …`. */
export const vongGac = (house: House, ...args: string[]): Promise<Ran> => run(house, MAIN, args, {}).ran;

/** `migrate` with one migration more, which holds its locks for so long. Ends only when told to, or when it is done. */
export const migrateWithOneMore = (house: House, holdsMs: number): { kill(): void; ran: Promise<Ran> } => run(house, MIGRATE, [], { FAULTS_MIGRATION_MS: String(holdsMs) });

function run(house: House, main: string, args: string[], more: Record<string, string>): { kill(): void; ran: Promise<Ran> } {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'test', KAFKA_BROKERS: house.brokers, DATABASE_URL: house.stack.databaseUrl, ...more };
  const child = spawn(process.execPath, ['-r', join(process.cwd(), 'test', 'support', 'end-with-parent.cjs'), main, ...args], { env });
  child.stdin.on('error', () => undefined);
  const ran: Ran = { code: null, out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (ran.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (ran.err += text));
  return { kill: () => void child.kill('SIGKILL'), ran: new Promise((resolve) => child.once('close', (code) => resolve({ ...ran, code }))) };
}
