/**
 * What drains a topic with nothing in between: kafkajs, JSON.parse, COPY BINARY into the product's own table with its indexes. No checks, no
 * duplicates, no assessment, no alerts, no ledger. The rows are as wide as those that the product writes. Run by bench/intake.ts.
 */
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { Kafka, logLevel } from 'kafkajs';
import { Pool } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

const { BENCH_BROKERS = '', BENCH_DATABASE = '', BENCH_TOPIC = '', BENCH_GROUP = '', BENCH_TYPICAL = '' } = process.env;
const COLUMNS = [
  'id', 'source', 'event_id', 'site_id', 'category', 'category_as_sent', 'occurred_at', 'reported_at', 'received_at', 'status', 'severity', 'urgency',
  'certainty', 'verification', 'zone', 'lat', 'lon', 'description', 'injured', 'involved', 'weapon', 'corrects', 'first_id', 'founder_source', 'founder_first_id', 'backfill', 'level', 'score',
  'police_body_id', 'assessment', 'defects', 'original', 'envelope', 'kafka_partition', 'kafka_generation', 'kafka_offset',
];
/** What the product judged of events like these, in their order: assessment, and source and first id of the founder of its situation. */
const TYPICAL: [assessment: string, founderSource: string | null, founderFirstId: string | null][] = JSON.parse(readFileSync(BENCH_TYPICAL, 'utf8'));
let written = 0;
const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const POSTGRES_EPOCH_MS = 946_684_800_000;
const MAX_RECORDS = 2_000;

/** Rows of a COPY in binary form, in one growing buffer. */
class Rows {
  private buffer = Buffer.allocUnsafe(4 * 1024 * 1024);
  private at = SIGNATURE.copy(this.buffer);

  begin(): void {
    this.reserve(64 * 1024);
    this.at = this.buffer.writeInt16BE(COLUMNS.length, this.at);
  }
  none(): void {
    this.at = this.buffer.writeInt32BE(-1, this.at);
  }
  text(value: string | null | undefined): void {
    if (value == null) return this.none();
    this.reserve(value.length * 3 + 4);
    const length = this.buffer.write(value, this.at + 4);
    this.buffer.writeInt32BE(length, this.at);
    this.at += 4 + length;
  }
  bytes(value: Buffer): void {
    this.reserve(value.length + 4);
    this.at = this.buffer.writeInt32BE(value.length, this.at);
    this.at += value.copy(this.buffer, this.at);
  }
  number(width: 1 | 2 | 4 | 8, value: number | null | undefined, float = false): void {
    if (value == null) return this.none();
    this.at = this.buffer.writeInt32BE(width, this.at);
    if (float) this.buffer.writeDoubleBE(value, this.at);
    else if (width === 8) this.buffer.writeBigInt64BE(BigInt(value), this.at);
    else this.buffer.writeIntBE(value, this.at, width);
    this.at += width;
  }
  time(ms: number): void {
    this.number(8, (ms - POSTGRES_EPOCH_MS) * 1_000);
  }
  end(): Buffer {
    this.at = this.buffer.writeInt16BE(-1, this.at);
    return this.buffer.subarray(0, this.at);
  }
  private reserve(bytes: number): void {
    if (this.at + bytes < this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.at + bytes));
    this.buffer.copy(larger, 0, 0, this.at);
    this.buffer = larger;
  }
}

interface Message {
  value: Buffer | null;
  offset: string;
  timestamp: string;
}

function addRow(rows: Rows, message: Message, partition: number): void {
  const original = message.value?.toString('utf8') ?? '';
  const { id, source, data } = JSON.parse(original);
  const occurredAt = Date.parse(data.occurredAt);
  const digest = hash('sha1', `${source}\0${id}`, 'buffer');
  const key = Buffer.allocUnsafe(16);
  key.writeUIntBE(occurredAt, 0, 6);
  digest.copy(key, 6, 0, 10);
  rows.begin();
  rows.bytes(key);
  for (const text of [source, id, data.siteId, data.category, data.category]) rows.text(text);
  rows.time(occurredAt);
  rows.none();
  rows.time(Number(message.timestamp));
  for (const text of [data.status, data.severity, data.urgency, data.certainty]) rows.text(text);
  rows.number(2, data.verification);
  rows.text(data.zone);
  rows.number(8, data.location?.lat, true);
  rows.number(8, data.location?.lon, true);
  rows.text(data.description);
  rows.number(4, data.injured);
  rows.number(4, data.involved);
  rows.number(1, data.weapon ? 1 : 0);
  rows.none();
  rows.text(id);
  const [assessment = null, founderSource = null, founderFirstId = null] = TYPICAL[written++ % TYPICAL.length] ?? [];
  rows.text(founderSource);
  rows.text(founderFirstId);
  rows.number(1, 0);
  rows.number(2, 0);
  rows.number(4, 0);
  rows.text('ca-xuan-hoa');
  rows.text(assessment);
  rows.none();
  rows.text(original);
  rows.none();
  rows.number(4, partition);
  rows.number(4, 1);
  rows.number(8, Number(message.offset));
}

async function main(): Promise<void> {
  const pool = new Pool({ connectionString: BENCH_DATABASE, max: 3 });
  const kafka = new Kafka({ brokers: BENCH_BROKERS.split(','), clientId: 'limit', logLevel: logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId: BENCH_GROUP, maxBytes: 16 * 1024 * 1024, maxBytesPerPartition: 4 * 1024 * 1024 });
  await consumer.connect();
  await consumer.subscribe({ topics: [BENCH_TOPIC], fromBeginning: true });
  process.on('SIGTERM', () => void consumer.disconnect().then(() => pool.end()).then(() => process.exit(0)));
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    partitionsConsumedConcurrently: 3,
    eachBatch: async ({ batch, resolveOffset, commitOffsetsIfNecessary, heartbeat }) => {
      for (let from = 0; from < batch.messages.length; from += MAX_RECORDS) {
        const messages = batch.messages.slice(from, from + MAX_RECORDS);
        const rows = new Rows();
        for (const message of messages) addRow(rows, message, batch.partition);
        const client = await pool.connect();
        try {
          await pipeline(Readable.from([rows.end()]), client.query(copyFrom(`COPY incidents (${COLUMNS.join(', ')}) FROM STDIN BINARY`)));
        } finally {
          client.release();
        }
        const last = messages.at(-1);
        if (last === undefined) continue;
        resolveOffset(last.offset);
        const next = String(Number(last.offset) + 1);
        await commitOffsetsIfNecessary({ topics: [{ topic: batch.topic, partitions: [{ partition: batch.partition, offset: next }] }] });
        await heartbeat();
        process.stdout.write(`${messages.length}\n`);
      }
    },
  });
}

void main();
