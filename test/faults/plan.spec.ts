import type { Kind } from './kinds/context';
import { KINDS, planOf, planOfOthers } from './plan';

const names = (seed: number, count: number) => planOf(seed, count, KINDS).map(({ kind, afterMs, needs }) => `${kind.name} after ${afterMs}, needs ${needs.join(' and ')}`);

describe('the plan of a seed', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(names(7, 20)).toEqual(names(7, 20));
    expect(names(7, 20)).not.toEqual(names(8, 20));
  });

  it('begins alike, however many faults are asked for', () => expect(names(7, 20).slice(0, 5)).toEqual(names(7, 5)));

  it('has no kind twice before every kind was there once', () => {
    const planned = planOf(3, KINDS.length, KINDS).map(({ kind }) => kind.name);
    expect(new Set(planned).size).toBe(KINDS.length);
    expect(planOf(3, KINDS.length + 1, KINDS)).toHaveLength(KINDS.length + 1);
  });

  it('of the next seed of a run has other kinds, while there are enough', () => {
    const had = new Set<Kind>();
    const seeds = Array.from({ length: 4 }, (_, i) => planOfOthers(i + 1, 10, KINDS, had));
    expect(seeds[0]).toHaveLength(10);
    expect(new Set(seeds.flat().map(({ kind }) => kind)).size).toBe(40);
    expect(planOfOthers(5, KINDS.length, KINDS, had)).toHaveLength(KINDS.length);
  });

  it('holds nothing but the kinds that were asked for', () => {
    expect(new Set(planOf(1, 30, KINDS.slice(3, 5)).map(({ kind }) => kind))).toEqual(new Set(KINDS.slice(3, 5)));
    expect(planOf(1, 5, [])).toEqual([]);
  });
});
