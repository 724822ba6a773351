import type { Database } from '@vong-gac/database';
import { waitFor } from '../support/wait-for';
import type { LogRecord, Stretch } from './history';
import { readLog } from './log-reader';
import type { Witness } from './witness';

/** What Kafka's log holds of one seed, with what was deleted before the seed ended. */
export class RoundLog {
  private readonly kept: LogRecord[] = [];

  private constructor(
    private readonly brokers: string,
    private readonly witness: Witness,
    private readonly database: Database,
    /** Of each partition: where reading goes on. */
    private begins: Map<string, number>,
  ) {}

  static async open(brokers: string, witness: Witness, database: Database): Promise<RoundLog> {
    const ends = await endsOf(witness);
    return new RoundLog(brokers, witness, database, new Map(ends.map(({ topic, partition, endOffset }) => [`${topic}/${partition}`, endOffset])));
  }

  /** Reads and keeps what the log holds now: before a part of it is deleted, and at the end. */
  async keep(): Promise<void> {
    const generations = await this.generations();
    const stretches = (await endsOf(this.witness)).map(({ topic, partition, endOffset }): Stretch => {
      const place = `${topic}/${partition}`;
      return { topic, partition, generation: generations.get(place) ?? 1, from: this.begins.get(place) ?? 0, to: endOffset };
    });
    for (const record of await readLog(this.brokers, stretches)) this.kept.push(record);
    for (const { topic, partition, to } of stretches) this.begins.set(`${topic}/${partition}`, to);
  }

  /** The topic was deleted and created again: its log begins anew. What it holds belongs to the generation that `ledger restart` opens, so it is kept only afterwards. */
  recreated(topic: string): void {
    this.begins = new Map([...this.begins].map(([place, from]) => [place, place.startsWith(`${topic}/`) ? 0 : from]));
  }

  all(): readonly LogRecord[] {
    return this.kept;
  }

  private async generations(): Promise<Map<string, number>> {
    const rows = await this.database.query<{ place: string; generation: number }>(`SELECT topic || '/' || partition AS place, generation FROM intake_ledger WHERE closed_at IS NULL`);
    return new Map(rows.map(({ place, generation }) => [place, generation]));
  }
}

const endsOf = (witness: Witness) => waitFor(() => witness.ends(), { what: 'Kafka to say where its topics end', timeoutMs: 30_000 });
