import { threadOf } from '../alert-rules';
import type { GeoPoint, Incident } from '../incident';
import { SAMPLE_POLICY } from '../sample-policy.spec-support';
import { incident, SATURDAY_EVENING } from '../sample.spec-support';
import { historyOf, surpriseOf, type BaselineUsed, type DayCount } from './baseline';
import { countIn, emptyMemory, foundersFor, happened, placeIn, RECENT_MAX, remember, type Place, type SiteMemory } from './site-memory';
import { OPEN_APART_MAX, OPEN_SITUATIONS_MAX } from './situation';

const { situations, surprise } = SAMPLE_POLICY;
const MINUTE_MS = 60_000;
const WINDOW_MS = 120 * MINUTE_MS;
const everyDay = () => 'weekend' as const;
const fresh = (): SiteMemory => emptyMemory(historyOf('2025-07-19', [], [], everyDay));
let number = 0;
const report = (minutes: number, more: Partial<Incident> = {}): Incident =>
  incident({ eventId: `e-${number++}`, occurredAt: SATURDAY_EVENING + minutes * MINUTE_MS, category: 'violence.fight', zone: 'stage', ...more });
/** Where a report belongs, and whose alert speaks for it. */
function place(memory: SiteMemory, event: Incident, closed = false): { used: Place['used']; founder: string | null } {
  const { used, joined } = placeIn(memory, event, threadOf(event, null), situations, () => closed);
  return { used, founder: joined?.founder.firstId ?? null };
}
/** A point so many metres north of the stage. */
const metresNorth = (metres: number): GeoPoint => ({ lat: 21.33 + metres / 111_195, lon: 105.715 });

describe('reports of one happening', () => {
  it('are the later ones of the same zone, kind and time; the first founds it', () => {
    const memory = fresh();
    const first = report(0);
    expect(place(memory, first)).toEqual({ used: { reports: 1, sources: 1 }, founder: null });
    expect(place(memory, report(10, { source: '/cameras' }))).toEqual({ used: { reports: 2, sources: 2 }, founder: first.eventId });
    expect(place(memory, report(12, { category: 'order.disturbance' }))).toEqual({ used: { reports: 3, sources: 2 }, founder: first.eventId });
    expect(place(memory, report(-5))).toMatchObject({ used: { reports: 4 }, founder: first.eventId });
  });

  it('say something new, from the eleventh on, where none before named that category, publisher or weapon, or so many people hurt', () => {
    const memory = fresh();
    for (let i = 0; i < 10; i++) expect(place(memory, report(0, { injured: i === 3 ? 1 : null })).used.news).toBeUndefined();
    const news = (more: Partial<Incident>) => place(memory, report(1, more)).used.news ?? false;
    expect([news({}), news({ injured: 1 }), news({ category: 'violence.assault' }), news({ category: 'violence.assault' }), news({ source: '/cameras' }), news({ source: '/cameras' })]).toEqual([false, false, true, false, true, false]);
    expect([news({ weapon: true }), news({ weapon: true }), news({ injured: 2 }), news({ injured: 10 }), news({ injured: 11 }), news({ injured: 20 })]).toEqual([true, false, true, true, false, true]);
    // A figure that counts up by itself.
    expect(Array.from({ length: 1_000 }, (_, i) => news({ injured: i })).filter(Boolean)).toHaveLength(5);
  });

  it.each([
    ['in another zone', report(1, { zone: 'pool' })],
    ['in no zone', report(1, { zone: null })],
    ['of another kind', report(1, { category: 'fire.fire' })],
    ['that is a drill', report(1, { status: 'Exercise' })],
    ['too long after', report(16)],
    ['of an old log', report(1, { backfill: true })],
    ['of a kind that is never joined', report(1, { category: 'security.theft' })],
  ])('never one %s', (_what, other) => {
    const memory = fresh();
    place(memory, report(0));
    expect(place(memory, other).founder).toBeNull();
  });

  it('are over when the police closed it, or after its span: then the next founds another', () => {
    const memory = fresh();
    place(memory, report(0));
    expect(place(memory, report(1), true).founder).toBeNull();
    const long = fresh();
    for (let minutes = 0; minutes <= 60; minutes += 10) expect(place(long, report(minutes)).founder === null).toBe(minutes === 0);
    expect(place(long, report(65)).founder).toBeNull();
  });

  it('leave what goes on now alone when one comes late', () => {
    const memory = fresh();
    const now = report(0);
    place(memory, now);
    expect(place(memory, report(-90)).founder).toBeNull();
    expect(place(memory, report(5)).founder).toBe(now.eventId);
  });

  it('are near to it, where both say where they are; one that does not say it is of what was heard of latest', () => {
    const memory = fresh();
    const [here, there] = [report(0, { location: metresNorth(0) }), report(1, { location: metresNorth(400) })];
    expect([place(memory, here).founder, place(memory, there).founder]).toEqual([null, null]);
    expect(place(memory, report(2, { location: metresNorth(149) })).founder).toBe(here.eventId);
    expect(place(memory, report(3, { location: metresNorth(420) })).founder).toBe(there.eventId);
    expect(place(memory, report(4)).founder).toBe(there.eventId);
    expect(place(memory, report(5, { location: { lat: 21.33, lon: 105.715 + 140 / (111_195 * Math.cos(21.33 * Math.PI / 180)) } })).founder).toBe(here.eventId);
    expect(place(memory, report(6)).founder).toBe(here.eventId);
    expect(place(memory, report(7, { location: metresNorth(200) })).founder).toBeNull();
    // The far one is over: the next begins in its place, and the others stay open.
    expect(place(memory, report(20, { location: metresNorth(400) })).founder).toBeNull();
    expect(place(memory, report(21, { location: metresNorth(0) })).founder).toBe(here.eventId);
  });

  it('are where the first of them that says so has it; of a kind without a distance they are anywhere in the zone', () => {
    const memory = fresh();
    const first = report(0);
    place(memory, first);
    expect(place(memory, report(1, { location: metresNorth(0) })).founder).toBe(first.eventId);
    expect(place(memory, report(2, { location: metresNorth(160) })).founder).toBeNull();
    const meal = report(0, { category: 'health.poisoning', location: metresNorth(0) });
    place(memory, meal);
    expect(place(memory, report(30, { category: 'health.poisoning', location: metresNorth(1_500) })).founder).toBe(meal.eventId);
  });

  it('far from each other are remembered up to a number, those heard of latest', () => {
    const memory = fresh();
    const founders = Array.from({ length: OPEN_APART_MAX + 1 }, (_, i) => report(0, { location: metresNorth(i * 400) }));
    for (const founder of founders) place(memory, founder);
    expect([...memory.situations.values()].map((open) => open.length)).toEqual([OPEN_APART_MAX]);
    expect(place(memory, report(1, { location: metresNorth(400) })).founder).toBe(founders[1]?.eventId);
    expect(place(memory, report(1, { location: metresNorth(0) })).founder).toBeNull();
  });

  it('are looked up by whom they may join', () => {
    const memory = fresh();
    const first = report(0);
    place(memory, first);
    expect(foundersFor(new Map([[first.siteId, memory]]), [report(1), report(2), report(3, { zone: 'pool' }), report(4, { corrects: 'x' })], situations)).toEqual([threadOf(first, null)]);
  });
});

describe('what is remembered', () => {
  it('counts a category in the two hours up to an incident, in whatever order they came', () => {
    const memory = fresh();
    const at = (minutes: number): number => {
      remember(memory, 'security.theft', SATURDAY_EVENING + minutes * MINUTE_MS);
      return happened(memory, 'security.theft', SATURDAY_EVENING + minutes * MINUTE_MS, WINDOW_MS);
    };
    expect([at(0), at(60), at(30), at(119), at(120), at(-200)]).toEqual([1, 2, 2, 4, 4, 1]);
  });

  it('counts no drill or correction; an old log on its day only', () => {
    const memory = fresh();
    const lastWeek = -7 * 24 * 60;
    for (const more of [{ status: 'Exercise' as const }, { corrects: 'x' }]) for (const minutes of [0, lastWeek]) expect(countIn(memory, report(minutes, more), null, 'weekend', 100, surprise)).toBeNull();
    expect(memory).toEqual(fresh());
    for (const minutes of [0, lastWeek]) expect(countIn(memory, report(minutes, { backfill: true }), null, 'weekend', 100, surprise)).toBeNull();
    expect(memory.recent.size).toBe(0);
    expect(memory.since.get('violence.fight')).toBe(1);
    expect(memory.history.categories.get('violence.fight')?.all).toMatchObject({ days: 7, count: 1 });
  });

  /** Sixty quiet days; then these reports are judged, each after it was placed. */
  function judged(reports: readonly Incident[], history: DayCount[] = [{ category: 'order.drone', day: '2025-05-20', count: 1 }]): (BaselineUsed | null)[] {
    const memory = emptyMemory(historyOf('2025-07-19', history, [], everyDay));
    return reports.map((each) => countIn(memory, each, placeIn(memory, each, threadOf(each, null), situations, () => false).joined, 'weekend', null, surprise));
  }
  const surprises = (used: readonly (BaselineUsed | null)[]) => used.map((each) => each !== null && surpriseOf(each, surprise) < 0.01);

  it('takes three reports of one fight for one fight, and three thefts for three', () => {
    const fights = judged([report(0), report(4, { source: '/cameras' }), report(8, { category: 'violence.assault' })]);
    expect(fights.map((used) => [used?.observed, used?.expected])).toEqual([[1, 0.0014], [1, 0.0014], [1, 0.0014]]);
    expect(surprises(fights)).toEqual([false, false, false]);
    const thefts = judged([0, 4, 8].map((minutes) => report(minutes, { category: 'security.theft' })));
    expect(thefts.map((used) => used?.observed)).toEqual([1, 2, 3]);
    expect(surprises(thefts)).toEqual([false, false, true]);
    expect(surprises(judged(['stage', 'pool', 'gate'].map((zone) => report(0, { zone }))))).toEqual([false, false, true]);
  });

  it('compares a report that joined as its happening is by now, its first report counted, also where that occurred later', () => {
    const [fights, drunks] = [{ category: 'violence.fight' }, { category: 'order.disturbance' }];
    const used = judged([report(-30, { zone: 'pool' }), report(-20, { zone: 'gate' }), report(0, fights), report(-1, drunks), report(2, drunks), report(3, { ...drunks, zone: 'pool' })]);
    expect(used.map((each) => each?.observed)).toEqual([1, 2, 3, 3, 3, 1]);
    // Until two weeks are known the day is compared: it has one fight, too.
    const early = judged([report(0), report(4), report(8)], [{ category: 'order.drone', day: '2025-07-08', count: 1 }]);
    expect(early).toEqual([1, 1, 1].map((observed) => expect.objectContaining({ method: 'ears-c2', observed })));
  });

  it('counts the first report of a happening that goes on for longer than is looked back', () => {
    const jams = judged(Array.from({ length: 7 }, (_, i) => report(i * 25, { category: 'traffic.congestion' })));
    expect(jams.map((used) => used?.observed)).toEqual([1, 1, 1, 1, 1, 1, 1]);
  });

  it('lets a report that joined add nothing to what is usual, although its day is one of the site\'s', () => {
    const [lastWeek, memory] = [-7 * 24 * 60, fresh()];
    for (const each of [report(lastWeek), report(lastWeek + 1), report(0), report(1)]) countIn(memory, each, placeIn(memory, each, threadOf(each, null), situations, () => false).joined, 'weekend', null, surprise);
    expect(memory.history).toMatchObject({ days: 7, categories: new Map([['violence.fight', expect.objectContaining({ all: expect.objectContaining({ days: 7, count: 1 }) })]]) });
    expect(memory.since.get('violence.fight')).toBe(1);
    expect(memory.recent.get('violence.fight')).toHaveLength(2);
  });

  it('is bounded', () => {
    const memory = fresh();
    for (let i = 0; i < 10 * RECENT_MAX; i++) {
      remember(memory, 'security.theft', SATURDAY_EVENING + i);
      place(memory, report(i, { zone: `z${i}` }));
    }
    expect(memory.recent.get('security.theft')).toHaveLength(RECENT_MAX);
    expect(memory.situations.size).toBe(OPEN_SITUATIONS_MAX);
  });
});
