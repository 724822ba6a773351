/** Waits between attempts, milliseconds. There is no last attempt: what the police must be told stays due until it is told, or its receiver is gone. */
export interface BackOff {
  firstMs: number;
  maxMs: number;
}

/**
 * The wait after the `attempt`-th failure (from 1): doubles up to the ceiling, of which the last half is left to chance, so that what failed
 * together does not come back together.
 * @param chance from 0 up to 1.
 */
export function backOffMs(attempt: number, { firstMs, maxMs }: BackOff, chance: number): number {
  const ceiling = Math.min(maxMs, firstMs * 2 ** Math.min(attempt - 1, 30));
  return Math.round(ceiling / 2 + (ceiling / 2) * chance);
}
