import type { Database } from '@vong-gac/database';
import type { Dump, LogRecord, Stretch } from './history';
import { readLog } from './log-reader';
import type { Witness } from './witness';

/** What Kafka's log holds of one seed, with what was deleted before the seed ended. */
export class RoundLog {
  private readonly kept: LogRecord[] = [];
  private last: readonly Stretch[] = [];
  /** How logs ended that are no more. */
  private readonly gone: Stretch[] = [];

  private constructor(
    private readonly brokers: string,
    private readonly witness: Witness,
    private readonly database: Database,
    /** Of each partition: where reading goes on. */
    private begins: Map<string, number>,
  ) {}

  static async open(brokers: string, witness: Witness, database: Database): Promise<RoundLog> {
    const ends = await witness.endsNow();
    return new RoundLog(brokers, witness, database, new Map(ends.map(({ topic, partition, endOffset }) => [`${topic}/${partition}`, endOffset])));
  }

  /** Reads and keeps what the log holds now: before a part of it is deleted, and at the end. */
  async keep(): Promise<void> {
    const generations = await this.generations();
    const stretches = (await this.witness.endsNow()).map(({ topic, partition, endOffset }): Stretch => {
      const place = `${topic}/${partition}`;
      return { topic, partition, generation: generations.get(place) ?? 1, from: this.begins.get(place) ?? 0, to: endOffset };
    });
    for (const record of await readLog(this.brokers, stretches)) this.kept.push(record);
    for (const { topic, partition, to } of stretches) this.begins.set(`${topic}/${partition}`, to);
    this.last = stretches;
  }

  /** The topic was deleted (right after `keep`) and created again: its log begins anew. What it holds belongs to the generation that `ledger restart` opens, so it is kept only afterwards. */
  recreated(topic: string): void {
    this.gone.push(...this.last.filter((each) => each.topic === topic));
    this.begins = new Map([...this.begins].map(([place, from]) => [place, place.startsWith(`${topic}/`) ? 0 : from]));
  }

  /** @param ledger as it stands at the end */
  all(ledger: Dump['ledger']): LogRecord[] {
    return [...this.kept, ...readOn(this.kept, this.gone, ledger)];
  }

  private async generations(): Promise<Map<string, number>> {
    const rows = await this.database.query<{ place: string; generation: number }>(`SELECT topic || '/' || partition AS place, generation FROM intake_ledger WHERE closed_at IS NULL`);
    return new Map(rows.map(({ place, generation }) => [place, generation]));
  }
}

/**
 * Records of a new log that intake took for the old one going on, because that one ended where the new one was read from (it was empty above all): they were
 * read in its generation, and once more in the one that the operator opened. Each reading counts.
 */
export function readOn(log: readonly LogRecord[], gone: readonly Stretch[], ledger: Dump['ledger']): LogRecord[] {
  return gone.flatMap(({ topic, partition, generation, to }) => {
    const isOf = (each: { topic: string; partition: number }) => each.topic === topic && each.partition === partition;
    const nextOffset = ledger.find((row) => isOf(row) && row.generation === generation)?.nextOffset ?? to;
    return log.filter((record) => isOf(record) && record.generation === generation + 1 && record.offset >= to && record.offset < nextOffset).map((record) => ({ ...record, generation }));
  });
}
