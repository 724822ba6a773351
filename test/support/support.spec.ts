import { spawn } from 'node:child_process';
import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { Client } from 'pg';
import { Kafka, logLevel } from 'kafkajs';
import { isAlive, recordOf } from '../../apps/cli/src/stack/ownership';
import { atEnd, kafkaBrokers, privateStack, startService, tcpProxy, testDatabase, uniqueName, waitFor, webhookReceiver } from '.';

const rows = async (url: string, sql: string) => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
};

describe('the shared stack', () => {
  it('gives a database that sorts by code point and holds UTF-8', async () => {
    const { url } = await testDatabase();
    const [row] = await rows(url, `SELECT current_setting('server_encoding') AS encoding, current_setting('fsync') AS fsync, current_setting('TimeZone') AS zone, 'Z' < 'a' AS by_code, upper('đ') AS upper, split_part(version(), ' ', 2) AS version`);
    expect(row).toMatchObject({ encoding: 'UTF8', fsync: 'on', zone: 'UTC', by_code: true, upper: 'Đ', version: expect.stringMatching(/^18\./) });
  });

  it('gives a Kafka that takes 16 MiB records and creates no topic by itself', async () => {
    const admin = new Kafka({ brokers: [kafkaBrokers()], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    const topic = uniqueName('support');
    await admin.createTopics({ topics: [{ topic, configEntries: [{ name: 'max.message.bytes', value: String(16 * 1024 * 1024) }] }], waitForLeaders: true });
    await expect(admin.fetchTopicMetadata({ topics: [uniqueName('never-created')] })).rejects.toThrow(/does not host this topic/);
    expect(await admin.fetchTopicOffsets(topic)).toHaveLength(1);
    await admin.deleteTopics({ topics: [topic] });
    await admin.disconnect();
  });
});

describe('waitFor', () => {
  it('says what it waited for and what the last answer was', async () => {
    await expect(waitFor(() => 0, { what: 'the impossible', timeoutMs: 50 })).rejects.toThrow('Waited 0.05 s for the impossible; the last answer was 0');
    await expect(waitFor(() => Promise.reject(new Error('no')), { what: 'it', timeoutMs: 50 })).rejects.toThrow('the last try threw no');
  });
});

describe('the TCP proxy', () => {
  async function echo() {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.pipe(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    atEnd(() => server.close());
    const proxy = await tcpProxy((server.address() as AddressInfo).port);
    return { proxy, ...(await client(proxy.port)) };
  }
  async function client(port: number) {
    let received = '';
    const socket: Socket = createConnection({ port, host: '127.0.0.1' });
    socket.on('data', (bytes) => (received += bytes.toString())).on('error', () => undefined);
    await once(socket, 'connect');
    atEnd(() => socket.destroy());
    return { socket, received: () => received };
  }

  it('delays, holds answers back and passes them on when the network heals', async () => {
    const { proxy, socket, received } = await echo();
    proxy.delay(60);
    const sent = Date.now();
    socket.write('a');
    await waitFor(() => received() === 'a', { what: 'the echo' });
    expect(Date.now() - sent).toBeGreaterThanOrEqual(119);
    proxy.restore();
    proxy.halfOpen('answers');
    socket.write('b');
    await expect(waitFor(() => received() === 'ab', { what: 'a held answer', timeoutMs: 100 })).rejects.toThrow('held answer');
    proxy.restore();
    await waitFor(() => received() === 'ab', { what: 'the held answer' });
  });

  it('loses exactly the answer to one request, and what follows it on that connection', async () => {
    const { proxy, socket, received } = await echo();
    const other = await client(proxy.port);
    const lost = proxy.loseAnswerTo('COMMIT', 'reset');
    socket.write('before');
    await waitFor(() => received() === 'before', { what: 'an answer before' });
    // Even where it comes in two pieces.
    socket.write('COM');
    await waitFor(() => received() === 'beforeCOM', { what: 'the first piece' });
    socket.write('MIT');
    await lost;
    await waitFor(() => socket.destroyed, { what: 'the reset' });
    expect(received()).toBe('beforeCOM');
    other.socket.write('COMMIT');
    await waitFor(() => other.received() === 'COMMIT', { what: 'the answer to the next' });
  });

  it('cuts what is open, refuses what is new, and comes back', async () => {
    const { proxy, socket } = await echo();
    await waitFor(() => proxy.connections() === 1, { what: 'the connection' });
    proxy.cut();
    await waitFor(() => socket.destroyed, { what: 'the cut' });
    const refused = createConnection({ port: proxy.port, host: '127.0.0.1' }).on('error', () => undefined);
    await waitFor(() => refused.destroyed, { what: 'the refusal' });
    proxy.restore();
    const again = await client(proxy.port);
    again.socket.write('c');
    await waitFor(() => again.received() === 'c', { what: 'the echo after the cut' });
  });
});

describe('a process that a test starts', () => {
  it('ends when the run that started it is gone, also by kill -9', async () => {
    const preload = join(__dirname, 'end-with-parent.cjs');
    const service = `setInterval(() => 0, 1000); console.log(process.pid)`;
    const run = `const child = require('node:child_process').spawn(process.execPath, ['-r', ${JSON.stringify(preload)}, '-e', ${JSON.stringify(service)}], { stdio: ['pipe', 'inherit', 'inherit'] }); setInterval(() => 0, 1000)`;
    const parent = spawn(process.execPath, ['-e', run], { stdio: ['ignore', 'pipe', 'inherit'] });
    atEnd(() => parent.kill('SIGKILL'));
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const record = recordOf(Number(line.toString()));
    expect(isAlive(record)).toBe(true);
    parent.kill('SIGKILL');
    await waitFor(() => !isAlive(record), { what: 'the service to end with its run' });
  });

  it('says why it does not become ready', async () => {
    const service = await startService('api', { DATABASE_URL: 'nowhere', KAFKA_BROKERS: kafkaBrokers() });
    await expect(service.ready()).rejects.toThrow(/api ended before it was ready\. The end of its log:\n[^]*DATABASE_URL/);
    expect((await service.exited).code).not.toBe(0);
  });
});

describe('the webhook receiver', () => {
  it('keeps the bytes and answers as told', async () => {
    const receiver = await webhookReceiver();
    receiver.answer = (hit) => (hit.number === 1 ? { status: 503, headers: { 'retry-after': '1' } } : hit.number === 2 ? { fault: 'reset' } : { delayMs: 20, body: 'ok', status: 200 });
    const post = () => fetch(receiver.url, { method: 'POST', body: 'Hồ Đại Lải', headers: { 'webhook-id': '1' } });
    const first = await post();
    expect([first.status, first.headers.get('retry-after')]).toEqual([503, '1']);
    await expect(post()).rejects.toThrow('fetch failed');
    expect(await (await post()).text()).toBe('ok');
    expect((await receiver.waitForHits(3)).map((hit) => hit.body.toString())).toEqual(Array(3).fill('Hồ Đại Lải'));
  });
});

describe('a private stack', () => {
  it('stops, kills, pauses and brings back each service with its data and its port', async () => {
    const behind = await tcpProxy();
    const stack = await privateStack({ behind });
    const admin = () => new Kafka({ brokers: [stack.kafkaBrokers], logLevel: logLevel.NOTHING, connectionTimeout: 500, requestTimeout: 1_000, retry: { retries: 0 } }).admin();
    const topics = async () => {
      const one = admin();
      try {
        await one.connect();
        return await one.listTopics();
      } finally {
        await one.disconnect();
      }
    };
    const one = admin();
    await one.connect();
    await one.createTopics({ topics: [{ topic: 'kept' }] });
    await one.disconnect();
    await rows(stack.databaseUrl, 'CREATE TABLE kept (a int)');

    await stack.kafka.stop('kill');
    await stack.postgres.stop('kill');
    await expect(topics()).rejects.toThrow();
    await expect(rows(stack.databaseUrl, 'SELECT 1')).rejects.toThrow();
    await Promise.all([stack.kafka.start(), stack.postgres.start()]);
    await waitFor(async () => (await topics()).includes('kept'), { what: 'the topic after kill -9' });
    expect(await rows(stack.databaseUrl, 'SELECT count(*)::int AS n FROM kept')).toEqual([{ n: 0 }]);

    await stack.postgres.pause();
    const slow = rows(stack.databaseUrl, 'SELECT 1 AS n');
    await expect(Promise.race([slow, new Promise((resolve) => setTimeout(resolve, 200, 'paused'))])).resolves.toBe('paused');
    await stack.postgres.resume();
    expect(await slow).toEqual([{ n: 1 }]);

    await stack.kafka.stop();
    await stack.kafka.start();
    behind.cut();
    await expect(topics()).rejects.toThrow();
    behind.restore();
    await waitFor(async () => (await topics()).includes('kept'), { what: 'the topic after a graceful stop and a cut' });
  }, 120_000);
});
