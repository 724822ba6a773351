import type { Chunk, KafkaRecord } from './chunk';

/** How much one transaction takes at most; a single larger record still makes a chunk of its own. */
export interface ChunkLimits {
  maxRecords: number;
  /** Bytes of values, keys and headers not counted. */
  maxBytes: number;
}

export const CHUNK_LIMITS: ChunkLimits = { maxRecords: 2_000, maxBytes: 8 * 1024 * 1024 };

/**
 * Cuts one partition's fetched records into chunks, linked by `following`; returns the first, or null when there is no record.
 * @param batch records in rising offset; `lastOffset` is the last offset that the fetch covered, control records included.
 */
export function cutBatch(batch: Pick<Chunk, 'topic' | 'partition' | 'assignment'> & { records: readonly KafkaRecord[]; lastOffset: number }, limits: ChunkLimits): Chunk | null {
  const { topic, partition, assignment, records, lastOffset } = batch;
  const runs = cutRuns(records, limits);
  let following: Chunk | null = null;
  let nextOffset = lastOffset + 1;
  // From the last to the first, because each names the one behind it.
  for (let index = runs.length - 1; index >= 0; index--) {
    const run = runs[index];
    const first = run?.[0];
    const before = runs[index - 1]?.at(-1);
    if (run === undefined || first === undefined) continue;
    const firstOffset: number = before === undefined ? first.offset : before.offset + 1;
    following = { topic, partition, assignment, records: run, firstOffset, nextOffset, following };
    nextOffset = firstOffset;
  }
  return following;
}

function cutRuns(records: readonly KafkaRecord[], { maxRecords, maxBytes }: ChunkLimits): KafkaRecord[][] {
  const runs: KafkaRecord[][] = [];
  let run: KafkaRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    const size = record.value?.length ?? 0;
    if (run.length > 0 && (run.length >= maxRecords || bytes + size > maxBytes)) {
      runs.push(run);
      run = [];
      bytes = 0;
    }
    run.push(record);
    bytes += size;
  }
  if (run.length > 0) runs.push(run);
  return runs;
}
