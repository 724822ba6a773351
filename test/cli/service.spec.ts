import { spawn, type ChildProcess } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { descendants } from '../../apps/cli/src/stack/ownership';
import { atEnd, waitFor } from '../support';
import { cli } from './run';

const MAIN = join(__dirname, '..', '..', 'dist', 'apps', 'cli', 'src', 'main.js');
/** An outage at the start is waited out: the services run without either. */
const NOWHERE = { KAFKA_BROKERS: '127.0.0.1:1', DATABASE_URL: 'postgres://u:p@127.0.0.1:1/d' };

interface Running {
  cli: ChildProcess;
  pid: number;
  servicePid: number;
  out(): string;
  exited: Promise<number | null>;
}

/** `vong-gac service NAME` as the leader of its own process group, once the service runs. */
async function run(name: string): Promise<Running> {
  const child = spawn(process.execPath, [MAIN, 'service', name], { env: { PATH: process.env.PATH ?? '', HTTP_PORT: '0', LOCAL_DIR: join(tmpdir(), 'vong-gac-no-stack'), ...NOWHERE }, detached: true });
  let out = '';
  for (const channel of [child.stdout, child.stderr]) channel.setEncoding('utf8').on('data', (text: string) => (out += text));
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  atEnd(() => void child.kill('SIGKILL'));
  await waitFor(() => out.includes(`${name} runs`), { what: `${name} to run; it said: ${out}`, timeoutMs: 30_000 });
  const pid = child.pid ?? 0;
  return { cli: child, pid, servicePid: childOf(pid), out: () => out, exited };
}

function childOf(pid: number): number {
  const [child] = descendants(pid);
  if (child === undefined) throw new Error(`process ${pid} has no child`);
  return child.pid;
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false; // ESRCH: gone
  }
}

describe('vong-gac service', () => {
  it.each(['intake', 'dispatch', 'api'])('ends %s in good order when its whole process group is told to (timeout, Ctrl-C)', async (name) => {
    const running = await run(name);
    process.kill(-running.pid, 'SIGTERM');
    expect({ code: await running.exited, fatal: running.out().includes('"fatal"') }).toEqual({ code: 0, fatal: false });
    expect(running.out()).toContain('stopped');
  });

  it('takes a signal to every process of it for one wish (systemd)', async () => {
    const running = await run('api');
    process.kill(running.servicePid, 'SIGTERM');
    process.kill(running.pid, 'SIGTERM');
    expect({ code: await running.exited, fatal: running.out().includes('"fatal"') }).toEqual({ code: 0, fatal: false });
  });

  it('leaves no service behind when it is killed itself', async () => {
    const running = await run('intake');
    expect(lives(running.servicePid)).toBe(true);
    running.cli.kill('SIGKILL');
    await waitFor(() => !lives(running.servicePid), { what: 'the service to end with its parent', timeoutMs: 10_000 });
  });

  it('names every wrong setting of the service at once, and ends with 2', async () => {
    const { code, err } = await cli(['service', 'intake'], { KAFKA_BROKERS: 'foo', DATABASE_URL: 'bar', HEALTH_PORT: 'x', LOG_LEVEL: 'loud', PUBLIC_URL: 'nope', CHUNK_RECORDS: '0' });
    expect(code).toBe(2);
    for (const name of ['KAFKA_BROKERS', 'DATABASE_URL', 'HEALTH_PORT', 'LOG_LEVEL', 'PUBLIC_URL', 'CHUNK_RECORDS']) expect(err).toContain(`\n  ${name} `);
  });

  it('asks for a stack only when the other settings are right', async () => {
    expect(await cli(['service', 'api'])).toMatchObject({ code: 3, err: expect.stringContaining('vong-gac stack up') });
    expect(await cli(['service', 'api'], { HTTP_PORT: 'x' })).toMatchObject({ code: 2, err: expect.stringContaining('HTTP_PORT') });
  });
});
