import { threadOf } from '../alert-rules';
import type { Incident } from '../incident';
import { SAMPLE_POLICY } from '../sample-policy.spec-support';
import { incident, SATURDAY_EVENING } from '../sample.spec-support';
import { historyOf } from './baseline';
import { countIn, emptyMemory, foundersFor, placeIn, RECENT_MAX, remember, type Place, type SiteMemory } from './site-memory';
import { OPEN_SITUATIONS_MAX } from './situation';

const { situations, surprise } = SAMPLE_POLICY;
const MINUTE_MS = 60_000;
const WINDOW_MS = 120 * MINUTE_MS;
const everyDay = () => 'weekend' as const;
const fresh = (): SiteMemory => emptyMemory(historyOf('2025-07-19', [], [], everyDay));
let number = 0;
const report = (minutes: number, more: Partial<Incident> = {}): Incident =>
  incident({ eventId: `e-${number++}`, occurredAt: SATURDAY_EVENING + minutes * MINUTE_MS, category: 'violence.fight', zone: 'stage', ...more });
const place = (memory: SiteMemory, event: Incident, closed = false): Place => placeIn(memory, event, threadOf(event, null), situations, () => closed);

describe('reports of one happening', () => {
  it('are the later ones of the same zone, kind and time; the first founds it', () => {
    const memory = fresh();
    const first = report(0);
    expect(place(memory, first)).toEqual({ used: { reports: 1, sources: 1 }, founder: null });
    expect(place(memory, report(10, { source: '/cameras' }))).toEqual({ used: { reports: 2, sources: 2 }, founder: threadOf(first, null) });
    expect(place(memory, report(12, { category: 'order.disturbance' }))).toEqual({ used: { reports: 3, sources: 2 }, founder: threadOf(first, null) });
    expect(place(memory, report(-5))).toMatchObject({ used: { reports: 4 }, founder: threadOf(first, null) });
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
    expect(place(memory, report(5)).founder).toEqual(threadOf(now, null));
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
    const at = (minutes: number): number => remember(memory, 'security.theft', SATURDAY_EVENING + minutes * MINUTE_MS, WINDOW_MS);
    expect([at(0), at(60), at(30), at(119), at(120), at(-200)]).toEqual([1, 2, 2, 4, 4, 1]);
  });

  it('counts no drill or correction; an old log on its day only', () => {
    const memory = fresh();
    const lastWeek = -7 * 24 * 60;
    for (const more of [{ status: 'Exercise' as const }, { corrects: 'x' }]) for (const minutes of [0, lastWeek]) expect(countIn(memory, report(minutes, more), 'weekend', 100, surprise)).toBeNull();
    expect(memory).toEqual(fresh());
    for (const minutes of [0, lastWeek]) expect(countIn(memory, report(minutes, { backfill: true }), 'weekend', 100, surprise)).toBeNull();
    expect(memory.recent.size).toBe(0);
    expect(memory.since.get('violence.fight')).toBe(1);
    expect(memory.history.categories.get('violence.fight')?.all).toMatchObject({ days: 7, count: 1 });
  });

  it('is bounded', () => {
    const memory = fresh();
    for (let i = 0; i < 10 * RECENT_MAX; i++) {
      remember(memory, 'security.theft', SATURDAY_EVENING + i, WINDOW_MS);
      place(memory, report(i, { zone: `z${i}` }));
    }
    expect(memory.recent.get('security.theft')).toHaveLength(RECENT_MAX);
    expect(memory.situations.size).toBe(OPEN_SITUATIONS_MAX);
  });
});
