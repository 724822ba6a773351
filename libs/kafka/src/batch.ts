import type { EachBatchPayload } from 'kafkajs';
import type { Chunk, ChunkHandler, Verdict } from './chunk';
import { cutBatch, type ChunkLimits } from './cut';
import { isOutage, isRebalance } from './failure';
import type { TopicProgress } from './progress';
import { toRecord } from './record';

export interface BatchWork {
  limits: ChunkLimits;
  handler: ChunkHandler;
  /** False once the rest of the batch must be dropped: closing, or the group has moved on. */
  goesOn(): boolean;
  /** Whether this assignment is still the present one; what was settled under an older one must not move the new one's position. */
  holds(): boolean;
  /** The group refused a commit because it has moved on. */
  moved(error: unknown): void;
  stopped(reason: string): void;
  progress: TopicProgress;
}

/**
 * Hands one fetched batch to the handler, chunk by chunk, and acts on its verdicts. Commits run beside the next chunk's work.
 * @throws what the handler threw, or an error of Kafka's that is neither an outage nor a rebalance.
 */
export async function settleBatch(payload: EachBatchPayload, work: BatchWork): Promise<void> {
  const { topic, partition, messages } = payload.batch;
  const commits = new Commits(payload, work);
  const records = messages.map(toRecord);
  let chunk = cutBatch({ topic, partition, records, lastOffset: Number(payload.batch.lastOffset()) }, work.limits);
  while (chunk !== null && work.goesOn()) {
    const verdict = await work.handler(chunk);
    if (!work.holds()) break;
    chunk = act(payload, work, { chunk, verdict, commits });
  }
  await commits.done();
}

/** @returns the chunk to go on with, or null when the rest of the batch is dropped. */
function act(payload: EachBatchPayload, work: BatchWork, { chunk, verdict, commits }: { chunk: Chunk; verdict: Verdict; commits: Commits }): Chunk | null {
  const { partition } = chunk;
  switch (verdict.do) {
    case 'advance': {
      const { nextOffset, commitOffset } = verdict;
      if (nextOffset <= chunk.firstOffset) {
        throw new Error(`the handler of ${chunk.topic} advanced partition ${partition} to ${nextOffset}, not past its chunk's first offset ${chunk.firstOffset}: the same chunk would come for ever`);
      }
      payload.resolveOffset(String(nextOffset - 1));
      work.progress.advanced(partition, nextOffset, Date.now());
      commits.add(commitOffset);
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

/** The commits of one batch, one at a time. One that fails because of an outage or a rebalance is no error: the ledger is the authority. */
class Commits {
  private last: Promise<void> = Promise.resolve();
  private failure: { error: unknown } | null = null;

  constructor(
    private readonly payload: EachBatchPayload,
    private readonly work: BatchWork,
  ) {}

  add(offset: number): void {
    this.last = this.last.then(() => this.commit(offset));
  }

  async done(): Promise<void> {
    await this.last;
    if (this.failure !== null) throw this.failure.error;
  }

  private async commit(offset: number): Promise<void> {
    const { topic, partition } = this.payload.batch;
    try {
      // The consumer's own commitOffsets is silently dropped while it stops; this one is not.
      await this.payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset: String(offset) }] }] });
    } catch (error) {
      if (isRebalance(error)) this.work.moved(error);
      else if (!isOutage(error)) this.failure ??= { error };
    }
  }
}
