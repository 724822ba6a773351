import { otherPolicy } from '../support';
import { readShadow } from '../../apps/cli/src/policy/shadow-report';
import { chunkOf, intakeWorld, volumeEvent, type World } from '../intake/world';
import { cli, files } from './run';

const BY = ['--by', 'Nguyễn Văn An', '--why', 'trước kỳ nghỉ lễ'];
const MINUTE_MS = 60_000;

/** Says sooner that a place is nearly full. */
const early = (version: number): string => otherPolicy({ version }).replace('{ step: high, from: 0.85 }', '{ step: high, from: 0.75 }').replace('{ step: stop-inflow, from: 0.95 }', '{ step: stop-inflow, from: 0.8 }');

type Crowds = { readings: number; stored: number; new: number; postures: number; different: number; differences: Record<string, unknown>[]; places: unknown[] };
type Report = { notTried: { section: string }[]; crowds?: Crowds | null; effectiveAt: string };

let w: World;
let f: Record<'early' | 'same' | 'doubts', string>;
let next = 0;
/** When the last count came that was received before a candidate is set. */
let latest = 0;
const json = async (...args: string[]): Promise<Report> => {
  const { out, err } = await cli(['policy', ...args, '--json'], { DATABASE_URL: w.url });
  if (out === '') throw new Error(err);
  return JSON.parse(out) as Report;
};
/** What `policy shadow` shows, without the start of a process. */
const shadow = () => readShadow(w.database);
/** Sets a candidate; the instant from which it grades. */
const set = async (candidate: string): Promise<number> => Date.parse((await json('shadow', candidate, ...BY)).effectiveAt);

/** Counts of a zone, so many minutes after an instant, each received so long after (before: the publisher's clock runs ahead). The instant of the last receipt. */
async function counted(from: number, zone: string, counts: Record<number, number>, receivedAfterMs = 1_000): Promise<number> {
  const chunk = chunkOf(next, Object.entries(counts).map(([minute, occupancy], i) => volumeEvent({ id: `v${next + i}`, data: { zone, occupancy, measuredAt: new Date(from + Number(minute) * MINUTE_MS).toISOString() } })));
  const minutes = Object.keys(counts).map(Number);
  const received = minutes.map((minute) => from + minute * MINUTE_MS + receivedAfterMs);
  await w.settle({ ...chunk, records: chunk.records.map((record, i) => ({ ...record, timestamp: received[i] ?? 0 })) });
  next += minutes.length;
  return Math.max(...received);
}

const told = (from: number, minute: number): string => new Date(from + minute * MINUTE_MS + 1_000).toISOString();
/** All that the product stores of crowds and alerts. */
const stored = async () => ({
  alerts: await w.rows('SELECT * FROM alerts ORDER BY id'), deliveries: await w.rows('SELECT * FROM deliveries ORDER BY id'), states: await w.rows('SELECT * FROM crowd_states ORDER BY site_id, zone'),
  changes: await w.rows('SELECT * FROM crowd_changes ORDER BY site_id, zone, revision'), shadow: await w.rows('SELECT * FROM shadow_counts'),
});

beforeAll(async () => {
  w = await intakeWorld();
  f = files({
    early: early(1), same: otherPolicy({ version: 2, theft: 60 }),
    doubts: early(3).replace('agreeSeconds: 30', 'agreeSeconds: 40'),
  });
}, 60_000);

describe('crowds in the shadow', () => {
  it('are judged again by the counts since the candidate was set: how many alerts, which come earlier, which it alone tells; nothing is written', async () => {
    // The pool (600 guests) is fuller than the candidate likes before it is set.
    await counted(Date.now() - 10 * MINUTE_MS, 'pool', { 0: 500, 5: 505 });
    const from = await set(f.early);
    expect((await shadow()).crowds).toEqual({ readings: 0, stored: 0, new: 0, postures: 0, places: [], different: 0, differences: [] });
    await counted(from, 'pool', { 1: 506 });
    latest = await counted(from, 'stage', { 1: 2_100, 6: 2_500, 11: 2_700, 16: 2_900 });
    const before = await stored();
    const { crowds, notTried } = await json('shadow');
    expect(notTried).toEqual([]);
    expect(crowds).toEqual({
      readings: 5, stored: 1, new: 2, postures: 3, places: [{ siteId: 'dai-lai', zone: 'pool', stored: 0, new: 1 }], different: 2,
      differences: [
        { siteId: 'dai-lai', zone: 'pool', at: told(from, 1), by: 'new', change: 'raised', step: 'stop-inflow', level: 'high', otherAt: null, pending: true },
        { siteId: 'dai-lai', zone: 'stage', at: told(from, 6), by: 'new', change: 'raised', step: 'stop-inflow', level: 'high', otherAt: told(from, 16), pending: false },
      ],
    });
    const { out } = await cli(['policy', 'shadow'], { DATABASE_URL: w.url });
    expect(out).toContain('5 số đếm khách: 1 báo động về đám đông đã báo, 2 theo chính sách chạy thử; tình trạng đông khách khác đi ở 3 số đếm');
    expect(out).toMatch(/dai-lai +pool +.* +theo chính sách chạy thử \/ under the candidate +báo động \/ raised +cần ngừng đón thêm khách \/ stop letting people in +cao \/ high +chưa \/ not yet/);
    expect(await stored()).toEqual(before);
    expect(before.alerts).toHaveLength(1);
  }, 60_000);

  it('are counted since the candidate was set last, by when they were received; what was told before is not told again', async () => {
    await json('shadow', '--off', ...BY);
    const ahead = await counted(latest, 'gate', { 10: 700 }, -9 * MINUTE_MS);
    const from = await set(f.early);
    expect(from).toBeLessThan(ahead + 9 * MINUTE_MS);
    expect((await shadow()).crowds).toMatchObject({ readings: 0, stored: 0, new: 0 });
    await counted(from, 'pool', { [-0.5]: 300 }, MINUTE_MS);
    expect((await shadow()).crowds).toMatchObject({ readings: 1, stored: 0, new: 0 });
    await counted(from, 'stage', { 1: 2_910 });
    expect((await shadow()).crowds).toMatchObject({ readings: 2, stored: 0, new: 0, different: 0 });
    // Both have told of the stage as nearly full, and both tell of more than its capacity.
    await counted(from, 'stage', { 5: 3_100 });
    expect((await shadow()).crowds).toMatchObject({ readings: 3, stored: 1, new: 1, postures: 0, different: 0, differences: [] });
  }, 60_000);

  it('are held against the policy in force of each instant', async () => {
    await json('activate', f.same, ...BY);
    const from = Date.parse((await json('activate', f.early, ...BY)).effectiveAt);
    await counted(from, 'gate', { 1: 740 });
    // Activated meanwhile, the candidate told of the gate (900 guests) itself.
    expect((await shadow()).crowds).toMatchObject({ readings: 4, stored: 2, new: 2, different: 0 });
  }, 60_000);

  it('are said nothing of where the section is that of the policy in force; which counts incidents are graded with is not tried', async () => {
    await json('activate', f.same, ...BY);
    const { effectiveAt } = await json('shadow', f.same, ...BY);
    await counted(Date.parse(effectiveAt), 'gate', { 1: 745 });
    const same = await shadow();
    expect(same.notTried).toEqual([]);
    expect(same).not.toHaveProperty('crowds');
    expect((await cli(['policy', 'shadow'], { DATABASE_URL: w.url })).out).not.toContain('đám đông');

    expect((await json('shadow', f.doubts, ...BY)).notTried).toMatchObject([{ section: 'crowd' }]);
    expect(await shadow()).toMatchObject({ notTried: [{ section: 'crowd' }], crowds: { readings: 0 } });
    expect((await cli(['policy', 'shadow'], { DATABASE_URL: w.url })).out).toContain('không có số đếm khách nào được tính từ lúc đó: chưa thể kết luận về đám đông\nno visitor volume counted since then: nothing can be said of crowds');
  }, 60_000);

  it('are said nothing of where the candidate cannot be read, and why is said in Vietnamese first', async () => {
    await w.rows(`UPDATE policies SET document = document || E'\nshifts: {}\n' WHERE id = 'night' AND version = 3`);
    expect(await shadow()).not.toHaveProperty('crowds');
    expect((await cli(['policy', 'shadow'], { DATABASE_URL: w.url })).out).toMatch(/không dùng được night@3, nên không so sánh được gì thêm\n.*policy night@3 cannot be read by this release/);
  }, 60_000);
});
