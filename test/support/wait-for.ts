export interface WaitOptions {
  /** Completes "Waited 10 s for …". */
  what: string;
  timeoutMs?: number;
  intervalMs?: number;
}

/** Polls until the predicate answers with something truthy, and returns that. An error it throws counts as "not yet" and is shown at the end. */
export async function waitFor<T>(predicate: () => T | Promise<T>, { what, timeoutMs = 15_000, intervalMs = 25 }: WaitOptions): Promise<NonNullable<T>> {
  let last: unknown;
  let failure: unknown;
  for (const end = Date.now() + timeoutMs; ; ) {
    try {
      last = await predicate();
      failure = undefined;
      if (last) return last as NonNullable<T>;
    } catch (error) {
      failure = error;
    }
    if (Date.now() >= end) {
      const state = failure ? `the last try threw ${failure instanceof Error ? failure.message : String(failure)}` : `the last answer was ${JSON.stringify(last)}`;
      throw new Error(`Waited ${timeoutMs / 1000} s for ${what}; ${state}`, { cause: failure });
    }
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
  }
}
