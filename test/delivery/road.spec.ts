import { createKafka, KafkaProducer } from '@vong-gac/kafka';
import { atEnd, privateStack, startService, waitFor } from '../support';
import { messagesOf } from './topic';
import { idsOf, verified, World } from './world';

jest.setTimeout(180_000);

const SOURCE = '/sites/dai-lai/security';

function event(id: string, data: Record<string, unknown>): Record<string, unknown> {
  const full = { siteId: 'dai-lai', zone: 'stage', occurredAt: new Date(Date.now() - 30_000).toISOString(), ...data };
  return { specversion: '1.0', id, source: SOURCE, type: 'vn.vonggac.incident.reported.v1', time: new Date().toISOString(), datacontenttype: 'application/json', data: full };
}

describe('the whole road, from a published event to the police', () => {
  it('tells of what is serious, once per change, and tells the publisher what was wrong', async () => {
    const stack = await privateStack();
    const world = await World.create({ databaseUrl: stack.databaseUrl });
    const receiver = await world.receiver();
    const env = { KAFKA_BROKERS: stack.kafkaBrokers, DATABASE_URL: stack.databaseUrl };
    const intake = await startService('intake', env);
    await Promise.all([intake.ready(60_000), world.dispatch(env)]);
    const producer = new KafkaProducer(createKafka({ brokers: stack.kafkaBrokers.split(','), clientId: 'publisher' }));
    atEnd(() => producer.close());
    const publish = (...events: Record<string, unknown>[]) => producer.send('incident.reported', events.map((each) => ({ key: 'dai-lai', value: JSON.stringify(each) })));

    const at = Date.now();
    await publish(
      event('r-1', { category: 'fire.smoke', description: 'Khói ở hậu trường' }),
      event('r-2', { category: 'security.lost-property' }),
      event('r-3', { category: 'fire.misspelt', zone: 'pool' }), // elsewhere: another happening
      event('r-4', {}),
    );
    const hits = await receiver.waitForHits(2);
    expect(Math.max(...hits.map((hit) => hit.at)) - at).toBeLessThan(5_000);
    expect(hits.map((hit) => verified(hit).incident.eventId).sort()).toEqual(['r-1', 'r-3']);

    await publish(event('r-5', { category: 'fire.fire', description: 'Cháy ở hậu trường, có người mắc kẹt', injured: 2, corrects: 'r-1' }));
    await waitFor(() => receiver.hits.length >= 3, { what: 'the correction' });
    const thread = receiver.hits.map(verified).filter((data) => data.incident.eventId === 'r-1' || data.incident.eventId === 'r-5');
    expect(thread.map((data) => data.revision)).toEqual([1, 2]);
    expect(new Set(thread.map((data) => data.alertId)).size).toBe(1);

    const alertId = thread[0]?.alertId ?? '';
    await waitFor(async () => (await world.alertRow(alertId)).alert_status === 'delivered', { what: 'the alert to be delivered' });
    await waitFor(async () => (await world.deliveries()).every((row) => row.state === 'delivered'), { what: 'every delivery to be settled' });
    expect(receiver.hits).toHaveLength(3);
    expect(new Set(idsOf(receiver.hits)).size).toBe(3);

    expect(await messagesOf(stack.kafkaBrokers, 'alert.raised')).toHaveLength(3);
    const receipts = (await messagesOf(stack.kafkaBrokers, 'event.receipt')).map(({ key, event: { data } }) => ({ key, eventId: data.eventId, outcome: data.outcome }));
    expect(receipts.sort((a, b) => String(a.eventId).localeCompare(String(b.eventId)))).toEqual([
      { key: SOURCE, eventId: 'r-3', outcome: 'accepted-with-defects' },
      { key: SOURCE, eventId: 'r-4', outcome: 'rejected' },
    ]);
    await world.endDispatchers();
    await intake.kill('SIGTERM');
    expect(await intake.exited).toEqual({ code: 0, signal: null });
  });
});
