import { CheckStore, IncidentStore, type ChunkWork, type CrowdWrite } from '@vong-gac/database';
import { builtInPolicy, shippedPolicies } from '@vong-gac/policy';
import type { CrowdState, PolicyLookup, RiskPolicy } from '@vong-gac/domain';
import { road } from './road';
import { chunkOf, incidentEvent, intakeWorld, NOW, SOURCE, TOPIC, volumeEvent, type Data, type World } from './world';

const MINUTE_MS = 60_000;
const at = (minutesBefore: number): string => new Date(NOW - minutesBefore * MINUTE_MS).toISOString();
let number = 0;
/** A count at the stage (3,000 guests on 1,000 m²), so many minutes ago. */
const stage = (minutesBefore: number, occupancy: number, more: Data = {}): Data =>
  volumeEvent({ id: `v${(number += 1)}`, data: { zone: 'stage', measuredAt: at(minutesBefore), occupancy, ...more } });

interface Alert {
  id: string;
  source: string;
  first_id: string;
  level: number;
  alert_status: string;
  revision: number;
  data: string;
}

describe('crowds on their way through intake', () => {
  let world: World;
  let next: number;
  beforeEach(async () => {
    world = await intakeWorld();
    next = 0;
  });
  async function arrive(...values: Data[]): Promise<void> {
    await world.settle(chunkOf(next, values));
    next += values.length;
  }
  const alerts = () => world.rows<Alert>(`SELECT id, source, first_id, level, alert_status, revision, data FROM alerts WHERE source LIKE '%#crowd' ORDER BY raised_at, first_id`);
  const state = async () => (await world.rows<{ revision: number; state: string }>(`SELECT revision, state FROM crowd_states WHERE zone = 'stage'`))[0];
  const told = async () => (await world.rows<{ change: string }>(`SELECT change FROM deliveries WHERE alert_id IN (SELECT id FROM alerts WHERE source LIKE '%#crowd') ORDER BY revision`)).map(({ change }) => change);
  const problems = async () => (await new CheckStore(world.database, shippedPolicies).check()).problems;

  it('raise an alert, update it and take it back, by the same road as incidents', async () => {
    await arrive(stage(25, 2_900), incidentEvent({ id: 'i1' }));
    const [raised] = await alerts();
    expect(raised).toMatchObject({ source: `${SOURCE}#crowd`, first_id: `crowd:stage:v${number}`, level: 2, alert_status: 'pending', revision: 1 });
    expect(JSON.parse(raised?.data ?? '{}')).toMatchObject({
      headline: { vi: 'Gần hết sức chứa, cần ngừng đón thêm khách: Sân khấu ven hồ, Khu nghỉ dưỡng hồ Đại Lải (mức cao)' },
      reasons: [{ rule: 'crowd-ratio', text: { vi: 'Khu vực này có 2.900 khách trên sức chứa 3.000 (96 %): cần ngừng đón thêm khách' } }, { rule: 'crowd-density' }],
      incident: { source: SOURCE, eventId: `v${number}`, category: { code: 'crowd.over-capacity' } }, zone: { id: 'stage' }, occupancy: { count: 2_900, capacity: 3_000 },
    });
    await arrive(stage(20, 3_050));
    await arrive(stage(15, 2_800), stage(5, 2_790));
    await arrive(stage(4, 2_000));
    expect((await alerts()).map(({ level, alert_status }) => [level, alert_status])).toEqual([[2, 'pending']]);
    expect(await problems()).toEqual([]);
  });

  it('cancel it when the hold is over, and tell those who were told', async () => {
    await arrive(stage(25, 3_050), stage(20, 2_000));
    expect(await told()).toEqual(['raised']);
    await arrive(stage(9, 1_900));
    expect(await told()).toEqual(['raised', 'cancelled']);
    expect(await alerts()).toMatchObject([{ alert_status: 'cancelled', revision: 2 }]);
    expect(await world.rows('SELECT count(*) AS n FROM incidents')).toEqual([{ n: 0 }]);
    expect(await problems()).toEqual([]);
  });

  it('are the same, byte for byte, in one chunk and in as many as there are volumes', async () => {
    const volumes = [stage(28, 600), stage(27, 29_000), stage(26, 700), stage(29, 650), stage(20, 1_900), stage(15, 2_960), stage(10, 2_950, { kind: 'declared' }), stage(2, 1_700)];
    const dump = async () => ({
      states: await world.rows('SELECT site_id, zone, revision, state, alert_source, alert_first_id FROM crowd_states ORDER BY site_id, zone'),
      changes: await world.rows('SELECT * FROM crowd_changes ORDER BY site_id, zone, revision'),
      volumes: await world.rows('SELECT event_id, implausible, crowd_revision FROM visitor_volumes ORDER BY event_id'),
      alerts: await alerts(),
    });
    await arrive(...volumes);
    const whole = await dump();
    expect(whole.volumes).toHaveLength(volumes.length);
    world = await intakeWorld();
    next = 0;
    for (const volume of volumes) await arrive(volume);
    expect(await dump()).toEqual(whole);
    expect(await problems()).toEqual([]);
  });

  it('keep what is not believed out of every incident, in its own chunk and later', async () => {
    const occupancy = async (id: string) => {
      const [row] = await world.rows<{ assessment: string }>('SELECT assessment FROM incidents WHERE event_id = $1', [id]);
      return JSON.parse(row?.assessment ?? '{}').context.occupancy?.count ?? null;
    };
    await arrive(stage(20, 640), stage(18, 29_000), incidentEvent({ id: 'i1', data: { zone: 'stage', occurredAt: at(10) } }));
    await arrive(incidentEvent({ id: 'i2', data: { zone: 'stage', occurredAt: at(10) } }));
    expect([await occupancy('i1'), await occupancy('i2')]).toEqual([640, 640]);
    expect(await world.rows('SELECT occupancy, implausible FROM visitor_volumes WHERE implausible IS NOT NULL')).toEqual([{ occupancy: 29_000, implausible: 'jump' }]);
  });

  it.each([['each by itself', 1], ['with many others', 100]])('let what somebody declared while the counter is doubted judge incidents, not the count before, in its chunk and later (%s)', async (_, reports) => {
    const report = (name: string): Data[] => Array.from({ length: reports }, (_, i) => incidentEvent({ id: `${name}${i}`, data: { zone: 'stage', occurredAt: at(2) } }));
    const used = async (id: string) => JSON.parse((await world.rows<{ assessment: string }>('SELECT assessment FROM incidents WHERE event_id = $1', [id]))[0]?.assessment ?? '{}').context.occupancy;
    await arrive(stage(15, 200), stage(10, 29_000), stage(5, 2_950, { kind: 'declared' }), ...report('own'));
    await arrive(...report('later'));
    expect(await used('own0')).toMatchObject({ count: 2_950, volumeKind: 'declared' });
    expect(await used('later0')).toEqual(await used('own0'));
    await arrive(stage(3, 2_900), ...report('believed'));
    expect(await used('believed0')).toMatchObject({ count: 2_900, volumeKind: 'measured' });
    expect(await problems()).toEqual([]);
  });

  it('take a late or forecast volume as history, and one of a zone that nobody registered too', async () => {
    await arrive(stage(5, 900));
    const before = await state();
    await arrive(stage(25, 5_000), stage(5, 5_000), stage(2, 9_000, { kind: 'forecast' }), stage(3, 40, { zone: 'nowhere' }));
    expect(await state()).toEqual(before);
    expect(await world.rows('SELECT count(*) AS n, count(crowd_revision) AS counted FROM visitor_volumes')).toEqual([{ n: 5, counted: 1 }]);
    expect(await alerts()).toEqual([]);
    expect(await problems()).toEqual([]);
  });

  it('are written only over the revision that they were computed from: else all of the chunk is judged again', async () => {
    await arrive(stage(25, 900));
    const stored = await state();
    const rest: Omit<CrowdWrite, 'baseRevision'> = { siteId: 'dai-lai', zone: 'stage', state: JSON.parse(stored?.state ?? '{}') as CrowdState, changes: [] };
    const work = (baseRevision: number): ChunkWork => ({
      topic: TOPIC, partition: 0, generation: 1, firstOffset: next, nextOffset: next + 1, last: { offset: next, timestamp: NOW, digest: Buffer.alloc(32) }, now: NOW, incidents: [], volumes: [],
      repeats: [], quarantine: [], alerts: [], crowds: [{ ...rest, baseRevision }], deliveries: [], shadow: [], policySeq: 0, absent: 1, lost: 0,
    });
    const store = new IncidentStore(world.database);
    for (const moved of [0, 2]) expect(await store.record(work(moved))).toEqual({ outcome: 'race', on: 'the state of a crowd was changed meanwhile' });
    expect(await store.record(work(1))).toEqual({ outcome: 'recorded' });
  });

  it('are of one place, whichever partitions speak of it: each writer computes from what the other left', async () => {
    await arrive(stage(25, 900));
    const other = world.writer();
    await Promise.all([other.settle(chunkOf(0, [stage(20, 2_900)], { partition: 1 })), arrive(stage(15, 2_920))]);
    expect((await state())?.revision).toBeGreaterThanOrEqual(2);
    expect(await world.rows('SELECT count(*) AS n FROM visitor_volumes')).toEqual([{ n: 3 }]);
    expect(await alerts()).toHaveLength(1);
    expect(await problems()).toEqual([]);
  });

  it('are judged by the policy in force when a count came: that it changed is kept, and check takes each count under its own', async () => {
    const built = builtInPolicy();
    const stricter: RiskPolicy = { ...built, id: 'summer', version: 3, crowd: { ...built.crowd, ratio: { bands: [{ step: 'breach', from: 0.3 }] }, alert: { ...built.crowd.alert, levels: { breach: 'critical' } } } };
    const checked = async (lookup: PolicyLookup) => (await new CheckStore(world.database, lookup).check()).problems;
    const both: PolicyLookup = (wanted) => (wanted.id === 'summer' ? stricter : shippedPolicies(wanted));
    await arrive(stage(28, 700), stage(27, 710));
    await world.writer({ policy: stricter }).settle(chunkOf(0, [stage(26, 720), stage(25, 730), stage(24, 900), stage(23, 910)], { partition: 1 }));
    expect(await alerts()).toMatchObject([{ level: 3, alert_status: 'pending', revision: 1 }]);
    expect(JSON.parse((await state())?.state ?? '{}')).toMatchObject({ policy: { id: 'summer', version: 3 }, posture: 'breach' });
    const changes = await world.rows<{ data: string }>(`SELECT data FROM crowd_changes ORDER BY revision`);
    expect(changes.map(({ data }) => JSON.parse(data)).map(({ revision, policy, to }) => [revision, policy.id, to])).toEqual([[1, 'built-in', 'normal'], [3, 'summer', 'normal'], [5, 'summer', 'breach']]);
    expect(await checked(both)).toEqual([]);
    expect(await checked(shippedPolicies)).toEqual([expect.stringContaining('it was judged by policy summer version 3, which is not known here')]);
    expect(await checked((wanted) => (wanted.id === 'summer' ? built : shippedPolicies(wanted)))).toEqual([expect.stringContaining('the change that is stored is not the one')]);
    await arrive(stage(20, 920), stage(9, 920));
    expect(await alerts()).toMatchObject([{ alert_status: 'cancelled' }]);
    expect(await checked(both)).toEqual([]);
  });

  it('go on from the alert as the police left it', async () => {
    await arrive(stage(25, 2_900));
    await world.rows(`UPDATE alerts SET alert_status = 'acknowledged', revision = 2, acknowledged_by = 'An'`);
    await arrive(stage(24, 3_100));
    expect(await alerts()).toMatchObject([{ level: 3, alert_status: 'pending', revision: 3 }]);
    await world.rows(`UPDATE alerts SET alert_status = 'closed', revision = 4`);
    await arrive(stage(20, 1_900), stage(9, 1_900));
    expect(await alerts()).toMatchObject([{ alert_status: 'closed', revision: 4 }]);
    await arrive(stage(8, 2_400), stage(7, 2_960));
    expect(await alerts()).toHaveLength(2);
  });

  it.each([
    ['a state that its volumes do not make', `UPDATE crowd_states SET state = replace(state, '"people":2900', '"people":2901')`, 'the state that is stored'],
    ['a mark that the rules do not set', `UPDATE visitor_volumes SET implausible = 'stalled' WHERE occupancy = 2900`, 'the rules find it plausible, stored is stalled'],
    ['a change that is gone', 'DELETE FROM crowd_changes', 'the change that is stored is not the one'],
    ['an alert that is gone', 'WITH d AS (DELETE FROM deliveries) DELETE FROM alerts', 'is raised by its volumes, and there is none'],
    ['an alert of another level', 'UPDATE alerts SET level = 3', 'has not the level that its volumes make'],
    ['a volume that is gone', 'DELETE FROM visitor_volumes', 'a state is stored, and no volume that made it'],
  ])('%s is found by check', async (_what, damage, says) => {
    await arrive(stage(25, 2_900));
    expect(await problems()).toEqual([]);
    await world.rows(damage);
    expect((await problems()).join('\n')).toMatch(says);
  });
});

it('a crowd is one, on its way from Kafka, where more enter than could leave through the exits on record, long before the place is full', async () => {
  const { database, start, stop, send, reaches, problems } = await road();
  await start();
  // Kafka's clock is now's: the counts are of the last minutes.
  const now = Date.now();
  const recent = (minutesBefore: number, occupancy: number, more: Data = {}): Data => stage(0, occupancy, { measuredAt: new Date(now - minutesBefore * MINUTE_MS).toISOString(), ...more });
  await send([recent(3, 300), recent(2, 590, { entered: 290, left: 0, windowSeconds: 60 })]);
  await reaches(2);
  const [row] = await database.query<{ state: string; change: string }>('SELECT s.state, c.data AS change FROM crowd_states s JOIN crowd_changes c USING (site_id, zone, revision)');
  expect(JSON.parse(row?.state ?? '{}')).toMatchObject({ posture: 'high', counted: { people: 590 }, measures: { capacity: 3_000, exitWidthM: 3.5 } });
  expect(JSON.parse(row?.change ?? '{}').reasons[0]).toEqual({ rule: 'crowd-inflow', text: { en: '290 people a minute enter, 287 a minute could leave: crowded', vi: 'Mỗi phút có 290 người vào, lối ra chỉ thoát được 287 người: đông' } });
  expect(await database.query('SELECT count(*) AS n FROM alerts')).toEqual([{ n: 0 }]);
  expect(await problems()).toEqual([]);
  await stop();
}, 60_000);
