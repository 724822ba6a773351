import fc from 'fast-check';
import { poissonTail } from './poisson';

it.each([[0, 3, 1], [1, 0.3, 0.2591818], [4, 0.3, 0.0002658], [3, 3, 0.5768099], [10, 3, 0.0011025], [1, 0, 0]])('%i or more where %d are expected: %d', (observed, expected, probability) => {
  expect(poissonTail(observed, expected)).toBeCloseTo(probability, 6);
});

it('is a probability for any numbers, and falls as more is observed', () => {
  const any = fc.oneof(fc.double(), fc.nat(200), fc.constantFrom(NaN, Infinity, -Infinity));
  fc.assert(fc.property(any, any, (observed, expected) => {
    const tail = poissonTail(observed, expected);
    expect(tail >= 0 && tail <= 1).toBe(true);
  }));
  fc.assert(fc.property(fc.nat(50), fc.double({ min: 0, max: 40, noNaN: true }), (observed, expected) => poissonTail(observed + 1, expected) <= poissonTail(observed, expected) + 1e-12));
});
