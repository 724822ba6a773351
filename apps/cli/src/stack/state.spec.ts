import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive, recordOf } from './ownership';
import { endOrphans, endStack, readState, writeState, type StackState } from './state';

const DEAD = { pid: 1, startedAt: 'another life' };

describe('the state of a stack', () => {
  let root: string;
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'vg-state-'))));
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const write = (name: string, changes: Partial<StackState> = {}) => {
    const dir = join(root, name);
    const state: StackState = {
      run: name,
      provider: 'native',
      owned: true,
      discard: false,
      shortLived: true,
      owner: DEAD,
      processes: {},
      ports: { kafka: 1, controller: 2, postgres: 3 },
      advertisedPort: 1,
      password: 'secret',
      versions: { kafka: '4.3.1', postgres: '18.4' },
      kafkaProperties: {},
      postgresSettings: {},
      running: true,
      ready: true,
      ...changes,
    };
    mkdirSync(dir, { recursive: true });
    writeState(dir, state);
    return dir;
  };
  const sleeper = () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)'], { stdio: 'ignore' });
    return { child, record: recordOf(child.pid as number) };
  };

  it('is readable by its user only: it holds a password', () => {
    const dir = write('a');
    expect(statSync(join(dir, 'stack.json')).mode & 0o777).toBe(0o600);
  });

  it('of a dead run leads to its processes; they end, and the data stay or go as the run said', async () => {
    const kept = sleeper();
    const gone = sleeper();
    const said: string[] = [];
    const keep = write('keep', { processes: { kafka: kept.record } });
    const discard = write('discard', { processes: { kafka: gone.record }, discard: true });
    await endOrphans(root, (line) => said.push(line));
    expect([isAlive(kept.record), isAlive(gone.record)]).toEqual([false, false]);
    expect(said.sort()).toEqual([`ended what a dead run left in ${discard}`, `ended what a dead run left in ${keep}`]);
    expect(readState(keep)).toMatchObject({ running: false, ready: false, processes: {}, password: 'secret' });
    expect(existsSync(discard)).toBe(false);
  }, 20_000);

  it('of a living owner, or of a stack without one, is left alone', async () => {
    const { child, record } = sleeper();
    write('living', { owner: recordOf(process.pid), processes: { kafka: record } });
    write('up', { owned: false, processes: { kafka: record } });
    await endOrphans(root, () => undefined);
    expect(isAlive(record)).toBe(true);
    child.kill('SIGKILL');
  });

  it('that another run has taken meanwhile is not ended', async () => {
    const { child, record } = sleeper();
    const dir = write('b', { processes: { kafka: record } });
    expect(await endStack(dir, { only: (state) => state.run === 'an older one' })).toBe(false);
    expect(isAlive(record)).toBe(true);
    child.kill('SIGKILL');
    expect(await endStack(join(root, 'none'))).toBe(false);
  });

  it('that cannot be read is said with a remedy, not taken for nothing', () => {
    const dir = write('c');
    rmSync(join(dir, 'stack.json'));
    mkdirSync(join(dir, 'stack.json'));
    expect(() => readState(dir)).toThrow(/then remove that folder/);
  });
});
