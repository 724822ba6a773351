import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { descendants, end, isAlive, parseStat, recordOf, signal, startOf, until } from './ownership';

const children: ChildProcess[] = [];
const start = (script: string) => {
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(child);
  return child;
};
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

describe('a process by its number and its start', () => {
  it('reads the fields after a name that looks like fields itself', () => {
    const fields = ['S', '41', ...Array.from({ length: 17 }, (_, i) => String(i)), '987654', '0'];
    expect(parseStat(`42 (a ) S 1 (b) ${fields.join(' ')}`)).toEqual({ state: 'S', parent: 41, startTicks: '987654' });
  });

  it('is alive while it runs and gone when it has ended', async () => {
    const child = start('setInterval(() => 0, 1000)');
    const record = recordOf(child.pid as number);
    expect(isAlive(record)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isAlive(record)).toBe(false);
    expect(startOf(child.pid as number)).toBeUndefined();
  });

  it('never signals a stranger that has got the number since', async () => {
    const child = start('setInterval(() => 0, 1000)');
    const stranger = { pid: child.pid as number, startedAt: `${startOf(child.pid as number)}0` };
    expect(signal(stranger, 'SIGKILL')).toBe(false);
    await end(stranger, [{ signal: 'SIGKILL', waitMs: 1_000 }]);
    expect(child.exitCode).toBeNull();
    expect(isAlive(recordOf(child.pid as number))).toBe(true);
  });

  it('goes on to the next signal when one is ignored, and ends what was below', async () => {
    const script = `require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)'], { detached: true });
      process.on('SIGTERM', () => 0); setInterval(() => 0, 1000); console.log('ready')`;
    const child = start(script);
    await once(child.stdout as NodeJS.ReadableStream, 'data');
    const record = recordOf(child.pid as number);
    const below = descendants(record.pid);
    expect(below).toHaveLength(1);
    for (const one of [record, ...below]) signal(one, 'SIGSTOP');
    await end(record, [
      { signal: 'SIGTERM', waitMs: 100 },
      { signal: 'SIGKILL', waitMs: 5_000 },
    ]);
    expect(isAlive(record)).toBe(false);
    expect(await until(() => !below.some(isAlive), 5_000)).toBe(true);
  }, 20_000);
});
