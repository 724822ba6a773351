import * as fc from 'fast-check';
import { backOffMs } from './back-off';

const LIMITS = { firstMs: 500, maxMs: 30_000 };

describe('backOffMs', () => {
  it('doubles up to its ceiling', () => {
    expect([1, 2, 3, 4, 7, 8, 1_000_000].map((attempt) => backOffMs(attempt, LIMITS, 1))).toEqual([500, 1_000, 2_000, 4_000, 30_000, 30_000, 30_000]);
  });
  it('stays between half and whole of it, whatever chance says', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, chance) => {
        const wait = backOffMs(attempt, LIMITS, chance);
        const whole = backOffMs(attempt, LIMITS, 1);
        expect(wait).toBeGreaterThanOrEqual(whole / 2);
        expect(wait).toBeLessThanOrEqual(whole);
      }),
    );
  });
});
