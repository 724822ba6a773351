import fc from 'fast-check';
import { earsTail, poissonTail } from './tails';

describe('poissonTail', () => {
  // Made with Python: 1 - sum(exp(-m) * m**k / factorial(k) for k in range(n)), by fractions of 60 digits.
  it.each([
    [4, 0.3, 0.00026581],
    [1, 1, 0.63212056],
    [3, 2, 0.32332358],
    [10, 3.5, 0.00331494],
    [20, 20, 0.52974273],
  ])('of %d or more where %d are expected', (observed, expected, chance) => {
    expect(poissonTail(observed, expected)).toBeCloseTo(chance, 7);
  });

  it('is a chance, falls with what was seen and rises with what is expected', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500 }), fc.double({ min: 0, max: 400, noNaN: true }), (observed, expected) => {
        const chance = poissonTail(observed, expected);
        expect(chance).toBeGreaterThanOrEqual(0);
        expect(chance).toBeLessThanOrEqual(1);
        expect(poissonTail(observed + 1, expected)).toBeLessThanOrEqual(chance + 1e-9);
        expect(poissonTail(observed, expected + 1)).toBeGreaterThanOrEqual(chance - 1e-9);
      }),
    );
  });

  it('takes what is no number for no surprise', () => {
    for (const [observed, expected] of [[NaN, 1], [3, NaN], [3, -1], [0, 1]] as const) expect(poissonTail(observed, expected)).toBe(1);
  });
});

describe('earsTail', () => {
  it('is 0.00135 at the threshold of EARS C2, three standard deviations above the week', () => {
    expect(earsTail(2 + 3 * 1.5, 2, 1.5)).toBeCloseTo(0.00135, 5);
    expect(earsTail(2, 2, 1.5)).toBeCloseTo(0.5, 6);
    expect(earsTail(0, 2, 1.5)).toBeGreaterThan(0.9);
  });
});
