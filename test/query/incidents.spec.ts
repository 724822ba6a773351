import { parse } from 'csv-parse/sync';
import { incidentEvent, NOW, SOURCE } from '../intake/world';
import { queryWorld, type Page, type QueryWorld } from './world';

interface Item {
  id: string;
  eventId: string;
  level: string;
  description: string | null;
}

const HOUR_MS = 3_600_000;
const at = (hoursAgo: number) => new Date(NOW - hoursAgo * HOUR_MS).toISOString();

describe('GET /v1/incidents', () => {
  let world: QueryWorld;
  const ids = async (query: string) => {
    const answer = await world.get(`/v1/incidents?${query}`);
    if (answer.status !== 200) throw new Error(answer.text);
    return answer.json<Page<Item>>().items.map((item) => item.eventId);
  };

  beforeAll(async () => {
    world = await queryWorld();
    await world.settle(
      incidentEvent({ id: 'theft', data: { occurredAt: at(5), description: 'Mất túi xách ở BÃI TẮM', verification: 1, zone: 'beach' } }),
      incidentEvent({ id: 'fight', data: { occurredAt: at(4), category: 'violence.fight', description: 'Ẩu đả, có người bị ĐẤM', verification: 3 } }),
      incidentEvent({ id: 'drown', data: { occurredAt: at(3), category: 'rescue.drowning', description: 'Một khách đuối nước gần phao số 3', injured: 1 } }),
      incidentEvent({ id: 'drill', data: { occurredAt: at(2), category: 'fire.fire', status: 'Exercise', description: '=HYPERLINK("http://evil"),"x"' } }),
      incidentEvent({ id: 'odd', data: { occurredAt: at(1), category: 'violence.hit-and-run', description: 'tông xe 100%_\\ "rồi"\nbỏ chạy' } }),
    );
  }, 60_000);

  it('lists the newest first, and the oldest when asked', async () => {
    expect(await ids('')).toEqual(['odd', 'drill', 'drown', 'fight', 'theft']);
    expect(await ids('order=oldest')).toEqual(['theft', 'fight', 'drown', 'drill', 'odd']);
  });

  it.each([
    ['site=dai-lai', 5],
    ['site=elsewhere', 0],
    ['category=violence', ['odd', 'fight']],
    ['category=violence.fight', ['fight']],
    ['category=security,rescue.drowning', ['drown', 'theft']],
    ['status=Exercise', ['drill']],
    ['min_verification=2', ['fight']],
    [`from=${at(4)}&to=${at(2)}`, ['drown', 'fight']],
    ['unit=08746', 5],
    ['unit=25', 5],
    ['unit=08749', 0],
    ['category=violence&min_verification=3&status=Actual', ['fight']],
  ])('filters by %s', async (query, expected) => {
    const found = await ids(query);
    if (typeof expected === 'number') expect(found).toHaveLength(expected);
    else expect(found).toEqual(expected);
  });

  it('filters by level', async () => {
    const all = (await world.get('/v1/incidents')).json<Page<Item>>().items;
    const grave = all.filter((item) => item.level === 'high' || item.level === 'critical').map((item) => item.eventId);
    expect(grave).toContain('drown');
    expect(await ids('level=high,critical')).toEqual(grave);
  });

  it.each([
    ['duoi nuoc', ['drown']],
    ['ĐUỐI NƯỚC', ['drown']],
    ['đuối', ['drown']],
    ['bai tam', ['theft']],
    ['Bãi Tắm', ['theft']],
    ['au da', ['fight']],
    ['dam', ['fight']],
    ['hit-and-run', ['odd']],
    ['100%_\\', ['odd']],
    ['%', ['odd']],
    ['__', []],
    ["' OR 1=1 --", []],
  ])('finds the text %p', async (text, expected) => {
    expect(await ids(`text=${encodeURIComponent(text)}`)).toEqual(expected);
  });

  it('refuses what it does not know, by name, all at once', async () => {
    const answer = await world.get('/v1/incidents?sight=dai-lai&level=hihg&limit=501&after=x&unit=abc');
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    const errors = answer.json<{ errors: Array<{ field: string; problem: string }> }>().errors;
    expect(errors.map((error) => error.field).sort()).toEqual(['after', 'level', 'limit', 'sight', 'unit']);
    expect(errors.find((error) => error.field === 'sight')?.problem).toMatch(/there is .*site/);
    for (const query of ['category=violence.boxing', 'unit=99999', 'text=%00', 'limit=5&limit=6']) expect((await world.get(`/v1/incidents?${query}`)).status).toBe(400);
  });

  it('pages without gaps or repeats while rows are stored around the cursor', async () => {
    const site = 'category=security.lost-property';
    const event = (id: string, hoursAgo: number) => incidentEvent({ id, data: { occurredAt: at(hoursAgo), category: 'security.lost-property' } });
    await world.settle(...[40, 39, 38, 37, 36, 35, 34].map((hours) => event(`p${hours}`, hours)));
    const first = (await world.get(`/v1/incidents?${site}&limit=3`)).json<Page<Item>>();
    expect(first.items.map((item) => item.eventId)).toEqual(['p34', 'p35', 'p36']);
    await world.settle(event('later', 30), event('between', 34.5), event('earlier', 36.5));
    const link = (await world.get(`/v1/incidents?${site}&limit=3`)).headers.get('link');
    expect(link).toMatch(/^<\/v1\/incidents\?category=security\.lost-property&limit=3&after=[0-9a-f-]{36}>; rel="next"$/);
    const second = (await world.get(`/v1/incidents?${site}&limit=3&after=${first.next}`)).json<Page<Item>>();
    expect(second.items.map((item) => item.eventId)).toEqual(['earlier', 'p37', 'p38']);
    const third = (await world.get(`/v1/incidents?${site}&limit=3&after=${second.next}`)).json<Page<Item>>();
    expect(third).toMatchObject({ items: [{ eventId: 'p39' }, { eventId: 'p40' }], next: null });
  });

  it('gives the same rows as CSV, which another reader reads back and a spreadsheet cannot run', async () => {
    const answer = await world.get('/v1/incidents?category=violence,fire&limit=10', { accept: 'text/csv' });
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    const rows = parse(answer.text, { columns: true, record_delimiter: '\r\n' }) as Array<Record<string, string>>;
    expect(rows.map((row) => row['eventId'])).toEqual(['odd', 'drill', 'fight']);
    expect(rows[0]?.['description']).toBe('tông xe 100%_\\ "rồi"\nbỏ chạy');
    expect(rows[0]?.['category']).toBe('violence.unknown');
    expect(rows[1]?.['description']).toBe('\'=HYPERLINK("http://evil"),"x"');
    expect(rows[2]).toMatchObject({ occurredAt: at(4), categoryVi: 'Đánh nhau', verification: '3', weapon: '' });
  });

  it('shows one incident with its assessment and the event as it came', async () => {
    const [item] = (await world.get('/v1/incidents?category=violence.fight')).json<Page<Item>>().items;
    const answer = await world.get(`/v1/incidents/${item?.id}`);
    const one = answer.json<{ original: string; assessment: { reasons: unknown[] }; category: unknown }>();
    expect(JSON.parse(one.original)).toMatchObject({ id: 'fight', source: SOURCE });
    expect(one.assessment.reasons.length).toBeGreaterThan(0);
    expect(one.category).toEqual({ code: 'violence.fight', asSent: 'violence.fight', vi: 'Đánh nhau', en: 'Fight' });
    expect((await world.get('/v1/incidents/019400d2-8c00-8000-8000-0123456789ab')).status).toBe(404);
    expect((await world.get('/v1/incidents/17')).status).toBe(400);
  });

  it('shows the last word of each thread, and every row with all=true', async () => {
    const lodging = (id: string, corrects?: string) => incidentEvent({ id, data: { occurredAt: at(60), category: 'lodging.violation', ...(corrects === undefined ? {} : { corrects }) } });
    await world.settle(
      lodging('a1'), lodging('a2', 'a1'), lodging('a3', 'a2'), // a chain: a3
      lodging('b1'), lodging('b2', 'b1'), lodging('b3', 'b1'), // two corrections of one: the last received, b3
      lodging('c2', 'c1'), // the corrected one is not there yet: c2
      lodging('d1'),
    );
    const query = 'category=lodging.violation';
    expect((await ids(query)).sort()).toEqual(['a3', 'b3', 'c2', 'd1']);
    await world.settle(lodging('c1'));
    expect((await ids(query)).sort()).toEqual(['a3', 'b3', 'c2', 'd1']);
    await world.settle(lodging('e1', 'e2'), lodging('e2', 'e1')); // each corrects the other: the first received keeps its place, as in its alert
    expect((await ids(query)).sort()).toEqual(['a3', 'b3', 'c2', 'd1', 'e1']);
    await world.settle(lodging('e3', 'e1'));
    expect((await ids(query)).sort()).toEqual(['a3', 'b3', 'c2', 'd1', 'e3']);
    expect((await ids(`${query}&all=true`)).sort()).toEqual(['a1', 'a2', 'a3', 'b1', 'b2', 'b3', 'c1', 'c2', 'd1', 'e1', 'e2', 'e3']);
  });
});
