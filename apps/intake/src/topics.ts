import { setTimeout as pause } from 'node:timers/promises';
import { TOPICS } from '@vong-gac/contracts';
import { isKafkaOutage, type KafkaAdmin, type TopicReport } from '@vong-gac/kafka';
import { explain, type Logger } from '@vong-gac/runtime';
import type { IntakeParts } from './intake.parts';

const RETRY_MS = 1_000;
const READ = [{ topic: TOPICS.incidentReported }, { topic: TOPICS.visitorVolumeMeasured }];

/** Creates what intake reads, corrects what is safe to correct, and says what is not as promised. Waits for Kafka as long as it takes. */
export async function ensureTopics({ kafka, condition }: Pick<IntakeParts, 'kafka' | 'condition'>, logger: Logger): Promise<void> {
  while (!condition.signal.aborted) {
    try {
      for (const report of await kafka.ensureTopics(READ)) say(report, logger);
      return condition.works('Kafka');
    } catch (error) {
      if (condition.signal.aborted) return; // told to end meanwhile: its question was cut off
      if (!isKafkaOutage(error)) throw error;
      condition.outage('Kafka', explain(error));
      await pause(RETRY_MS, undefined, { signal: condition.signal }).catch(() => undefined);
    }
  }
}

/** After somebody deleted a topic that is being read: publishers need it, and the ledger tells whether it had been read to its end. What fails is said and tried at the next look. */
export async function createAgain(topic: string, kafka: Pick<KafkaAdmin, 'ensureTopics'>, logger: Pick<Logger, 'info' | 'warn'>): Promise<void> {
  try {
    for (const report of await kafka.ensureTopics([{ topic }])) say(report, logger);
  } catch (error) {
    logger.warn({ topic }, `${topic} is gone and could not be created again: ${explain(error)}`);
  }
}

function say({ topic, created, changed, wrong }: TopicReport, logger: Pick<Logger, 'info' | 'warn'>): void {
  if (created) logger.info({ topic }, `created topic ${topic}`);
  for (const change of changed) logger.info({ topic }, change);
  for (const fault of wrong) logger.warn({ topic }, fault);
}
