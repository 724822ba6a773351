/** kafkajs's names for "the cluster cannot be reached or is busy with itself": all pass with time. */
const OUTAGES: ReadonlySet<string> = new Set([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
  'KafkaJSBrokerNotFound',
  'KafkaJSNoBrokerAvailableError',
  'KafkaJSGroupCoordinatorNotFound',
  'KafkaJSLockTimeout',
  'KafkaJSTimeout',
  'KafkaJSMetadataNotLoaded',
  'KafkaJSTopicMetadataNotLoaded',
  'KafkaJSStaleTopicMetadataAssignment',
  'KafkaJSFetcherRebalanceError',
  'StillChanging',
]);

/** A topic whose partitions change while they are read; asking again helps. */
export class StillChanging extends Error {
  override readonly name = 'StillChanging';
}

/** Whether Kafka says that there is no such topic: deleted, not created yet, or a broker that has just started and does not know it yet. */
export function isMissingTopic(error: unknown): boolean {
  return anyCause(error, ({ type }) => type === 'UNKNOWN_TOPIC_OR_PARTITION');
}

/** Kafka's words for a record that it refuses itself: its neighbours may be good. Anything else is said of the sender, the topic or the cluster. */
const OF_THE_RECORD: ReadonlySet<string> = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'CORRUPT_MESSAGE', 'INVALID_TIMESTAMP', 'INVALID_RECORD']);

export function isOfTheRecord(error: unknown): boolean {
  return anyCause(error, ({ type }) => typeof type === 'string' && OF_THE_RECORD.has(type));
}

/** Protocol answers with which a commit is refused because the group has moved on: the ledger is the authority, so nothing is lost. */
const MOVED_ON: ReadonlySet<string> = new Set(['REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'NOT_COORDINATOR_FOR_GROUP', 'FENCED_INSTANCE_ID']);

/** How far a chain of causes is followed; kafkajs nests at most four. */
const CAUSES = 10;

function anyCause(error: unknown, test: (error: Error & { type?: unknown; retriable?: unknown }) => boolean): boolean {
  let next: unknown = error;
  for (let depth = 0; next instanceof Error && depth < CAUSES; depth++) {
    if (test(next)) return true;
    next = next.cause;
  }
  return false;
}

/** Whether waiting helps: Kafka away, starting, electing, or a topic that is (not yet, no longer) there. Anything else is a bug or a setting. */
export function isOutage(error: unknown): boolean {
  return anyCause(error, ({ name, type, retriable }) => OUTAGES.has(name) || (typeof type === 'string' && retriable === true));
}

/** Whether this member no longer speaks for the partition: a rebalance is on, or the group has dropped it. */
export function isRebalance(error: unknown): boolean {
  return anyCause(error, ({ type }) => typeof type === 'string' && MOVED_ON.has(type));
}

const ELECTIONS: ReadonlySet<string> = new Set(['NOT_LEADER_FOR_PARTITION', 'LEADER_NOT_AVAILABLE', 'UNKNOWN_LEADER_EPOCH', 'FENCED_LEADER_EPOCH']);

/** Whether a partition's leader is being found: asking again in a moment, with fresh metadata, helps. */
export function isElection(error: unknown): boolean {
  return anyCause(error, (cause) => cause instanceof StillChanging || (typeof cause.type === 'string' && ELECTIONS.has(cause.type)));
}
