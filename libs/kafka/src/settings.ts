import { CHUNK_LIMITS, type ChunkLimits } from './cut';

/** How the consumers of a process read. Times in milliseconds, sizes in bytes. */
export interface ConsumerSettings {
  /** Each topic is read by a group of its own, `<groupId>.<topic>`: a group whose members read different topics assigns them wrongly. */
  groupId: string;
  chunk: ChunkLimits;
  /** How many partitions of one topic are handled at the same time: so many members this process has in the topic's group. */
  partitionsAtOnce: number;
  /** After this long without a heartbeat (kill -9) the partitions go to another member. */
  sessionTimeoutMs: number;
  /** How long a rebalance waits for a member that still works on a chunk; after that it goes on without it, and the ledger fences the late writer. */
  rebalanceTimeoutMs: number;
  /** So often a member also learns that the group rebalances: after kill -9 of another, its partitions are read again after session and heartbeat, and a join. */
  heartbeatEveryMs: number;
  /** Added partitions are seen after this long. */
  metadataMaxAgeMs: number;
  /** What one fetch of one member brings at most, over all partitions and for one; a single larger record batch still comes whole (topics take 16 MiB). */
  fetchMaxBytes: number;
  fetchMaxBytesPerPartition: number;
  /** How long the broker waits for a record before it answers empty. A record that comes is answered at once. */
  fetchWaitMs: number;
  /** How often the ends of the partitions are asked for. */
  lookEveryMs: number;
  /** How often a stopped partition is handed to the handler again. */
  askAgainEveryMs: number;
  /** Something to read and no record for this long: the consumer leaves and joins again. */
  rejoinAfterMs: number;
  /** Not even the record to resume with within this: not alive. */
  deadAfterMs: number;
  /** The broker answers and the group could not be joined within this: not alive. */
  joinWithinMs: number;
  /** Kafka answers and says for this long that there is no such topic: `onMissing` is asked. Somebody who deletes a topic to create it anew has time for that. */
  missingAfterMs: number;
  /** How long `close` waits for the chunk in flight. */
  closeWithinMs: number;
}

export const CONSUMER_DEFAULTS: Omit<ConsumerSettings, 'groupId'> = {
  chunk: CHUNK_LIMITS,
  partitionsAtOnce: 3,
  sessionTimeoutMs: 7_000,
  rebalanceTimeoutMs: 15_000,
  heartbeatEveryMs: 1_000,
  metadataMaxAgeMs: 5_000,
  fetchMaxBytes: 4 * 1024 * 1024,
  fetchMaxBytesPerPartition: 4 * 1024 * 1024,
  fetchWaitMs: 500,
  lookEveryMs: 5_000,
  askAgainEveryMs: 5_000,
  rejoinAfterMs: 10_000,
  deadAfterMs: 30_000,
  joinWithinMs: 60_000,
  missingAfterMs: 10_000,
  closeWithinMs: 15_000,
};
