import { KINDS, planOf } from './plan';

const names = (seed: number, count: number, only?: string) => planOf(seed, count, only).map(({ kind, afterMs, needs }) => `${kind.name} after ${afterMs}, needs ${needs.join(' and ')}`);

describe('the plan of a seed', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(names(7, 20)).toEqual(names(7, 20));
    expect(names(7, 20)).not.toEqual(names(8, 20));
  });

  it('begins alike, however many faults are asked for', () => expect(names(7, 20).slice(0, 5)).toEqual(names(7, 5)));

  it('has no kind twice before every kind was there once', () => {
    const planned = planOf(3, KINDS.length).map(({ kind }) => kind.name);
    expect(new Set(planned).size).toBe(KINDS.length);
    expect(planOf(3, KINDS.length + 1)).toHaveLength(KINDS.length + 1);
  });

  it('holds nothing but the kinds that were asked for', () => {
    expect(planOf(1, 30, 'disk full').every(({ kind }) => kind.name.includes('disk full'))).toBe(true);
    expect(planOf(1, 5, 'no such kind')).toEqual([]);
  });
});
