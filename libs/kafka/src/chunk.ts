/** One Kafka record, headers in order with repeats kept. */
export interface KafkaRecord {
  /** Offsets are safe integers here: at a million records a second it takes 285 years to pass 2^53. */
  offset: number;
  /** Milliseconds since 1970; LogAppendTime on the product's topics. */
  timestamp: number;
  key: Buffer | null;
  value: Buffer | null;
  headers: ReadonlyArray<readonly [name: string, value: Buffer]>;
  /** Set where this is no record but a batch of them that was not unpacked, because it would be too large: `value` holds its bytes as they came, compressed. */
  wholeBatch?: WholeBatch | null;
}

/** The records of a batch that was not unpacked: from `firstOffset` to the offset of the record that stands for them. */
export interface WholeBatch {
  firstOffset: number;
  records: number;
}

/** A run of records of one partition that is settled in one transaction. */
export interface Chunk {
  topic: string;
  partition: number;
  /** Under which assignment of the partition it was read; a later assignment of this process has a higher number. One that is in hand while the partition is assigned anew belongs to the past. */
  assignment: number;
  /** In rising offset; gaps are control records or compacted away. Never empty. */
  records: readonly KafkaRecord[];
  /** The first offset that this chunk covers: its first record's, or the previous chunk's `nextOffset` inside one batch. */
  firstOffset: number;
  /** One past the last offset that this chunk covers; past the batch's trailing control records for its last chunk. */
  nextOffset: number;
  /** The next chunk of the same batch, so that the handler can decode it while this one commits. */
  following: Chunk | null;
}

/** What the handler decided about a chunk; the consumer acts on it, and on nothing else. */
export type Verdict =
  /** Everything below `nextOffset` is settled in the database; `commitOffset` is told to the group (where a resume begins to read). */
  | { do: 'advance'; nextOffset: number; commitOffset: number }
  /** Nothing of this chunk counts: read again from `offset`. The rest of the batch is dropped. */
  | { do: 'seek'; offset: number }
  /** Stop reading this partition until the process is told otherwise; readiness turns red with the reason. */
  | { do: 'stop'; reason: string };

export type ChunkHandler = (chunk: Chunk) => Promise<Verdict>;
