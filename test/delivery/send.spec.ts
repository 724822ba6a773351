import { waitFor } from '../support';
import { COMMUNE, idsOf, verified, World } from './world';

jest.setTimeout(60_000);

describe('a receiver that works', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.create();
  });
  afterEach(() => world.endDispatchers());

  it('gets each alert once, signed, without waiting for a poll, and the alert is marked delivered', async () => {
    const receiver = await world.receiver();
    await world.dispatch({ POLL_MS: '10000' }); // the hint alone must do
    const raisedAt = Date.now();
    const ids = await world.alerts(20);
    const hits = await receiver.waitForHits(20);
    expect(Math.max(...hits.map((hit) => hit.at)) - raisedAt).toBeLessThan(5_000);
    const told = hits.map(verified);
    expect(told.map((data) => data.alertId).sort()).toEqual([...ids].sort());
    expect(told[0]).toMatchObject({ change: 'raised', revision: 1, level: 'critical', alertStatus: 'pending', deliveredToBodyId: COMMUNE, site: { id: 'dai-lai' } });
    await waitFor(async () => (await Promise.all(ids.map((id) => world.alertRow(id)))).every((row) => row.alert_status === 'delivered' && row.revision === 1), { what: 'all alerts to be delivered' });
    expect(await world.waiting()).toBe(0);
    expect(new Set(idsOf(hits)).size).toBe(20);
  });

  it('is found by polling alone when no hint comes', async () => {
    const receiver = await world.receiver();
    const id = await world.alert({ deliveries: false });
    await world.dispatch();
    const [hit] = await receiver.waitForHits(1);
    expect(hit && verified(hit).alertId).toBe(id);
  });
});
