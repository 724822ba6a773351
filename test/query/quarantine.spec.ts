import { createHash } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { incidentEvent, SOURCE, TOPIC } from '../intake/world';
import { atEnd, kafkaBrokers, waitFor } from '../support';
import { queryWorld, type Page, type QueryWorld } from './world';

interface Row {
  id: number;
  state: string;
  reason: string;
  eventId: string | null;
  valueSha256: string;
  stateBy: string | null;
}

describe('quarantine over HTTP', () => {
  let world: QueryWorld;
  const unique = Math.random().toString(36).slice(2);

  beforeAll(async () => {
    world = await queryWorld();
  }, 60_000);

  async function hold(id: string, data: Record<string, unknown> = { siteId: 'nowhere' }): Promise<Row> {
    await world.settle(incidentEvent({ id, data }));
    const row = (await world.get('/v1/quarantine?limit=500')).json<Page<Row>>().items.find((item) => item.eventId === id);
    if (row === undefined) throw new Error(`${id} is not in quarantine`);
    return row;
  }

  /** Every record that arrives at the incidents' topic from now on. */
  async function arrivals(): Promise<Array<{ key: string | undefined; value: string }>> {
    const found: Array<{ key: string | undefined; value: string }> = [];
    const kafka = new Kafka({ brokers: [kafkaBrokers()], logLevel: logLevel.NOTHING });
    const consumer = kafka.consumer({ groupId: `quarantine-${unique}` });
    atEnd(() => consumer.disconnect());
    await consumer.connect();
    await consumer.subscribe({ topic: TOPIC, fromBeginning: true });
    await consumer.run({ eachMessage: async ({ message }) => void found.push({ key: message.key?.toString(), value: message.value?.toString() ?? '' }) });
    return found;
  }

  it('lists by state, reason and source, and pages', async () => {
    const first = await hold(`${unique}-a`);
    const second = await hold(`${unique}-b`, { category: null });
    const ids = async (query: string) => (await world.get(`/v1/quarantine?${query}`)).json<Page<Row>>().items.map((row) => row.id);
    expect(await ids('state=held')).toEqual([second.id, first.id]);
    expect(await ids('reason=unknown-site')).toEqual([first.id]);
    expect(await ids(`source=${SOURCE}&limit=1`)).toEqual([second.id]);
    const page = (await world.get('/v1/quarantine?limit=1')).json<Page<Row>>();
    expect(await ids(`limit=1&after=${page.next}`)).toEqual([first.id]);
    expect(await ids('state=released')).toEqual([]);
    expect((await world.get('/v1/quarantine?reason=unheard-of')).status).toBe(400);
  });

  it('shows the bytes', async () => {
    const row = await hold(`${unique}-c`);
    const shown = (await world.get(`/v1/quarantine/${row.id}`)).json<{ value: string; key: string; valueCut: boolean }>();
    const bytes = Buffer.from(shown.value, 'base64');
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(row.valueSha256);
    expect(JSON.parse(bytes.toString())).toMatchObject({ id: `${unique}-c` });
    expect(Buffer.from(shown.key, 'base64').toString()).toBe('dai-lai');
    expect((await world.get('/v1/quarantine/999999')).status).toBe(404);
    expect((await world.get('/v1/quarantine/x')).status).toBe(400);
  });

  it('releases by publishing key and bytes again, then marks the row; of many at once one publishes', async () => {
    const found = await arrivals();
    const row = await hold(`${unique}-d`);
    const answers = await Promise.all(Array.from({ length: 4 }, (_, i) => world.post(`/v1/quarantine/${row.id}/release`, { by: `operator ${i}` })));
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409, 409, 409]);
    expect((await world.get('/v1/quarantine?state=released')).json<Page<Row>>().items).toMatchObject([{ id: row.id, stateBy: expect.stringMatching(/^operator \d$/) }]);
    expect((await world.post(`/v1/quarantine/${row.id}/release`, {})).json()).toMatchObject({ status: 409, reason: 'not-held', quarantine: { state: 'released' } });
    const copies = () => found.filter((record) => record.value.includes(`${unique}-d`));
    await waitFor(() => copies().length > 0, { what: 'the released copy' });
    // A second copy would have been written before this mark on the same partition (same key).
    const mark = await hold(`${unique}-mark`);
    await world.post(`/v1/quarantine/${mark.id}/release`, {});
    await waitFor(() => found.some((record) => record.value.includes(`${unique}-mark`)), { what: 'the mark' });
    expect(copies()).toEqual([{ key: 'dai-lai', value: JSON.stringify(incidentEvent({ id: `${unique}-d`, data: { siteId: 'nowhere' } })) }]);
  }, 60_000);

  it('discards the bytes and keeps the digest', async () => {
    const row = await hold(`${unique}-e`);
    const discarded = await world.post(`/v1/quarantine/${row.id}/discard`, { by: 'Bình' });
    expect(discarded.json()).toMatchObject({ state: 'discarded', stateBy: 'Bình', valueSha256: row.valueSha256 });
    expect((await world.get(`/v1/quarantine/${row.id}`)).json()).toMatchObject({ value: null, key: null, headers: [] });
    expect((await world.post(`/v1/quarantine/${row.id}/release`, {})).status).toBe(409);
  });

  it('takes a request without a body', async () => {
    const row = await hold(`${unique}-f`);
    expect((await world.call(`/v1/quarantine/${row.id}/discard`, { method: 'POST' })).status).toBe(200);
  });

  it('does not release a conflict: the copy would end the same way', async () => {
    await world.settle(incidentEvent({ id: `${unique}-g`, data: { description: 'một' } }));
    const row = await hold(`${unique}-g`, { description: 'hai' });
    expect(row.reason).toBe('conflicting-duplicate');
    const answer = await world.post(`/v1/quarantine/${row.id}/release`, { by: 'An' });
    expect(answer.json()).toMatchObject({ status: 409, reason: 'not-releasable', quarantine: { state: 'held' } });
    expect((await world.get(`/v1/events?source=${SOURCE}&id=${unique}-g`)).json()).toMatchObject({ outcome: 'stored', quarantined: [{ reason: 'conflicting-duplicate' }] });
  });
});
