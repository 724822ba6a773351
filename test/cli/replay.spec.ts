import { ReplayStore, type StoredDecision } from '@vong-gac/database';
import { RISK_LEVELS } from '@vong-gac/domain';
import { builtInDocument } from '@vong-gac/policy';
import { chunkOf, fire, incidentEvent, intakeWorld, NOW, volumeEvent, type World } from '../intake/world';
import { cli, files, type Ran } from './run';

const MINUTE_MS = 60_000;
const at = (minutes: number): string => new Date(NOW + minutes * MINUTE_MS).toISOString();
const incident = (id: string, data: Record<string, unknown>) => incidentEvent({ id, data });

/** What a typed column does not hold as it was sent: each is graded by a rule that reads texts, or quoted in a reason. */
const TELLING = [
  // Children are named behind the 4,000th character, across it, and before it.
  incident('cut-behind', { category: 'rescue.drowning', description: `${'nước sâu '.repeat(500)} có em bé` }),
  incident('cut-across', { category: 'rescue.drowning', description: `${'x'.repeat(3_995)} em bé rơi` }),
  incident('cut-pairs', { category: 'rescue.drowning', description: `${'🔥'.repeat(3_990)} em bé rơi xuống hồ` }),
  incident('cut-before', { category: 'rescue.drowning', description: `có em bé ${'nước sâu '.repeat(600)}` }),
  incident('nul', { category: 'violence.fight', description: 'có em\u0000bé, \u0000trẻ em\u0000' }),
  JSON.stringify(incident('surrogate', { category: 'fire.smoke', description: 'SURROGATE' })).replace('SURROGATE', 'em\\ud83dbé \\udd25 trẻ em \\ud83d'),
  incident('word', { category: 'Đánh\u0000 nhau\u202E lớn' }),
  incident('long-word', { category: `rescue.${'🔥'.repeat(150)}` }),
  incident('zone', { category: 'violence.fight', zone: 'sau\u2028 sân\u0000 khấu' }),
  incident('defects', { category: 'violence.fight', severity: 'Terrible', injured: -3, verification: 9, occurredAt: 'yesterday', location: { lat: 200, lon: 1 }, nothing: '\u0000' }),
  incident('zero', { category: 'violence.fight', injured: -0, involved: 0, weapon: false, verification: 0 }),
  incident('full', { category: 'violence.fight', zone: 'stage', severity: 'Extreme', urgency: 'Immediate', certainty: 'Observed', verification: 4, injured: 2, involved: 30, weapon: true, location: { lat: 21.3, lon: 105.7 }, reportedAt: at(-1), status: 'Exercise' }),
];

let w: World;
const run = (...args: string[]): Promise<Ran> => cli(args, { DATABASE_URL: w.url });
const json = async <R>(...args: string[]): Promise<R & { code: number | null }> => {
  const { code, out, err } = await run(...args, '--json');
  if (out === '') throw new Error(err);
  return { code, ...(JSON.parse(out) as R) };
};

beforeAll(async () => {
  w = await intakeWorld({ situations: true });
  await w.settle(chunkOf(0, [volumeEvent({ id: 'v1' }), volumeEvent({ id: 'v2', data: { zone: 'stage', occupancy: 2_950 } }), volumeEvent({ id: 'v3', data: { zone: 'stage', occupancy: 2_951, measuredAt: at(-3) } })], { topic: 'visitor-volume.measured' }));
  const members = [fire('f1', { zone: 'gate', occurredAt: at(-9) }), fire('f2', { zone: 'gate', occurredAt: at(-8) }), fire('f3', { zone: 'gate', occurredAt: at(-7), injured: 12, weapon: true })];
  const correction = incident('f1-corrected', { category: 'fire.smoke', zone: 'gate', corrects: 'f1', injured: 1 });
  const old = incidentEvent({ id: 'old', data: { category: 'fire.fire', occurredAt: '2026-05-01T10:00:00Z' }, extensions: { backfill: true } });
  await w.settle(chunkOf(0, [...TELLING, ...members, correction, old]));
});

interface Report {
  incidents: number;
  identical: number;
  different: number;
  policyNotKnown: Record<string, number>;
  firstDifference: { eventId: string; problem: string } | null;
}

describe('replay', () => {
  it('gives every stored decision again to the byte, whatever the texts were', async () => {
    const [stored] = await w.rows<{ count: number }>('SELECT count(*) AS count FROM incidents');
    expect(await json<Report>('replay', '--verify')).toMatchObject({ code: 0, incidents: stored?.count, identical: stored?.count, different: 0, firstDifference: null });
    expect(stored?.count).toBe(TELLING.length + 5);
    // Who reads the record whole would find children in all of them; the grade was made from what the column holds (4,000 characters, of fire two units each).
    const children = await w.rows<{ event_id: string }>(`SELECT event_id FROM incidents WHERE assessment LIKE '%"rule":"children%' ORDER BY 1`);
    expect(children.map(({ event_id }) => event_id)).toEqual(['cut-before', 'cut-pairs', 'nul', 'surrogate']);
    expect((await run('replay', '--verify')).out).toContain(`${stored?.count} of ${stored?.count} decisions are the same to the byte`);
  }, 60_000);

  const count = async (...args: string[]) => (await json<Report>('replay', ...args)).incidents;
  it('looks only where it is told to', async () => {
    expect(await count('--to', '2026-07-01')).toBe(1);
    expect(await count('--from', '2026-07-04', '--to', '2026-07-05T00:00:00+07:00')).toBe(TELLING.length + 4);
    expect(await count('--site', 'nowhere')).toBe(0);
  }, 60_000);

  it('hands every decision over once, in the order of time, however many a statement reads; and throws what its reader throws', async () => {
    const stored = await w.rows<{ id: string; level: number; text: string | null; lat: number | null }>('SELECT id, level, description AS text, lat FROM incidents ORDER BY id');
    for (const rows of [1, 4, stored.length, 1_000]) {
      const seen: StoredDecision[] = [];
      await new ReplayStore(w.database, rows).each({}, (decision) => void seen.push(decision));
      expect(seen.map(({ id, level, incident: { description, location } }) => ({ id, level: RISK_LEVELS.indexOf(level), text: description, lat: location?.lat ?? null }))).toEqual(stored);
    }
    await expect(new ReplayStore(w.database).each({}, () => { throw new Error('enough'); })).rejects.toThrow('enough');
    expect(await count('--site', "o'hara\\")).toBe(0);
  }, 60_000);

  it('names the first decision that is not what its policy makes of what is stored, and a policy that it does not know', async () => {
    await w.rows(`UPDATE incidents SET injured = 12 WHERE event_id = 'cut-behind'`);
    expect(await json<Report>('replay', '--verify')).toMatchObject({ code: 1, different: 1, firstDifference: { eventId: 'cut-behind', problem: expect.stringContaining('at character') } });
    expect((await run('replay')).code).toBe(0);
    await w.rows(`UPDATE incidents SET injured = NULL WHERE event_id = 'cut-behind'`);
    await w.rows(`UPDATE incidents SET assessment = replace(assessment, '"policyVersion":2', '"policyVersion":9') WHERE event_id = 'old'`);
    expect(await json<Report>('replay')).toMatchObject({ code: 1, different: 0, policyNotKnown: { 'built-in 9': 1 } });
    expect((await run('replay')).out).toContain('policy not known here: built-in 9');
    await w.rows(`UPDATE incidents SET assessment = replace(assessment, '"policyVersion":9', '"policyVersion":2') WHERE event_id = 'old'`);
    expect((await run('replay', '--verify')).code).toBe(0);
  }, 60_000);
});

describe('policy', () => {
  const other = builtInDocument().replace(/^version: .*$/m, 'version: 8').replace('fire.fire: { points: 60, floor: high, crowdSensitive: true', 'fire.fire: { points: 5');
  const deaf = builtInDocument().replace(/^version: .*$/m, 'version: 9').replace('levels: { stop-inflow: high, breach: critical }', 'levels: { breach: critical }');
  const joins = builtInDocument().replace(/^version: .*$/m, 'version: 10').replace(/^situations:\n( {2}- .*\n)+/m, 'situations: []\n');
  const paths = files({ 'same.yaml': builtInDocument(), 'other.yaml': other, 'deaf.yaml': deaf, 'joins.yaml': joins, 'bad.yaml': `${builtInDocument()}  - id: weapon\n    wehn: weapon\n` });

  interface Diff {
    incidents: number;
    changed: number;
    moves: { from: string; to: string; incidents: number }[];
    alerts: { stored: { alerts: number }; new: { alerts: number } };
    notTried: { section: string; text: { vi: string; en: string } }[];
    crowds: { readings: number; stored: number; new: number; postures: number; places: { siteId: string; zone: string | null; stored: number; new: number }[]; different: number; differences: object[] };
    worst: { eventId: string; before: { explanation: { vi: string } }; after: { explanation: { vi: string } } }[];
  }

  it('diff finds nothing where nothing was changed, and as many alerts as were raised', async () => {
    const [raised] = await w.rows<{ count: number }>(`SELECT count(*) AS count FROM alerts WHERE status = 'Actual'`);
    const diff = await json<Diff>('policy', 'diff', paths['same.yaml']);
    expect(diff).toMatchObject({ code: 0, incidents: TELLING.length + 5, changed: 0, moves: [], worst: [] });
    // One of them is of the crowd at the stage. Two threads raised twice: the fire, whose third report was graver than the first, and the drowning of the texts that were cut.
    expect([diff.alerts.stored.alerts, diff.alerts.new.alerts]).toEqual([(raised?.count ?? 0) + 2, (raised?.count ?? 0) + 2]);
  }, 60_000);

  it('diff counts what changes, shows the worst with both explanations, and the alerts that would not have been', async () => {
    const diff = await json<Diff>('policy', 'diff', paths['other.yaml']);
    expect(diff.code).toBe(0);
    expect(diff.moves).toContainEqual({ from: 'high', to: 'low', incidents: expect.any(Number) });
    expect(diff.worst.map(({ eventId }) => eventId)).toEqual(expect.arrayContaining(['old', 'f1', 'f2']));
    expect(diff.worst[0]?.before.explanation.vi).toContain('mức cao');
    expect(diff.alerts.new.alerts).toBeLessThan(diff.alerts.stored.alerts);
    const happened = await json<Diff>('policy', 'diff', paths['other.yaml'], '--as-it-happened');
    expect(happened.alerts.stored.alerts).toBe(diff.alerts.stored.alerts + 1);
    const { out } = await run('policy', 'diff', paths['other.yaml']);
    expect(out).toMatch(/incidents change their level under built-in 8/);
    expect(out).toMatch(/trước \/ before: .*\n.*\n {2}sau \/ after: /);
  }, 60_000);

  it('diff takes the counts again, and says which places would have been told of, and are not', async () => {
    const none = { readings: 0, stored: 0, new: 0, postures: 0, places: [], different: 0, differences: [] };
    const crowds = async (file: 'same.yaml' | 'deaf.yaml', ...range: string[]) => (await json<Diff>('policy', 'diff', paths[file], ...range)).crowds;
    expect(await crowds('same.yaml')).toEqual({ ...none, readings: 3, stored: 1, new: 1 });
    expect(await crowds('deaf.yaml')).toMatchObject({
      readings: 3, stored: 1, new: 0, places: [{ siteId: 'dai-lai', zone: 'stage', stored: 1, new: 0 }], different: 1, differences: [{ zone: 'stage', by: 'stored', change: 'raised', step: 'stop-inflow', level: 'high', otherAt: null, pending: true }],
    });
    const [same, deaf] = [await json<Diff>('policy', 'diff', paths['same.yaml']), await json<Diff>('policy', 'diff', paths['deaf.yaml'])];
    expect(deaf.alerts).toMatchObject({ stored: { alerts: same.alerts.stored.alerts }, new: { alerts: same.alerts.new.alerts - 1 } });
    expect(await crowds('deaf.yaml', '--to', '2026-07-01')).toEqual(none);
    // What was measured before the range prepares it: the crowd that was there already is not raised again.
    expect(await crowds('same.yaml', '--from', at(-5))).toEqual({ ...none, readings: 1 });
    expect((await run('policy', 'diff', paths['deaf.yaml'])).out).toContain('3 visitor volumes: 1 alerts about crowds as stored, 0 under the new policy');
  }, 60_000);

  it('diff says that it does not try which reports are of one happening, instead of "nothing changes" alone', async () => {
    expect(await json<Diff>('policy', 'diff', paths['joins.yaml'])).toMatchObject({ code: 0, changed: 0, notTried: [{ section: 'situations', text: { vi: expect.any(String), en: expect.any(String) } }] });
    expect((await run('policy', 'diff', paths['joins.yaml'])).out).toContain('không được thử / not tried: situations');
    expect(await json<Diff>('policy', 'diff', paths['same.yaml'])).toMatchObject({ notTried: [] });
  }, 60_000);

  it('validate and diff refuse a document with line, column and remedy', async () => {
    const last = other.split('\n').length + 1;
    for (const command of ['validate', 'diff']) {
      const { code, out, err } = await run('policy', command, paths['bad.yaml']);
      expect(code).toBe(1);
      expect(out + err).toMatch(new RegExp(`bad\\.yaml:${last}:5: .*wehn`));
    }
    expect(await json('policy', 'validate', paths['bad.yaml'])).toMatchObject({ code: 1, ok: false, problems: expect.arrayContaining([expect.objectContaining({ line: last, column: 5 })]) });
    expect(await json('policy', 'validate', paths['other.yaml'])).toMatchObject({ code: 0, ok: true, id: 'built-in', version: 8, problems: [] });
  }, 60_000);

  it('show is read by officers: Vietnamese first, each figure with its source', async () => {
    const { code, out } = await run('policy', 'show');
    expect(code).toBe(0);
    expect(out).toMatch(/\nĐánh nhau \/ Fight +violence\.fight +40 +nặng thêm \/ worse +proposal: /);
    expect(out).toMatch(/\nweapon \(mọi loại \/ everywhere\)\n {2}weapon {2}→ {2}\+25 điểm \/ points, ít nhất \/ at least cao \/ high\n {4}Có hung khí\n {4}A weapon was seen\n {2}\[requirement: /);
    expect((await run('policy', 'show', paths['other.yaml'])).out).toContain('bản / version 8');
  }, 60_000);
});
