import { EVENT_TYPES } from '@vong-gac/contracts';
import { migrate, openDatabase, RegistryStore, SAMPLE_FILES } from '@vong-gac/database';
import { privateStack, startService, waitFor } from '../support';
import { callAt } from './world';

/** What the api answers while Kafka or Postgres is away, and that it comes back by itself. */
it('answers 503 within 6 s while Kafka is away, publishes again when it is back; the same for Postgres', async () => {
  const stack = await privateStack();
  await migrate(stack.databaseUrl);
  const database = openDatabase({ url: stack.databaseUrl, poolSize: 1, applicationName: 'away test' });
  await new RegistryStore(database).seed(SAMPLE_FILES, new Date());
  await database.close();
  const api = await startService('api', { KAFKA_BROKERS: stack.kafkaBrokers, DATABASE_URL: stack.databaseUrl });
  await api.ready();
  let number = 0;
  const publish = async () => {
    const began = Date.now();
    const body = JSON.stringify({
      specversion: '1.0', id: `away-${++number}`, source: '/sites/dai-lai/security', type: EVENT_TYPES.incidentReported,
      data: { siteId: 'dai-lai', category: 'security.theft', occurredAt: new Date().toISOString() },
    });
    const answer = await callAt(api.url, '/v1/events', { method: 'POST', body, headers: { 'content-type': 'application/cloudevents+json' } });
    return { answer, ms: Date.now() - began };
  };
  const ready = async () => (await callAt(api.url, '/health/ready')).json<{ ok: boolean; reasons: string[] }>();
  await waitFor(async () => (await publish()).answer.status === 202, { what: 'the topics to be there', timeoutMs: 30_000 });

  await stack.kafka.stop('kill');
  const away = await publish();
  expect(away.answer.status).toBe(503);
  expect(away.answer.headers.get('retry-after')).toBe('5');
  expect(away.answer.json()).toMatchObject({ type: 'urn:vong-gac:problem:kafka-away' });
  expect(away.ms).toBeLessThan(6_000);
  await waitFor(async () => (await ready()).reasons.some((reason) => reason.startsWith('Kafka')), { what: 'readiness to say so' });
  expect((await callAt(api.url, '/health/live')).status).toBe(200);
  expect((await callAt(api.url, '/v1/incidents')).status).toBe(200);
  await stack.kafka.start();
  await waitFor(async () => (await publish()).answer.status === 202, { what: 'publishing again', timeoutMs: 30_000 });

  await stack.postgres.stop('kill');
  const asked = await callAt(api.url, '/v1/incidents');
  expect([asked.status, asked.json()]).toEqual([503, expect.objectContaining({ type: 'urn:vong-gac:problem:database-away' })]);
  expect(asked.headers.get('retry-after')).toBe('5');
  // The registry is known: publishing needs Kafka alone.
  expect((await publish()).answer.status).toBe(202);
  const page = await callAt(api.url, '/a/7d8a4a8e-5f0d-5a2b-9a41-0b6d2f1c3e77');
  expect([page.status, page.headers.get('content-type')]).toEqual([503, 'text/html; charset=utf-8']);
  expect(page.text).toContain('Hệ thống đang gián đoạn');
  await stack.postgres.start();
  await waitFor(async () => (await callAt(api.url, '/v1/incidents')).status === 200, { what: 'answers again', timeoutMs: 20_000 });
  await waitFor(async () => (await ready()).ok, { what: 'readiness', timeoutMs: 20_000 });
  await api.kill('SIGTERM');
  expect(await api.exited).toEqual({ code: 0, signal: null });
}, 180_000);
