import { NOW, volumeEvent } from '../intake/world';
import { queryWorld, type QueryWorld } from './world';

describe('places, responsibilities and visitor volumes over HTTP', () => {
  let world: QueryWorld;

  beforeAll(async () => {
    world = await queryWorld();
  }, 60_000);

  const jurisdiction = async (query: string) =>
    (await world.get(`/v1/jurisdiction?site=dai-lai&${query}`)).json<{ units: Array<{ code: string; name: string; level: string }>; body: { id: string }; responsibleNow: { id: string }; known: string }>();

  it.each([
    ['2025-02-28T12:00:00+07:00', ['08749', '244', '26'], 'ca-ngoc-thanh'],
    ['2025-03-15T12:00:00+07:00', ['08749', '26'], 'ca-ngoc-thanh'],
    ['2025-07-01T00:00:00+07:00', ['08746', '25'], 'ca-xuan-hoa'],
    ['2025-06-30T23:59:59+07:00', ['08749', '26'], 'ca-ngoc-thanh'],
  ])('knows who was responsible at %s', async (at, units, body) => {
    const found = await jurisdiction(`at=${encodeURIComponent(at)}`);
    expect(found.units.map((unit) => unit.code)).toEqual(units);
    expect(found.body.id).toBe(body);
    expect(found.responsibleNow.id).toBe('ca-xuan-hoa');
  });

  it('answers by what was recorded at another moment', async () => {
    const before = new Date().toISOString();
    await world.intake.registry.seed({ bodies: { name: 'bodies', text: 'id,name,unit_code,level,parent,phone\nca-xuan-hoa,Công an phường Xuân Hòa (mới),08746,commune,ca-phu-tho,113\n' } }, new Date());
    const at = 'at=2026-01-01T00:00:00Z';
    const body = async (query: string) => (await world.get(`/v1/jurisdiction?site=dai-lai&${query}`)).json<{ body: { name: string } }>().body.name;
    expect(await body(`${at}&known=${before}`)).toBe('Công an phường Xuân Hòa');
    expect(await body(`${at}&known=${new Date().toISOString()}`)).toBe('Công an phường Xuân Hòa (mới)');
    const unknown = await world.get(`/v1/jurisdiction?site=dai-lai&${at}&known=2020-01-01T00:00:00Z`);
    expect([unknown.status, unknown.json()]).toEqual([404, expect.objectContaining({ detail: expect.stringMatching(/not registered at 2020/) })]);
    expect((await world.get('/v1/jurisdiction')).json()).toMatchObject({ status: 400, errors: [{ field: 'site' }] });
    expect((await world.get('/v1/jurisdiction?site=nowhere')).status).toBe(404);
  });

  it('lists the sites with their zones', async () => {
    const { items } = (await world.get('/v1/sites')).json<{ items: Array<{ id: string; capacity: number; zones: Array<{ id: string }> }> }>();
    expect(items.map((site) => site.id)).toEqual(['dai-lai']);
    expect(items[0]).toMatchObject({ capacity: 5_500 });
    expect(items[0]?.zones.map((zone) => zone.id)).toEqual(['beach', 'gate', 'pool', 'stage']);
    expect((await world.get('/v1/sites?page=2')).status).toBe(400);
  });

  it('sums visitor volumes up by step, zone and kind', async () => {
    const minute = (m: number) => new Date(NOW - 60 * 60_000 + m * 60_000).toISOString();
    const volume = (id: string, m: number, data: Record<string, unknown>) => volumeEvent({ id, data: { measuredAt: minute(m), ...data } });
    await world.settle(
      volume('v1', 0, { occupancy: 100, entered: 5 }),
      volume('v2', 4, { occupancy: 90, entered: 1, left: 11 }),
      volume('v3', 5, { occupancy: 120 }),
      volume('v4', 1, { occupancy: 40, zone: 'stage' }),
      volume('v5', 1, { occupancy: 999, kind: 'declared' }),
    );
    const believed = { implausible: 0, implausibleReasons: [] };
    const span = `from=${minute(0)}&to=${minute(10)}`;
    const items = async (query: string) => (await world.get(`/v1/visitor-volumes?site=dai-lai&${span}&${query}`)).json<{ items: unknown[] }>().items;
    expect(await items('step=5m')).toEqual([
      { at: minute(0), zone: null, kind: 'declared', readings: 1, min: 999, max: 999, last: 999, entered: null, left: null, ...believed },
      { at: minute(0), zone: null, kind: 'measured', readings: 2, min: 90, max: 100, last: 90, entered: 6, left: 11, ...believed },
      { at: minute(0), zone: 'stage', kind: 'measured', readings: 1, min: 40, max: 40, last: 40, entered: null, left: null, ...believed },
      { at: minute(5), zone: null, kind: 'measured', readings: 1, min: 120, max: 120, last: 120, entered: null, left: null, ...believed },
    ]);
    expect(await items('step=1h&zone=stage')).toHaveLength(1);
    for (const query of ['step=1', 'step=0m', `from=${minute(5)}&to=${minute(5)}`, 'step=1s&from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z']) {
      expect((await world.get(`/v1/visitor-volumes?site=dai-lai&${query}`)).status).toBe(400);
    }
  });
});
