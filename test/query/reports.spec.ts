import { fire, incidentEvent, NOW, SOURCE } from '../intake/world';
import { queryWorld, type Page, type QueryWorld } from './world';

const EVIL = '<img src=x onerror="alert(1)"> \'"&';
const at = (minutes: number): string => new Date(NOW + minutes * 60_000).toISOString();
const burns = (n: number, data: Record<string, unknown> = {}) => fire(`f${n}`, { zone: 'stage', occurredAt: at(n - 40), description: `tin số ${n}`, ...data });

/** Several reports of one happening have one alert: whoever reads the alert can read each of them. */
describe('the reports of an alert', () => {
  let world: QueryWorld;
  let alertId: string;
  const ids = async (query: string) => (await world.get(`/v1/incidents?${query}`)).json<Page<{ eventId: string }>>().items.map((item) => item.eventId);

  beforeAll(async () => {
    world = await queryWorld({}, { situations: true });
    await world.settle(
      ...Array.from({ length: 7 }, (_, i) => burns(i + 1)),
      { ...burns(3, { corrects: 'f3', description: EVIL, injured: 2 }), id: 'f3b' },
      fire('elsewhere', { zone: 'gate' }),
      incidentEvent({ id: 'theft' }),
    );
    alertId = await alertOf('f7');
  }, 60_000);

  async function alertOf(eventId: string): Promise<string> {
    return (await world.get(`/v1/events?source=${SOURCE}&id=${eventId}`)).json<{ incident: { alert: { alertId: string } } }>().incident.alert.alertId;
  }

  it('are listed by its id: the founder, those that joined and their corrections, and no other', async () => {
    expect(await ids(`alert=${alertId}`)).toEqual(['f7', 'f6', 'f5', 'f4', 'f3b', 'f2', 'f1']);
    expect(await ids(`alert=${alertId}&all=true&order=oldest`)).toEqual(expect.arrayContaining(['f1', 'f2', 'f3', 'f3b', 'f4', 'f5', 'f6', 'f7']));
    expect(await ids(`alert=${await alertOf('elsewhere')}`)).toEqual(['elsewhere']);
    expect(await ids(`alert=${alertId}&site=nowhere`)).toEqual([]);
    expect(await ids('alert=7d8a4a8e-5f0d-5a2b-9a41-0b6d2f1c3e77')).toEqual([]);
    expect((await world.get('/v1/incidents?alert=17')).status).toBe(400);
    const first = (await world.get(`/v1/incidents?alert=${alertId}&limit=3`)).json<Page<{ eventId: string }>>();
    expect(await ids(`alert=${alertId}&limit=3&after=${first.next}`)).toEqual(['f4', 'f3b', 'f2']);
  });

  it('are read by the officer: when, where, what and in which words, the newest first', async () => {
    const { text } = await world.get(`/a/${alertId}`);
    const list = /<summary>Các tin báo về vụ việc này[^]*?<\/details>/.exec(text)?.[0] ?? '';
    expect(list.match(/<li>/g)).toHaveLength(7);
    expect(list.indexOf('tin số 6')).toBeLessThan(list.indexOf('tin số 2'));
    for (const said of ['<b>Cháy</b>', 'Sân khấu ven hồ', '19:21', 'tin số 2', '2 người bị thương', '&#60;img src=x onerror=&#34;']) expect(list).toContain(said);
    expect(list).not.toContain('tin số 3');
    expect(text).not.toContain('<img');
    expect(Buffer.byteLength(text)).toBeLessThan(20_000);
    expect((await world.get(`/a/${await alertOf('elsewhere')}`)).text).not.toContain('Các tin báo');
  });

  it('are shown ten at a time, and the earlier ones behind a link', async () => {
    await world.settle(...Array.from({ length: 8 }, (_, i) => burns(i + 8, { description: `${'dài '.repeat(200)}tin` })));
    const newest = (await world.get(`/a/${alertId}`)).text;
    expect([newest.match(/<li><b>Cháy/g)?.length, newest.includes('tin số 6'), newest.includes('tin số 5')]).toEqual([10, true, false]);
    expect(newest).toContain('…</div>');
    const link = /href="(\/a\/[^"]+\?after=[0-9a-f-]{36})"/.exec(newest)?.[1] ?? '';
    const earlier = (await world.get(link)).text;
    for (const n of [1, 2, 4, 5]) expect(earlier).toContain(`tin số ${n}`);
    expect(earlier).toContain('<details open><summary>Các tin báo về vụ việc này');
    expect(earlier).not.toContain('?after=');
    expect((await world.get(`/a/${alertId}?after=x`)).text).toContain('tin số 6');
  });

  it('do not hold up the alert itself where they cannot be read in time', async () => {
    const page = await world.intake.database.transaction(async (tx) => {
      await tx.execute('LOCK TABLE incidents IN ACCESS EXCLUSIVE MODE');
      return world.get(`/a/${alertId}`);
    });
    expect([page.status, page.text.includes('ĐÃ NHẬN'), page.text.includes('Chưa đọc được các tin báo')]).toEqual([200, true, true]);
  }, 30_000);
});

/** Why an alert has its level stands with it, in both languages: an officer and an analyst read the same. */
describe('why an alert has its level', () => {
  let world: QueryWorld;
  beforeAll(async () => {
    world = await queryWorld();
    await world.settle(fire('f1', { injured: 12, weapon: true }));
  }, 60_000);

  it('is shown on the officer’s page: sentences with score and scale, then each reason with its points and floor', async () => {
    const [alert] = (await world.get('/v1/alerts')).json<Page<{ alertId: string; explanation: { vi: string; en: string }; reasons: { rule: string; points?: number; floor?: string }[] }>>().items;
    expect(alert?.explanation.vi).toMatch(/\d+ điểm \(từ 75 là nguy cấp\)/);
    expect(alert?.reasons).toContainEqual(expect.objectContaining({ rule: 'weapon', points: 25, floor: 'high' }));
    const { text } = await world.get(`/a/${alert?.alertId}`);
    expect(text.indexOf(alert?.explanation.vi ?? '?')).toBeGreaterThan(0);
    expect(text.indexOf(alert?.explanation.en ?? '?')).toBeLessThan(text.indexOf('<table class="why">'));
    expect(text).toMatch(/<tr><td>Có hung khí<br><span lang="en">A weapon was seen<\/span><\/td><td><div>\+25 điểm<br><span lang="en">\+25 points<\/span><\/div><div>ít nhất mức cao<br><span lang="en">at least high<\/span><\/div><\/td>/);
    const [incident] = (await world.get('/v1/incidents?category=fire.fire')).json<Page<{ id: string }>>().items;
    expect((await world.get(`/v1/incidents/${incident?.id}`)).json()).toMatchObject({ explanation: alert?.explanation, assessment: { reasons: alert?.reasons } });
  });

  it('is shown of an alert of before too, which kept no points', async () => {
    const [alert] = await world.intake.rows<{ id: string; data: string }>('SELECT id, data FROM alerts');
    const { explanation: _, ...content } = JSON.parse(alert?.data ?? '') as { explanation: unknown; reasons: { rule: string; text: unknown }[] };
    await world.intake.rows('UPDATE alerts SET data = $1', [JSON.stringify({ ...content, reasons: content.reasons.map(({ rule, text }) => ({ rule, text })) })]);
    const { status, text } = await world.get(`/a/${alert?.id}`);
    expect([status, text.includes('Giải thích')]).toEqual([200, false]);
    expect(text).toContain('<tr><td>Có hung khí<br><span lang="en">A weapon was seen</span></td><td></td></tr>');
  });

  it('goes out in messages as texts alone, as their schema says', async () => {
    const [delivery] = await world.intake.rows<{ body: string }>(`SELECT body FROM deliveries WHERE kind = 'alert' LIMIT 1`);
    const { data } = JSON.parse(delivery?.body ?? '') as { data: { reasons: object[] } };
    expect(new Set(data.reasons.flatMap((reason) => Object.keys(reason)))).toEqual(new Set(['rule', 'text']));
  });
});
