/** More is never expected of one kind of incident in a window of hours; `exp` would underflow. */
const EXPECTED_MAX = 700;
/** For an expectation up to that, further terms add nothing. */
const TERMS_MAX = 1_000;

/**
 * The probability that a Poisson variable with mean `expected` reaches `observed` or more: 1 where nothing is observed, small where far more
 * came than was expected. Total; between 0 and 1; beyond EXPECTED_MAX nothing is a surprise: 1.
 */
export function poissonTail(observed: number, expected: number): number {
  if (!(observed > 0)) return 1;
  if (!(expected > 0)) return 0;
  if (expected > EXPECTED_MAX) return 1;
  let term = Math.exp(-expected);
  let below = 0;
  for (let k = 0; k < Math.min(observed, TERMS_MAX); k++) {
    below += term;
    term *= expected / (k + 1);
  }
  return Math.min(1, Math.max(0, 1 - below));
}
