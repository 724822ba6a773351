import { receiptDelivery } from '@vong-gac/contracts';
import { writeDeliveries } from '@vong-gac/database';
import { Kafka, logLevel } from 'kafkajs';
import { privateStack, waitFor } from '../support';
import { messagesOf } from './topic';
import { idsOf, verified, World } from './world';

jest.setTimeout(180_000);

describe('Postgres and Kafka go away and come back', () => {
  let world: World;
  let stack: Awaited<ReturnType<typeof privateStack>>;
  beforeAll(async () => {
    stack = await privateStack();
    world = await World.create({ databaseUrl: stack.databaseUrl });
  });
  afterEach(() => world.endDispatchers());

  const topicRow = async (id: string) => (await world.deliveries(id)).find((row) => row.receiver_id === 'topic:alert.raised');

  it('Kafka away delays no webhook; the topic has the alert and the receipt when Kafka is back', async () => {
    const receiver = await world.receiver();
    await stack.kafka.stop('kill');
    const service = await world.dispatch({ KAFKA_BROKERS: stack.kafkaBrokers });
    const raisedAt = Date.now();
    const ids = await world.alerts(5);
    const receipt = receiptDelivery({
      source: '/sites/dai-lai/security', eventId: 'e-bad', outcome: { outcome: 'rejected', reason: 'invalid-data', detail: '/category is missing' },
      place: { topic: 'incident.reported', partition: 3, generation: 1, offset: 42 }, now: Date.now(),
    });
    await world.database.transaction((tx) => writeDeliveries(tx, [receipt]));
    const hits = await receiver.waitForHits(5);
    // A send to Kafka is given up after 15 s: nothing here waited for one.
    expect((hits[4]?.at ?? Number.NaN) - raisedAt).toBeLessThan(10_000);
    await waitFor(async () => (await world.alertRow(ids[0] ?? '')).alert_status === 'delivered', { what: 'delivered without Kafka' });
    const ready = async () => (await fetch(`${service.url}/health/ready`)).text();
    await waitFor(async () => (await ready()).includes('Kafka takes nothing'), { what: 'readiness to name Kafka', timeoutMs: 30_000 });
    expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
    expect(await topicRow(ids[0] ?? '')).toMatchObject({ state: 'waiting' });

    // One that is stopped meanwhile does not wait for Kafka.
    const leaving = await world.startDispatch({ KAFKA_BROKERS: stack.kafkaBrokers });
    await waitFor(async () => (await fetch(`${leaving.url}/health/live`)).ok, { what: 'the second dispatcher to live' });
    await leaving.kill('SIGTERM');
    expect(await leaving.exited).toEqual({ code: 0, signal: null });

    await stack.kafka.start();
    const backAt = Date.now();
    await waitFor(async () => (await Promise.all(ids.map(topicRow))).every((row) => row?.state === 'delivered'), { what: 'the topic to be told of all', timeoutMs: 20_000 });
    expect(Date.now() - backAt).toBeLessThan(20_000);
    await service.ready();
    const alerts = await messagesOf(stack.kafkaBrokers, 'alert.raised');
    expect(new Set(alerts.map(({ event }) => event.data.alertId))).toEqual(new Set(ids));
    expect(alerts[0]).toMatchObject({ key: 'ca-xuan-hoa', contentType: 'application/cloudevents+json; charset=utf-8', event: { type: 'vn.vonggac.alert.raised.v1' } });
    await waitFor(async () => (await world.database.query("SELECT 1 FROM deliveries WHERE kind = 'receipt' AND state = 'delivered'")).length === 1, { what: 'the receipt to be sent' });
    const receipts = await messagesOf(stack.kafkaBrokers, 'event.receipt');
    expect(receipts[0]).toMatchObject({
      key: '/sites/dai-lai/security', event: { id: receipt.id, data: { eventId: 'e-bad', outcome: 'rejected', reason: 'invalid-data', topic: 'incident.reported', partition: 3, offset: 42 } },
    });
  });

  it('topics that somebody deleted are created again, and webhooks do not wait for them', async () => {
    const receiver = await world.receiver();
    const service = await world.dispatch({ KAFKA_BROKERS: stack.kafkaBrokers });
    const [first = ''] = await world.alerts(1);
    await waitFor(async () => (await topicRow(first))?.state === 'delivered', { what: 'the topic to be told', timeoutMs: 20_000 });
    const admin = new Kafka({ brokers: stack.kafkaBrokers.split(','), logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    await admin.deleteTopics({ topics: ['alert.raised', 'event.receipt'] });
    const raisedAt = Date.now();
    const [next = ''] = await world.alerts(1);
    const hit = await waitFor(() => receiver.hits.find((each) => verified(each).alertId === next), { what: 'the alert at the receiver', timeoutMs: 5_000 });
    expect(hit.at - raisedAt).toBeLessThan(2_000);
    await waitFor(async () => (await (await fetch(`${service.url}/health/ready`)).text()).includes('Kafka takes nothing'), { what: 'readiness to name Kafka', timeoutMs: 30_000 });
    await waitFor(async () => (await topicRow(next))?.state === 'delivered', { what: 'the topic to be there again, and told', timeoutMs: 90_000, intervalMs: 250 });
    expect(await admin.listTopics()).toEqual(expect.arrayContaining(['alert.raised', 'event.receipt']));
    await admin.disconnect();
    await service.ready();
  });

  it('Postgres killed while requests are under way: what was answered is not sent again, and the rest follows', async () => {
    const receiver = await world.receiver();
    await waitFor(async () => (await world.waiting()) === 0, { what: 'nothing to be left of other tests' });
    const service = await world.dispatch({ KAFKA_BROKERS: stack.kafkaBrokers });
    await waitFor(async () => (await world.waiting()) === 0, { what: 'the new receiver to be told of what is open' });
    const told = receiver.hits.length;
    receiver.answer = () => ({ delayMs: 500 });
    const ids = await world.alerts(20);
    await receiver.waitForHits(told + 8);
    await stack.postgres.stop('kill');
    await waitFor(async () => (await (await fetch(`${service.url}/health/ready`)).text()).includes('Postgres is away'), { what: 'readiness to name Postgres' });
    expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
    receiver.answer = () => ({});
    await stack.postgres.start();
    const backAt = Date.now();
    const fresh = await world.alert();
    const hit = await waitFor(() => receiver.hits.find((each) => verified(each).alertId === fresh), { what: 'an alert raised after it is back', timeoutMs: 20_000 });
    expect(hit.at - backAt).toBeLessThan(20_000);
    await waitFor(async () => (await world.waiting()) === 0, { what: 'all to be settled', timeoutMs: 20_000 });
    const hits = receiver.hits.slice(told).filter((each) => ids.includes(verified(each).alertId));
    expect(new Set(idsOf(hits)).size).toBe(20);
    expect(hits).toHaveLength(20);
    await service.ready();
  });

  it('SIGTERM while Postgres is away: exit 0 within the grace', async () => {
    const service = await world.dispatch({ KAFKA_BROKERS: stack.kafkaBrokers });
    await stack.postgres.stop('kill');
    try {
      await waitFor(async () => (await (await fetch(`${service.url}/health/ready`)).text()).includes('Postgres is away'), { what: 'readiness to name Postgres' });
      const at = Date.now();
      await service.kill('SIGTERM');
      expect(await service.exited).toEqual({ code: 0, signal: null });
      expect(Date.now() - at).toBeLessThan(15_000);
    } finally {
      await stack.postgres.start();
    }
  });
});
