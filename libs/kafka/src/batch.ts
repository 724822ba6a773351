import type { EachBatchPayload } from 'kafkajs';
import type { Chunk, ChunkHandler, Verdict } from './chunk';
import { cutBatch, type ChunkLimits } from './cut';
import type { TopicProgress } from './progress';
import { toRecord } from './record';

export interface BatchWork {
  /** Under which the batch was fetched. */
  assignment: number;
  limits: ChunkLimits;
  handler: ChunkHandler;
  /** False once the rest of the batch must be dropped: closing, or the group has moved on. */
  goesOn(): boolean;
  /** Whether this assignment is still the present one; what was settled under an older one must not move the new one's position. */
  holds(): boolean;
  /** How far the batch's partition is settled: the group may be told, nobody waits for it. */
  settled(commitOffset: number): void;
  stopped(reason: string): void;
  progress: TopicProgress;
}

/**
 * Hands one fetched batch to the handler, chunk by chunk, and acts on its verdicts.
 * @throws what the handler threw
 */
export async function settleBatch(payload: EachBatchPayload, work: BatchWork): Promise<void> {
  const { topic, partition, messages } = payload.batch;
  const records = messages.map(toRecord);
  let chunk = cutBatch({ topic, partition, assignment: work.assignment, records, lastOffset: Number(payload.batch.lastOffset()) }, work.limits);
  while (chunk !== null && work.goesOn()) {
    const verdict = await work.handler(chunk);
    if (!work.holds()) break;
    chunk = act(payload, work, chunk, verdict);
  }
}

/** @returns the chunk to go on with, or null when the rest of the batch is dropped. */
function act(payload: EachBatchPayload, work: BatchWork, chunk: Chunk, verdict: Verdict): Chunk | null {
  const { partition } = chunk;
  switch (verdict.do) {
    case 'advance': {
      const { nextOffset, commitOffset } = verdict;
      if (nextOffset <= chunk.firstOffset) {
        throw new Error(`the handler of ${chunk.topic} advanced partition ${partition} to ${nextOffset}, not past its chunk's first offset ${chunk.firstOffset}: the same chunk would come for ever`);
      }
      payload.resolveOffset(String(nextOffset - 1));
      work.progress.advanced(partition, nextOffset, Date.now());
      work.settled(commitOffset);
      return nextOffset < chunk.nextOffset ? null : after(chunk, nextOffset);
    }
    case 'seek':
      // What kafkajs's seek does without automatic commits, but without its memory: a seek that it has not yet carried out survives a rebalance.
      payload.resolveOffset(String(verdict.offset - 1));
      work.progress.sought(partition, verdict.offset);
      return null;
    case 'stop':
      work.stopped(verdict.reason);
      return null;
  }
}

/** The first later chunk that is not wholly below `offset`. */
function after(chunk: Chunk, offset: number): Chunk | null {
  let next = chunk.following;
  while (next !== null && next.nextOffset <= offset) next = next.following;
  return next;
}
