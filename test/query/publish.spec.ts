import { EVENT_TYPES } from '@vong-gac/contracts';
import { migrate, openDatabase, RegistryStore, SAMPLE_FILES } from '@vong-gac/database';
import { Kafka, logLevel } from 'kafkajs';
import { atEnd, kafkaBrokers, startService, testDatabase, uniqueName, waitFor, type Service } from '../support';
import { callAt, type Answer } from './world';

const SOURCE = '/sites/dai-lai/security';
const STRUCTURED = { 'content-type': 'application/cloudevents+json' };
const BATCH = { 'content-type': 'application/cloudevents-batch+json' };

interface Receipt {
  id: string | null;
  outcome: string;
  reason?: string;
  defects?: Array<{ path: string }>;
}
interface Outcome {
  outcome: string;
  duplicates: number;
  incident: { level: string; defects: Array<{ path: string }>; alert: { alertId: string; alertStatus: string } | null } | null;
  volume: { siteId: string } | null;
  quarantined: Array<{ reason: string }>;
}
interface Seen {
  key: string | undefined;
  value: string;
  /** `name,value` of each, in order. */
  headers: string;
}

/** The whole road: HTTP → Kafka → intake → Postgres → HTTP, with the services as processes. */
describe('POST /v1/events', () => {
  const run = uniqueName('p');
  let api: Service;
  const seen: Seen[] = [];

  beforeAll(async () => {
    const { url } = await testDatabase('publish');
    await migrate(url);
    const database = openDatabase({ url, poolSize: 1, applicationName: 'publish test' });
    atEnd(() => database.close());
    await new RegistryStore(database).seed(SAMPLE_FILES, new Date());
    const env = { KAFKA_BROKERS: kafkaBrokers(), DATABASE_URL: url };
    api = await startService('api', env);
    await api.ready();
    const intake = await startService('intake', { ...env, GROUP_ID: run });
    const consumer = new Kafka({ brokers: [kafkaBrokers()], logLevel: logLevel.NOTHING }).consumer({ groupId: `${run}-reader` });
    atEnd(() => consumer.disconnect());
    await consumer.connect();
    await consumer.subscribe({ topics: ['incident.reported', 'visitor-volume.measured'], fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message }) => {
        // libs/kafka, which is loaded here too, has kafkajs hand over headers as pairs under one name.
        seen.push({ key: message.key?.toString(), value: message.value?.toString() ?? '', headers: Object.values(message.headers ?? {}).join(',') });
      },
    });
    await intake.ready();
  }, 90_000);

  const event = (id: string, data: Record<string, unknown> = {}, more: Record<string, unknown> = {}) =>
    JSON.stringify({
      specversion: '1.0', id: `${run}-${id}`, source: SOURCE, type: EVENT_TYPES.incidentReported, time: new Date().toISOString(),
      data: { siteId: 'dai-lai', category: 'security.theft', occurredAt: new Date().toISOString(), ...data }, ...more,
    });
  const post = (body: string | Buffer, headers: Record<string, string> = STRUCTURED): Promise<Answer> => callAt(api.url, '/v1/events', { method: 'POST', body, headers });
  const ask = (id: string) => callAt(api.url, `/v1/events?source=${SOURCE}&id=${run}-${id}`);
  const outcome = (id: string) =>
    waitFor(async () => {
      const answer = await ask(id);
      return answer.status === 200 ? answer.json<Outcome>() : null;
    }, { what: `what became of ${id}` });
  const arrived = (id: string): Promise<Seen> => waitFor(() => seen.find((record) => JSON.stringify(record).includes(`${run}-${id}`)), { what: `${id} in Kafka` });

  it('takes a structured event, keeps its exact text, and says what became of it', async () => {
    const text = event('one', { category: 'fire.fire', odd: 1 }).replace('"odd":1', '"odd":9007199254740993,  "odd": 1e400');
    const answer = await post(text);
    expect(answer.status).toBe(202);
    expect(answer.json()).toEqual({ source: SOURCE, id: `${run}-one`, outcome: 'accepted' });
    expect(answer.headers.get('location')).toBe(`/v1/events?source=${encodeURIComponent(SOURCE)}&id=${run}-one`);
    expect(await arrived('one')).toMatchObject({ key: 'dai-lai', value: text, headers: 'content-type,application/cloudevents+json' });
    const became = await outcome('one');
    expect(became).toMatchObject({ outcome: 'stored', duplicates: 0, incident: { alert: { alertStatus: 'pending' } }, quarantined: [] });
    await post(text);
    await waitFor(async () => (await outcome('one')).duplicates === 1, { what: 'the repeat to be counted' });
  });

  it('takes binary mode with percent-encoded headers', async () => {
    const headers = { 'content-type': 'application/json', 'ce-specversion': '1.0', 'ce-id': `${run}-h%E1%BB%93`, 'ce-source': SOURCE, 'ce-type': EVENT_TYPES.visitorVolumeMeasured };
    const answer = await post(JSON.stringify({ siteId: 'dai-lai', measuredAt: new Date().toISOString(), occupancy: 12 }), headers);
    expect([answer.status, answer.json()]).toEqual([202, { source: SOURCE, id: `${run}-hồ`, outcome: 'accepted' }]);
    expect(await arrived('hồ')).toMatchObject({ key: 'dai-lai', headers: expect.stringContaining(`ce_specversion,1.0,ce_id,${run}-hồ,ce_source,${SOURCE}`) as string });
    expect(await outcome('h%E1%BB%93')).toMatchObject({ outcome: 'stored', incident: null, volume: { siteId: 'dai-lai' } });
  });

  it('tells of defects, and takes the event all the same', async () => {
    const answer = await post(event('defect', { occurredAt: '2026-02-31T00:00:00Z', category: 'security.pickpocket' }));
    expect(answer.status).toBe(202);
    expect(answer.json<Receipt>()).toMatchObject({ outcome: 'accepted-with-defects' });
    expect(answer.json<Receipt>().defects?.map((defect) => defect.path)).toEqual(expect.arrayContaining(['/occurredAt', '/category']));
    expect((await outcome('defect')).incident?.defects.map((defect) => defect.path)).toEqual(expect.arrayContaining(['/occurredAt', '/category']));
  });

  it('publishes the good events of a batch as they were written, and a receipt for each', async () => {
    const odd = event('b2').replace('{"specversion"', '{ "x" : [1, "],[{" ] ,\n"specversion"');
    const answer = await post(`[ ${event('b1')}, ${event('b-bad', { siteId: 'nowhere' })} ,${odd}, 7]`, BATCH);
    expect(answer.status).toBe(202);
    expect(answer.json()).toMatchObject({
      accepted: 2, rejected: 2,
      receipts: [{ id: `${run}-b1`, outcome: 'accepted' }, { id: `${run}-b-bad`, outcome: 'rejected', reason: 'unknown-site' }, { id: `${run}-b2`, outcome: 'accepted' }, { id: null, outcome: 'rejected', reason: 'not-cloudevent' }],
    });
    expect((await arrived('b2')).value).toBe(odd);
    expect(await outcome('b1')).toMatchObject({ outcome: 'stored' });
    // Written before the mark or never: both have the same key, so the same partition.
    await post(event('mark'));
    await arrived('mark');
    expect(seen.some((record) => record.value.includes(`${run}-b-bad`))).toBe(false);
    expect((await post('[]', BATCH)).json()).toEqual({ accepted: 0, rejected: 0, receipts: [] });
  });

  it.each([
    ['an unknown site', () => event('r1', { siteId: 'nowhere' }), 'unknown-site'],
    ['an unknown publisher', () => event('r2', {}, { source: '/nobody' }), 'unknown-publisher'],
    ['no category', () => event('r3', { category: undefined }), 'invalid-data'],
    ['an unreadable status', () => event('r4', { status: 'Maybe' }), 'invalid-data'],
    ['another type', () => event('r5', {}, { type: 'com.example.other' }), 'unknown-type'],
    ['a later version', () => event('r6', {}, { type: 'vn.vonggac.incident.reported.v9' }), 'unsupported-version'],
    ['broken JSON', () => '{"specversion":', 'not-json'],
    ['bytes that are not UTF-8', () => Buffer.from([0x7b, 0xff, 0x7d]), 'not-json'],
    ['no CloudEvent', () => '{"a":1}', 'not-cloudevent'],
  ])('refuses %s with 422, a reason and a remedy, and publishes nothing', async (_what, body, reason) => {
    const answer = await post(body());
    expect(answer.status).toBe(422);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.json()).toMatchObject({ type: 'urn:vong-gac:problem:rejected-event', reason, detail: expect.stringMatching(/\. [A-Z]/) });
    expect((await ask('r1')).status).toBe(404);
  });

  it('refuses a batch that is no array, and one of too many', async () => {
    expect((await post('{"a":1}', BATCH)).json()).toMatchObject({ status: 422, reason: 'not-cloudevent' });
    expect((await post('[1,', BATCH)).json()).toMatchObject({ status: 422, reason: 'not-json' });
    expect((await post(`[${Array(1_001).fill('1').join(',')}]`, BATCH)).json()).toMatchObject({ status: 413, detail: expect.stringMatching(/1001 events/) });
  });

  it('takes an event of exactly 1 MiB and refuses one byte more', async () => {
    const fitting = (bytes: number) => {
      const empty = event('big', { description: '' });
      return event('big', { description: 'x'.repeat(bytes - Buffer.byteLength(empty)) });
    };
    expect((await post(fitting(1_048_576))).status).toBe(202);
    const over = await post(fitting(1_048_577));
    expect([over.status, over.json()]).toEqual([413, expect.objectContaining({ detail: expect.stringMatching(/1048576 bytes/) })]);
    expect((await post(`[${fitting(1_048_577)}]`, BATCH)).json()).toMatchObject({ rejected: 1, receipts: [{ reason: 'too-large' }] });
  });

  it('keeps what a publisher asks about apart from what it did not say', async () => {
    expect((await callAt(api.url, '/v1/events?source=/x')).json()).toMatchObject({ status: 400, errors: [{ field: 'id' }] });
    const unknown = await ask('never');
    expect([unknown.status, unknown.headers.get('retry-after')]).toEqual([404, '5']);
  });
});
