import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withLock } from './lock';

describe('the lock', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'vg-lock-'))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const path = () => join(folder, 'stack.lock');

  it('lets one in at a time and leaves nothing behind', async () => {
    let inside = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 5 }, () =>
        withLock(path(), async () => {
          most = Math.max(most, (inside += 1));
          await new Promise((resolve) => setTimeout(resolve, 5));
          inside -= 1;
        }),
      ),
    );
    expect(most).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('of a dead process, or half a file, is taken over', async () => {
    for (const holder of [{ pid: 1, startedAt: 'another life' }, { pid: process.pid, startedAt: 'another life' }, 'half']) {
      const content = JSON.stringify(holder).slice(0, holder === 'half' ? 3 : undefined);
      writeFileSync(path(), content);
      expect(await withLock(path(), async () => 'in')).toBe('in');
      expect(readdirSync(folder)).toEqual([]);
    }
  });

  it('of a dead process goes with the name that it was written under', async () => {
    for (const name of [path(), `${path()}.1.7`]) writeFileSync(name, JSON.stringify({ pid: 1, startedAt: 'another life' }));
    await withLock(path(), async () => undefined);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('that a live process holds is waited for, then said', async () => {
    await withLock(path(), () => expect(withLock(path(), async () => 'in', 60)).rejects.toThrow(`held by process ${process.pid}`));
  });

  it('is given back when the work fails', async () => {
    await expect(withLock(path(), () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(readdirSync(folder)).toEqual([]);
  });
});
