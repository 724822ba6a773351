import { TopicProgress } from './progress';

const ends = (highWatermark: number, logStart = 0) => [{ partition: 0, logStart, highWatermark }];
const at = (offset: number) => new Map([[0, offset]]);
const only = (progress: TopicProgress) => progress.snapshot()[0];

describe('TopicProgress', () => {
  it('counts being behind from the last advance or the look before, whichever is later', () => {
    const progress = new TopicProgress('t');
    progress.assigned(ends(10), at(10), 1_000);
    progress.looked(ends(10), 5_000);
    expect(only(progress)?.behindSince).toBeNull();
    progress.looked(ends(12), 10_000);
    expect(only(progress)?.behindSince).toBe(5_000);
    progress.advanced(0, 11, 11_000);
    progress.looked(ends(12), 15_000);
    expect(only(progress)).toMatchObject({ behindSince: 11_000, lastAdvanceAt: 11_000, position: 11, highWatermark: 12 });
    progress.advanced(0, 12, 16_000);
    progress.looked(ends(12), 20_000);
    expect(only(progress)?.behindSince).toBeNull();
  });

  it('is silent only while idle, behind, running and answered', async () => {
    const progress = new TopicProgress('t');
    progress.assigned(ends(5), at(2), 0);
    progress.looked(ends(5), 1_000);
    progress.looked(ends(5), 6_000);
    expect(progress.silentFor(11_000)).toBe(10_000);
    progress.heard(0, 5);
    expect(progress.silentFor(11_000)).toBe(0);

    progress.looked(ends(5), 12_000);
    progress.unanswered();
    expect(progress.silentFor(60_000)).toBe(0);

    await progress.busy(async () => {
      progress.looked(ends(5), 20_000);
      expect(progress.silentFor(60_000)).toBe(0);
    });
    progress.stopped(0, 'another topic of that name');
    progress.looked(ends(5), 30_000);
    expect(progress.silentFor(60_000)).toBe(0);
  });

  it('keeps counting silence over a new assignment, until a record comes', () => {
    const progress = new TopicProgress('t');
    progress.assigned(ends(5), at(2), 0);
    progress.looked(ends(5), 1_000);
    progress.assigned(ends(5), at(2), 11_000);
    progress.looked(ends(5), 12_000);
    expect(progress.silentFor(31_000)).toBe(30_000);
  });

  it('forgets at once what the group gave to others, and keeps the rest', () => {
    const progress = new TopicProgress('t');
    progress.assigned([...ends(10), { partition: 1, logStart: 0, highWatermark: 5 }], at(3), 1_000);
    progress.keep(new Set([0, 7]));
    expect(progress.snapshot().map(({ partition, position }) => [partition, position])).toEqual([[0, 3]]);
    expect(progress.holds(7)).toBe(false);
  });

  it('resumes at the log start where the group has no offset, or one that Kafka no longer holds', () => {
    const progress = new TopicProgress('t');
    progress.assigned(ends(50, 20), new Map(), 0);
    expect(only(progress)?.position).toBe(20);
    progress.assigned(ends(50, 20), at(7), 0);
    expect(only(progress)?.position).toBe(20);
  });

  it('keeps the reason of a stop over assignments, and forgets it with the next verdict that goes on', () => {
    const progress = new TopicProgress('t');
    progress.assigned(ends(5), at(0), 0);
    progress.stopped(0, 'recreated');
    progress.assigned(ends(5), at(0), 1);
    expect(only(progress)?.stopped).toBe('recreated');
    progress.sought(0, 3);
    expect(only(progress)).toMatchObject({ stopped: null, position: 3 });
    progress.distrust(new Map([[0, 'shorter than the ledger']]));
    expect(only(progress)?.stopped).toBe('shorter than the ledger');
    progress.distrust(new Map());
    expect(only(progress)?.stopped).toBeNull();
  });
});

describe('standing above what is settled', () => {
  const at = (position: number): TopicProgress => {
    const progress = new TopicProgress('t');
    progress.assigned([{ partition: 0, logStart: 0, highWatermark: 6 }], new Map([[0, position]]), 0);
    return progress;
  };

  it('is told at once, until it reads from there', () => {
    const progress = at(6);
    expect(progress.standAbove(progress.positions(), new Map([[0, 2]]))).toEqual(new Map([[0, 2]]));
    progress.sought(0, 2);
    expect(progress.standAbove(progress.positions(), new Map([[0, 2]]))).toEqual(new Map());
  });

  it('is not what advanced, or was assigned, since the book was asked', () => {
    const progress = at(6);
    const before = progress.positions();
    progress.advanced(0, 8, 1);
    expect(progress.standAbove(before, new Map([[0, 6]]))).toEqual(new Map());
    expect(progress.standAbove(progress.positions(), new Map([[0, 8]]))).toEqual(new Map());
    expect(progress.standAbove(progress.positions(), new Map())).toEqual(new Map());
    expect(progress.standAbove(new Map(), new Map([[0, 2]]))).toEqual(new Map());
  });

  it('is nothing where retention removed all between', () => {
    const progress = new TopicProgress('t');
    progress.assigned([{ partition: 0, logStart: 5, highWatermark: 6 }], new Map([[0, 6]]), 0);
    expect(progress.standAbove(progress.positions(), new Map([[0, 2]]))).toEqual(new Map([[0, 5]]));
    progress.sought(0, 5);
    expect(progress.standAbove(progress.positions(), new Map([[0, 2]]))).toEqual(new Map());
  });

  it('is nothing that a stopped partition does: its records come again by themselves', () => {
    const progress = at(6);
    progress.stopped(0, 'another log');
    expect(progress.standAbove(progress.positions(), new Map([[0, 2]]))).toEqual(new Map());
  });
});
