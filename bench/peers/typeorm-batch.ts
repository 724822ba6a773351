/**
 * kafkajs's eachBatch and TypeORM's insert of many rows in one statement that skips what is stored. Nothing is validated. Run by bench/peers.ts.
 */
import 'reflect-metadata';
import { Kafka, logLevel } from 'kafkajs';
import { DataSource } from 'typeorm';
import { Incident, toRow } from './incident.entity';

const { BENCH_BROKERS = '', BENCH_DATABASE = '', BENCH_TOPIC = '', BENCH_GROUP = '' } = process.env;
/** Postgres takes 65,535 parameters, and a row has 17. 500 to 3,000 were tried. */
const ROWS = 1_000;

async function main(): Promise<void> {
  const source = await new DataSource({ type: 'postgres', url: BENCH_DATABASE, entities: [Incident], extra: { max: 3 } }).initialize();
  const incidents = source.getRepository(Incident);
  const kafka = new Kafka({ brokers: BENCH_BROKERS.split(','), clientId: 'typeorm-batch', logLevel: logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId: BENCH_GROUP, maxBytes: 16 * 1024 * 1024, maxBytesPerPartition: 2 * 1024 * 1024 });
  await consumer.connect();
  await consumer.subscribe({ topics: [BENCH_TOPIC], fromBeginning: true });
  process.on('SIGTERM', () => void consumer.disconnect().then(() => source.destroy()).then(() => process.exit(0)));
  await consumer.run({
    eachBatchAutoResolve: false,
    partitionsConsumedConcurrently: 3,
    eachBatch: async ({ batch, resolveOffset, commitOffsetsIfNecessary, heartbeat }) => {
      for (let from = 0; from < batch.messages.length; from += ROWS) {
        const messages = batch.messages.slice(from, from + ROWS);
        const rows = messages.map(({ value }) => toRow(JSON.parse(value?.toString() ?? '')));
        await incidents.createQueryBuilder().insert().values(rows).orIgnore().updateEntity(false).execute();
        resolveOffset(messages.at(-1)?.offset ?? '');
        await commitOffsetsIfNecessary();
        await heartbeat();
      }
    },
  });
}

void main();
