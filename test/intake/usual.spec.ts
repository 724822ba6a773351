import { migrate, openSchema } from '@vong-gac/database';
import { alerts, arrived, at, CAMERAS, fight, MINUTE_MS, problems, world } from './happenings';
import { chunkOf, incidentEvent, volumeEvent, type Data, type World } from './world';

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
      // Something happened today: of whatever chunk, the days before are not compared.
      const before = [...quiet, theft('n0', at(-200))];
      const w = await arrived([...before, ...story], [0, ...cuts].map((cut) => before.length + cut), restart);
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
