import { chunkOf, volumeEvent, type Data } from '../intake/world';
import { queryWorld, type QueryWorld } from './world';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

interface Place {
  zone: string | null;
  posture: string;
  occupancy: number | null;
  ratio: number | null;
  density: number | null;
  alertId: string | null;
  doubts: { word: string; text: { vi: string } }[];
  reasons: { rule: string }[];
}

describe('crowds over HTTP', () => {
  let world: QueryWorld;
  let number = 0;
  let next = 0;
  beforeAll(async () => {
    world = await queryWorld();
  }, 60_000);

  /** Received now, unlike the records of other suites: the api speaks of this very moment. */
  async function arrive(...values: Data[]): Promise<void> {
    const chunk = chunkOf(next, values);
    next += values.length;
    await world.intake.settle({ ...chunk, records: chunk.records.map((record) => ({ ...record, timestamp: Date.now() })) });
  }
  const counted = (minutesBefore: number, data: Record<string, unknown>): Data => volumeEvent({ id: `c${(number += 1)}`, data: { measuredAt: new Date(Date.now() - minutesBefore * MINUTE_MS).toISOString(), ...data } });
  const places = async () => (await world.get('/v1/sites/dai-lai/crowd')).json<{ items: Place[] }>().items;
  const place = async (zone: string | null) => (await places()).find((each) => each.zone === zone);

  it('says the posture of each place with its numbers, and which alert is about it', async () => {
    expect(await places()).toEqual([]);
    await arrive(counted(3, { occupancy: 3_900 }), counted(2, { zone: 'stage', occupancy: 2_960 }));
    expect(await place(null)).toMatchObject({ posture: 'watch', occupancy: 3_900, ratio: 0.709, density: null, doubts: [], policy: { id: 'built-in', version: 2 }, alertId: null });
    expect(await place('stage')).toMatchObject({ posture: 'stop-inflow', occupancy: 2_960, ratio: 0.986, density: 2.96, alertId: expect.any(String), reasons: [{ rule: 'crowd-ratio' }, { rule: 'crowd-density' }] });
  });

  it('says why a count is not believed, and shows how many are not', async () => {
    await arrive(counted(1, { zone: 'stage', occupancy: 0 }));
    expect(await place('stage')).toMatchObject({ posture: 'unknown', occupancy: null, doubts: [{ word: 'jump', text: { vi: expect.stringMatching(/từ 2\.960 (xuống|sang) 0 trong/) } }] });
    const { items } = (await world.get('/v1/visitor-volumes?site=dai-lai&zone=stage&step=1d')).json<{ items: { readings: number; implausible: number; implausibleReasons: string[] }[] }>();
    expect(items.reduce((sum, { implausible }) => sum + implausible, 0)).toBe(1);
    expect(items.flatMap(({ implausibleReasons }) => implausibleReasons)).toEqual(['jump']);
  });

  it('knows nothing of now from a count of yesterday', async () => {
    await arrive(volumeEvent({ id: 'old', data: { zone: 'pool', occupancy: 590, measuredAt: new Date(Date.now() - DAY_MS).toISOString() } }));
    expect(await place('pool')).toMatchObject({ posture: 'unknown', occupancy: 590, reasons: [{ rule: 'crowd-stale' }] });
  });

  it('says how full each place is expected to be today and tomorrow, by the forecast that came last', async () => {
    const midnight = Date.parse(`${new Date(Date.now() + 7 * 60 * MINUTE_MS).toISOString().slice(0, 10)}T00:00:00+07:00`);
    const at = (days: number, hours: number): string => new Date(midnight + days * DAY_MS + hours * 60 * MINUTE_MS).toISOString();
    const expected = (id: string, zone: string | null, measuredAt: string, occupancy: number): Data => volumeEvent({ id, data: { zone, kind: 'forecast', measuredAt, occupancy } });
    await arrive(expected('f1', 'stage', at(1, 20), 2_000), expected('f2', 'stage', at(1, 21), 1_500), expected('f3', null, at(1, 20), 6_000), expected('f4', 'stage', at(2, 1), 3_000));
    await arrive(expected('f5', 'stage', at(1, 20), 3_150));
    const { forecasts } = (await world.get('/v1/sites/dai-lai/crowd')).json<{ forecasts: unknown[] }>();
    expect(forecasts).toEqual([
      { zone: null, expectedAt: at(1, 20), occupancy: 6_000, posture: 'breach', ratio: 1.09, density: null },
      { zone: 'stage', expectedAt: at(1, 20), occupancy: 3_150, posture: 'breach', ratio: 1.05, density: 3.15 },
    ]);
    expect(await place('stage')).toMatchObject({ posture: 'unknown' }); // nothing of now came of it
  });

  it('knows no site that is not registered', async () => {
    expect((await world.get('/v1/sites/nowhere/crowd')).status).toBe(404);
    expect((await world.get('/v1/sites/dai-lai/crowd?page=2')).status).toBe(400);
  });
});
