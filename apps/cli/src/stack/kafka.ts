import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { StackError } from './errors';
import { exec } from './exec';
import { projectRoot } from './paths';
import type { Program } from './service';

export interface KafkaNode {
  /** The same for all of a cluster: 22 characters of base64url. */
  clusterId: string;
  heapMb: number;
}

export interface KafkaSettings {
  dir: string;
  java: string;
  jars: string[];
  ports: { kafka: number; controller: number };
  advertisedPort: number;
  properties: Record<string, string>;
  /** How Java is to use its archive of loaded classes; see archive.ts. */
  archive?: string;
  /** For a stack of minutes: compile quickly rather than well. Halves what a start costs, and costs throughput. */
  shortLived: boolean;
  /** Without it: a cluster of its own, with 512 MiB of heap. */
  node?: KafkaNode;
  env: NodeJS.ProcessEnv;
}

const HEAP_MB = 512;

/** The largest record that a topic of ours may allow (16 MiB), and room for the batch around it. */
const MESSAGE_MAX_BYTES = 17 * 1024 * 1024;

/** One node that is broker and controller, sized for a laptop, reachable from this machine only. */
export function serverProperties({ dir, ports, advertisedPort, properties }: Pick<KafkaSettings, 'dir' | 'ports' | 'advertisedPort' | 'properties'>): string {
  const all: Record<string, string | number | boolean> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${ports.controller}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${ports.kafka},CONTROLLER://127.0.0.1:${ports.controller}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${advertisedPort}`,
    'log.dirs': join(dir, 'kafka'),
    // A topic that nobody created is a spelling mistake: it must fail, not appear.
    'auto.create.topics.enable': false,
    'message.max.bytes': MESSAGE_MAX_BYTES,
    'offsets.topic.num.partitions': 1,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    // The members of a process that starts come together within this, and share the partitions at once; one after the other they would rebalance for a second.
    'group.initial.rebalance.delay.ms': 100,
    // The default buffer of 128 MiB would be a quarter of the heap.
    'log.cleaner.dedupe.buffer.size': 8 * 1024 * 1024,
    'num.network.threads': 2,
    'num.io.threads': 4,
    'background.threads': 2,
    ...properties,
  };
  return `${Object.entries(all).map(([key, value]) => `${key}=${value}`).join('\n')}\n`;
}

const FAST_START = '-XX:TieredStopAtLevel=1';

/** Writes the settings and, the first time, formats the data folder. */
export async function prepareKafka(settings: KafkaSettings): Promise<Program> {
  const data = join(settings.dir, 'kafka');
  const file = join(settings.dir, 'kafka.properties');
  mkdirSync(data, { recursive: true });
  writeFileSync(file, serverProperties(settings));
  const logging = `-Dlog4j2.configurationFile=${pathToFileURL(join(projectRoot(), 'docker', 'kafka-log4j2.properties')).href}`;
  const java = [...(settings.archive ? [settings.archive] : []), logging, '-cp', settings.jars.join(delimiter)];
  // Each arena of glibc's malloc costs up to 64 MiB of address space and some of it memory; two are enough for this broker.
  const env = { ...settings.env, MALLOC_ARENA_MAX: '2' };
  if (!existsSync(join(data, 'meta.properties'))) await format([settings.java, '-Xmx128m', FAST_START, ...java], settings.node?.clusterId ?? newClusterId(), { data, file, env });
  return {
    name: 'kafka',
    command: settings.java,
    args: [`-Xmx${settings.node?.heapMb ?? HEAP_MB}m`, '-XX:+ExitOnOutOfMemoryError', ...(settings.shortLived ? [FAST_START] : []), ...java, 'kafka.Kafka', file],
    env,
    logFile: join(settings.dir, 'kafka.log'),
    ready: /Kafka Server started/,
    readyWithinMs: 90_000,
  };
}

export const newClusterId = (): string => Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url');

async function format(java: string[], id: string, { data, file, env }: { data: string; file: string; env: NodeJS.ProcessEnv }): Promise<void> {
  // Behind `=`: one id in 64 begins with a dash, and would be taken for an option.
  const answer = await exec([...java, 'kafka.tools.StorageTool', 'format', `--cluster-id=${id}`, '-c', file], { env, timeoutMs: 60_000 });
  if (answer.status !== 0) throw new StackError(`Kafka's data folder ${data} cannot be formatted: ${answer.output}`, { cause: answer.cause });
}
