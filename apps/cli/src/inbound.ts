import { setTimeout as pause } from 'node:timers/promises';
import { TOPICS } from '@vong-gac/contracts';
import type { KafkaAdmin, PartitionEnds } from '@vong-gac/kafka';

/** What intake reads, whether it ever ran or not. */
const INBOUND: readonly string[] = [TOPICS.incidentReported, TOPICS.visitorVolumeMeasured];
/** After an election, Kafka may say for a moment that a log ends before it does; intake too believes it only the second time. */
const LOOK_AGAIN_MS = 1_000;

/** Up to where an open row of the ledger has read. */
export interface ReadPosition {
  topic: string;
  partition: number;
  nextOffset: number;
}

/** Kafka's partitions by topic; null: Kafka has no such topic. Empty where Kafka was not asked or does not answer. */
export type Logs = ReadonlyMap<string, readonly PartitionEnds[] | null>;

/** The logs of the inbound topics and of those in the ledger. Ask after the ledger was read, so that no log seems to end below it. @throws when Kafka does not answer */
export async function readLogs(admin: KafkaAdmin, open: readonly ReadPosition[]): Promise<Logs> {
  const topics = new Set([...INBOUND, ...open.map(({ topic }) => topic)]);
  const logs = await look(admin, topics);
  if (open.every((row) => otherLog(row, logs) === null)) return logs;
  await pause(LOOK_AGAIN_MS);
  return look(admin, topics);
}

async function look(admin: KafkaAdmin, topics: Iterable<string>): Promise<Logs> {
  const logs = new Map<string, readonly PartitionEnds[] | null>();
  for (const topic of topics) logs.set(topic, (await admin.topicExists(topic)) ? await admin.partitionEnds(topic) : null);
  return logs;
}

/** One past the last record of a partition; undefined: not known, or not there. */
export const endOf = (logs: Logs, { topic, partition }: { topic: string; partition: number }): number | undefined => logs.get(topic)?.find((each) => each.partition === partition)?.highWatermark;

/** Why what Kafka holds now cannot be the log that was read, with the remedy; null: it can, or Kafka does not answer. */
export function otherLog({ topic, partition, nextOffset }: ReadPosition, logs: Logs): string | null {
  const log = logs.get(topic);
  if (log === undefined) return null;
  const restart = `"vong-gac ledger restart --topic ${topic} --by NAME"`;
  if (log === null) return `Kafka has no topic ${topic} (or hides it from this user), but the ledger reads it: if it was deleted, start intake, which creates it, then ${restart}`;
  const end = log.find((each) => each.partition === partition);
  const found = end === undefined ? `the topic has ${log.length} partitions, this is none of them` : `Kafka's log ends at ${end.highWatermark}, below the ledger's next offset ${nextOffset}`;
  if (end !== undefined && end.highWatermark >= nextOffset) return null;
  return `${topic}/${partition}: ${found}: the topic was recreated or truncated; take the new log up with ${restart}`;
}

/** Partitions that no open row of the ledger reads: intake did not run since they are there. */
export function unopened(open: readonly ReadPosition[], logs: Logs): (PartitionEnds & { topic: string })[] {
  const known = new Set(open.map(({ topic, partition }) => `${topic}/${partition}`));
  return [...logs].flatMap(([topic, log]) => (log ?? []).filter(({ partition }) => !known.has(`${topic}/${partition}`)).map((each) => ({ topic, ...each })));
}

/** Topics that Kafka does not have. */
export const missingTopics = (logs: Logs): string[] => [...logs].filter(([, log]) => log === null).map(([topic]) => topic);

/** A sentence for people; empty where nothing is missing. */
export const describeMissing = (topics: readonly string[]): string[] => (topics.length === 0 ? [] : [`Kafka has no topic ${topics.join(', ')}: intake, or the first publish, creates it`]);
