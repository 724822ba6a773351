import { fire, incidentEvent, SOURCE } from '../intake/world';
import { queryWorld, type Answer, type Page, type QueryWorld } from './world';

interface Alert {
  alertId: string;
  revision: number;
  level: string;
  alertStatus: string;
  headline: { vi: string };
  acknowledged: { by: string; note: string | null } | null;
  closed: { by: string; disposition: string } | null;
  link: string;
}

describe('alerts over HTTP', () => {
  let world: QueryWorld;
  let number = 0;

  beforeAll(async () => {
    world = await queryWorld({ PUBLIC_URL: 'https://canh-bao.example.vn/' });
  }, 60_000);

  /** A new alert; its id. */
  async function raise(data: Record<string, unknown> = {}): Promise<{ id: string; eventId: string }> {
    const eventId = `e${++number}`;
    await world.settle(fire(eventId, data));
    const outcome = (await world.get(`/v1/events?source=${SOURCE}&id=${eventId}`)).json<{ incident: { alert: { alertId: string } } }>();
    return { id: outcome.incident.alert.alertId, eventId };
  }
  const acknowledge = (id: string, body: unknown): Promise<Answer> => world.post(`/v1/alerts/${id}/acknowledge`, body);
  const close = (id: string, body: unknown): Promise<Answer> => world.post(`/v1/alerts/${id}/close`, body);
  const one = async (id: string) => (await world.get(`/v1/alerts/${id}`)).json<Alert>();
  const changes = async (id: string) =>
    (await world.intake.rows<{ change: string; revision: number; due: boolean }>(
      'SELECT change, revision, next_attempt_at <= now() AS due FROM deliveries WHERE alert_id = $1 ORDER BY revision', [id],
    )).map(({ change, revision, due }) => `${change} ${revision} ${due ? 'due' : 'later'}`);

  it('shows and lists them, last raised first, with a page to open', async () => {
    const { id } = await raise();
    const { id: second } = await raise({ zone: 'beach' });
    const page = (await world.get('/v1/alerts?limit=1&alert_status=pending')).json<Page<Alert>>();
    const rest = (await world.get(`/v1/alerts?limit=500&after=${page.next}`)).json<Page<Alert>>();
    const listed = [...page.items, ...rest.items].map((alert) => alert.alertId);
    expect(listed.sort()).toEqual([id, second].sort());
    expect(await one(id)).toMatchObject({ alertStatus: 'pending', revision: 1, link: `https://canh-bao.example.vn/a/${id}`, acknowledged: null });
    expect((await world.get('/v1/alerts?body=ca-xuan-hoa&level=low')).json<Page<Alert>>().items).toEqual([]);
    expect((await world.get('/v1/alerts?after=nonsense')).status).toBe(400);
    expect((await world.get('/v1/alerts/7d8a4a8e-5f0d-5a2b-9a41-0b6d2f1c3e77')).status).toBe(404);
  });

  it('takes an acknowledgement, tells of it in the same transaction, and takes a repeat by the same officer', async () => {
    const { id } = await raise();
    const answer = await acknowledge(id, { by: 'An', revision: 1, note: 'Đang đến' });
    expect(answer.status).toBe(200);
    expect(answer.json<Alert>()).toMatchObject({ alertStatus: 'acknowledged', revision: 2, acknowledged: { by: 'An', note: 'Đang đến' } });
    const again = await acknowledge(id, { by: 'An', revision: 1 });
    expect(again.status).toBe(200);
    expect(again.json<Alert>()).toEqual((await world.get(`/v1/alerts/${id}`)).json<Alert>());
    expect(await changes(id)).toEqual(['raised 1 due', 'acknowledged 2 due']);
  });

  it('answers another officer 409 with the present state', async () => {
    const { id } = await raise();
    await acknowledge(id, { by: 'An', revision: 1 });
    const late = await acknowledge(id, { by: 'Bình', revision: 1 });
    expect(late.status).toBe(409);
    expect(late.json()).toMatchObject({ reason: 'too-late', alert: { alertStatus: 'acknowledged', acknowledged: { by: 'An' } } });
  });

  it('lets one of ten officers at once acknowledge, and tells of it once', async () => {
    const { id } = await raise();
    const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => acknowledge(id, { by: `officer ${i}`, revision: 1 })));
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, ...Array<number>(9).fill(409)]);
    const winner = answers.find((answer) => answer.status === 200)?.json<Alert>().acknowledged?.by;
    for (const answer of answers.filter((each) => each.status === 409)) expect(answer.json()).toMatchObject({ alert: { acknowledged: { by: winner } } });
    expect(await changes(id)).toEqual(['raised 1 due', 'acknowledged 2 due']);
  });

  it('refuses a state from before the last raise, and one that never was', async () => {
    const eventId = `e${++number}`;
    await world.settle(incidentEvent({ id: eventId, data: { category: 'rescue.lost-child', zone: 'gate' } }));
    const { incident } = (await world.get(`/v1/events?source=${SOURCE}&id=${eventId}`)).json<{ incident: { level: string; alert: { alertId: string } } }>();
    expect(incident.level).toBe('high');
    const id = incident.alert.alertId;
    await acknowledge(id, { by: 'An', revision: 1 });
    await world.settle(incidentEvent({ id: `${eventId}-worse`, data: { corrects: eventId, category: 'rescue.drowning', zone: 'beach', injured: 2, verification: 4, weapon: true } }));
    expect(await one(id)).toMatchObject({ level: 'critical', alertStatus: 'pending', revision: 3, acknowledged: null });
    const stale = await acknowledge(id, { by: 'An', revision: 1 });
    expect(stale.status).toBe(409);
    expect(stale.json()).toMatchObject({ reason: 'stale', alert: { revision: 3 } });
    expect((await acknowledge(id, { by: 'An', revision: 4 })).status).toBe(409);
    expect((await acknowledge(id, { by: 'An', revision: 3 })).status).toBe(200);
  });

  it('takes any revision since the last raise', async () => {
    const { id, eventId } = await raise();
    await world.settle(fire(`${eventId}-more`, { corrects: eventId, description: 'Khói đã bớt' }));
    expect((await one(id)).revision).toBe(2);
    expect((await acknowledge(id, { by: 'An', revision: 1 })).status).toBe(200);
  });

  it('closes with a disposition, once, and takes a repeat', async () => {
    const { id } = await raise();
    await acknowledge(id, { by: 'An', revision: 1 });
    const closed = await close(id, { by: 'An', revision: 2, disposition: 'settled', note: 'Đã dập' });
    expect(closed.json<Alert>()).toMatchObject({ alertStatus: 'closed', revision: 3, closed: { by: 'An', disposition: 'settled', note: 'Đã dập' } });
    expect((await close(id, { by: 'An', revision: 2, disposition: 'settled' })).status).toBe(200);
    expect((await close(id, { by: 'An', revision: 3, disposition: 'founded' })).status).toBe(409);
    expect((await acknowledge(id, { by: 'An', revision: 1 })).json<Alert>().alertStatus).toBe('closed');
    expect((await acknowledge(id, { by: 'Bình', revision: 3 })).status).toBe(409);
    expect(await changes(id)).toEqual(['raised 1 due', 'acknowledged 2 due', 'closed 3 due']);
    const outcome = (await world.get(`/v1/alerts?alert_status=closed`)).json<Page<Alert>>();
    expect(outcome.items.map((alert) => alert.alertId)).toEqual([id]);
  });

  it('names every field that is wrong in a body', async () => {
    const { id } = await raise();
    const answer = await close(id, { by: ' ', revision: '1x', disposition: 'fine', extra: 1 });
    expect(answer.status).toBe(400);
    expect(answer.json<{ errors: Array<{ field: string }> }>().errors.map((error) => error.field).sort()).toEqual(['by', 'disposition', 'extra', 'revision']);
    expect((await acknowledge(id, [1])).status).toBe(400);
    expect((await world.call(`/v1/alerts/${id}/acknowledge`, { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } })).status).toBe(400);
    expect(await one(id)).toMatchObject({ alertStatus: 'pending', revision: 1 });
  });

  it('waits no longer than its limit for a row that somebody holds, and says so', async () => {
    const { id } = await raise();
    const [answer, ms] = await world.intake.database.transaction(async (tx) => {
      await tx.query('SELECT FROM alerts WHERE id = $1 FOR UPDATE', [id]);
      const began = Date.now();
      return [await acknowledge(id, { by: 'An', revision: 1 }), Date.now() - began] as const;
    });
    expect([answer.status, answer.json()]).toEqual([503, expect.objectContaining({ type: 'urn:vong-gac:problem:too-slow' })]);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(ms).toBeLessThan(8_000);
    expect((await acknowledge(id, { by: 'An', revision: 1 })).status).toBe(200);
  }, 30_000);

  it('and a worse report at the same moment happen one after the other: every revision is told, none twice', async () => {
    for (let round = 0; round < 8; round++) {
      const eventId = `e${++number}`;
      await world.settle(incidentEvent({ id: eventId, data: { category: 'rescue.lost-child', zone: 'gate' } }));
      const { incident } = (await world.get(`/v1/events?source=${SOURCE}&id=${eventId}`)).json<{ incident: { alert: { alertId: string } } }>();
      const id = incident.alert.alertId;
      const worse = incidentEvent({ id: `${eventId}-worse`, data: { corrects: eventId, category: 'rescue.drowning', zone: 'beach', injured: 2, verification: 4 } });
      const [answer] = await Promise.all([acknowledge(id, { by: 'An', revision: 1 }), world.settle(worse)]);
      const told = (await changes(id)).map((change) => change.replace(' due', ''));
      expect(told).toEqual(answer.status === 200 ? ['raised 1', 'acknowledged 2', 'raised 3'] : ['raised 1', 'raised 2']);
      expect(await one(id)).toMatchObject({ alertStatus: 'pending', level: 'critical', revision: told.length, acknowledged: null });
    }
  });
});
