import { at } from '../sample.spec-support';
import type { CrowdPlace } from './crowd';
import { count, day, last, marks, POOL, SITE, STAGE, watch } from './crowd.spec-support';

/** Typed after the public counts of a town pool in July: irregular minutes, every day a dip before two, closed from eight to nine. */
const GOOD_TUESDAY = day('2025-07-01', `09:25 210, 09:45 300, 09:55 350, 10:30 560, 10:55 650, 11:30 740, 11:55 800, 12:30 860, 12:50 875, 13:20 910, 13:35 920, 13:45 850,
  13:55 765, 14:55 900, 15:35 1300, 15:55 1440, 16:20 1590, 16:55 1760, 17:25 1880, 17:55 1975, 18:30 1950, 18:55 1905, 19:20 1825, 19:55 1720`);
const GOOD_WEDNESDAY = day('2025-07-02', `09:25 250, 09:40 380, 09:55 470, 10:30 750, 10:55 890, 11:45 1090, 12:30 1150, 12:50 1150, 13:20 1235, 13:30 1280, 13:45 1200,
  13:55 1090, 14:55 1345, 15:35 1990, 15:50 2185, 16:20 2510, 16:55 2750, 17:25 3080, 17:55 3230, 18:30 3285, 18:55 3245, 19:20 3200, 19:50 3145`);
const GOOD_THURSDAY = day('2025-07-03', `09:25 875, 09:55 1135, 10:30 1420, 11:25 1735, 11:55 1810, 12:30 1850, 12:50 1870, 13:25 1940, 13:40 1935, 13:55 1785, 14:45 1900,
  15:20 2330, 15:50 2660, 16:30 2870, 16:45 2825, 17:30 2790, 17:55 2770, 18:30 2760, 18:55 2760, 19:20 2755, 19:55 2740`);
const STUCK_FRIDAY = day('2025-07-04', `09:00 2705, 09:30 2710, 09:50 2715, 10:00 2720, 10:35 2730, 10:55 2745, 11:25 2750, 11:45 2760, 11:55 2760, 12:25 2760, 12:45 2760,
  13:25 2765, 13:50 2755, 14:40 2750, 15:20 2765, 15:45 2785, 16:25 2800, 17:25 2830, 17:55 2840, 18:50 2845, 19:50 2835`);
const GOOD_SATURDAY = day('2025-07-05', '09:20 115, 09:35 185, 09:45 235, 09:55 295, 10:30 455, 11:20 630, 12:20 815, 13:30 1050, 13:55 970, 14:50 1220, 15:40 1905, 17:55 2500, 19:55 2340');
const WEEK = [...GOOD_TUESDAY, ...GOOD_WEDNESDAY, ...GOOD_THURSDAY, ...STUCK_FRIDAY, ...GOOD_SATURDAY];

describe('a counter that was not reset at night and hung all day', () => {
  const seen = watch(WEEK, POOL);
  const found = marks(WEEK, seen);

  it('is not believed on any reading of that day, and on every one of the good days', () => {
    expect(found).toHaveLength(STUCK_FRIDAY.length);
    expect(found.every((mark) => mark.startsWith('07-04'))).toBe(true);
  });

  it('is found by the night first, with both counts, and by its standing still three hours later', () => {
    expect(found[0]).toBe('07-04 09:00 not-reset');
    expect(found.find((mark) => mark.endsWith('stalled'))).toBe('07-04 12:25 stalled');
    const [first] = seen.filter(({ implausible }) => implausible === 'not-reset');
    expect(first?.change?.doubts[0]?.text).toEqual({
      en: 'The count did not go down overnight: 2,740 at 19:55, 2,705 at 09:00: the counter was not reset',
      vi: 'Số đếm không giảm qua đêm: 2.740 lúc 19:55, 2.705 lúc 09:00: thiết bị đếm chưa được đặt lại',
    });
    expect(last(seen.filter(({ implausible }) => implausible === 'stalled')).state.counter.doubts[0]?.text.vi).toMatch('đứng yên từ 09:00, 2.705 đến 2.760 cho tới 12:25');
  });

  it('leaves the crowd unknown, never empty, and says when it is believed again', () => {
    const friday = seen.filter((_, i) => WEEK[i]?.eventId.startsWith('v-2025-07-04'));
    expect(new Set(friday.map(({ state }) => state.posture))).toEqual(new Set(['unknown']));
    const again = seen[WEEK.length - GOOD_SATURDAY.length];
    expect(again?.change).toMatchObject({ from: 'unknown', to: 'normal', occupancy: 115, doubts: [] });
    expect(again?.change?.explanation.vi).toMatch('Số đếm đã tin được trở lại');
  });

  it('is found standing still on its first day too, when no night is known', () => {
    expect(marks(STUCK_FRIDAY, watch(STUCK_FRIDAY, POOL))[0]).toBe('07-04 12:25 stalled');
  });
});

describe('a counter that hangs in the evening', () => {
  const hung = day('2025-07-19', '17:00 1400, 17:30 1900, 18:01 2400, 18:30 2400, 19:00 2405, 19:30 2400, 20:00 2400, 20:30 2405, 21:01 2400, 21:30 2400, 22:15 2100');

  it('is found at a stage three hours later, while the concert goes on, and is believed when it moves', () => {
    expect(marks(hung, watch(hung, STAGE))).toEqual(['07-19 21:01 stalled', '07-19 21:30 stalled']);
    const late = day('2025-07-19', '20:30 2400, 21:30 2400, 22:00 2400, 22:30 2400, 23:00 2400, 23:30 2400, 23:59 2400');
    expect(marks(late, watch(late, STAGE))).toEqual(['07-19 23:30 stalled', '07-19 23:59 stalled']);
  });

  it('is taken for guests who sleep there on a whole site: after nine in the evening few of them move', () => {
    expect(marks(hung, watch(hung, SITE))).toEqual([]);
  });
});

describe('a night', () => {
  const nights = (mornings: readonly number[], evening: number) => mornings.flatMap((morning, i) => day(`2025-07-${String(10 + i)}`, `09:00 ${morning}, 12:00 ${Math.round(evening * 0.8)}, 19:00 ${evening}`));

  it('without a reset is no fault on a whole site where guests sleep', () => {
    expect(marks([], watch(nights([900, 950, 980, 940], 1_000), SITE))).toEqual([]);
  });

  it('without a reset is a fault on a whole site that was empty on the mornings before', () => {
    const readings = nights([50, 60, 40, 990], 1_000);
    expect(marks(readings, watch(readings, SITE))).toEqual(['07-13 09:00 not-reset', '07-13 12:00 not-reset', '07-13 19:00 not-reset']);
  });

  it('is accepted after three that were alike: the place does not empty any more', () => {
    const readings = nights([10, 990, 990, 990, 990], 1_000);
    expect(marks(readings, watch(readings, POOL)).filter((mark) => mark.includes('09:00'))).toEqual(['07-11 09:00 not-reset', '07-12 09:00 not-reset']);
  });

  const all = (date: string, counts: string, next: string, small: string) => [...day(date, counts), ...day(next, small)];
  /** A stage that is counted every hour or two, day and night. */
  const CALM_NIGHTS = [
    ...all('2025-07-10', '09:00 60, 12:00 400, 19:00 1000, 22:00 700', '2025-07-11', '00:30 40, 02:00 5, 04:00 5, 06:00 8'),
    ...all('2025-07-11', '09:00 50, 12:00 500, 19:00 1100, 22:00 800', '2025-07-12', '00:30 60, 02:00 5, 04:00 4, 06:00 9'),
  ];
  const HUNG_NIGHT = all('2025-07-12', '09:00 70, 12:00 600, 19:00 900, 22:00 900', '2025-07-13', '00:30 900, 02:00 900, 04:00 905, 06:00 905, 08:00 950, 10:00 420, 11:00 500');

  it.each([['a zone', POOL], ['a whole site', SITE]])('in which a counter goes on, and is not reset, is a fault in %s that emptied on the nights before', (_, place) => {
    const readings = [...CALM_NIGHTS, ...HUNG_NIGHT];
    const seen = watch(readings, place);
    expect(marks(readings, seen)).toEqual(['07-13 06:00 not-reset', '07-13 08:00 not-reset']);
    expect(seen.find(({ implausible }) => implausible === 'not-reset')?.change?.doubts[0]?.text.en).toBe('The count did not go down overnight: 900 at 00:30, 905 at 06:00: the counter was not reset');
  });

  it('in which a counter goes on is a fault neither after one night alone that emptied, nor where some guests went and some stayed', () => {
    const once = [...CALM_NIGHTS.slice(0, 8), ...HUNG_NIGHT];
    expect(marks(once, watch(once, POOL))).toEqual([]);
    const some = [...CALM_NIGHTS, ...all('2025-07-12', '19:00 900, 22:00 900', '2025-07-13', '00:30 900, 02:00 790, 04:00 790, 06:00 790')];
    expect(marks(some, watch(some, POOL))).toEqual([]);
  });

  it('that was counted to its end empties the place also for a night without counts', () => {
    const readings = [...CALM_NIGHTS, ...day('2025-07-12', '09:00 70, 19:00 900'), ...day('2025-07-13', '09:00 890')];
    expect(marks(readings, watch(readings, SITE))).toEqual(['07-13 09:00 not-reset']);
  });

  it('with guests in it, counted three times, is no fault of a night without counts either', () => {
    const full = (on: string, next: string) => all(on, '12:00 300, 22:00 310', next, '02:00 312, 04:00 311, 06:00 309');
    const readings = [...full('2025-07-10', '2025-07-11'), ...full('2025-07-11', '2025-07-12'), ...full('2025-07-12', '2025-07-13'), ...day('2025-07-13', '19:00 300'), ...day('2025-07-14', '09:00 300')];
    expect(marks(readings, watch(readings, POOL))).toEqual([]);
  });

  it('over which readings went on says nothing of a place that nobody saw empty: guests may sleep there', () => {
    const readings = day('2025-07-12', '22:00 800').concat(day('2025-07-13', '00:00 800, 02:00 810, 04:00 790, 06:00 780, 08:00 795'));
    expect(marks(readings, watch(readings, POOL))).toEqual([]);
  });
});

describe('a jump', () => {
  const calm = day('2025-07-19', '20:00 600, 20:05 640');

  it('is not believed, with its numbers, until a second count agrees', () => {
    const seen = watch([...calm, ...day('2025-07-19', '20:06 2900, 20:07 2910')], STAGE);
    expect(seen.map(({ implausible }) => implausible)).toEqual([null, null, 'jump', null]);
    expect(seen[2]?.change).toMatchObject({ from: 'normal', to: 'unknown', occupancy: null, alert: null });
    expect(seen[2]?.change?.doubts[0]?.text.vi).toMatch('từ 640 sang 2.900 trong 1 phút, nhiều nhất chỉ 900 người');
    expect(seen[3]?.change).toMatchObject({ to: 'stop-inflow', occupancy: 2_910, alert: { change: 'raise', level: 'high' } });
  });

  it('is more than fills the place, however long nobody counted', () => {
    expect(marks([], watch(day('2025-07-19', '20:00 500, 20:30 6500'), SITE))).toEqual([]);
    const seen = watch(day('2025-07-19', '20:00 500, 20:30 7500, 20:40 7600'), SITE);
    expect(seen.map(({ implausible }) => implausible)).toEqual([null, 'jump', null]);
  });

  it('above what the place can hold is never believed, however long nobody counted and however often it is said', () => {
    const overnight = [...day('2025-07-18', '22:00 200'), ...day('2025-07-19', '09:00 150000, 09:01 150000, 09:30 149000, 09:31 230')];
    const seen = watch(overnight, SITE);
    expect(seen.map(({ implausible }) => implausible)).toEqual([null, 'jump', 'jump', 'jump', null]);
    expect(seen[1]?.change).toMatchObject({ to: 'unknown', occupancy: null, alert: null });
    expect(seen[1]?.change?.doubts[0]?.text).toEqual({
      en: 'The count says 150,000, the place can never hold more than 16,500: not believed',
      vi: 'Số đếm là 150.000, trong khi nơi này không thể chứa quá 16.500 người: không tin',
    });
  });

  it('is asked of the first count of a new counter, too, by capacity or area, whichever is less', () => {
    const first = (people: number, place: CrowdPlace) => last(watch(day('2025-07-19', `09:00 ${people}`), place)).implausible;
    expect([first(9_999_999, SITE), first(16_501, SITE), first(16_500, SITE)]).toEqual(['jump', 'jump', null]);
    expect([first(9_001, STAGE), first(9_000, STAGE), first(10_001, { ...STAGE, capacity: null }), first(10_000, { ...STAGE, capacity: null })]).toEqual(['jump', null, 'jump', null]);
    expect(first(9_999_999, { ...SITE, capacity: null })).toBeNull();
  });

  it('that cannot be true neither confirms another nor hinders its being confirmed', () => {
    const seen = watch([...calm, ...day('2025-07-19', '20:06 2900, 20:07 99000, 20:08 2910')], STAGE);
    expect(seen.map(({ implausible }) => implausible)).toEqual([null, null, 'jump', 'jump', null]);
    const again = watch([...calm, ...day('2025-07-19', '20:06 99000, 20:07 2900, 20:08 2910')], STAGE);
    expect(again.map(({ implausible }) => implausible)).toEqual([null, null, 'jump', 'jump', null]);
    expect(again[3]?.state.counter.doubts[0]?.text.vi).toMatch('từ 640 sang 2.900');
  });

  it('that was one wrong reading is over with the next right one', () => {
    const seen = watch([...calm, ...day('2025-07-19', '20:06 29000, 20:07 660')], STAGE);
    expect(seen.map(({ implausible }) => implausible)).toEqual([null, null, 'jump', null]);
    expect(last(seen).state).toMatchObject({ posture: 'normal', counted: { people: 660 } });
  });

  it('needs a second look that is a look: two counts of the same moment are one', () => {
    const soon = count('', 2_905, { measuredAt: at('2025-07-19 20:06') + 5_000 });
    expect(watch([...calm, ...day('2025-07-19', '20:06 2900'), soon], STAGE).map(({ implausible }) => implausible)).toEqual([null, null, 'jump', 'jump']);
  });

  describe('to nobody', () => {
    const minutes = (from: number, to: number, people: number) => Array.from({ length: to - from + 1 }, (_, i) => count('', people, { measuredAt: at('2025-07-19 20:00') + (from + i) * 60_000 }));
    const dead = [count('2025-07-19 20:00', 2_900), ...minutes(1, 60, 0)];

    it('is not believed, however long and often it is said, and the alert stands', () => {
      const seen = watch(dead, STAGE);
      expect(seen.slice(1).every(({ implausible, state }) => implausible === 'jump' && state.posture === 'unknown')).toBe(true);
      expect(last(seen).state.alert).toMatchObject({ level: 'high' });
      expect(seen[1]?.change?.doubts[0]?.text).toEqual({
        en: 'The count fell from 2,900 to 0 in 1 min, and no count shows people leaving: not believed until people are counted again, the doors agree, or the night is over',
        vi: 'Số đếm tụt từ 2.900 xuống 0 trong 1 phút, không có số đếm nào cho thấy khách ra về: chưa tin cho tới khi đếm lại được khách, lượt ra vào khớp, hoặc qua đêm',
      });
    });

    it('is not believed of a crowd within half an hour, where counts come rarely', () => {
      const seen = watch(day('2025-07-19', '20:00 2900, 20:15 0, 20:30 12, 21:45 0'), STAGE);
      expect(seen.map(({ implausible }) => implausible)).toEqual([null, 'jump', 'jump', 'jump']);
      expect(marks([], watch(day('2025-07-19', '20:00 1500, 20:10 0'), STAGE))).toEqual([]);
      expect(marks([], watch(day('2025-07-19', '20:00 2900, 20:40 0'), STAGE))).toEqual([]);
    });

    it('is believed where falling counts show people leaving', () => {
      expect(marks([], watch(day('2025-07-19', '20:00 2900, 20:02 2200, 20:04 1500, 20:06 700, 20:08 120, 20:10 0, 20:11 0'), STAGE))).toEqual([]);
    });

    it('is over with a count of about as many as before, or a second one that did not climb from there', () => {
      const ends = (counts: string) => watch([...dead, ...day('2025-07-19', counts)], STAGE).slice(dead.length).map(({ implausible }) => implausible);
      expect(ends('21:01 2700')).toEqual([null]);
      expect(ends('21:01 1200, 21:02 1190')).toEqual(['jump', null]);
      expect(ends('21:01 1200, 21:02 0, 21:03 0')).toEqual(['jump', 'jump', 'jump']);
    });

    it('is not over where the counter began again from nothing with the people inside', () => {
      const seen = watch([...dead, ...day('2025-07-19', '21:01 60, 21:02 95, 21:10 400, 21:20 900, 21:30 1500, 21:31 2400')], STAGE).slice(dead.length);
      expect(seen.map(({ implausible }) => implausible)).toEqual(['jump', 'jump', 'jump', 'jump', 'jump', null]);
    });

    it('is believed when the night is over', () => {
      const seen = watch([...dead, ...day('2025-07-20', '00:30 0, 04:50 0, 05:00 0')], STAGE).slice(dead.length);
      expect(seen.map(({ implausible }) => implausible)).toEqual(['jump', 'jump', null]);
    });

    it('is believed when the doors agree, and not when they are as dead', () => {
      const minute = (time: string, people: number, left: number) => count(`2025-07-19 ${time}`, people, { windowSeconds: 60, entered: 0, left });
      expect(marks([], watch([minute('20:00', 2_900, 0), minute('20:01', 10, 2_885)], STAGE))).toEqual([]);
      expect(watch([minute('20:00', 2_900, 0), minute('20:01', 0, 0), minute('20:02', 0, 0)], STAGE).map(({ implausible }) => implausible)).toEqual([null, 'jump', 'jump']);
    });

    it('is a doubt that a count which no place can hold does not end', () => {
      const seen = watch([...dead, ...day('2025-07-19', '21:01 99000, 21:02 0')], STAGE);
      expect(seen.slice(-2).map(({ implausible }) => implausible)).toEqual(['jump', 'jump']);
    });

    it('after a wrong count is only the end of that', () => {
      expect(watch([...calm.slice(0, 1).map((each) => ({ ...each, occupancy: 300 })), ...day('2025-07-19', '20:01 2900, 20:02 0')], STAGE).map(({ implausible }) => implausible)).toEqual([null, 'jump', null]);
    });
  });

  it('of a crowd that fills a place in ten minutes is none', () => {
    expect(marks([], watch(day('2025-07-19', '19:00 100, 19:02 800, 19:04 1400, 19:06 1900, 19:08 2500, 19:10 3000'), STAGE))).toEqual([]);
  });

  it('through wide exits is none either', () => {
    const gate = { ...STAGE, exitWidthM: 30 }; // 2,460 people a minute
    expect(marks([], watch(day('2025-07-19', '20:00 2800, 20:01 100'), gate))).toEqual([]);
  });
});

describe('counters at the doors', () => {
  const window = { windowSeconds: 300 };
  const doors = (time: string, people: number, entered: number, left: number) => count(`2025-07-19 ${time}`, people, { ...window, entered, left });

  it('that add up are believed', () => {
    expect(marks([], watch([doors('20:00', 600, 0, 0), doors('20:05', 680, 90, 10), doors('20:10', 640, 10, 50)], STAGE))).toEqual([]);
  });

  it('that drift away from the count, a little each time, are found when the sum is too much', () => {
    const readings = [doors('20:00', 600, 0, 0), doors('20:05', 600, 30, 0), doors('20:10', 600, 30, 0), doors('20:15', 600, 30, 0), doors('20:20', 600, 0, 0)];
    const seen = watch(readings, STAGE);
    expect(seen.map(({ implausible }) => implausible)).toEqual([null, null, null, 'counter-drift', null]);
    expect(seen[3]?.change?.doubts[0]?.text.en).toBe('The count says 600, entries and exits add up to 690: they differ by 90');
  });

  it('are not led astray by a count that is not believed for another reason', () => {
    const minute = (time: string, people: number, entered: number, left: number) => count(`2025-07-19 ${time}`, people, { windowSeconds: 60, entered, left });
    const seen = watch([minute('20:05', 640, 0, 0), minute('20:06', 29_000, 10, 0), minute('20:07', 660, 10, 0), minute('20:08', 670, 10, 0)], STAGE);
    expect(seen.map(({ implausible }) => implausible)).toEqual([null, 'jump', null, null]);
    expect(last(seen).state.counter.doors?.people).toBe(670);
    const gone = watch([minute('20:05', 640, 0, 0), minute('20:20', 29_000, 0, 0)], STAGE);
    expect(last(gone).state.counter.doors).toBeNull();
  });

  it('contradict a counter that hangs while people enter for as long as it hangs', () => {
    const hangs = ['20:00', '20:05', '20:10', '20:15', '20:20', '20:25', '20:30'].map((time) => doors(time, 600, 30, 0));
    expect(watch(hangs, STAGE).map(({ implausible }) => implausible)).toEqual([null, null, null, 'counter-drift', 'counter-drift', 'counter-drift', 'counter-drift']);
    expect(last(watch([...hangs, doors('20:35', 640, 45, 10)], STAGE)).implausible).toBeNull();
  });

  it('need not make good what they were off by before: nobody knows which of the two was wrong', () => {
    const readings = [doors('20:00', 2_000, 0, 0), doors('20:05', 1_600, 0, 0), doors('20:10', 1_700, 400, 290), doors('20:15', 1_690, 0, 10)];
    expect(watch(readings, STAGE).map(({ implausible }) => implausible)).toEqual([null, 'counter-drift', null, null]);
  });

  it('are not asked where their windows do not follow upon each other', () => {
    expect(marks([], watch([doors('20:00', 600, 0, 0), doors('20:20', 900, 0, 0)], STAGE))).toEqual([]);
  });
});
