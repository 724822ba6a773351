import { privateStack, startService, waitFor, webhookReceiver, type Service } from '../support';
import { cli, files, type Ran } from './run';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const event = (id: string, data: object = {}) =>
  JSON.stringify({
    specversion: '1.0', id, source: '/sites/dai-lai/security', type: 'vn.vonggac.incident.reported.v1', time: '2026-01-02T03:04:05Z',
    data: { siteId: 'dai-lai', category: 'security.theft', occurredAt: '2026-01-02T03:04:05Z', ...data },
  });

interface Check {
  ok: boolean;
  partitions: { topic: string; generation: number; stored: number; duplicate: number; quarantined: number; nextOffset: number; endOffset: number }[];
}

let env: Record<string, string> = {};
let intake: Service;

const run = (...args: string[]): Promise<Ran> => cli(args, env);
const json = async <T>(...args: string[]): Promise<T> => {
  const { out, err, code } = await run(...args, '--json');
  if (out === '') throw new Error(`${args.join(' ')} ended with ${code}: ${err}`);
  return JSON.parse(out) as T;
};
const totals = ({ partitions }: Check) => ({
  stored: partitions.reduce((sum, each) => sum + each.stored, 0),
  duplicate: partitions.reduce((sum, each) => sum + each.duplicate, 0),
  quarantined: partitions.reduce((sum, each) => sum + each.quarantined, 0),
});
/** Until intake has read everything that Kafka holds. */
const settled = async (records: number): Promise<Check> => {
  let check: Check = { ok: false, partitions: [] };
  await waitFor(
    async () => {
      check = await json<Check>('check');
      const { stored, duplicate, quarantined } = totals(check);
      return stored + duplicate + quarantined >= records;
    },
    { what: `${records} records in the ledger`, timeoutMs: 60_000, intervalMs: 500 },
  );
  return check;
};

beforeAll(async () => {
  const stack = await privateStack();
  env = { KAFKA_BROKERS: stack.kafkaBrokers, DATABASE_URL: stack.databaseUrl };
}, 180_000);

describe('the command line on the whole road', () => {
  it('says that the schema is missing, makes it, and changes nothing the second time', async () => {
    const before = await run('check');
    expect([before.code, before.err.trim()]).toEqual([3, expect.stringContaining('vong-gac migrate')]);
    expect((await json<{ ran: string[] }>('migrate')).ran.length).toBeGreaterThan(0);
    expect((await json<{ ran: string[] }>('migrate')).ran).toEqual([]);
  }, 60_000);

  it('seeds the built-in sample once, and refuses wrong files whole, naming each line', async () => {
    expect(await json('seed')).toMatchObject({ sample: true, version: 1, changed: true });
    expect(await json('seed')).toMatchObject({ version: 1, changed: false });
    const paths = files({ 'zones.csv': 'site_id,id,name,area_m2,capacity,water\ndai-lai,new,Mới,10,10,false\ndai-lai,bad,Sai,ten,10,maybe\n' });
    const refused = await run('seed', '--zones', paths['zones.csv']);
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/zones\.csv:3 area_m2: .*Remedy: [\s\S]*zones\.csv:3 water: /);
    expect(await json('seed')).toMatchObject({ version: 1, changed: false });
  }, 60_000);

  it('publishes, simulates, and sees every record in check; a repeat is all duplicates', async () => {
    intake = await startService('intake', env);
    await intake.ready(60_000);
    const paths = files({ 'events.ndjson': `${event('e1')}\n{"half":\n${event('e2', { category: 'violence.weapon', weapon: true })}\n` });
    const published = await run('publish', paths['events.ndjson'], '--json');
    expect(published.code).toBe(1);
    expect(JSON.parse(published.out)).toMatchObject({ lines: 3, published: 2, bad: 1, resumeFrom: null, badRows: [{ line: 2 }] });
    expect((await run('publish', paths['events.ndjson'], '--from-line', '3')).code).toBe(0);
    expect(await json('simulate', '--rate', '200', '--seconds', '1', '--seed', '3')).toMatchObject({ sent: 200 });
    expect(await json('simulate', '--rate', '100', '--seconds', '2', '--seed', '3')).toMatchObject({ sent: 200 });
    const check = await settled(403);
    expect(check).toMatchObject({ ok: true });
    expect(totals(check)).toEqual({ stored: 202, duplicate: 201, quarantined: 0 });
    expect((await run('check')).out).toContain('ok: everything adds up');
  }, 180_000);

  // There was no way back from the dead-letter queue.
  it('PostHog#9189: sets apart what cannot be attributed; released once its site is known, it is stored; discarded, its bytes are gone', async () => {
    const paths = files({
      'events.ndjson': `${event('q1', { siteId: 'dai-lai-2' })}\n${event('q2', { siteId: 'nowhere' })}\n`,
      'sites.csv': 'id,name,kind,unit_code,unit_as_of,lat,lon,capacity\ndai-lai-2,Hồ Đại Lải 2,resort,08749,2025-02-28,21.33,105.71,100\n',
      'publishers.csv': 'source,sites\n/sites/dai-lai/security,*\n',
    });
    expect((await run('publish', paths['events.ndjson'])).code).toBe(0);
    await settled(405);
    // The publisher has no right to either site.
    const list = await json<{ items: { id: number; eventId: string; reason: string; kafkaTime: string }[] }>('quarantine', 'list', '--state', 'held');
    for (const { kafkaTime } of list.items) expect(kafkaTime).toBe(new Date(kafkaTime).toISOString());
    const [first, second] = ['q1', 'q2'].map((eventId) => String(list.items.find((item) => item.eventId === eventId)?.id));
    expect(list.items).toHaveLength(2);
    expect((await run('quarantine', 'show', first ?? '')).out).toContain('"siteId":"dai-lai-2"');

    expect((await run('seed', '--sites', paths['sites.csv'], '--publishers', paths['publishers.csv'])).code).toBe(0);
    expect(await json('quarantine', 'release', first ?? '', '--by', 'An')).toMatchObject({ state: 'released', stateBy: 'An' });
    const again = await run('quarantine', 'release', first ?? '');
    expect([again.code, again.err]).toEqual([1, expect.stringContaining('was released before by An')]);
    expect(await json('quarantine', 'discard', second ?? '', '--by', 'An')).toMatchObject({ state: 'discarded' });
    expect((await run('quarantine', 'show', second ?? '')).out).toContain('(none, or discarded)');
    expect((await run('quarantine', 'show', '999999')).code).toBe(1);
    const check = await settled(406);
    expect(check.ok).toBe(true);
    expect(totals(check)).toEqual({ stored: 203, duplicate: 201, quarantined: 2 });
  }, 180_000);

  it('tests the line to a body: a 410 switches a receiver off, a 2xx on again', async () => {
    const none = await run('test-alert', '--body', 'ca-phu-tho');
    expect([none.code, none.err]).toEqual([1, expect.stringContaining('has no receiver')]);
    expect((await run('test-alert', '--body', 'nobody')).err).toContain('ca-phu-tho, ca-xuan-hoa');
    const receiver = await webhookReceiver();
    const paths = files({ 'receivers.csv': `body_id,kind,url,secret\nca-xuan-hoa,webhook,${receiver.url},${SECRET}\n` });
    expect((await run('seed', '--receivers', paths['receivers.csv'])).code).toBe(0);

    expect(await json('test-alert', '--body', 'ca-xuan-hoa')).toMatchObject({ receivers: [{ outcome: 'delivered', switched: null }] });
    expect(receiver.hits[0]?.body.toString()).toContain('[THỬ]');
    receiver.answer = () => ({ status: 410 });
    const gone = await run('test-alert', '--body', 'ca-xuan-hoa', '--json');
    expect([gone.code, JSON.parse(gone.out)]).toEqual([1, expect.objectContaining({ receivers: [expect.objectContaining({ outcome: 'refused', switched: 'off' })] })]);
    expect((await run('status')).out).toContain(`${receiver.url} of ca-xuan-hoa is off`);
    receiver.answer = () => ({});
    expect(await json('test-alert', '--body', 'ca-xuan-hoa')).toMatchObject({ receivers: [{ outcome: 'delivered', switched: 'on' }] });
    expect(await json('status')).toMatchObject({ kafka: 'answers', disabledReceivers: [] });
  }, 120_000);

  it('shows the ledger, opens a new generation on restart, and has nothing lost to accept', async () => {
    await intake.kill();
    const topic = 'visitor-volume.measured';
    const unknown = await run('ledger', 'restart', '--topic', 'no.such.topic', '--by', 'An');
    expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining('no topic no.such.topic')]);
    expect((await run('ledger', 'restart', '--topic', topic)).code).toBe(2);
    const restarted = await json<{ rows: { generation: number; nextOffset: number }[] }>('ledger', 'restart', '--topic', topic, '--by', 'An');
    expect(restarted.rows.map(({ generation, nextOffset }) => [generation, nextOffset])).toEqual(Array.from({ length: 6 }, () => [2, 0]));
    expect((await run('ledger', 'show', '--topic', topic)).out).toMatch(/closed .* by An/);
    expect(await json('ledger', 'accept-lost', '--by', 'An')).toEqual({ accepted: 0 });
    const check = await json<Check>('check');
    expect(check.ok).toBe(true);
    expect(check.partitions.filter((each) => each.topic === topic && each.generation === 1).every((each) => each.endOffset === each.nextOffset)).toBe(true);
  }, 120_000);
});
