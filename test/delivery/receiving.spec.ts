import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebhookSender } from '@vong-gac/runtime';
import { freePorts } from '../../apps/cli/src/stack/ports';
import { atEnd, waitFor } from '../support';
import { SECRET, verified, World } from './world';

jest.setTimeout(60_000);

const PAGE = readFileSync(join(__dirname, '../../docs/receiving.md'), 'utf8');

/** The code that the page shows in a language. */
function shown(language: string): string {
  const code = new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(PAGE)?.[1];
  if (code === undefined) throw new Error(`docs/receiving.md shows no ${language}`);
  return code;
}

/** Every path of a JSON value, without the values. */
function pathsOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((each) => pathsOf(each, `${path}[]`)))];
  if (typeof value === 'object' && value !== null) return Object.entries(value).flatMap(([name, each]) => pathsOf(each, `${path}.${name}`));
  return [path];
}

async function run(command: string, file: string, code: string) {
  const folder = mkdtempSync(join(tmpdir(), 'receiving-'));
  writeFileSync(join(folder, file), code);
  const [port] = await freePorts(1);
  const child = spawn(command, [file], { cwd: folder, env: { PATH: process.env.PATH, SECRET, PORT: String(port), PYTHONIOENCODING: 'utf-8' } });
  let output = '';
  for (const channel of [child.stdout, child.stderr]) channel.setEncoding('utf8').on('data', (text: string) => (output += text));
  atEnd(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });
  const url = `http://127.0.0.1:${port}/`;
  await waitFor(async () => (await fetch(url, { method: 'POST', body: '{}' })).status === 401, { what: `the ${command} receiver to refuse what is not signed (${output})` });
  return { url, output: () => output };
}

describe('docs/receiving.md', () => {
  it.each([['node', 'js', 'receive.mjs'], ['python3', 'python', 'receive.py']])('the receiver in %s takes what is signed, once, and refuses the rest', async (command, language, file) => {
    const receiver = await run(command, file, shown(language));
    const sender = new WebhookSender();
    atEnd(() => sender.close());
    const send = (id: string, revision: number, secret = SECRET, now = Date.now()) => {
      const data = { alertId: 'a', change: 'raised', revision, headline: { vi: 'Đánh nhau ở bãi tắm' }, link: `link-${id}` };
      return sender.send({ url: receiver.url, secret, id, body: JSON.stringify({ data }), now });
    };
    expect((await send('m1', 2)).outcome).toBe('delivered');
    expect((await send('m1', 2)).outcome).toBe('delivered');
    expect((await send('m2', 1)).outcome).toBe('delivered');
    expect((await send('m3', 3, `whsec_${Buffer.from('another secret of some length').toString('base64')}`)).status).toBe(401);
    expect((await send('m4', 3, SECRET, Date.now() - 600_000)).status).toBe(401);
    await waitFor(() => receiver.output().includes('link-m2'), { what: 'its output' });
    expect(receiver.output().match(/link-m\d/g)).toEqual(['link-m1', 'link-m2']);
    expect(receiver.output()).toContain('raised Đánh nhau ở bãi tắm');
  });

  it('shows a message with exactly the fields that a real one has', async () => {
    const example: unknown = JSON.parse(shown('json'));
    const world = await World.create();
    const receiver = await world.receiver();
    await world.dispatch();
    await world.alert();
    const [hit] = await receiver.waitForHits(1);
    await world.endDispatchers();
    if (hit === undefined) throw new Error('no hit');
    verified(hit);
    const real: unknown = JSON.parse(hit.body.toString());
    // The alert of this suite has no count of guests: there it is null, in the example an object.
    const withoutOccupancy = (paths: string[]) => paths.filter((path) => !path.startsWith('.data.occupancy')).sort();
    expect(withoutOccupancy(pathsOf(example))).toEqual(withoutOccupancy(pathsOf(real)));
    expect(pathsOf(example).filter((path) => path.startsWith('.data.occupancy'))).toEqual(['.data.occupancy.count', '.data.occupancy.capacity', '.data.occupancy.measuredAt']);
  });
});
