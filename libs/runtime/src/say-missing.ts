import type { Logger } from './logger';

/** Logs what an operator forgot before the start (`missingAtStart` of libs/database). An outage is left to those who wait for it. */
export function sayMissing(missing: Promise<string | null>, logger: Logger): void {
  missing.then(
    (sentence) => {
      if (sentence !== null) logger.error(sentence);
    },
    () => undefined,
  );
}
