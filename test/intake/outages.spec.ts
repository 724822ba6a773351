import { CheckStore, RegistryStore, type Database } from '@vong-gac/database';
import '@vong-gac/kafka'; // gives kafkajs its codecs
import { CompressionTypes, Partitioners, type Message } from 'kafkajs';
import { shippedPolicies } from '@vong-gac/policy';
import type { LocalStack } from '../../apps/cli/src/stack';
import { COMMUNE, idsOf, SECRET, verified } from '../delivery/world';
import { privateStack, startService, waitFor, webhookReceiver, type Service } from '../support';
import { publish, rawKafka, seededDatabase } from './road';
import { fire, incidentEvent } from './world';

const TOPIC = 'incident.reported';
/** Requests to one receiver at a time: so many may be sent again after each kill. */
const IN_FLIGHT_MAX = 8;
const OUTAGE_MS = 15_000;

/** One in a hundred alerts, each from a zone of its own: reports from one zone would be of one happening. */
const events = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => (i % 100 === 0 ? fire(`${prefix}-${i}`, { zone: `${prefix}-${i}` }) : incidentEvent({ id: `${prefix}-${i}` })));

/** Intake as its own process, on a Kafka and a Postgres that only this suite uses, and stops. */
describe('intake lives through', () => {
  let stack: LocalStack;
  let database: Database;
  let intake: Service;
  const startDispatch = () => startService('dispatch', { KAFKA_BROKERS: stack.kafkaBrokers, DATABASE_URL: stack.databaseUrl, POLL_MS: '100' });
  const start = () => startService('intake', { KAFKA_BROKERS: stack.kafkaBrokers, DATABASE_URL: stack.databaseUrl, SESSION_TIMEOUT_MS: '6000' });
  const stored = async (prefix: string) => (await database.query<{ count: number }>('SELECT count(*) FROM incidents WHERE event_id LIKE $1', [`${prefix}-%`]))[0]?.count ?? 0;
  const settled = (prefix: string, count: number) => waitFor(async () => (await stored(prefix)) >= count, { what: `${count} events ${prefix} to be stored`, timeoutMs: 60_000, intervalMs: 50 });
  const status = async (probe: 'live' | 'ready') => (await fetch(`${intake.url}/health/${probe}`)).status;

  /** The sums add up, and every published id is in the tables exactly once. */
  async function expectAllOf(prefix: string, count: number): Promise<void> {
    await settled(prefix, count);
    const [row] = await database.query<{ rows: number; ids: number; alerts: number }>(
      `SELECT count(*) AS rows, count(DISTINCT event_id) AS ids, (SELECT count(*) FROM alerts WHERE first_id LIKE $1) AS alerts FROM incidents WHERE event_id LIKE $1`, [`${prefix}-%`]);
    expect(row).toEqual({ rows: count, ids: count, alerts: count / 100 });
    const { partitions, problems } = await new CheckStore(database, shippedPolicies).check();
    expect(problems).toEqual([]);
    const read = partitions.filter(({ topic }) => topic === TOPIC);
    expect(read.reduce((sum, each) => sum + each.nextOffset - each.firstOffset, 0)).toBe(read.reduce((sum, each) => sum + each.stored + each.duplicate, 0));
  }

  beforeAll(async () => {
    stack = await privateStack();
    database = await seededDatabase(stack.databaseUrl);
    intake = await start();
    await intake.ready(60_000);
  }, 120_000);

  it('kill -9 of intake and of dispatch in the middle of 20,000 events, twice: the receiver has each alert once, but for what was in flight', async () => {
    const receiver = await webhookReceiver();
    const text = `body_id,kind,url,secret,takes_test\n${COMMUNE},webhook,${receiver.url},${SECRET},false\n`;
    await new RegistryStore(database).seed({ receivers: { name: 'the receiver of the test', text } }, new Date());
    let dispatch = await startDispatch();
    const publishing = publish(stack.kafkaBrokers, TOPIC, events('kill', 20_000));
    for (const part of [2_000, 9_000]) {
      await settled('kill', part);
      // In the middle of its own work too: alerts are told, and not all of them.
      await receiver.waitForHits(part / 200);
      await Promise.all([intake.kill('SIGKILL'), dispatch.kill('SIGKILL')]);
      [intake, dispatch] = await Promise.all([start(), startDispatch()]);
    }
    await publishing;
    await expectAllOf('kill', 20_000);
    const waiting = async () => (await database.query<{ count: number }>(`SELECT count(*) FROM deliveries WHERE state = 'waiting' AND receiver_id NOT LIKE 'topic:%'`))[0]?.count;
    await waitFor(async () => (await waiting()) === 0, { what: 'every alert to be delivered', timeoutMs: 30_000 });
    const ids = idsOf(receiver.hits);
    expect(new Set(ids).size).toBe(200);
    expect(ids.length - 200).toBeLessThanOrEqual(2 * IN_FLIGHT_MAX);
    expect(new Set(receiver.hits.map((hit) => verified(hit).incident.eventId))).toEqual(new Set(Array.from({ length: 200 }, (_, i) => `kill-${i * 100}`)));
    await dispatch.kill('SIGTERM');
  }, 120_000);

  it('15 s without Postgres: alive, not ready, and nothing is lost', async () => {
    const publishing = publish(stack.kafkaBrokers, TOPIC, events('postgres', 5_000));
    await settled('postgres', 500);
    await stack.postgres.stop('kill');
    const away = Date.now();
    await waitFor(async () => (await status('ready')) === 503, { what: 'readiness to turn red' });
    expect(await status('live')).toBe(200);
    await waitFor(() => Date.now() - away >= OUTAGE_MS, { what: 'the outage to last', timeoutMs: OUTAGE_MS + 1_000 });
    await stack.postgres.start();
    await publishing;
    await expectAllOf('postgres', 5_000);
    await intake.ready();
  }, 120_000);

  it('15 s without Kafka: alive, not ready, and goes on by itself', async () => {
    await publish(stack.kafkaBrokers, TOPIC, events('kafka', 3_000));
    await settled('kafka', 500);
    await stack.kafka.stop('kill');
    const away = Date.now();
    await waitFor(async () => (await status('ready')) === 503, { what: 'readiness to turn red' });
    await waitFor(() => Date.now() - away >= OUTAGE_MS, { what: 'the outage to last', timeoutMs: OUTAGE_MS + 1_000 });
    expect(await status('live')).toBe(200);
    await stack.kafka.start();
    await publish(stack.kafkaBrokers, TOPIC, events('again', 2_000));
    await expectAllOf('kafka', 3_000);
    await expectAllOf('again', 2_000);
    await intake.ready(30_000);
  }, 120_000);

  it('retention that overtakes it while it is stopped', async () => {
    await intake.kill('SIGTERM');
    expect(await intake.exited).toEqual({ code: 0, signal: null });
    const admin = rawKafka(stack.kafkaBrokers).admin();
    await admin.connect();
    await publish(stack.kafkaBrokers, TOPIC, events('gone', 600));
    const ends = await admin.fetchTopicOffsets(TOPIC);
    await admin.deleteTopicRecords({ topic: TOPIC, partitions: ends.map(({ partition, high }) => ({ partition, offset: high })) });
    await admin.disconnect();
    await publish(stack.kafkaBrokers, TOPIC, events('after', 600));
    intake = await start();
    await settled('after', 600);
    expect(await stored('gone')).toBe(0);
    const { partitions, problems } = await new CheckStore(database, shippedPolicies).check();
    expect(partitions.reduce((sum, { lost }) => sum + lost, 0)).toBe(600);
    expect(problems.every((problem) => /deleted by Kafka's retention/.test(problem))).toBe(true);
  }, 60_000);

  it('retention that overtakes it while it runs: what it had in hand is stored, the rest is booked by number', async () => {
    const sums = async () => (await new CheckStore(database, shippedPolicies).check()).partitions.filter(({ topic }) => topic === TOPIC);
    const before = (await sums()).reduce((sum, { lost }) => sum + lost, 0);
    await intake.kill('SIGSTOP');
    // The fetches that wait at the broker take the first of each partition with them.
    await publish(stack.kafkaBrokers, TOPIC, events('held', 100));
    await publish(stack.kafkaBrokers, TOPIC, events('overtaken', 600));
    const admin = rawKafka(stack.kafkaBrokers).admin();
    await admin.connect();
    const ends = await admin.fetchTopicOffsets(TOPIC);
    await admin.deleteTopicRecords({ topic: TOPIC, partitions: ends.map(({ partition, high }) => ({ partition, offset: high })) });
    await admin.disconnect();
    await intake.kill('SIGCONT');
    await publish(stack.kafkaBrokers, TOPIC, events('next', 600));
    await settled('next', 600);
    const inHand = (await stored('held')) + (await stored('overtaken'));
    const partitions = await sums();
    expect(partitions.reduce((sum, { lost }) => sum + lost, 0) - before).toBe(700 - inHand);
    expect(inHand).toBeLessThan(700);
    const numbers = partitions.map(({ lostOffsets }) => lostOffsets.reduce((sum, [first, last]) => sum + last - first + 1, 0));
    expect(numbers).toEqual(partitions.map(({ lost }) => lost));
    for (const { partition, lostOffsets } of partitions) {
      for (const [first, last] of lostOffsets) expect(await database.query('SELECT event_id FROM incidents WHERE kafka_partition = $1 AND kafka_offset BETWEEN $2 AND $3', [partition, first, last])).toEqual([]);
    }
    expect(await status('ready')).toBe(200);
  }, 60_000);

  it.each([['zstd', CompressionTypes.ZSTD], ['gzip', CompressionTypes.GZIP], ['lz4', CompressionTypes.LZ4]] as const)('a small batch that unpacks to a hundred megabytes (%s): it is set apart with its bytes, and what lies around it is stored', async (compression, type) => {
    const producer = rawKafka(stack.kafkaBrokers).producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    const send = (messages: Message[]) => producer.send({ topic: TOPIC, acks: -1, compression: type, messages: messages.map((each) => ({ ...each, partition: 3 })) });
    await send([{ value: JSON.stringify(incidentEvent({ id: `${compression}-1` })) }]);
    await send(Array.from({ length: 100 }, () => ({ value: Buffer.alloc(1_000_000) })));
    await send([{ value: JSON.stringify(incidentEvent({ id: `${compression}-2` })) }]);
    await producer.disconnect();
    await settled(compression, 2);
    const rows = await database.query<{ reason: string; detail: string; bytes: number }>(
      `SELECT reason, detail, length(value)::int8 AS bytes FROM quarantine WHERE detail LIKE 'A batch of %' ORDER BY id DESC LIMIT 1`);
    expect(rows).toMatchObject([{ reason: 'too-large', detail: expect.stringMatching(/^A batch of 100 records from offset \d+ to this one/) }]);
    expect(rows[0]?.bytes).toBeLessThan(3_000_000);
    await intake.kill('SIGTERM');
    intake = await start();
    await intake.ready();
    const { problems } = await new CheckStore(database, shippedPolicies).check();
    expect(problems.filter((problem) => !/deleted by Kafka's retention/.test(problem))).toEqual([]);
  }, 60_000);

  it('SIGTERM: what is in hand is settled, exit 0, and the log says so', async () => {
    await publish(stack.kafkaBrokers, TOPIC, events('end', 3_000));
    await settled('end', 200);
    await intake.kill('SIGTERM');
    expect(await intake.exited).toEqual({ code: 0, signal: null });
    expect(intake.log()).toContain('"msg":"stopped"');
    intake = await start();
    await settled('end', 3_000);
  }, 60_000);

  it('no bug: it ends non-zero, and nothing of the chunk is stored', async () => {
    await database.execute('ALTER TABLE incidents RENAME COLUMN score TO points');
    await publish(stack.kafkaBrokers, TOPIC, events('bug', 10));
    expect(await intake.exited).toMatchObject({ code: 1 });
    expect(intake.log()).toContain('42703');
    await database.execute('ALTER TABLE incidents RENAME COLUMN points TO score');
    expect(await stored('bug')).toBe(0);
    intake = await start();
    await settled('bug', 10);
  }, 60_000);
});

it('says everything that is wrong with its environment, and exits 2', async () => {
  const service = await startService('intake', { KAFKA_BROKERS: 'nowhere', DATABASE_URL: 'mysql://x', CHUNK_RECORDS: '0' });
  expect(await service.exited).toEqual({ code: 2, signal: null });
  for (const name of ['KAFKA_BROKERS', 'DATABASE_URL', 'CHUNK_RECORDS']) expect(service.log()).toContain(name);
});
