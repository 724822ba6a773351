import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { BenchStack } from '../stage';
import { COLUMNS } from './table';

/** A column's value in Bloblang, where it is not the field of the same name in `data`. */
const FROM: Partial<Record<(typeof COLUMNS)[number], string>> = {
  source: 'this.source',
  event_id: 'this.id',
  site_id: 'this.data.siteId',
  occurred_at: 'this.data.occurredAt',
  lat: 'this.data.location.lat',
  lon: 'this.data.location.lon',
};

/** The command that runs Redpanda Connect on a topic, in a folder of the stack's own. */
export function redpandaConnectCommand(binary: string, stack: BenchStack, { url, topic, group }: { url: string; topic: string; group: string }): string[] {
  const config = {
    http: { enabled: false },
    logger: { level: 'WARN' },
    input: {
      kafka_franz: {
        seed_brokers: [stack.kafkaBrokers],
        topics: [topic],
        consumer_group: group,
        start_offset: 'earliest',
        // At its default of 1,024 records in flight for each partition it runs at half the speed.
        checkpoint_limit: 50_000,
        fetch_max_partition_bytes: '4MiB',
        commit_period: '1s',
        batching: { count: 1_000, period: '100ms' },
      },
    },
    output: {
      sql_insert: {
        driver: 'postgres',
        dsn: `${url}?sslmode=disable`,
        table: 'incidents',
        columns: [...COLUMNS],
        args_mapping: `root = [${COLUMNS.map((column) => FROM[column] ?? `this.data.${column}`).join(', ')}]`,
        suffix: 'ON CONFLICT DO NOTHING',
        max_in_flight: 4,
        conn_max_idle: 4,
      },
    },
  };
  const dir = join(stack.dataDir, group);
  mkdirSync(dir);
  writeFileSync(join(dir, 'connect.yaml'), stringify(config));
  return [binary, 'run', join(dir, 'connect.yaml')];
}
