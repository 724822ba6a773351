import { CheckStore, RegistryStore, type Database } from '@vong-gac/database';
import { shippedPolicies } from '@vong-gac/policy';
import { COMMUNE, SECRET, verified } from '../delivery/world';
import { publish, seededDatabase } from '../intake/road';
import { SOURCE, fire as fireThen, incidentEvent as incidentThen, type Data } from '../intake/world';
import { callAt, type Answer } from '../query/world';
import { privateStack, startService, waitFor, webhookReceiver, type Service, type WebhookReceiver } from '../support';
import { fetchProxy, type FetchProxy } from './fetch-proxy';

/** Bugs that other systems had, looked for on the whole road: the services as processes, a Kafka and a Postgres that only this suite uses. */
jest.setTimeout(60_000);

const TOPIC = 'incident.reported';
const UNKNOWN_SERVER_ERROR = -1;
/** An answer of the api that waited for no receiver; those hang for ten seconds. */
const AT_ONCE_MS = 2_000;

const now = (data: Data = {}): Data => ({ occurredAt: new Date().toISOString(), ...data });
const incident = (id: string, data: Data = {}, source = SOURCE): Data => ({ ...incidentThen({ id, data: now(data), source }), time: new Date().toISOString() });
const fire = (id: string, data: Data = {}): Data => ({ ...fireThen(id, now(data)), time: new Date().toISOString() });

let proxy: FetchProxy;
let brokers: string;
let databaseUrl: string;
let database: Database;
let intake: Service;
let api: Service;
let receiver: WebhookReceiver;
let hanging: WebhookReceiver;

const startIntake = () => startService('intake', { KAFKA_BROKERS: brokers, DATABASE_URL: databaseUrl });
const send = (events: readonly (Data | string)[]) => publish(brokers, TOPIC, events, { partition: 0 });
const post = (path: string, body: unknown, contentType = 'application/json'): Promise<Answer> =>
  callAt(api.url, path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': contentType } });
const postEvent = (event: Data) => post('/v1/events', event, 'application/cloudevents+json');
const probe = async (name: 'live' | 'ready') => (await fetch(`${intake.url}/health/${name}`)).status;
const ids = async (prefix: string) =>
  (await database.query<{ event_id: string }>('SELECT event_id FROM incidents WHERE event_id LIKE $1 ORDER BY event_id', [`${prefix}-%`])).map((row) => row.event_id);
const stored = (prefix: string, count: number, timeoutMs = 20_000) =>
  waitFor(async () => (await ids(prefix)).length >= count, { what: `${count} events ${prefix} to be stored`, timeoutMs });
const quarantined = async () => (await database.query<{ n: number }>('SELECT count(*)::int AS n FROM quarantine'))[0]?.n;
const seed = (files: { sites?: string; publishers?: string; receivers?: string }) =>
  new RegistryStore(database).seed(Object.fromEntries(Object.entries(files).map(([kind, text]) => [kind, { name: `${kind} of the test`, text }])), new Date());
const receiversFile = (...urls: string[]) => `body_id,kind,url,secret,takes_test\n${urls.map((url) => `${COMMUNE},webhook,${url},${SECRET},false\n`).join('')}`;

beforeAll(async () => {
  proxy = await fetchProxy();
  const stack = await privateStack({ behind: proxy });
  brokers = stack.kafkaBrokers;
  databaseUrl = stack.databaseUrl;
  database = await seededDatabase(databaseUrl);
  [receiver, hanging] = await Promise.all([webhookReceiver('/good'), webhookReceiver('/hanging')]);
  await seed({ receivers: receiversFile(receiver.url) });
  const env = { KAFKA_BROKERS: brokers, DATABASE_URL: databaseUrl };
  const [first, dispatch, third] = await Promise.all([startIntake(), startService('dispatch', { ...env, POLL_MS: '100', RETRY_FIRST_MS: '100' }), startService('api', env)]);
  intake = first;
  api = third;
  await Promise.all([intake.ready(60_000), dispatch.ready(60_000), api.ready(60_000)]);
}, 180_000);

/** By id and by the books: nothing of what was published is anywhere else. */
async function expectBooksInOrder(): Promise<void> {
  expect((await new CheckStore(database, shippedPolicies).check()).problems).toEqual([]);
}

describe('nest#14664: one message that cannot be handled was tried again for ever, and its partition stood still', () => {
  it.each([
    ['no JSON', 'json', () => '{"specversion": "1.0", "id"'],
    ['what nests 10,000 deep', 'deep', () => '['.repeat(10_000) + ']'.repeat(10_000)],
    ['a site that nobody knows', 'site', () => JSON.stringify(incident('odd-site', { siteId: 'nowhere' }))],
    ['a type that nobody knows', 'type', () => JSON.stringify({ ...incident('odd-type'), type: 'vn.vonggac.unheard.of' })],
    ['a publisher that nobody knows', 'publisher', () => JSON.stringify(incident('odd-source', {}, '/sites/elsewhere'))],
  ])('%s is set apart, and those before and after it are stored', async (_what, name, poison) => {
    const before = (await quarantined()) ?? 0;
    await send([incident(`${name}-1`), poison(), incident(`${name}-2`), poison(), incident(`${name}-3`)]);
    await stored(name, 3);
    expect(await quarantined()).toBe(before + 2);
    expect(await probe('ready')).toBe(200);
    await expectBooksInOrder();
  });
});

describe('both entrances, Kafka and HTTP', () => {
  it('take what is registered while everything runs alike', async () => {
    const source = '/sites/new-lake/security';
    const before = (await quarantined()) ?? 0;
    expect((await postEvent(incident('keep-0', { siteId: 'new-lake' }, source))).status).toBe(422);
    await send([incident('keep-0', { siteId: 'new-lake' }, source)]);
    await waitFor(async () => (await quarantined()) === before + 1, { what: 'it to be set apart' });
    await seed({
      sites: 'id,name,kind,unit_code,unit_as_of,lat,lon,capacity\nnew-lake,Hồ Mới,resort,08749,2025-02-28,21.33,105.71,100\n',
      publishers: `source,sites\n${source},new-lake\n`,
    });
    const shown = async () => (await callAt(api.url, '/v1/sites')).json<{ items: { id: string }[] }>().items.map(({ id }) => id);
    await waitFor(async () => (await shown()).includes('new-lake'), { what: 'the site to be shown' });
    expect((await postEvent(incident('keep-1', { siteId: 'new-lake' }, source))).status).toBe(202);
    await send([incident('keep-2', { siteId: 'new-lake' }, source)]);
    await stored('keep', 2);
    expect(await ids('keep')).toEqual(['keep-1', 'keep-2']);
    expect(await quarantined()).toBe(before + 1);
  });

  it('find a repeat of what came through the other', async () => {
    const one = incident('twice-1');
    const two = incident('twice-2');
    await send([one]);
    await postEvent(two);
    await stored('twice', 2);
    await postEvent(one);
    await send([two]);
    const repeats = () => database.query<{ event_id: string; count: number }>(`SELECT event_id, count::int AS count FROM event_repeats WHERE event_id LIKE 'twice-%' ORDER BY event_id`);
    await waitFor(async () => (await repeats()).length === 2, { what: 'both repeats to be counted' });
    expect(await repeats()).toEqual([{ event_id: 'twice-1', count: 1 }, { event_id: 'twice-2', count: 1 }]);
    expect(await ids('twice')).toEqual(['twice-1', 'twice-2']);
  });
});

describe('TicketsCAD: a push was sent inside the request, and a slow receiver blocked dispatch for 21 s', () => {
  it('publishing, acknowledging and closing answer at once while receivers hang, and the good receiver hears in time', async () => {
    hanging.answer = () => ({ fault: 'hang' });
    await seed({ receivers: receiversFile(receiver.url, hanging.url) });
    // More than one receiver may have in flight.
    await send(Array.from({ length: 12 }, (_, i) => fire(`push-${i}`)));
    await hanging.waitForHits(8);
    const took: Record<string, number> = {};
    const timed = async (what: string, ask: () => Promise<Answer>): Promise<Answer> => {
      const asked = Date.now();
      const answer = await ask();
      took[what] = Date.now() - asked;
      return answer;
    };
    const asked = Date.now();
    expect((await timed('publish', () => postEvent(fire('push-late')))).status).toBe(202);
    const hit = await waitFor(() => receiver.hits.find((each) => verified(each).incident.eventId === 'push-late'), { what: 'the good receiver to hear of it' });
    const { alertId, revision } = verified(hit);
    expect((await timed('acknowledge', () => post(`/v1/alerts/${alertId}/acknowledge`, { by: 'An', revision }))).status).toBe(200);
    expect((await timed('close', () => post(`/v1/alerts/${alertId}/close`, { by: 'An', revision: revision + 1, disposition: 'founded' }))).status).toBe(200);
    for (const [what, ms] of Object.entries(took)) expect({ what, inTime: ms < AT_ONCE_MS }).toEqual({ what, inTime: true });
    expect(hit.at - asked).toBeLessThan(AT_ONCE_MS);
    hanging.answer = () => ({});
  });
});

describe('a database that takes no writes for a while', () => {
  it('PostHog#10396: sends nothing to the quarantine; dYdX v4-chain#3367: what waits is said, and goes on by itself', async () => {
    const before = await quarantined();
    await database.execute(`DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); END $$`);
    const hangUp = () => database.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'vong-gac intake'`);
    await hangUp();
    await send(Array.from({ length: 50 }, (_, i) => incident(`blip-${i}`)));
    await waitFor(async () => (await probe('ready')) === 503, { what: 'readiness to turn red' });
    await waitFor(() => intake.log().includes('25006'), { what: 'intake to say why it waits' });
    expect(await probe('live')).toBe(200);
    expect([await ids('blip'), await quarantined()]).toEqual([[], before]);
    await database.execute(`BEGIN READ WRITE; DO $$ BEGIN EXECUTE format('ALTER DATABASE %I RESET default_transaction_read_only', current_database()); END $$; COMMIT`);
    await hangUp();
    await stored('blip', 50);
    expect(await quarantined()).toBe(before);
    await intake.ready();
    await expectBooksInOrder();
  });
});

describe('a consumer that gets nothing more', () => {
  it('dYdX v4-chain#3367, kafkajs#1431: a healthy process with a dead consumer. Fetches that are never answered are noticed: not ready, joined again, read on', async () => {
    await intake.ready();
    proxy.answers('lost-on-open-connections');
    await send([incident('silent-1')]);
    const sent = Date.now();
    await waitFor(async () => (await probe('ready')) === 503, { what: 'readiness to turn red', timeoutMs: 16_000 });
    await stored('silent', 1, 30_000);
    const took = Date.now() - sent;
    process.stderr.write(`peers: read on ${took} ms after the record was sent to a consumer whose fetches were not answered\n`);
    expect(proxy.spoilt).toBeGreaterThan(0);
    expect(took).toBeLessThan(25_000);
    expect(await probe('live')).toBe(200);
    proxy.answers('pass');
    await intake.ready();
  });

  // One kind of error for a partition; the other for the whole request, which kafkajs overlooks.
  it.each(['partition', 'request'] as const)('kafkajs#1443: UNKNOWN_SERVER_ERROR (of the %s) ended the consumer and not its process. Here the process ends aloud, and its successor goes on', async (of) => {
    proxy.answers({ errorCode: UNKNOWN_SERVER_ERROR, of });
    const { code } = await intake.exited;
    expect(code).toBe(1);
    expect(intake.log()).toContain('experienced an unexpected error');
    proxy.answers('pass');
    await send([incident(`after-${of}-1`)]);
    intake = await startIntake();
    await stored(`after-${of}`, 1, 30_000);
    await expectBooksInOrder();
  });
});
