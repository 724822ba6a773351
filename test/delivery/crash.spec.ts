import { waitFor } from '../support';
import { idsOf, verified, World } from './world';

jest.setTimeout(60_000);

/** What a receiver that drops repeats has accepted, and how often it was asked. */
const accepted = (ids: readonly string[]) => ({ once: new Set(ids).size, raw: ids.length });

describe('dispatchers that die', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.create();
  });
  afterEach(() => world.endDispatchers());

  const allDelivered = () => waitFor(async () => (await world.waiting()) === 0, { what: 'every delivery to be settled', timeoutMs: 30_000 });

  // The row of a dead sender stayed at "sending" and was never tried again.
  it('GoAlert: kill -9 between request and answer: another sends the same id within 10 s, and a receiver that drops repeats has it once', async () => {
    const receiver = await world.receiver();
    const first = await world.dispatch();
    let killedAt = 0;
    receiver.answer = async ({ number }) => {
      if (number > 1) return {};
      await first.kill('SIGKILL');
      killedAt = Date.now();
      return {};
    };
    const id = await world.alert();
    await waitFor(() => killedAt > 0, { what: 'the kill' });
    await world.dispatch();
    const hits = await receiver.waitForHits(2);
    expect((hits[1]?.at ?? 0) - killedAt).toBeLessThan(10_000);
    expect(accepted(idsOf(hits))).toEqual({ once: 1, raw: 2 });
    expect(hits.map((hit) => verified(hit).alertId)).toEqual([id, id]);
    await allDelivered();
    expect((await world.alertRow(id)).alert_status).toBe('delivered');
  });

  it('two share the work, and nothing is sent twice', async () => {
    const receiver = await world.receiver();
    await Promise.all([world.dispatch(), world.dispatch()]);
    await world.alerts(300);
    await allDelivered();
    expect(accepted(idsOf(receiver.hits))).toEqual({ once: 300, raw: 300 });
  });

  // Kept what it was sending in memory: a restart lost it.
  it('Alertmanager#2370: kill -9 in the middle of 300 alerts: all arrive, and no more repeats than were in flight', async () => {
    const receiver = await world.receiver();
    const [victim] = await Promise.all([world.dispatch(), world.dispatch()]);
    receiver.answer = async ({ number }) => {
      if (number === 100) await victim.kill('SIGKILL');
      return {};
    };
    const ids = await world.alerts(300);
    await allDelivered();
    const { once, raw } = accepted(idsOf(receiver.hits));
    expect(once).toBe(300);
    expect(raw - once).toBeLessThanOrEqual(8);
    expect(new Set(receiver.hits.map((hit) => verified(hit).alertId))).toEqual(new Set(ids));
  });

  it('SIGTERM in the middle: what is in flight is finished, exit 0, and another goes on without one repeat', async () => {
    const receiver = await world.receiver();
    receiver.answer = () => ({ delayMs: 20 });
    const [leaving] = await Promise.all([world.dispatch(), world.dispatch()]);
    await world.alerts(200);
    await receiver.waitForHits(50);
    await leaving.kill('SIGTERM');
    expect(await leaving.exited).toEqual({ code: 0, signal: null });
    await allDelivered();
    expect(accepted(idsOf(receiver.hits))).toEqual({ once: 200, raw: 200 });
  });

  it('frozen for longer than its lease: another takes over, and what the frozen one says later does no harm', async () => {
    const receiver = await world.receiver();
    const frozen = await world.dispatch();
    receiver.answer = async ({ number }) => {
      if (number === 1) await frozen.kill('SIGSTOP');
      return {};
    };
    const id = await world.alert();
    await receiver.waitForHits(1);
    await world.dispatch();
    await receiver.waitForHits(2);
    await allDelivered();
    await frozen.kill('SIGCONT');
    await frozen.ready();
    const later = await world.alert();
    await waitFor(async () => (await world.alertRow(later)).alert_status === 'delivered', { what: 'the next alert to be delivered' });
    expect(accepted(idsOf(receiver.hits.filter((hit) => verified(hit).alertId === id)))).toEqual({ once: 1, raw: 2 });
    const rows = (await world.deliveries(id)).filter((row) => row.receiver_id === receiver.id);
    expect(rows).toMatchObject([{ state: 'delivered', attempts: 2, leased_by: null }]);
  });
});
