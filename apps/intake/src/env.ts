import { AlertingEnv, Env } from '@vong-gac/runtime';
import { IsInt, Matches, Max, Min } from 'class-validator';

/** What intake reads from its environment; every limit of intake is here or derived here. */
export class IntakeEnv extends AlertingEnv {
  @Env('GROUP_ID', 'prefix of the consumer groups; each topic has its own, GROUP_ID.TOPIC')
  @Matches(/^[A-Za-z0-9._-]{1,100}$/, { message: 'must be 1–100 of A–Z a–z 0–9 . _ -' })
  groupId: string = 'vong-gac-intake';

  @Env('CHUNK_RECORDS', 'records settled in one transaction; of visitor volumes 250 at most')
  @IsInt()
  @Min(1)
  @Max(10_000)
  chunkRecords: number = 2_500;

  @Env('PARTITIONS_AT_ONCE', 'partitions of one topic that are settled at the same time, each by a member of its group')
  @IsInt()
  @Min(1)
  @Max(64)
  partitionsAtOnce: number = 3;

  @Env('SESSION_TIMEOUT_MS', 'after so long without a sign of life its partitions go to another intake; the time limits in Postgres follow from it')
  @IsInt()
  @Min(6_000)
  @Max(300_000)
  sessionTimeoutMs: number = 7_000;

  /** Pool: two for each piece of incidents (what is remembered of a site is loaded by two queries at once), one for each piece of counts, one for assignments and looks. */
  get databasePool(): number {
    return 3 * this.partitionsAtOnce + 1;
  }

  /** A frozen writer must have let go of its locks before another takes its partitions over. */
  get databaseLimits(): { statementTimeoutMs: number; transactionTimeoutMs: number; idleInTransactionTimeoutMs: number } {
    const share = (part: number): number => Math.floor(this.sessionTimeoutMs * part);
    return { statementTimeoutMs: share(0.3), transactionTimeoutMs: share(0.8), idleInTransactionTimeoutMs: share(0.6) };
  }
}

/** Between two attempts while Postgres is away. */
export const BACK_OFF = { firstMs: 100, maxMs: 2_000 };
