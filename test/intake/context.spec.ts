import { chunkOf, incidentEvent, intakeWorld, NOW, SOURCE, volumeEvent, type Data, type World } from './world';

const MINUTE_MS = 60_000;
const at = (minutesBefore: number): string => new Date(NOW - minutesBefore * MINUTE_MS).toISOString();

describe('the context that an incident is judged in', () => {
  let world: World;
  let next = 0;
  beforeAll(async () => {
    world = await intakeWorld();
  });
  async function arrive(...values: Data[]): Promise<void> {
    await world.settle(chunkOf(next, values));
    next += values.length;
  }
  async function occupancy(id: string): Promise<Data | null> {
    const [row] = await world.rows<{ assessment: string }>('SELECT assessment FROM incidents WHERE source = $1 AND event_id = $2', [SOURCE, id]);
    return JSON.parse(row?.assessment ?? '{}').context.occupancy;
  }

  it('takes the latest stored reading of the zone, else of the site, measured before declared, never a forecast, at most 30 min old', async () => {
    await arrive(
      volumeEvent({ id: 'v1', data: { measuredAt: at(40), occupancy: 1 } }),
      volumeEvent({ id: 'v2', data: { measuredAt: at(25), occupancy: 2 } }),
      volumeEvent({ id: 'v3', data: { measuredAt: at(20), occupancy: 3, kind: 'declared' } }),
      volumeEvent({ id: 'v4', data: { measuredAt: at(15), occupancy: 4, kind: 'forecast' } }),
      volumeEvent({ id: 'v5', data: { measuredAt: at(22), occupancy: 5, zone: 'beach' } }),
    );
    await arrive(
      incidentEvent({ id: 'i1', data: { occurredAt: at(10) } }),
      incidentEvent({ id: 'i2', data: { occurredAt: at(10), zone: 'beach' } }),
      incidentEvent({ id: 'i3', data: { occurredAt: at(10), zone: 'pool' } }),
      incidentEvent({ id: 'i4', data: { occurredAt: at(80) } }),
    );
    expect(await occupancy('i1')).toMatchObject({ count: 2, zone: null, volumeKind: 'measured' });
    expect(await occupancy('i2')).toMatchObject({ count: 5, zone: 'beach' });
    expect(await occupancy('i3')).toMatchObject({ count: 2, zone: null });
    expect(await occupancy('i4')).toBeNull();
  });

  it('sees a volume that came earlier in the same chunk', async () => {
    await arrive(volumeEvent({ id: 'w1', data: { measuredAt: at(11), occupancy: 77, zone: 'gate' } }), incidentEvent({ id: 'w2', data: { zone: 'gate', occurredAt: at(10) } }));
    expect(await occupancy('w2')).toMatchObject({ count: 77 });
  });

  describe('beside a flood of readings in the windows', () => {
    beforeAll(async () => {
      await world.rows(`INSERT INTO visitor_volumes (source, event_id, site_id, zone, measured_at, received_at, occupancy, kind, original)
        SELECT '/flood', 'f' || n, 'dai-lai', 'stage', to_timestamp($1::float8 / 1000) - n * interval '50 milliseconds', now(), n, CASE WHEN n % 2 = 0 THEN 'declared' ELSE 'measured' END, '{}'
        FROM generate_series(1, 25000) n`, [NOW - 10 * MINUTE_MS]);
    });
    afterAll(async () => {
      await world.rows(`DELETE FROM visitor_volumes WHERE source = '/flood'`);
    });
    const reports = (name: string, count: number): Data[] => Array.from({ length: count }, (_, i) => incidentEvent({ id: `${name}${i}`, data: { zone: i % 2 === 0 ? 'stage' : 'beach', occurredAt: at(10) } }));

    // A few are each asked for by themselves; the merged windows of many hold too many readings, and they are asked for by themselves after all.
    it.each([['few', 2], ['many', 100]])('%s reports find the same as without it', async (name, count) => {
      await arrive(...reports(name, count));
      expect(await occupancy(`${name}0`)).toMatchObject({ count: 1, zone: 'stage', volumeKind: 'measured' });
      expect(await occupancy(`${name}1`)).toMatchObject({ count: 5, zone: 'beach' });
    });
  });

  it('many reports share the readings of their windows', async () => {
    await arrive(...Array.from({ length: 100 }, (_, i) => incidentEvent({ id: `shared${i}`, data: { zone: i % 2 === 0 ? 'beach' : 'pool', occurredAt: at(10) } })));
    expect(await occupancy('shared0')).toMatchObject({ count: 5, zone: 'beach' });
    expect(await occupancy('shared1')).toMatchObject({ count: 2, zone: null });
  });

  it('a report does not wait for the counts that came before it, piece after piece, through as many partitions as are read at once', async () => {
    const settled: string[] = [];
    const counts = (partition: number, from: number): Data[] => Array.from({ length: 100 }, (_, i) => volumeEvent({ id: `counts${partition}-${from + i}`, data: { measuredAt: at(9 - partition / 10 - (from + i) / 10_000), zone: 'pool' } }));
    const settleCounts = async (partition: number, from: number): Promise<void> => {
      await world.settle(chunkOf(from, counts(partition, from), { topic: 'visitor-volume.measured', partition }));
      settled.push('counts');
    };
    await Promise.all([0, 1, 2].map((partition) => settleCounts(partition, 0)));
    const flood = [0, 1, 2].map(async (partition) => {
      for (let from = 100; from < 1_100; from += 100) await settleCounts(partition, from);
    });
    const report = world.settle(chunkOf(next, [incidentEvent({ id: 'urgent' })])).then(() => settled.push('report'));
    next += 1;
    await Promise.all([...flood, report]);
    expect(settled).toHaveLength(34);
    // It has some four times as many statements as a piece of counts, and each waits for its turn on the cores: some rounds pass. Behind the flood it would be the last.
    expect(settled.indexOf('report')).toBeLessThan(settled.length / 2);
  });
});
