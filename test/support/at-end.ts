type Ending = () => unknown;

const endings: Ending[] = [];

/**
 * Runs when the suite (the file) has ended, the last registered first. Use it rather than a top-level `afterAll`: Jest
 * would run that after this one, when the database and the services are gone already.
 */
export function atEnd(ending: Ending): void {
  endings.push(ending);
}

/** Runs every registered ending; an error of one keeps none of the others. */
export async function endAll(): Promise<void> {
  const failures: unknown[] = [];
  for (let ending = endings.pop(); ending; ending = endings.pop()) {
    try {
      await ending();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) throw new AggregateError(failures, 'Several things that this suite started did not end');
}

// A program that is no suite (test/faults) calls `endAll` itself.
if (typeof afterAll === 'function') afterAll(endAll, 60_000);
