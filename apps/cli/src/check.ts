import { CheckStore, PolicyStore, ReplayStore, type CheckedPartition, type Database } from '@vong-gac/database';
import type { PolicyLookup } from '@vong-gac/domain';
import type { KafkaAdmin } from '@vong-gac/kafka';
import { endOf, missingTopics, otherLog, readLogs, unopened, type Logs } from './inbound';
import { knownPolicies } from './policy/known';
import { Replay } from './replay/again';

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
  /** Which those are, first and last. */
  lostOffsets: [first: number, last: number][];
}

export interface CheckReport {
  ok: boolean;
  partitions: PartitionCheck[];
  problems: string[];
  /** What intake reads, or has read, and Kafka does not have. */
  missingTopics: string[];
}

/** Does everything add up? Unread records alone are no problem; a log that ends below what was read is one. */
export async function runCheck(database: Database, admin: KafkaAdmin): Promise<CheckReport> {
  const policies = await knownPolicies(new PolicyStore(database));
  const { partitions, problems } = await new CheckStore(database, policies).check();
  const open = partitions.filter(({ closed }) => !closed);
  const logs = await readLogs(admin, open);
  // Of a stopped partition the store has told already.
  const others = open.filter(({ stoppedReason }) => stoppedReason === null).map((row) => otherLog(row, logs));
  const all = [...problems, ...(await assessmentProblems(database, policies)), ...new Set(others.filter((sentence) => sentence !== null))];
  return { ok: all.length === 0, problems: all, missingTopics: missingTopics(logs), partitions: [...partitions.map((row) => readPartition(row, logs)), ...unreadPartitions(partitions, logs)].sort(inOrder) };
}

/** Each stored assessment again, under the policy version that made it. */
async function assessmentProblems(database: Database, policies: PolicyLookup): Promise<string[]> {
  const replay = new Replay(policies);
  await new ReplayStore(database).each({}, (decision) => replay.take(decision));
  const { different, firstDifference: first, policyNotKnown } = replay.report;
  const differs = first === null ? [] : [`${different} assessments are not what their policy makes of what is stored; the first: incident ${first.id} (${first.source}, ${first.eventId}): ${first.problem}`];
  return [...differs, ...Object.entries(policyNotKnown).map(([name, count]) => `${count} assessments were made by policy ${name}, which this release does not have or cannot read: they cannot be computed again`)];
}

function readPartition({ closed, stoppedReason: _, ...row }: CheckedPartition, logs: Logs): PartitionCheck {
  return { ...row, endOffset: closed ? row.nextOffset : (endOf(logs, row) ?? row.nextOffset) };
}

/** As the rows that intake will open for them. */
function unreadPartitions(ledger: readonly CheckedPartition[], logs: Logs): PartitionCheck[] {
  return unopened(ledger.filter(({ closed }) => !closed), logs).map(({ topic, partition, logStart, highWatermark }) => {
    const before = ledger.filter((row) => row.topic === topic && row.partition === partition).map(({ generation }) => generation);
    const generation = 1 + Math.max(0, ...before);
    return { topic, partition, generation, firstOffset: logStart, nextOffset: logStart, endOffset: highWatermark, stored: 0, duplicate: 0, quarantined: 0, absent: 0, lost: 0, lostOffsets: [] };
  });
}

function inOrder(a: PartitionCheck, b: PartitionCheck): number {
  if (a.topic !== b.topic) return a.topic < b.topic ? -1 : 1;
  return a.partition - b.partition || a.generation - b.generation;
}

/** Records that Kafka holds and nobody has read yet. A log that ends below what was read has none, and takes nothing from the others: it is a problem of its own. */
export const unread = (report: CheckReport): number => report.partitions.reduce((sum, { nextOffset, endOffset }) => sum + Math.max(0, endOffset - nextOffset), 0);
