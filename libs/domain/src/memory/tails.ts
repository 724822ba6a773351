/** Chances of seeing so many or more, from 0 to 1. Total: what is no number gives 1, "no surprise". */

/** P(X ≥ observed) of a Poisson distribution. @param expected its mean */
export function poissonTail(observed: number, expected: number): number {
  if (!(observed > 0) || !(expected >= 0)) return 1;
  if (expected === 0) return 0;
  // From the term of `observed` upwards: the sum of small terms keeps its digits, where 1 − P(X < observed) would lose them.
  let term = Math.exp(observed * Math.log(expected) - expected - logFactorial(observed));
  let sum = 0;
  for (let k = observed; k < observed + TERMS_MAX; k++) {
    sum += term;
    term *= expected / (k + 1);
    if (k + 1 > expected && term < sum * 1e-12) break;
  }
  return Math.min(1, sum);
}

/** Enough for any mean that a site's window can have; the loop ends at the first term that no longer counts. */
const TERMS_MAX = 10_000;

function logFactorial(n: number): number {
  let sum = 0;
  for (let k = 2; k <= n; k++) sum += Math.log(k);
  return sum;
}

/** The chance of a day so far above its week (`spread` > 0: its standard deviation), taken as a normal distribution's: 3 standard deviations, EARS C2's threshold, are 0.00135. */
export function earsTail(observed: number, mean: number, spread: number): number {
  const z = (observed - mean) / spread;
  return Number.isNaN(z) ? 1 : normalTail(z);
}

/** P(Z ≥ z), Abramowitz & Stegun 26.2.17: exact to 7.5e-8. */
function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const poly = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * poly;
}
