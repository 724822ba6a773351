import type { Database } from '@vong-gac/database';
import type { KafkaAdmin } from '@vong-gac/kafka';
import { ALL_WELL, explain, type Probe } from '@vong-gac/runtime';
import type { Instant } from '@vong-gac/domain';
import type { TopicKeeper } from '../events/topic-keeper';
import { READINESS_AGE_MS, READINESS_WAIT_MS } from '../limits';

/** Asks Postgres and Kafka at most once a READINESS_AGE_MS, and never waits longer than READINESS_WAIT_MS. */
export class Readiness {
  private last: Probe = ALL_WELL;
  private lookedAt = -Infinity;
  private looking: Promise<Probe> | null = null;

  constructor(
    private readonly database: Pick<Database, 'query'>,
    private readonly kafka: Pick<KafkaAdmin, 'describe'>,
    private readonly topics: Pick<TopicKeeper, 'ready'>,
  ) {}

  async probe(now: Instant): Promise<Probe> {
    if (now - this.lookedAt < READINESS_AGE_MS) return this.last;
    this.looking ??= this.look().then((probe) => {
      this.last = probe;
      this.lookedAt = now;
      this.looking = null;
      return probe;
    });
    return this.looking;
  }

  private async look(): Promise<Probe> {
    const answers = await Promise.all([
      reason('Postgres does not answer', () => this.database.query('SELECT 1')),
      reason('Kafka does not answer', () => this.kafka.describe()),
    ]);
    const reasons = answers.filter((answer) => answer !== null);
    if (!this.topics.ready) reasons.push('the topics to publish to are not there yet');
    return { ok: reasons.length === 0, reasons };
  }
}

async function reason(what: string, ask: () => Promise<unknown>): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`${what} within ${READINESS_WAIT_MS} ms`), READINESS_WAIT_MS);
  });
  try {
    return await Promise.race([ask().then(() => null), timeout]);
  } catch (error) {
    return `${what}: ${explain(error)}`;
  } finally {
    clearTimeout(timer);
  }
}
