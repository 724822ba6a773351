import { AlertClock } from '../../apps/dispatch/src/alert-clock';
import { Bodies } from '../../apps/dispatch/src/bodies';
import { Observer } from '../../apps/dispatch/src/observer';
import { AlertStore, OpenAlertStore, RegistryStore } from '@vong-gac/database';
import { acknowledgeAlert, acknowledgedState, DEFAULT_ACKNOWLEDGE_LIMITS } from '@vong-gac/domain';
import { createLogger, createMetrics } from '@vong-gac/runtime';
import { waitFor } from '../support';
import { COMMUNE, FORMER_COMMUNE, PROVINCE, verified, World } from './world';

jest.setTimeout(60_000);

const MINUTE = 60_000;

/** The clock as a dispatcher runs it, with the time that the test gives. */
function clockOf(world: World): AlertClock {
  const observer = new Observer(createLogger('test', 'silent'), createMetrics('test'), () => null);
  const settings = { acknowledge: DEFAULT_ACKNOWLEDGE_LIMITS, publicUrl: 'http://127.0.0.1:3000' };
  return new AlertClock(new OpenAlertStore(world.database), new Bodies(new RegistryStore(world.database)), observer, settings);
}

async function acknowledge(world: World, id: string): Promise<string | null> {
  return new AlertStore(world.database).change(id, (row) => {
    const verdict = acknowledgeAlert(row.state, row.state.revision);
    if (verdict !== 'ok') return { result: verdict };
    return { result: verdict, write: { state: acknowledgedState(row.state), acknowledged: { by: 'officer', at: Date.now(), note: null }, closed: null, deliveries: [] } };
  });
}

describe('the clock of open alerts', () => {
  let world: World;
  let clock: AlertClock;
  let commune: string;
  let province: string;
  const now = Date.now();
  beforeEach(async () => {
    world = await World.create();
    clock = clockOf(world);
    commune = await world.register(COMMUNE, 'http://127.0.0.1:9/commune', true);
    province = await world.register(PROVINCE, 'http://127.0.0.1:9/province');
  });
  const changesTo = async (id: string, receiver: string) => (await world.deliveries(id)).filter((row) => row.receiver_id === receiver).map((row) => row.change);

  it.each([['critical', 3], ['high', 10]] as const)('%s: one body up after %d minutes, not before, and once', async (level, minutes) => {
    const id = await world.alert({ level, raisedAt: now });
    await clock.step(now + minutes * MINUTE - 1);
    expect(await world.alertRow(id)).toMatchObject({ escalation: 0, revision: 1 });
    await clock.step(now + minutes * MINUTE);
    const row = await world.alertRow(id);
    expect(row).toMatchObject({ alert_status: 'pending', escalation: 1, revision: 2 });
    expect(row.acknowledge_by?.getTime()).toBe(now + 2 * minutes * MINUTE);
    expect(await changesTo(id, commune)).toEqual(['raised', 'escalated']);
    expect(await changesTo(id, province)).toEqual(['escalated']);
    await clock.step(now + 60 * MINUTE);
    expect(await world.alertRow(id)).toMatchObject({ alert_status: 'pending', escalation: 1, revision: 2 });
  });

  it('leaves an alert alone that was acknowledged in time', async () => {
    const id = await world.alert({ raisedAt: now });
    expect(await acknowledge(world, id)).toBe('ok');
    await clock.step(now + 24 * 60 * MINUTE);
    expect(await world.alertRow(id)).toMatchObject({ alert_status: 'acknowledged', escalation: 0, revision: 2 });
    expect(await changesTo(id, province)).toEqual([]);
  });

  it('acknowledging and escalating at the same moment happen one after the other, whichever is first', async () => {
    const ids = await world.alerts(40, { raisedAt: now - 5 * MINUTE });
    const verdicts = await Promise.all([...ids.map((id) => acknowledge(world, id)), clock.step(now), clock.step(now)]);
    expect(verdicts.slice(0, 40)).toEqual(ids.map(() => 'ok'));
    for (const id of ids) {
      const row = await world.alertRow(id);
      expect(row).toMatchObject({ alert_status: 'acknowledged', revision: 2 + row.escalation });
      expect(await changesTo(id, province)).toEqual(row.escalation === 1 ? ['escalated'] : []);
    }
  });

  it('an exercise and a test never escalate; a test goes only to those who take tests', async () => {
    const exercise = await world.alert({ status: 'Exercise', raisedAt: now, deliveries: false });
    const test = await world.alert({ status: 'Test', raisedAt: now, deliveries: false });
    const second = await world.register(COMMUNE, 'http://127.0.0.1:9/no-tests');
    await clock.step(now + 24 * 60 * MINUTE);
    for (const id of [exercise, test]) expect(await world.alertRow(id)).toMatchObject({ alert_status: 'pending', escalation: 0, revision: 1 });
    expect((await world.deliveries(test)).map((row) => row.receiver_id).sort()).toEqual([commune, 'topic:alert.raised'].sort());
    expect((await world.deliveries(exercise)).map((row) => row.receiver_id).sort()).toEqual([commune, second, 'topic:alert.raised'].sort());
    const headlines = [exercise, test].map(async (id) => JSON.parse((await world.deliveries(id))[0]?.body ?? '').data.headline.vi);
    expect(await Promise.all(headlines)).toEqual([expect.stringMatching(/^\[DIỄN TẬP\] /), expect.stringMatching(/^\[THỬ\] /)]);
  });

  it('escalates at once when the body has no usable receiver, whatever the clock says', async () => {
    await world.database.execute('UPDATE receivers SET disabled_at = now() WHERE id = $1', [commune]);
    await world.database.execute('UPDATE registry_version SET version = version + 1');
    const id = await world.alert({ raisedAt: now });
    await clock.step(now);
    expect(await world.alertRow(id)).toMatchObject({ escalation: 1, revision: 2 });
    expect(await changesTo(id, commune)).toEqual([]);
    expect(await changesTo(id, province)).toEqual(['escalated']);
  });

  it('writes the missing delivery for a receiver that came later, once, though two look at the same time', async () => {
    const id = await world.alert({ raisedAt: now });
    const late = await world.register(COMMUNE, 'http://127.0.0.1:9/late');
    const acknowledged = await world.alert({ raisedAt: now });
    await acknowledge(world, acknowledged);
    const later = await world.register(COMMUNE, 'http://127.0.0.1:9/later');
    await Promise.all([clock.step(now), clockOf(world).step(now)]);
    await clock.step(now);
    expect(await changesTo(id, late)).toEqual(['raised']);
    expect(await changesTo(id, later)).toEqual(['raised']);
    expect(await changesTo(acknowledged, later)).toEqual([]);
    expect(await world.alertRow(id)).toMatchObject({ revision: 1, escalation: 0 });

    await clock.step(now + 3 * MINUTE);
    const last = await world.register(PROVINCE, 'http://127.0.0.1:9/province-2');
    await clock.step(now + 3 * MINUTE);
    expect(await changesTo(id, last)).toEqual(['escalated']);
  });

  it('writes it also where another source raised the alert again, with an event of the same id', async () => {
    const receiver = await world.register(COMMUNE, 'http://127.0.0.1:9/same-id');
    const id = await world.alert({ raisedAt: now });
    await clock.step(now);
    expect(await changesTo(id, receiver)).toEqual(['raised']);
    // As intake writes it while this receiver is off.
    await world.database.execute("UPDATE alerts SET raise_source = '/sites/dai-lai/cameras', revision = 2, raised_revision = 2 WHERE id = $1", [id]);
    await clock.step(now);
    expect(await changesTo(id, receiver)).toEqual(['raised', 'raised']);
  });

  it('starts again with the minutes when a worse event raises the alert again', async () => {
    const id = await world.alert({ level: 'high', raisedAt: now });
    await world.database.execute(
      "UPDATE alerts SET level = 3, highest_level = 3, revision = 2, raised_revision = 2, raise_event_id = 'worse', alert_status = 'pending', acknowledge_by = $2 WHERE id = $1",
      [id, new Date(now + 3 * MINUTE)],
    );
    await clock.step(now + MINUTE);
    expect(await changesTo(id, commune)).toEqual(['raised', 'raised']);
    await clock.step(now + 3 * MINUTE);
    expect(await world.alertRow(id)).toMatchObject({ escalation: 1, revision: 3 });
  });

  it('looks at more alerts than fit one transaction', async () => {
    const ids = await world.alerts(2_100, { raisedAt: now - 5 * MINUTE, deliveries: false });
    await clock.step(now);
    const [row] = await world.database.query<{ alerts: number; deliveries: number }>(
      'SELECT (SELECT count(*)::int FROM alerts WHERE escalation = 1) AS alerts, (SELECT count(*)::int FROM deliveries) AS deliveries',
    );
    expect(row).toEqual({ alerts: ids.length, deliveries: ids.length * 3 });
  });
});

describe('dispatch and who is responsible', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.create();
  });
  afterEach(() => world.endDispatchers());

  it('tells the successor of what occurred under a body that is no more, and that counts as delivered', async () => {
    const receiver = await world.receiver(COMMUNE);
    await world.dispatch();
    const id = await world.alert({ occurredAt: Date.UTC(2025, 4, 10) });
    const [hit] = await receiver.waitForHits(1);
    expect(hit && verified(hit)).toMatchObject({ alertId: id, policeBodyId: FORMER_COMMUNE, deliveredToBodyId: COMMUNE });
    await waitFor(async () => (await world.alertRow(id)).alert_status === 'delivered', { what: 'the alert to be delivered' });
  });

  it('names an alert that nobody can be told about, keeps it pending, and tells whoever is registered then', async () => {
    const service = await world.dispatch();
    const id = await world.alert();
    await waitFor(() => service.log().includes(`nobody can be told of 1 open alert(s)`), { what: 'the log to name the alert' });
    expect(service.log()).toContain(id);
    const metrics = async () => (await fetch(`${service.url}/metrics`)).text();
    await waitFor(async () => (await metrics()).includes('vong_gac_unreachable_alerts{service="dispatch"} 1'), { what: 'the metric' });
    expect(await world.alertRow(id)).toMatchObject({ alert_status: 'pending', escalation: 1 });

    const receiver = await world.receiver(PROVINCE);
    const [hit] = await receiver.waitForHits(1);
    expect(hit && verified(hit)).toMatchObject({ alertId: id, change: 'escalated', revision: 2 });
    await waitFor(async () => (await world.alertRow(id)).alert_status === 'delivered', { what: 'the alert to be delivered' });
    await waitFor(async () => (await metrics()).includes('vong_gac_unreachable_alerts{service="dispatch"} 0'), { what: 'the metric' });
    expect(await metrics()).toMatch(/vong_gac_delivery_attempts_total\{receiver_kind="webhook",answer="delivered",service="dispatch"\} 1/);
    expect(service.log().split('nobody can be told').length).toBe(2);
  });
});
