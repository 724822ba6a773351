import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { freePorts, projectRoot } from '../../apps/cli/src/stack';
import { kafkaJars, type PinnedJars } from '../../apps/cli/src/stack/jars';
import { findJava } from '../../apps/cli/src/stack/java';
import type { BenchStack } from '../stage';

export interface ConnectOptions {
  stack: BenchStack;
  url: string;
  topic: string;
  group: string;
  tasks: number;
  log: (line: string) => void;
}

const text = (field: string, optional = true) => ({ field, type: 'string', optional });
const of = (type: string, field: string) => ({ field, type, optional: true });
const LOCATION = [of('double', 'lat'), of('double', 'lon')];
const DATA = [
  text('siteId'), text('category'), { ...text('occurredAt'), name: 'io.debezium.time.ZonedTimestamp' }, text('status'), text('severity'), text('urgency'), text('certainty'), of('int16', 'verification'),
  text('zone'), { field: 'location', type: 'struct', optional: true, fields: LOCATION }, text('description'), of('int32', 'involved'), of('boolean', 'weapon'),
];
/** Given to the converter once: otherwise every message would have to carry it. */
const SCHEMA = { type: 'struct', optional: false, fields: [text('source', false), text('id', false), { field: 'data', type: 'struct', optional: false, fields: DATA }] };
const RENAMED = {
  id: 'event_id', 'data.siteId': 'site_id', 'data.category': 'category', 'data.occurredAt': 'occurred_at', 'data.status': 'status', 'data.severity': 'severity', 'data.urgency': 'urgency',
  'data.certainty': 'certainty', 'data.verification': 'verification', 'data.zone': 'zone', 'data.location.lat': 'lat', 'data.location.lon': 'lon', 'data.description': 'description',
  'data.involved': 'involved', 'data.weapon': 'weapon',
};

function worker(brokers: string, dir: string, port: number): Record<string, string | number | boolean> {
  return {
    'bootstrap.servers': brokers,
    'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
    'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'value.converter.schemas.enable': true,
    'value.converter.schema.content': JSON.stringify(SCHEMA),
    'offset.storage.file.filename': join(dir, 'offsets'),
    'offset.flush.interval.ms': 5_000,
    listeners: `http://127.0.0.1:${port}`,
    'plugin.discovery': 'service_load',
    'consumer.max.poll.records': 5_000,
    'consumer.max.partition.fetch.bytes': 4 * 1024 * 1024,
    'consumer.auto.offset.reset': 'earliest',
  };
}

function sink({ url, topic, group, tasks }: ConnectOptions): Record<string, string | number | boolean> {
  const { host, username, password, pathname } = new URL(url);
  return {
    name: group,
    'connector.class': 'io.debezium.connector.jdbc.JdbcSinkConnector',
    'tasks.max': tasks,
    topics: topic,
    'connection.url': `jdbc:postgresql://${host}${pathname}?reWriteBatchedInserts=true`,
    'connection.username': username,
    'connection.password': password,
    'insert.mode': 'upsert',
    'primary.key.mode': 'record_value',
    'primary.key.fields': 'source,event_id',
    'collection.name.format': 'incidents',
    'schema.evolution': 'none',
    'batch.size': 5_000,
    transforms: 'flatten,rename',
    'transforms.flatten.type': 'org.apache.kafka.connect.transforms.Flatten$Value',
    'transforms.rename.type': 'org.apache.kafka.connect.transforms.ReplaceField$Value',
    'transforms.rename.renames': Object.entries(RENAMED).map((pair) => pair.join(':')).join(','),
  };
}

const properties = (all: Record<string, string | number | boolean>): string => Object.entries(all).map(([key, value]) => `${key}=${String(value)}`).join('\n');

/** The command that runs a Kafka Connect worker with Debezium's JDBC sink. Its jars come from Maven Central, as the broker's do. */
export async function kafkaConnectCommand(options: ConnectOptions): Promise<string[]> {
  const { stack, group, log } = options;
  const pinned = JSON.parse(readFileSync(join(projectRoot(), 'bench', 'peers', 'kafka-connect-jars.json'), 'utf8')) as PinnedJars;
  const jars = await kafkaJars(process.env, log, pinned);
  // The log's binding is the broker's own.
  const logging = (await kafkaJars(process.env, log)).filter((jar) => /log4j/.test(jar));
  const { command } = await findJava(process.env);
  const [port = 0] = await freePorts(1);
  const dir = join(stack.dataDir, group);
  mkdirSync(dir);
  writeFileSync(join(dir, 'worker.properties'), properties(worker(stack.kafkaBrokers, dir, port)));
  writeFileSync(join(dir, 'sink.properties'), properties(sink(options)));
  const settings = pathToFileURL(join(projectRoot(), 'docker', 'kafka-log4j2.properties')).href;
  return [command, '-Xms512m', '-Xmx1g', `-Dlog4j2.configurationFile=${settings}`, '-cp', [...jars, ...logging].join(delimiter), 'org.apache.kafka.connect.cli.ConnectStandalone', join(dir, 'worker.properties'), join(dir, 'sink.properties')];
}
