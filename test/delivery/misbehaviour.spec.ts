import { createServer, type AddressInfo, type Socket } from 'node:net';
import { atEnd, waitFor, webhookReceiver } from '../support';
import { COMMUNE, idsOf, PROVINCE, verified, World } from './world';

jest.setTimeout(60_000);

/** Answers one byte a second, for ever. */
async function drippingServer(): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const bytes = [...'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n'];
    const drip = setInterval(() => socket.write(bytes.shift() ?? 'x'), 1_000);
    socket.on('error', () => undefined).on('close', () => clearInterval(drip)).resume();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atEnd(() => {
    sockets.forEach((socket) => socket.destroy());
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

describe('receivers that misbehave', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.create();
  });
  afterEach(() => world.endDispatchers());

  /** What a receiver answered so far, one line for each delivery that was tried. */
  const answers = async (receiver: string) => (await world.deliveries()).flatMap((row) => (row.receiver_id === receiver && row.last_answer !== null ? [row.last_answer] : []));

  // TicketsCAD sent inside the request: one slow receiver blocked dispatch for 21 s.
  it('delay no other: one hangs, one drips, one resets, one fails, and the good one hears at once', async () => {
    const good = await world.receiver();
    const hanging = await world.receiver();
    hanging.answer = () => ({ fault: 'hang' });
    const resetting = await world.receiver();
    resetting.answer = () => ({ fault: 'reset' });
    const failing = await world.receiver();
    failing.answer = () => ({ status: 500, body: 'no' });
    const dripping = await world.register(COMMUNE, await drippingServer());
    await world.dispatch();

    // More than the hanging one may have in flight, then one more.
    const before = await world.alerts(20);
    await good.waitForHits(20);
    await hanging.waitForHits(8);
    const raisedAt = Date.now();
    const last = await world.alert();
    const hit = await waitFor(() => good.hits.find((each) => verified(each).alertId === last), { what: 'the alert at the good receiver' });
    expect(hit.at - raisedAt).toBeLessThan(2_000);
    expect(hanging.hits.length).toBe(8);
    await waitFor(async () => (await Promise.all(before.map((id) => world.alertRow(id)))).every((row) => row.alert_status === 'delivered'), { what: 'all to be delivered' });

    await waitFor(async () => (await answers(hanging.id)).some((line) => line.startsWith('no answer within')), { what: 'the hanging one to be given up' });
    await waitFor(async () => (await answers(dripping)).some((line) => line.startsWith('no answer within')), { what: 'the dripping one to be given up' });
    expect(new Set(await answers(failing.id))).toEqual(new Set(['500 Internal Server Error: no']));
    expect((await answers(resetting.id)).join()).toMatch(/ECONNRESET|other side closed/);
  });

  // Took every 4xx for final: the notification was given up after one attempt.
  it('Alertmanager#3727: get the same message again, under the same id, until it is taken', async () => {
    const receiver = await world.receiver();
    receiver.answer = ({ number }) => [{ fault: 'reset' as const }, { status: 500 }, { status: 400 }, { status: 403 }, { status: 404 }, { status: 204 }][number - 1] ?? {};
    await world.dispatch();
    const id = await world.alert();
    const hits = await receiver.waitForHits(6);
    expect(new Set(idsOf(hits)).size).toBe(1);
    expect(new Set(hits.map((hit) => hit.body.toString())).size).toBe(1);
    await waitFor(async () => (await world.alertRow(id)).alert_status === 'delivered', { what: 'the alert to be delivered' });
    expect((await world.deliveries(id)).find((row) => row.receiver_id === receiver.id)).toMatchObject({ attempts: 6, state: 'delivered' });
  });

  it('are left alone as long as 429 and 503 ask for', async () => {
    const seconds = await world.receiver();
    seconds.answer = ({ number }) => (number === 1 ? { status: 429, headers: { 'retry-after': '2' } } : {});
    const date = await world.receiver();
    date.answer = ({ number }) => (number === 1 ? { status: 503, headers: { 'retry-after': new Date(Date.now() + 3_000).toUTCString() } } : {});
    await world.dispatch();
    await world.alert();
    const [first, second] = await seconds.waitForHits(2);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(2_000);
    const [early, late] = await date.waitForHits(2);
    expect((late?.at ?? 0) - (early?.at ?? 0)).toBeGreaterThanOrEqual(1_500); // an HTTP date has whole seconds
  });

  it('are not followed elsewhere', async () => {
    const elsewhere = await webhookReceiver();
    const moved = await world.receiver();
    moved.answer = ({ number }) => (number <= 2 ? { status: 301, headers: { location: elsewhere.url } } : {});
    await world.dispatch();
    const id = await world.alert();
    await moved.waitForHits(2);
    await waitFor(async () => (await answers(moved.id)).some((line) => line.includes('redirects are not followed')), { what: 'the answer to be written' });
    await waitFor(async () => (await world.alertRow(id)).alert_status === 'delivered', { what: 'the alert to be delivered' });
    expect(elsewhere.hits).toEqual([]);
  });

  it('are off after 410, whatever else waits, and their alerts go one body up at once', async () => {
    const gone = await world.receiver();
    gone.answer = () => ({ status: 410, body: 'moved out' });
    const province = await world.receiver(PROVINCE);
    const service = await world.dispatch();
    const id = await world.alert();
    const hits = await province.waitForHits(1);
    expect(hits.map(verified)).toMatchObject([{ alertId: id, change: 'escalated', escalation: 1, revision: 2 }]);
    expect(await world.disabled(gone.id)).toBe('410 Gone: moved out');
    await waitFor(() => service.log().includes('switched off until a test-alert'), { what: 'the log to say so' });

    const next = await world.alert();
    await waitFor(() => province.hits.some((hit) => verified(hit).alertId === next), { what: 'the next alert at the province' });
    await waitFor(async () => (await world.alertRow(next)).alert_status === 'delivered', { what: 'the next alert to be delivered' });
    expect(gone.hits).toHaveLength(1);
  });

  it('delay no other while somebody holds the registry: who answered 410 is switched off later', async () => {
    const gone = await world.receiver();
    gone.answer = () => ({ status: 410 });
    const good = await world.receiver();
    await world.dispatch();
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const holding = world.database.transaction(async (tx) => {
      await tx.query('SELECT version FROM registry_version FOR UPDATE'); // a "vong-gac seed" that was frozen
      await held;
    });
    // As many as one receiver may have in flight: all of them wait for the registry.
    await world.alerts(8);
    await gone.waitForHits(8);
    await good.waitForHits(8);
    const raisedAt = Date.now();
    const next = await world.alert();
    const hit = await waitFor(() => good.hits.find((each) => verified(each).alertId === next), { what: 'the next alert at the good receiver', timeoutMs: 5_000 });
    // A turn waits a second for the registry, and begins with what is due.
    expect(hit.at - raisedAt).toBeLessThan(3_000);
    await waitFor(async () => (await world.alertRow(next)).alert_status === 'delivered', { what: 'it to be marked', timeoutMs: 5_000 });
    expect(await world.disabled(gone.id)).toBeNull();
    release();
    await holding;
    await waitFor(() => world.disabled(gone.id), { what: 'the gone one to be switched off' });
  });
});
