import { fire, incidentEvent, SOURCE } from '../intake/world';
import { queryWorld, type QueryWorld } from './world';

const EVIL = '</dd><script>alert(1)</script><img src=x onerror="alert(2)"> \'"& `${x}`';

/** The page behind `link`, used as a phone without JavaScript uses it: links and forms. */
describe('the officer’s page', () => {
  let world: QueryWorld;
  let number = 0;

  beforeAll(async () => {
    world = await queryWorld();
  }, 60_000);

  async function raise(data: Record<string, unknown> = {}): Promise<string> {
    const eventId = `e${++number}`;
    await world.settle(fire(eventId, data));
    const { incident } = (await world.get(`/v1/events?source=${SOURCE}&id=${eventId}`)).json<{ incident: { alert: { alertId: string } } }>();
    return incident.alert.alertId;
  }
  const send = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    world.call(path, { method: 'POST', body: new URLSearchParams(fields), headers: { origin: world.api.url, 'sec-fetch-site': 'same-origin', ...headers } });

  it('says what, where, when, how many, why and whom to call, in one small answer', async () => {
    const id = await raise({ description: 'Khói đen ở sân khấu', injured: 2, involved: 30 });
    const page = await world.get(`/a/${id}`);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(Buffer.byteLength(page.text)).toBeLessThan(15_000);
    for (const text of ['NGUY CẤP', '<h1>Cháy</h1>', '2 NGƯỜI BỊ THƯƠNG', 'Sân khấu ven hồ', 'Khói đen ở sân khấu', 'chưa có số liệu', 'Chưa ai nhận', 'ĐÃ NHẬN', 'href="tel:02110005500"', 'href="tel:114"', 'Công an phường Xuân Hòa']) {
      expect(page.text).toContain(text);
    }
    expect(page.text).toMatch(/<html lang="vi">/);
    // Nothing is loaded from anywhere: no second request.
    expect(page.text).not.toMatch(/<(script|img|iframe|link)[^>]+(src|href)="(?!data:)/);
  });

  it('shows what a report says as text, and lets nothing but its own script run', async () => {
    const id = await raise({ description: EVIL, zone: '<b>zone</b>' });
    const page = await world.get(`/a/${id}`);
    expect(page.text).not.toMatch(/<script>alert|<img|<b>zone/);
    expect(page.text).toContain('&#60;script&#62;alert(1)&#60;/script&#62;');
    expect(page.text.match(/<script/g)).toHaveLength(1);
    const csp = page.headers.get('content-security-policy') ?? '';
    expect(csp).toMatch(/default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'/);
    expect(csp).not.toContain('unsafe');
  });

  it('takes an acknowledgement by a plain form, remembers the name, and closes', async () => {
    const id = await raise();
    const answer = await send(`/a/${id}/acknowledge`, { by: ' Trung uý  An <b> ', revision: '1' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `/a/${id}`]);
    const cookie = answer.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^vg_name=[^;]+; Path=\/a; Max-Age=\d+; HttpOnly; SameSite=Lax$/);
    const page = await world.get(`/a/${id}`, { cookie: cookie.split(';', 1)[0] ?? '' });
    expect(page.text).toContain('Đã nhận');
    expect(page.text).toContain('Trung uý  An &#60;b&#62;');
    expect(page.text).not.toContain('ĐÃ NHẬN</button>');
    const closed = await send(`/a/${id}/close`, { by: 'An', revision: '2', disposition: 'false-alarm', note: 'Khói bếp' });
    expect(closed.status).toBe(303);
    const over = (await world.get(`/a/${id}`)).text;
    for (const text of ['Đã kết thúc', 'Báo nhầm', 'Khói bếp', 'Diễn biến']) expect(over).toContain(text);
    expect(over).not.toContain('<form');
    expect((await world.get(`/v1/alerts/${id}`)).json()).toMatchObject({ alertStatus: 'closed', closed: { by: 'An', disposition: 'false-alarm' } });
  });

  it('takes the same press twice', async () => {
    const id = await raise();
    const presses = await Promise.all([1, 2, 3].map(() => send(`/a/${id}/acknowledge`, { by: 'An', revision: '1' })));
    expect(presses.map((press) => press.status)).toEqual([303, 303, 303]);
    expect((await world.get(`/v1/alerts/${id}`)).json()).toMatchObject({ revision: 2 });
  });

  it('says who was faster, and shows the present state', async () => {
    const id = await raise();
    await send(`/a/${id}/acknowledge`, { by: 'Đại uý Bình', revision: '1' });
    const late = await send(`/a/${id}/acknowledge`, { by: 'An', revision: '1' });
    expect(late.status).toBe(409);
    expect(late.text).toContain('Chưa gửi: Đại uý Bình đã làm trước');
  });

  it('says that the alert changed, what changed, and takes the next press', async () => {
    const eventId = `e${++number}`;
    await world.settle(incidentEvent({ id: eventId, data: { category: 'rescue.lost-child', zone: 'gate' } }));
    const { incident } = (await world.get(`/v1/events?source=${SOURCE}&id=${eventId}`)).json<{ incident: { alert: { alertId: string } } }>();
    const id = incident.alert.alertId;
    await world.settle(incidentEvent({ id: `${eventId}-worse`, data: { corrects: eventId, category: 'rescue.drowning', zone: 'beach', injured: 2, verification: 4 } }));
    const stale = await send(`/a/${id}/acknowledge`, { by: 'An', revision: '1' });
    expect(stale.status).toBe(409);
    expect(stale.text).toContain('Chưa gửi: tin đã thay đổi, hãy đọc lại');
    expect(stale.text).toMatch(/báo động, mức nguy cấp/);
    expect(stale.text).toContain('<h1>Đuối nước</h1>');
    const revision = /name="revision" value="(\d+)"/.exec(stale.text)?.[1] ?? '';
    expect(revision).toBe('2');
    expect((await send(`/a/${id}/acknowledge`, { by: 'An', revision })).status).toBe(303);
  });

  it('asks for what is missing instead of guessing', async () => {
    const id = await raise();
    const nameless = await send(`/a/${id}/acknowledge`, { by: '  ', revision: '1' });
    expect([nameless.status, nameless.text.includes('hãy ghi tên người nhận')]).toEqual([400, true]);
    const unresolved = await send(`/a/${id}/close`, { by: 'An', revision: '1', disposition: '' });
    expect([unresolved.status, unresolved.text.includes('hãy chọn kết quả')]).toEqual([400, true]);
    expect((await send(`/a/${id}/acknowledge`, { by: 'An', revision: 'x' })).status).toBe(409);
    expect((await world.get(`/v1/alerts/${id}`)).json()).toMatchObject({ alertStatus: 'pending' });
  });

  it('takes whatever is sent for a name as a text, or for none', async () => {
    const id = await raise();
    for (const body of [{ by: 5, revision: 1 }, { by: ['An'], revision: '1' }, [], 'An', null]) expect((await world.post(`/a/${id}/acknowledge`, body)).status).toBe(400);
    // Cut in the middle of a character that takes two places.
    expect((await send(`/a/${id}/acknowledge`, { by: `${'A'.repeat(119)}🔥`, revision: '1' })).status).toBe(303);
    expect((await world.get(`/v1/alerts/${id}`)).json()).toMatchObject({ acknowledged: { by: 'A'.repeat(119) } });
  });

  it('takes nothing from a page of another site', async () => {
    const id = await raise();
    const foreign: Array<Record<string, string>> = [{ origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }, { origin: 'null' }];
    for (const headers of foreign) {
      expect((await send(`/a/${id}/acknowledge`, { by: 'An', revision: '1' }, headers)).status).toBe(403);
    }
    expect((await world.get(`/v1/alerts/${id}`)).json()).toMatchObject({ alertStatus: 'pending' });
  });

  it.each([
    ['Exercise', 'DIỄN TẬP', 'không có thật', '[DIỄN TẬP]'],
    ['Test', 'TIN THỬ', 'không cần đến hiện trường', '[THỬ]'],
  ])('cannot be taken for real when it is %s', async (status, banner, words, mark) => {
    const { text } = await world.get(`/a/${await raise({ status })}`);
    expect(text).toMatch(new RegExp(`<body><div class="unreal"><p><b>${banner}</b>.*${words}`));
    expect(text).toContain(`<h1>${mark} Cháy</h1>`);
    expect(text).not.toContain('data-by=');
  });

  it('says in Vietnamese that there is no such alert', async () => {
    for (const id of ['7d8a4a8e-5f0d-5a2b-9a41-0b6d2f1c3e77', 'x', '..%2f..']) {
      const page = await world.get(`/a/${id}`);
      expect([page.status, page.text.includes('Không có tin này')]).toEqual([404, true]);
      expect((await send(`/a/${id}/acknowledge`, { by: 'An', revision: '1' })).status).toBe(404);
    }
  });
});
