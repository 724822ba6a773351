import { builtInDocument } from '@vong-gac/policy';
import { otherPolicy } from '../support';
import { chunkOf, fire, incidentEvent, intakeWorld, type World } from '../intake/world';
import { cli, files, type Ran } from './run';

const BY = ['--by', 'Nguyễn Văn An', '--why', 'trộm cắp tăng'];

const document = (version: number, theft: number): string => otherPolicy({ version, theft });

let w: World;
let f: Record<'night' | 'other' | 'second' | 'bad' | 'late' | 'own' | 'joins', string>;
let next = 0;
const run = (...args: string[]): Promise<Ran> => cli(['policy', ...args], { DATABASE_URL: w.url });
const json = async (...args: string[]): Promise<{ code: number | null } & Record<string, unknown>> => {
  const { code, out, err } = await cli([...args, '--json'], { DATABASE_URL: w.url });
  if (out === '') throw new Error(err);
  return { code, ...(JSON.parse(out) as Record<string, unknown>) };
};

/** Incidents that were received from an instant on. */
async function receive(from: number, ...events: Record<string, unknown>[]): Promise<void> {
  const chunk = chunkOf(next, events);
  next += events.length;
  await w.settle({ ...chunk, records: chunk.records.map((record, i) => ({ ...record, timestamp: from + i })) });
}

beforeAll(async () => {
  w = await intakeWorld();
  f = files({
    night: document(1, 60), other: document(1, 61), second: document(2, 80).replace('rescue.lost-child: { points: 50, floor: high', 'rescue.lost-child: { points: 50'), bad: document(3, 60).replace('thresholds: { moderate: 25', 'thresholds: { moderte: 25'),
    late: document(4, 60).replace(/^validFrom: .*$/m, 'validFrom: "2999-01-01"'), own: builtInDocument().replace('points: 20,', 'points: 21,'), joins: document(5, 60).replace(/^situations:\n( {2}- .*\n)+/m, 'situations: []\n'),
  });
  await receive(1_000, incidentEvent({ id: 'e0' }), fire('e1'));
}, 60_000);

describe('policy activate', () => {
  it('refuses what is no policy, with line and column, and decides nothing', async () => {
    const bad = await run('activate', f.bad, ...BY);
    expect([bad.code, bad.err]).toEqual([1, expect.stringMatching(/:\d+:\d+: .*moderte/)]);
    expect((await run('activate', f.night, '--by', ' ', '--why', 'x')).code).toBe(2);
    expect((await run('activate', f.night, '--by', 'An')).code).toBe(2);
    expect(await run('activate', f.own, ...BY)).toMatchObject({ code: 1, err: expect.stringContaining("the id built-in is that of Vọng Gác's own policies") });
    expect(await run('activate', f.late, ...BY)).toMatchObject({ code: 2, err: expect.stringContaining('give --from 2999-01-01 or later') });
    expect(await run('activate', 'night@1', ...BY)).toMatchObject({ code: 1, err: expect.stringContaining('No policy night@1 is stored') });
    expect(await run('activate', f.night, ...BY, '--from', '2026-01-01')).toMatchObject({ code: 2, err: expect.stringMatching(/What was received before .* may be graded already/) });
    expect(await json('policy', 'history')).toEqual({ code: 0, decisions: [] });
    expect((await json('policy', 'list')).policies).toMatchObject([{ id: 'built-in', version: 2, state: 'in force' }]);
  }, 60_000);

  it('lets it grade from an instant on, keeps who and why, and what graded before is still computed again to the byte', async () => {
    const first = await json('policy', 'activate', f.night, ...BY);
    expect(first).toMatchObject({ code: 0, role: 'active', policy: { id: 'night', version: 1 }, by: 'Nguyễn Văn An', why: 'trộm cắp tăng', droppedFloors: [] });
    const from = Date.parse(String(first.effectiveAt));
    await receive(from, incidentEvent({ id: 'e2' }), fire('e3'));
    expect(await run('activate', f.other, ...BY)).toMatchObject({ code: 1, err: expect.stringMatching(/night@1 is stored with another text .* Raise the version/) });
    const second = await json('policy', 'activate', f.second, ...BY, '--from', '2199-01-01');
    expect(second).toMatchObject({ effectiveAt: '2198-12-31T17:00:00.000Z', droppedFloors: [{ of: 'rescue.lost-child', kind: 'category', builtIn: 'high', now: null }] });
    expect(await run('validate', f.second)).toMatchObject({ code: 0, out: expect.stringContaining('note: rescue.lost-child (Trẻ lạc) is at least high in the built-in policy, here nothing holds it up') });
    await receive(Date.parse(String(second.effectiveAt)) - 1, incidentEvent({ id: 'e4' }), incidentEvent({ id: 'e5' }));

    const made = await w.rows<{ made: string }>(`SELECT event_id || ' ' || (assessment::json->>'policyId') || '@' || (assessment::json->>'policyVersion') AS made FROM incidents ORDER BY kafka_offset`);
    expect(made.map((row) => row.made)).toEqual(['e0 built-in@2', 'e1 built-in@2', 'e2 night@1', 'e3 night@1', 'e4 night@1', 'e5 night@2']);
    expect(await json('replay', '--verify')).toMatchObject({ code: 0, incidents: 6, identical: 6, policyNotKnown: {} });
    expect((await json('policy', 'list')).policies).toMatchObject([
      { id: 'night', version: 1, state: `in force since ${String(first.effectiveAt)}` }, { id: 'night', version: 2, state: `planned from ${String(second.effectiveAt)}` }, { id: 'built-in', state: '' },
    ]);
    expect((await json('policy', 'history')).decisions).toMatchObject([{ policy: { version: 1 } }, { policy: { version: 2 } }]);
    expect((await run('show', 'night@2')).out).toContain('night, bản / version 2');
    expect((await json('policy', 'diff', 'built-in@2')).changed).toBe(3);

    await w.rows(`UPDATE incidents SET injured = 12 WHERE event_id = 'e3'`);
    expect(await json('replay', '--verify')).toMatchObject({ code: 1, different: 1, firstDifference: { eventId: 'e3' } });
    await w.rows(`UPDATE incidents SET injured = NULL WHERE event_id = 'e3'`);
  }, 60_000);
});

describe('going back', () => {
  it('names the plans that take over later, until they are taken back', async () => {
    const [day, at] = ['2299-01-01', '2298-12-31T17:00:00.000Z'];
    expect(await json('policy', 'activate', 'night@2', ...BY, '--from', day)).toMatchObject({ code: 0, laterPlans: [] });
    const back = await run('activate', 'night@1', ...BY);
    expect(back.out).toContain(` until ${at}\n`);
    expect(back.out).toContain(`lưu ý: từ ${at} trở đi, night@2 sẽ được áp dụng`);
    expect(back.out).toContain(`activate another policy with --from ${at}`);
    expect((await run('list')).out).toMatch(new RegExp(`night@2 .*planned from ${at}`));
    expect(await json('policy', 'activate', 'night@1', ...BY)).toMatchObject({ code: 0, laterPlans: [{ policy: { id: 'night', version: 2 }, effectiveAt: at }] });
    expect(await json('policy', 'activate', 'night@1', ...BY, '--from', day)).toMatchObject({ code: 0, laterPlans: [] });
    expect((await json('policy', 'activate', 'night@1', ...BY)).laterPlans).toMatchObject([{ policy: { version: 1 } }]);
  }, 60_000);
});

describe('policy shadow', () => {
  it('says which sections of a candidate it does not try: "0 of N" says nothing of them', async () => {
    expect(await json('policy', 'shadow', f.joins, ...BY)).toMatchObject({ code: 0, notTried: [{ section: 'situations' }] });
    expect(await json('policy', 'shadow')).toMatchObject({ candidate: { policy: { id: 'night', version: 5 } }, incidents: 0, notTried: [{ section: 'situations', text: { vi: expect.any(String), en: expect.any(String) } }] });
    expect((await run('shadow')).out).toContain('không được thử / not tried: situations');
    await json('policy', 'shadow', '--off', ...BY);
  }, 60_000);

  it('counts what a candidate would have decided, names the worst, and ends when it is told to', async () => {
    expect(await run('shadow')).toMatchObject({ code: 0, out: 'không có chính sách nào chạy thử\nnothing grades in the shadow\n' });
    expect((await run('shadow', f.bad, ...BY)).code).toBe(1);
    expect((await run('shadow', f.second)).code).toBe(2);
    expect(await json('policy', 'shadow', 'built-in@2', ...BY)).toMatchObject({ code: 0, role: 'shadow', policy: { id: 'built-in', version: 2 } });
    const from = Date.now() + 1_000;
    await receive(from, incidentEvent({ id: 'e6' }), incidentEvent({ id: 'e7' }), fire('e8'));
    expect(await json('policy', 'shadow')).toMatchObject({
      incidents: 3, changed: 2, problem: null, moves: [{ from: 'high', to: 'low', incidents: 2 }],
      worst: [{ eventId: 'e7', before: { policy: 'night 1', level: 'high', explanation: { vi: expect.any(String) } }, after: { level: 'low' } }],
    });
    expect((await run('shadow')).out).toMatch(/2 of 3 incidents would have had another level[^]*cao \/ high → thấp \/ low .*dai-lai/);
    expect((await run('list')).out).toMatch(/built-in@2 .*in the shadow/);
    expect(await json('policy', 'shadow', '--off', ...BY)).toMatchObject({ code: 0, policy: null });
    expect((await run('shadow')).out).toBe('không có chính sách nào chạy thử\nnothing grades in the shadow\n');
  }, 60_000);
});
