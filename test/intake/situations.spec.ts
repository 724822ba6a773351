import type { AlertData } from '@vong-gac/contracts';
import { alerts, arrived, at, CAMERAS, fight, problems, world } from './happenings';
import { chunkOf, fire, incidentEvent, NOW, SOURCE, type Data, type Value, type World } from './world';

const changes = async (w: World) =>
  (await w.rows<{ change: string; revision: number }>(`SELECT DISTINCT change, revision FROM deliveries WHERE kind = 'alert' ORDER BY revision`)).map(({ change, revision }) => `${revision} ${change}`);
const members = (w: World) => w.rows(`SELECT event_id, founder_first_id, (assessment::json->'context'->'situation'->>'reports')::int AS reports FROM incidents ORDER BY kafka_offset`);

describe('several reports of one happening', () => {
  it('raise one alert that the others update; a higher level raises it again, whoever reports it', async () => {
    const w = await world();
    const story = [fight('s1', -20), fight('s2', -18, {}, CAMERAS), fight('s3', -15, { injured: 12, weapon: true, severity: 'Extreme' }, CAMERAS), fight('s4', -10, { zone: 'pool' })];
    await w.settle(chunkOf(0, story.slice(0, 3)));
    expect(await alerts(w)).toEqual([{ source: SOURCE, first_id: 's1', level: 3, revision: 3, raise_event_id: 's3', raise_source: CAMERAS }]);
    expect(await changes(w)).toEqual(['1 raised', '2 updated', '3 raised']);
    await w.settle(chunkOf(3, story.slice(3)));
    expect(await members(w)).toEqual([
      { event_id: 's1', founder_first_id: null, reports: 1 }, { event_id: 's2', founder_first_id: 's1', reports: 2 },
      { event_id: 's3', founder_first_id: 's1', reports: 3 }, { event_id: 's4', founder_first_id: null, reports: 1 },
    ]);
    expect(await problems(w)).toEqual([]);
  });

  it.each([
    ['of another kind', `category = 'theft.pickpocket'`, 'although theft.pickpocket in zone stage is of another kind or zone than violence.fight in zone stage'],
    ['in another zone', `zone = 'pool'`, 'although violence.fight in zone pool is of another kind or zone than violence.fight in zone stage'],
    ['long after it', `occurred_at = occurred_at + interval '3 hours'`, 'although it occurred 182 minutes from it'],
    ['far from it', `lat = lat + 0.05`, 'although it is more than 150 m away'],
    ['of an old log', 'backfill = true', 'although an old log joins none'],
    ['that is a drill', `status = 'Exercise'`, 'which is not one of its site and status'],
    ['under a founder that is none', `founder_first_id = 's2'`, 'which is not one of its site and status'],
  ])('have a member that is not of them: check finds one %s', async (_what, damage, why) => {
    const w = await world();
    const location = { lat: 21.3, lon: 105.7 };
    await w.settle(chunkOf(0, [fight('s1', -20, { location }), fight('s2', -18, { location }), fight('s3', -17)]));
    expect(await problems(w)).toEqual([]);
    await w.rows(`UPDATE incidents SET ${damage} WHERE event_id = 's2'`);
    expect(await problems(w)).toContainEqual(expect.stringMatching(new RegExp(`^incident ${SOURCE} s2 joined the situation of ${SOURCE} s[12], ${why.replace(/[()]/g, '\\$&')}$`)));
  });

  it('are told at the gravest level of any: who saw less takes nothing back, in any cutting; the first report corrected does', async () => {
    const grave = fight('g1', -20, { injured: 12, weapon: true, severity: 'Extreme' });
    const less = fight('g2', -18, { severity: 'Minor' }, CAMERAS);
    const smaller = fight('g3', -18, { severity: 'Minor', corrects: 'g2' }, CAMERAS);
    const corrected = fight('g4', -20, { corrects: 'g1' });
    const said = async (cuts: number[], restart: boolean) => {
      const w = await arrived([grave, less, smaller, corrected], cuts, restart);
      expect(await problems(w)).toEqual([]);
      const bodies = await w.rows<{ body: string }>(`SELECT DISTINCT ON (revision) body FROM deliveries WHERE kind = 'alert' ORDER BY revision`);
      const told = bodies.map(({ body }) => (JSON.parse(body) as { data: AlertData }).data).map(({ level, headline, incident, reasons }) => ({ level, headline: headline.en, eventId: incident.eventId, reasons: reasons.map(({ rule }) => rule) }));
      return { told, kept: await w.rows<{ level: number; data: string }>('SELECT level, data FROM alerts') };
    };
    const { told, kept } = await said([], false);
    expect(told.map(({ level, eventId }) => `${eventId} ${level}`)).toEqual(['g1 critical', 'g2 critical', 'g3 critical', 'g4 high']);
    expect(told[1]).toEqual({ ...told[0], eventId: 'g2', reasons: [...(told[0]?.reasons ?? []), 'reported-again'] });
    expect(JSON.parse(kept[0]?.data ?? '')).toMatchObject({ incident: { eventId: 'g4' } });
    expect(await said([1, 2, 3], false)).toEqual({ told, kept });
    expect(await said([1, 2], true)).toEqual({ told, kept });
    const between = await arrived([grave, less], [1], true);
    const [alert] = await between.rows<{ level: number; data: string }>('SELECT level, data FROM alerts');
    expect(alert?.level).toBe(3);
    expect(JSON.parse(alert?.data ?? '')).toMatchObject({ incident: { eventId: 'g1', injured: 12, weapon: true } });
  });

  it('are told in the same way in any cutting, and after a restart between any two', async () => {
    const story: Value[] = [fight('a1', -30, { verification: 0 }), fight('a2', -25), incidentEvent({ id: 'a3', data: { corrects: 'a2', category: 'violence.assault', zone: 'stage', occurredAt: at(-25) } }), fight('a4', -22, {}, CAMERAS), fire('a5', { occurredAt: at(-21) }), fire('a6', { occurredAt: at(-20) })];
    const told = async (cuts: number[], restart: boolean) => {
      const w = await arrived(story, cuts, restart);
      expect(await problems(w)).toEqual([]);
      return { alerts: await alerts(w), members: await members(w), contexts: await w.rows('SELECT event_id, assessment FROM incidents ORDER BY kafka_offset') };
    };
    const whole = await told([], false);
    expect(whole.alerts).toHaveLength(2);
    expect(await told([1, 2, 3, 4, 5], false)).toEqual(whole);
    expect(await told([1, 2, 3, 4, 5], true)).toEqual(whole);
    expect(await told([2, 4], true)).toEqual(whole);
  });

  it('are joined after a restart, too, where the first report that comes then is hours late', async () => {
    const told = async (restart: boolean) => {
      const w = await world();
      await w.settle(chunkOf(0, [fight('s1', -20), fight('s2', -18)]));
      const after = restart ? w.writer() : w;
      await after.settle(chunkOf(2, [incidentEvent({ id: 'late', data: { occurredAt: at(-600) } })]));
      await after.settle(chunkOf(3, [fight('s3', -15)]));
      expect(await problems(w)).toEqual([]);
      return [await members(w), await alerts(w)];
    };
    const whole = await told(false);
    expect(whole[0]).toContainEqual({ event_id: 's3', founder_first_id: 's1', reports: 3 });
    expect(await told(true)).toEqual(whole);
  });

  it('far from each other are two happenings, in any cutting and after a restart between any two', async () => {
    const [house, pier] = [{ lat: 21.33, lon: 105.715 }, { lat: 21.348, lon: 105.715 }]; // two kilometres
    const burns = (id: string, minutes: number, location: Data | null): Value => fire(id, { zone: null, occurredAt: at(minutes), location });
    const story = [burns('h1', -50, house), burns('p1', -25, pier), burns('h2', -24, house), burns('p2', -20, { ...pier, lat: 21.347 }), burns('x', -19, null), burns('h3', -18, house)];
    const told = async (cuts: number[], restart: boolean) => {
      const w = await arrived(story, cuts, restart);
      expect(await problems(w)).toEqual([]);
      return { alerts: await alerts(w), members: await members(w), contexts: await w.rows('SELECT event_id, assessment FROM incidents ORDER BY kafka_offset') };
    };
    const whole = await told([], false);
    expect(whole.alerts.map(({ first_id, revision }) => [first_id, revision])).toEqual([['h1', 3], ['p1', 3]]);
    expect(whole.members.map(({ event_id, founder_first_id }) => [event_id, founder_first_id])).toEqual([['h1', null], ['p1', null], ['h2', 'h1'], ['p2', 'p1'], ['x', 'p1'], ['h3', 'h1']]);
    expect(await told([1, 2, 3, 4, 5], false)).toEqual(whole);
    expect(await told([1, 2, 3, 4, 5], true)).toEqual(whole);
    expect(await told([2, 5], true)).toEqual(whole);
  });

  it('in a flood are all stored, and told ever more rarely, but never what is new: a camera gone mad hides no alert and no knife', async () => {
    const news: Record<number, Data> = { 45: { injured: 1 }, 46: { injured: 1 }, 57: { injured: 2 }, 103: { weapon: true }, 104: { weapon: true }, 131: { category: 'violence.assault' }, 132: { category: 'violence.assault' } };
    const story = Array.from({ length: 230 }, (_, i) => fight(`f${i + 1}`, -20 + i / 60, news[i + 1] ?? {}, i + 1 === 150 ? CAMERAS : SOURCE));
    const told = async (cuts: number[], restart: boolean) => {
      const w = await arrived(story, cuts, restart);
      expect((await members(w)).map(({ reports }) => reports)).toEqual(story.map((_, i) => i + 1));
      expect(await problems(w)).toEqual([]);
      const rows = await w.rows<{ body: string }>(`SELECT DISTINCT ON (revision) body FROM deliveries WHERE kind = 'alert' ORDER BY revision`);
      return rows.map(({ body }) => (JSON.parse(body) as { data: { incident: { eventId: string } } }).data.incident.eventId);
    };
    const whole = await told([], false);
    expect(whole).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 30, 40, 45, 50, 57, 60, 70, 80, 90, 100, 103, 131, 150, 200].map((n) => `f${n}`));
    expect(await told([5, 45, 111], false)).toEqual(whole);
    expect(await told([45, 102, 104, 140], true)).toEqual(whole);
  });

  it('never join across sites, nor a drill with the real thing, nor after the police closed it', async () => {
    const w = await world();
    await w.registry.seed({ sites: { name: 's.csv', text: 'id,name,kind,unit_code,lat,lon,capacity\nsecond,Khu thứ hai,resort,08746,21.3,105.7,900\n' }, publishers: { name: 'p.csv', text: `source,sites\n${SOURCE},*\n` } }, new Date(NOW));
    await w.settle(chunkOf(0, [fight('d1', -10), fight('d2', -9, { status: 'Exercise' }), fight('d3', -9, { siteId: 'second' })]));
    expect(await alerts(w)).toHaveLength(3);
    await w.rows(`UPDATE alerts SET alert_status = 'closed' WHERE first_id = 'd1'`);
    await w.settle(chunkOf(3, [fight('d4', -8)]));
    expect((await alerts(w)).map(({ first_id }) => first_id).sort()).toEqual(['d1', 'd2', 'd3', 'd4']);
    expect(await members(w)).toEqual(['d1', 'd2', 'd3', 'd4'].map((event_id) => ({ event_id, founder_first_id: null, reports: 1 })));
  });

  it('that come through other partitions (the key is not the site) are told up to once per partition: none knows of the others', async () => {
    const w = await world();
    await w.settle(chunkOf(0, [fight('p1', -10)], { partition: 0 }));
    await w.settle(chunkOf(0, [fight('p2', -9)], { partition: 1 }));
    await w.settle(chunkOf(0, [fight('p3', -8)], { partition: 2 }));
    expect(await alerts(w)).toHaveLength(3);
    expect(await members(w)).toEqual(['p1', 'p2', 'p3'].map((event_id) => ({ event_id, founder_first_id: null, reports: 1 })));
    expect(await problems(w)).toEqual([]);
  });

  it('learn nothing from what was not stored', async () => {
    const w = await world();
    await w.settle(chunkOf(0, [fight('r1', -10)]));
    // The id is stored already under another partition: the chunk meets a race, is rolled back and done again.
    await w.settle(chunkOf(0, [fight('r2', -9)], { partition: 1 }));
    await w.settle(chunkOf(1, [fight('r2', -9), fight('r3', -8)]));
    expect(await members(w)).toContainEqual({ event_id: 'r3', founder_first_id: 'r1', reports: 2 });
    expect(await problems(w)).toEqual([]);
  });
});
