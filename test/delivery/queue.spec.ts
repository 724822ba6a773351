import { type ClaimedDelivery, DeliveryStore, ReceiverStore, RegistryStore, type Settlement } from '@vong-gac/database';
import { waitFor } from '../support';
import { COMMUNE, World } from './world';

const LIMITS = { leaseMs: 60_000, perWebhook: 8, perTopic: 100, total: 1_000 };

const answer = ({ id, attempt }: ClaimedDelivery, outcome: Settlement['outcome'], bodyRank: number | null = 0): Settlement => ({ id, attempt, outcome, answer: outcome, retryMs: 0, bodyRank });
const webhooks = (claimed: readonly ClaimedDelivery[]) => claimed.filter((each) => each.receiverKind === 'webhook');
function byReceiver(claimed: readonly ClaimedDelivery[]): ClaimedDelivery[][] {
  const receivers = [...new Set(claimed.map((each) => each.receiverId))];
  return receivers.map((receiver) => claimed.filter((each) => each.receiverId === receiver));
}
const idsOf = (claimed: readonly ClaimedDelivery[]) => claimed.map((each) => each.id);

describe('the queue of deliveries', () => {
  let world: World;
  let one: DeliveryStore;
  let two: DeliveryStore;
  beforeEach(async () => {
    world = await World.create();
    await world.register(COMMUNE, 'http://127.0.0.1:9/a');
    one = new DeliveryStore(world.database, 'one');
    two = new DeliveryStore(world.database, 'two');
  });

  it('gives each delivery to one of two that claim at the same time', async () => {
    await world.alerts(60);
    const limits = { ...LIMITS, perWebhook: 10, perTopic: 10 };
    const rounds = await Promise.all(Array.from({ length: 6 }, (_, n) => (n % 2 === 0 ? one : two).claim(limits)));
    const ids = rounds.flatMap(idsOf);
    expect(ids.length).toBeGreaterThanOrEqual(20);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('keeps to the limit of a receiver, whoever holds the others, and fills it up as answers are written', async () => {
    await world.register(COMMUNE, 'http://127.0.0.1:9/b');
    await world.alerts(20);
    const first = webhooks(await one.claim(LIMITS));
    expect(byReceiver(first).map((each) => each.length)).toEqual([8, 8]);
    expect(webhooks(await two.claim(LIMITS))).toEqual([]);
    const answered = first.slice(0, 3);
    expect(await one.settle(answered.map((each) => answer(each, 'delivered')))).toHaveLength(3);
    const next = webhooks(await two.claim(LIMITS));
    expect(next).toHaveLength(3);
    expect(next.map((each) => each.receiverId).sort()).toEqual(answered.map((each) => each.receiverId).sort());
  });

  it('takes what is due longest first, and no more than it is asked to', async () => {
    await world.alerts(30);
    await world.database.execute("UPDATE deliveries SET next_attempt_at = now() - interval '1 hour' WHERE id IN (SELECT id FROM deliveries WHERE receiver_id NOT LIKE 'topic:%' ORDER BY id DESC LIMIT 5)");
    const claimed = await one.claim({ ...LIMITS, total: 5 });
    const all = (await world.deliveries()).filter((row) => !row.receiver_id.startsWith('topic:')).map((row) => row.id).sort();
    expect(idsOf(claimed).sort()).toEqual(all.slice(-5));
  });

  it('makes a delivery due again under its id when the lease ends; then only a 2xx of the first sender still counts', async () => {
    await world.alert();
    const [first] = webhooks(await one.claim({ ...LIMITS, leaseMs: 50 }));
    if (first === undefined) throw new Error('nothing was claimed');
    const second = await waitFor(async () => webhooks(await two.claim(LIMITS))[0], { what: 'the lease to end' });
    expect(second).toMatchObject({ id: first.id, body: first.body, attempt: 2 });

    expect(await one.settle([answer(first, 'retry')])).toEqual([]);
    expect(await one.settle([answer(first, 'refused')])).toEqual([]);
    expect(await world.disabled(first.receiverId)).toBeNull();
    expect((await world.deliveries(first.alertId ?? '')).find((row) => row.id === first.id)).toMatchObject({ state: 'waiting', leased_by: 'two', attempts: 2 });

    expect(await one.settle([answer(first, 'delivered')])).toEqual([first.id]);
    expect(await two.settle([answer(second, 'retry')])).toEqual([]);
    expect((await world.deliveries(first.alertId ?? '')).find((row) => row.id === first.id)).toMatchObject({ state: 'delivered', leased_by: null });
  });

  it('does not take its own earlier attempt for the present one', async () => {
    await world.alert();
    const [first] = webhooks(await one.claim({ ...LIMITS, leaseMs: 50 }));
    await waitFor(async () => webhooks(await one.claim(LIMITS)).length > 0, { what: 'the lease to end' });
    expect(first && (await one.settle([answer(first, 'retry')]))).toEqual([]);
  });

  it('switches a receiver off on 410, in the same transaction, and keeps what waits for it', async () => {
    const registry = new RegistryStore(world.database);
    const version = await registry.version();
    await world.alerts(3);
    const claimed = webhooks(await one.claim(LIMITS));
    const [gone] = claimed;
    if (gone === undefined) throw new Error('nothing was claimed');
    await one.settle([answer(gone, 'refused')]);
    expect(await world.disabled(gone.receiverId)).toBe('refused');
    expect(await registry.version()).toBe(version + 1);
    await one.settle(claimed.slice(1).map((each) => answer(each, 'retry')));
    expect(webhooks(await one.claim(LIMITS))).toEqual([]);

    expect(await new ReceiverStore(world.database).switchOn(gone.receiverId)).toBe(true);
    expect(await registry.version()).toBe(version + 2);
    expect(idsOf(webhooks(await two.claim(LIMITS))).sort()).toEqual(idsOf(claimed).sort());
  });

  it('marks the alert delivered for a body that it has reached, and for a message since the last raise', async () => {
    const [parentOnly = '', older = '', acknowledged = '', good = ''] = await world.alerts(4);
    await world.database.execute('UPDATE alerts SET raised_revision = 2, revision = 2 WHERE id = $1', [older]);
    await world.database.execute("UPDATE alerts SET alert_status = 'acknowledged' WHERE id = $1", [acknowledged]);
    const claimed = webhooks(await one.claim(LIMITS));
    await one.settle(claimed.map((each) => answer(each, 'delivered', each.alertId === parentOnly ? 1 : 0)));
    const status = async (id: string) => (await world.alertRow(id)).alert_status;
    expect(await Promise.all([parentOnly, older, acknowledged, good].map(status))).toEqual(['pending', 'pending', 'acknowledged', 'delivered']);
    expect(await world.waiting()).toBe(0);
  });

  it('does not count the topic as the police', async () => {
    const id = await world.alert();
    const topics = (await one.claim(LIMITS)).filter((each) => each.receiverKind === 'topic');
    expect(topics).toHaveLength(1);
    await one.settle(topics.map((each) => answer(each, 'delivered', null)));
    expect((await world.alertRow(id)).alert_status).toBe('pending');
  });

  it('gives back its own leases, and only those', async () => {
    await world.alerts(12);
    const mine = webhooks(await one.claim(LIMITS));
    const others = await two.claim({ ...LIMITS, perWebhook: 12 });
    expect(others.length).toBeGreaterThan(0);
    expect(await one.giveBack()).toBeGreaterThanOrEqual(mine.length);
    const again = webhooks(await two.claim({ ...LIMITS, perWebhook: 12 }));
    expect(idsOf(again).sort()).toEqual(idsOf(mine).sort());
  });

  it('writes outcomes of the same alerts from two sides without a deadlock', async () => {
    await world.register(COMMUNE, 'http://127.0.0.1:9/b');
    await world.alerts(200);
    const claimed = webhooks(await one.claim({ ...LIMITS, perWebhook: 200 }));
    const halves = byReceiver(claimed);
    expect(halves.map((half) => half.length)).toEqual([200, 200]);
    const [left = [], right = []] = halves;
    await Promise.all([
      ...[0, 50, 100, 150].map((from) => one.settle(left.slice(from, from + 50).map((each) => answer(each, 'delivered')))),
      ...[150, 100, 50, 0].map((from) => one.settle(right.slice(from, from + 50).toReversed().map((each) => answer(each, 'delivered')))),
    ]);
    expect(await world.waiting()).toBe(0);
    const [row] = await world.database.query<{ n: number }>("SELECT count(*)::int AS n FROM alerts WHERE alert_status = 'delivered'");
    expect(row?.n).toBe(200);
  });
});
