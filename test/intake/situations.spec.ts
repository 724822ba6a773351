import { CheckStore, migrate, openSchema } from '@vong-gac/database';
import type { AlertData } from '@vong-gac/contracts';
import { shippedPolicies } from '@vong-gac/policy';
import { chunkOf, fire, incidentEvent, intakeWorld, NOW, SOURCE, volumeEvent, type Data, type Value, type World } from './world';

const MINUTE_MS = 60_000;
const at = (minutes: number): string => new Date(NOW + minutes * MINUTE_MS).toISOString();
const CAMERAS = '/sites/dai-lai/cameras';

async function world(): Promise<World> {
  const made = await intakeWorld({ situations: true });
  await made.registry.seed({ publishers: { name: 'p.csv', text: `source,sites\n${CAMERAS},dai-lai\n` } }, new Date(NOW));
  return made;
}
const fight = (id: string, minutes: number, data: Data = {}, source = SOURCE): Data =>
  incidentEvent({ id, source, data: { category: 'violence.fight', zone: 'stage', occurredAt: at(minutes), verification: 2, ...data } });
const alerts = (w: World) => w.rows('SELECT source, first_id, level, revision, raise_event_id, raise_source FROM alerts ORDER BY raised_at, first_id');
const changes = async (w: World) =>
  (await w.rows<{ change: string; revision: number }>(`SELECT DISTINCT change, revision FROM deliveries WHERE kind = 'alert' ORDER BY revision`)).map(({ change, revision }) => `${revision} ${change}`);
const members = (w: World) => w.rows(`SELECT event_id, founder_first_id, (assessment::json->'context'->'situation'->>'reports')::int AS reports FROM incidents ORDER BY kafka_offset`);
const problems = async (w: World) => (await new CheckStore(w.database, shippedPolicies).check()).problems;

/** A world in which the story arrived in so many chunks, each settled by a process begun anew where `restart` says so. */
async function arrived(story: readonly Value[], cuts: readonly number[], restart: boolean): Promise<World> {
  const w = await world();
  let from = 0;
  for (const to of [...cuts, story.length]) {
    await (restart ? w.writer() : w).settle(chunkOf(from, story.slice(from, to)));
    from = to;
  }
  return w;
}

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

describe('what a site is used to', () => {
  const theft = (id: string, when: string, more: Partial<Parameters<typeof incidentEvent>[0]> = {}): Data => incidentEvent({ id, data: { occurredAt: when }, ...more });
  const baseline = async (w: World, id: string) => (await w.rows<{ baseline: Data | null }>(`SELECT assessment::json->'context'->'baseline' AS baseline FROM incidents WHERE event_id = $1`, [id]))[0]?.baseline;
  const oldDay = (n: number, hour = 3): string => new Date(Date.parse('2026-07-04T00:00:00+07:00') - n * 86_400_000 + hour * 3_600_000).toISOString();

  it('is learned from an old log and from volumes, and compared with what happens now', async () => {
    const w = await world();
    const log = Array.from({ length: 40 }, (_, n) => theft(`old-${n}`, oldDay(n + 1), { extensions: { backfill: true } }));
    const volumes = Array.from({ length: 40 }, (_, n) => volumeEvent({ id: `v-${n}`, data: { measuredAt: oldDay(n + 1), occupancy: 1_000 } }));
    await w.settle(chunkOf(0, log));
    await w.settle(chunkOf(0, volumes, { topic: 'visitor-volume.measured' }));
    await w.settle(chunkOf(40, [theft('n1', at(-30)), theft('n2', at(-20)), theft('n3', at(-10))]));
    // 4 July 2026 is a Saturday: 10 days of the weekend are known, one theft on each, and nobody counted guests today.
    expect(await baseline(w, 'n3')).toEqual({ days: 10, expected: 0.175, method: 'poisson', observed: 3, spread: null, windowHours: 2 });
    expect(await problems(w)).toEqual([]);
  });

  it('takes reports of one happening for one incident, of today and of the days before, in any cutting and after a restart between any two', async () => {
    const quiet = Array.from({ length: 20 }, (_, n) => theft(`old-${n}`, oldDay(n + 2), { extensions: { backfill: true } }));
    const story = [
      // Yesterday's fight, told late: three reports, and the last of them before midnight joined what began after it.
      fight('y1', 0, { occurredAt: oldDay(1, 20) }), fight('y2', 0, { occurredAt: oldDay(1, 20.1) }, CAMERAS), fight('y3', 0, { occurredAt: oldDay(0, 0.05), zone: 'pool' }), fight('y4', 0, { occurredAt: oldDay(1, 23.9), zone: 'pool' }),
      fight('a1', -30), fight('a2', -26, {}, CAMERAS), fight('a3', -22, { category: 'order.disturbance' }), // one fight
      fight('b1', -20, { zone: 'pool' }), fight('c1', -18, { zone: 'gate' }), fight('a4', -16), // two more elsewhere: three by now
      theft('t1', at(-14)), theft('t2', at(-12)), theft('t3', at(-10)),
    ];
    const told = async (cuts: number[], restart: boolean) => {
      const w = await world();
      // Something happened today: of whatever chunk, the days before are not compared.
      await w.settle(chunkOf(0, [...quiet, theft('n0', at(-200))]));
      let from = 0;
      for (const to of [...cuts, story.length]) {
        await (restart ? w.writer() : w).settle(chunkOf(quiet.length + 1 + from, story.slice(from, to)));
        from = to;
      }
      expect(await problems(w)).toEqual([]);
      const days = await w.rows(`SELECT day::text, category, count::int FROM incident_days WHERE category <> 'security.theft' ORDER BY 1, 2`);
      return { days, alerts: await alerts(w), contexts: await w.rows<{ event_id: string; assessment: string }>('SELECT event_id, assessment FROM incidents WHERE NOT backfill ORDER BY kafka_offset') };
    };
    const whole = await told([], false);
    const graded = whole.contexts.map(({ event_id, assessment }) => {
      const { context, reasons } = JSON.parse(assessment) as { context: { baseline: { observed: number } | null }; reasons: { rule: string }[] };
      return [event_id, context.baseline?.observed ?? null, reasons.some(({ rule }) => rule.startsWith('surprise'))];
    });
    expect(graded.slice(5)).toEqual([
      ['a1', 1, false], ['a2', 1, false], ['a3', 1, false], ['b1', 2, false], ['c1', 3, true], ['a4', 3, true], ['t1', 1, false], ['t2', 2, false], ['t3', 3, true],
    ]);
    expect(whole.days).toEqual([
      { day: '2026-07-03', category: 'violence.fight', count: 1 },
      { day: '2026-07-04', category: 'order.disturbance', count: 0 }, { day: '2026-07-04', category: 'violence.fight', count: 4 },
    ]);
    const everywhere = story.map((_, i) => i).slice(1);
    expect(await told(everywhere, false)).toEqual(whole);
    expect(await told(everywhere, true)).toEqual(whole);
    expect(await told([1, 5, 9], true)).toEqual(whole);
  });

  it('are joined after a restart, too, where the first report that comes then is hours late', async () => {
    const told = async (restart: boolean) => {
      const w = await world();
      await w.settle(chunkOf(0, [fight('s1', -20), fight('s2', -18)]));
      const after = restart ? w.writer() : w;
      await after.settle(chunkOf(2, [theft('late', at(-600))]));
      await after.settle(chunkOf(3, [fight('s3', -15)]));
      expect(await problems(w)).toEqual([]);
      return [await members(w), await alerts(w)];
    };
    const whole = await told(false);
    expect(whole[0]).toContainEqual({ event_id: 's3', founder_first_id: 's1', reports: 3 });
    expect(await told(true)).toEqual(whole);
  });

  it('does not forget which day is today where only a report that joined says so', async () => {
    const quiet = Array.from({ length: 20 }, (_, n) => theft(`old-${n}`, oldDay(n + 2), { extensions: { backfill: true } }));
    const midnight = Date.parse('2026-07-04T00:00:00+07:00');
    const about = (minutes: number): Data => ({ occurredAt: new Date(midnight + minutes * MINUTE_MS).toISOString() });
    const told = async (restart: boolean) => {
      const w = await world();
      await w.settle(chunkOf(0, [...quiet, fight('m1', 0, about(-5)), fight('m2', 0, about(5))])); // one fight, over midnight
      await (restart ? w.writer() : w).settle(chunkOf(22, [theft('late', String(about(-60).occurredAt))]));
      expect(await problems(w)).toEqual([]);
      return baseline(w, 'late');
    };
    expect(await told(false)).toBeNull();
    expect(await told(true)).toBeNull();
  });

  it('takes nothing from a count that is not believed', async () => {
    const w = await world();
    const counts = [[-50, 1_000], [-49, 5_400], [-48, 1_010]].map(([minutes = 0, occupancy], n) => volumeEvent({ id: `v-${n}`, data: { measuredAt: at(minutes), occupancy } }));
    await w.settle(chunkOf(0, counts, { topic: 'visitor-volume.measured' }));
    expect(await w.rows('SELECT occupancy, implausible FROM visitor_volumes WHERE implausible IS NOT NULL')).toEqual([{ occupancy: 5_400, implausible: 'jump' }]);
    expect(await w.rows('SELECT peak FROM visitor_days')).toEqual([{ peak: 1_010 }]);
    expect(await problems(w)).toEqual([]);
    await w.rows('UPDATE visitor_days SET peak = 5400');
    expect(await problems(w)).toEqual([expect.stringMatching(/5400 guests are remembered as the most of the day, its volumes say 1010/)]);
  });

  it('is counted anew where further reports of a happening, and counts that were not believed, were counted before', async () => {
    const w = await world();
    await w.settle(chunkOf(0, [fight('u1', -20), fight('u2', -18), theft('u3', at(-10))]));
    await w.settle(chunkOf(0, [1_000, 5_400].map((occupancy, n) => volumeEvent({ id: `v-${n}`, data: { measuredAt: at(n - 10), occupancy } })), { topic: 'visitor-volume.measured' }));
    const days = async () => [...(await w.rows('SELECT category, count::int FROM incident_days ORDER BY 1')), ...(await w.rows('SELECT peak FROM visitor_days'))];
    const now = await days();
    expect(now).toEqual([{ category: 'security.theft', count: 1 }, { category: 'violence.fight', count: 1 }, { peak: 1_000 }]);
    const source = await openSchema(w.url, 'upgrade test');
    try {
      while (JSON.stringify(await days()) === JSON.stringify(now)) await source.undoLastMigration();
      expect(await days()).toEqual([{ category: 'security.theft', count: 1 }, { category: 'violence.fight', count: 2 }, { peak: 5_400 }]);
      await migrate(w.url);
      expect(await days()).toEqual(now);
      expect(await problems(w)).toEqual([]);
    } finally {
      await source.destroy();
    }
  });

  it('is the same after a restart', async () => {
    const told = async (restart: boolean) => {
      const w = await world();
      await w.settle(chunkOf(0, Array.from({ length: 10 }, (_, n) => theft(`old-${n}`, oldDay(n + 1), { extensions: { backfill: true } }))));
      await w.settle(chunkOf(10, [theft('n1', at(-30)), theft('n2', at(-20))]));
      await (restart ? w.writer() : w).settle(chunkOf(12, [theft('n3', at(-10))]));
      return baseline(w, 'n3');
    };
    expect(await told(true)).toEqual(await told(false));
    expect(await told(false)).toMatchObject({ method: 'ears-c2', observed: 3 });
  });

  it('takes in what comes late for earlier days, old log or not, in any cutting and after a restart between any two', async () => {
    const log = (from: number, days: number, more: Partial<Parameters<typeof incidentEvent>[0]>) => Array.from({ length: days }, (_, n) => theft(`old-${from + n}`, oldDay(from + n), more));
    const story = [
      theft('n1', at(-60)), ...log(10, 9, {}), theft('n2', at(-50)), // nineteen days before: the history begins there, not with n1
      ...log(19, 20, { extensions: { backfill: true } }), theft('n3', at(-40)),
      ...[1, 2].map((n) => fight(`old-${n}`, 0, { occurredAt: oldDay(n) })), incidentEvent({ id: 'n4', data: { category: 'violence.fight', occurredAt: at(-30) } }), theft('n5', at(-20)),
    ];
    const told = async (cuts: number[], restart: boolean) => {
      const w = await world();
      // One thing happened before: the site's history was read, and is empty.
      await w.settle(chunkOf(0, [theft('n0', at(-70))]));
      let from = 0;
      for (const to of [...cuts, story.length]) {
        await (restart ? w.writer() : w).settle(chunkOf(1 + from, story.slice(from, to)));
        from = to;
      }
      expect(await problems(w)).toEqual([]);
      return { n3: await baseline(w, 'n3'), n5: await baseline(w, 'n5'), contexts: await w.rows('SELECT event_id, assessment FROM incidents ORDER BY kafka_offset') };
    };
    const whole = await told([], false);
    // Of 38 days 10 are of the weekend, 8 of them with a theft: (8 + 0.5) / 10 × 2 / 12.
    expect(whole.n3).toMatchObject({ days: 10, expected: 0.1417, method: 'poisson', observed: 4 });
    expect(await told([1, 5, 10, 11, 20, 31, 32, 33], false)).toEqual(whole);
    expect(await told([1, 5, 10, 11, 20, 31, 32, 33], true)).toEqual(whole);
    expect(await told([10, 30], true)).toEqual(whole);
  });

  it('takes in the guests of earlier days that come after the first incident of the day', async () => {
    const volumes = (from: number, days: number) => Array.from({ length: days }, (_, n) => volumeEvent({ id: `v-${from + n}`, data: { measuredAt: oldDay(from + n), occupancy: 1_000 } }));
    const told = async (restart: boolean) => {
      const w = await world();
      await w.settle(chunkOf(0, [theft('n1', at(-60))]));
      await w.settle(chunkOf(0, [...volumes(1, 40), volumeEvent({ id: 'now', data: { measuredAt: at(-50), occupancy: 3_000 } })], { topic: 'visitor-volume.measured' }));
      await (restart ? w.writer() : w).settle(chunkOf(1, [theft('n2', at(-40)), theft('n3', at(-30))]));
      return baseline(w, 'n3');
    };
    expect(await told(false)).toMatchObject({ method: 'poisson', observed: 3 });
    expect(await told(false)).toEqual(await told(true));
  });

  it('is found wrong by check when a count is', async () => {
    const w = await world();
    await w.settle(chunkOf(0, [theft('n1', at(-30))]));
    await w.settle(chunkOf(0, [volumeEvent({ id: 'v' })], { topic: 'visitor-volume.measured' }));
    await w.rows('UPDATE incident_days SET count = 2');
    await w.rows('UPDATE visitor_days SET peak = 1');
    expect(await problems(w)).toEqual([expect.stringMatching(/2 incidents are remembered, the table holds 1/), expect.stringMatching(/1 guests are remembered as the most of the day, its volumes say 4200/)]);
  });
});
