import { ReplayStore, type Database, type DecisionFilter, type StoredDecision } from '@vong-gac/database';
import { Progress } from '../terminal';

/** Progress is looked at this often. */
const ROWS_A_TICK = 1_000;

/** Hands every stored decision of the range to `take`, in the order of `occurredAt`; says on standard error how far it is. */
export async function walk(database: Database, filter: DecisionFilter, take: (decision: StoredDecision) => void): Promise<{ seconds: number }> {
  let count = 0;
  const progress: Progress = new Progress((): string => `${count} incidents, ${Math.round(count / Math.max(progress.seconds, 0.001))} a second`);
  try {
    await new ReplayStore(database).each(filter, (decision) => {
      take(decision);
      count++;
      if (count % ROWS_A_TICK === 0) progress.tick();
    });
    return { seconds: Math.round(progress.seconds * 100) / 100 };
  } finally {
    progress.done();
  }
}
