import { CheckStore, type Database } from '@vong-gac/database';
import type { KafkaAdmin } from '@vong-gac/kafka';

/** One partition and generation, as the ledger and Kafka have it (contract: check --json). */
export interface PartitionCheck {
  topic: string;
  partition: number;
  generation: number;
  firstOffset: number;
  nextOffset: number;
  /** One past the last record in Kafka; of a closed generation, and where the topic is gone, what was read. */
  endOffset: number;
  stored: number;
  duplicate: number;
  quarantined: number;
  absent: number;
  lost: number;
}

export interface CheckReport {
  ok: boolean;
  partitions: PartitionCheck[];
  problems: string[];
}

/** Does everything add up? Unread records alone are no problem. */
export async function runCheck(database: Database, admin: KafkaAdmin): Promise<CheckReport> {
  const { partitions, problems } = await new CheckStore(database).check();
  const ends = new Map<string, Map<number, number>>();
  for (const topic of new Set(partitions.map((each) => each.topic))) if (await admin.topicExists(topic)) ends.set(topic, await admin.highWatermarks(topic));
  return {
    ok: problems.length === 0,
    problems,
    partitions: partitions.map(({ closed, ...each }) => ({ ...each, endOffset: closed ? each.nextOffset : (ends.get(each.topic)?.get(each.partition) ?? each.nextOffset) })),
  };
}

/** Records that Kafka holds and nobody has read yet. */
export const unread = (report: CheckReport): number => report.partitions.reduce((sum, { nextOffset, endOffset }) => sum + Math.max(0, endOffset - nextOffset), 0);
