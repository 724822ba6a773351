import { TOPICS } from '@vong-gac/contracts';
import type { KafkaAdmin } from '@vong-gac/kafka';
import { explain, type Logger } from '@vong-gac/runtime';
import { TOPICS_AGAIN_MS } from '../limits';

/** Creates the topics that events are published to, where they are missing; asks again until Kafka has answered once. */
export class TopicKeeper {
  private done = false;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly admin: Pick<KafkaAdmin, 'ensureTopics'>,
    private readonly logger: Logger,
  ) {}

  /** Until then nothing can be published. */
  get ready(): boolean {
    return this.done;
  }

  start(): void {
    void this.ensure();
  }

  stop(): void {
    this.done = true;
    if (this.timer !== null) clearTimeout(this.timer);
  }

  private async ensure(): Promise<void> {
    try {
      const reports = await this.admin.ensureTopics([{ topic: TOPICS.incidentReported }, { topic: TOPICS.visitorVolumeMeasured }]);
      for (const { topic, wrong } of reports) for (const each of wrong) this.logger.warn(`${topic}: ${each}`);
      this.done = true;
    } catch (error) {
      if (this.done) return;
      this.logger.warn(`the topics cannot be looked at yet, asks again: ${explain(error)}`);
      this.timer = setTimeout(() => void this.ensure(), TOPICS_AGAIN_MS);
    }
  }
}
