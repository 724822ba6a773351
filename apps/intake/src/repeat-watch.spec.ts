import type { RecordOutcome } from '@vong-gac/database';
import { RepeatWatch } from './repeat-watch';

const RECORDED: RecordOutcome = { outcome: 'recorded' };
const RACE: RecordOutcome = { outcome: 'race', on: 'incidents_event' };

describe('RepeatWatch', () => {
  it('leaves the look out until a unique key meets a repeat, then looks for fifty quiet chunks', () => {
    const watch = new RepeatWatch();
    expect(watch.looks('a/0')).toBe(false);
    watch.learn('a/0', RACE, 0);
    expect(watch.looks('a/0')).toBe(true);
    for (let i = 0; i < 49; i++) watch.learn('a/0', RECORDED, 0);
    expect(watch.looks('a/0')).toBe(true);
    watch.learn('a/0', RECORDED, 0);
    expect(watch.looks('a/0')).toBe(false);
  });

  it('goes on looking while the look finds repeats', () => {
    const watch = new RepeatWatch();
    watch.learn('a/0', RACE, 0);
    for (let i = 0; i < 200; i++) watch.learn('a/0', RECORDED, i % 40 === 0 ? 1 : 0);
    expect(watch.looks('a/0')).toBe(true);
  });

  it('keeps partitions apart, and does not count what was not stored', () => {
    const watch = new RepeatWatch();
    watch.learn('a/0', RACE, 0);
    for (let i = 0; i < 100; i++) watch.learn('a/0', { outcome: 'stopped', reason: 'x' }, 0);
    expect([watch.looks('a/0'), watch.looks('a/1')]).toEqual([true, false]);
  });
});
