import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, statfsSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Database } from '@vong-gac/database';
import type { LocalStack } from '../../apps/cli/src/stack';
import { atEnd } from '../support/at-end';

const run = promisify(execFile);

/** A file system of its own for something that Postgres writes. */
export interface Disk {
  /** From now on it has no byte left. */
  fill(): Promise<void>;
  free(): Promise<void>;
}

export interface Disks {
  rows: Disk;
  /** Postgres's write-ahead log. */
  log: Disk;
}

const SIZE = '8g';
/** Postgres's user where the stack runs as root (apps/cli/src/stack/postgres.ts). */
const OWNER = 65_534;
const ROOM_BYTES = 64 * 1024;

/**
 * Mounts one for rows and one for the log. Only root may, in a mount namespace of the run's own (run.mjs): whatever becomes of the run, nothing stays mounted.
 * Call it before the stack is started: what is mounted is let go of after the stack has ended.
 * @returns null where that is not possible
 */
export async function smallDisks(): Promise<{ disks: Disks; move(stack: LocalStack, database: Database): Promise<void> } | null> {
  if (process.env.FAULTS_MOUNTS !== '1') return null;
  const base = mkdtempSync(join(tmpdir(), 'vong-gac-faults-disks-'));
  atEnd(() => rmSync(base, { recursive: true, force: true }));
  // Its parents must let Postgres's user pass.
  await run('chmod', ['0711', base]);
  const [rows, log] = [await mounted(join(base, 'rows')), await mounted(join(base, 'log'))];
  return { disks: { rows: rows.disk, log: log.disk }, move: (stack, database) => moveThere(stack, database, rows.path, log.path) };
}

async function mounted(path: string): Promise<{ path: string; disk: Disk }> {
  mkdirSync(path);
  await run('mount', ['-t', 'tmpfs', '-o', `size=${SIZE},uid=${OWNER},gid=${OWNER},mode=0700`, 'vong-gac-faults', path]);
  atEnd(() => run('umount', ['-l', path]));
  const resize = (size: string) => run('mount', ['-o', `remount,size=${size}`, path]);
  const fill = async () => {
    const { blocks, bfree, bsize } = statfsSync(path);
    await resize(String((blocks - bfree) * bsize + ROOM_BYTES));
  };
  return { path, disk: { fill, free: async () => void (await resize(SIZE)) } };
}

async function moveThere(stack: LocalStack, database: Database, rows: string, log: string): Promise<void> {
  await stack.postgres.stop();
  const wal = join(stack.dataDir, 'postgres', 'pg_wal');
  await run('cp', ['-a', `${wal}/.`, log]);
  renameSync(wal, `${wal}.before`);
  symlinkSync(log, wal);
  rmSync(`${wal}.before`, { recursive: true });
  await stack.postgres.start();
  mkdirSync(join(rows, 'tables'), { mode: 0o700 });
  await run('chown', [`${OWNER}:${OWNER}`, join(rows, 'tables')]);
  await database.execute(`CREATE TABLESPACE small_disk LOCATION '${join(rows, 'tables')}'`);
  await database.execute('ALTER TABLE ALL IN TABLESPACE pg_default SET TABLESPACE small_disk');
  await database.execute('ALTER INDEX ALL IN TABLESPACE pg_default SET TABLESPACE small_disk');
}
