import { linkSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isAlive, recordOf, type ProcessRecord } from './ownership';
import { StackError } from './errors';

let counter = 0;

/** One process at a time. The lock of a dead process is taken over; a live one is waited for. */
export async function withLock<T>(path: string, run: () => Promise<T>, timeoutMs = 120_000): Promise<T> {
  mkdirSync(dirname(path), { recursive: true });
  const own = `${path}.${process.pid}.${(counter += 1)}`;
  writeFileSync(own, JSON.stringify(recordOf(process.pid)));
  try {
    for (const deadline = Date.now() + timeoutMs; !link(own, path); ) {
      const text = read(path);
      if (text !== undefined && !isAlive(parse(text))) remove(path, text);
      else if (Date.now() > deadline) throw new StackError(`${path} has been held by process ${parse(text ?? '')?.pid} for ${timeoutMs / 1000} s: wait for it or end it.`);
      else await new Promise((resolve) => setTimeout(resolve, 50));
    }
    try {
      return await run();
    } finally {
      rmSync(path, { force: true });
    }
  } finally {
    rmSync(own, { force: true });
  }
}

/** A hard link appears at once and with its content, and fails if the name is taken. */
function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new StackError(`The lock ${to} cannot be made: set LOCAL_DIR or XDG_CACHE_HOME to a writable folder on a local disk.`, { cause: error });
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function parse(text: string): ProcessRecord | undefined {
  try {
    return JSON.parse(text) as ProcessRecord;
  } catch {
    return undefined;
  }
}

/** Moved away first and looked at: between reading and removing, another process may have taken over and be the holder now. */
function remove(path: string, stale: string): void {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (read(aside) !== stale) link(aside, path);
  else for (const left of namesOf(path, parse(stale)?.pid)) rmSync(left, { force: true });
  rmSync(aside, { force: true });
}

/** The name under which a dead holder had written its lock before it was linked. Its number may be this process's by now. */
function namesOf(path: string, pid: number | undefined): string[] {
  if (pid === process.pid) return [];
  const start = `${basename(path)}.${pid}.`;
  return readdirSync(dirname(path)).filter((name) => name.startsWith(start)).map((name) => join(dirname(path), name));
}
