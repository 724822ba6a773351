import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kafka, logLevel, type PartitionMetadata } from 'kafkajs';
import { freePorts, localDir, newClusterId, startStack, type LocalStack } from '../../apps/cli/src/stack';
import { atEnd } from '../support/at-end';
import { tcpProxy, type Cable, type TcpProxy } from '../support/tcp-proxy';
import { waitFor } from '../support/wait-for';

export interface Broker {
  id: number;
  /** As services and publishers reach it. */
  proxy: TcpProxy;
  stack: LocalStack;
  runs: boolean;
}

const BROKERS = [1, 2, 3];
const REPLICATION = 3;
const MIN_IN_SYNC = 2;
const HEAP_MB = 256;
const IN_SYNC_WITHIN_MS = 90_000;

interface Ports {
  proxy: TcpProxy;
  clients: number;
  inside: number;
  controller: number;
}

/** What makes one of three: clients come by the proxy, brokers among each other past it. All else, the session of 9 s above all, is Kafka's default. */
function propertiesOf(id: number, all: readonly Ports[]): Record<string, string> {
  const own = all[id - 1];
  if (own === undefined) throw new RangeError(`there is no broker ${id}`);
  const at = (port: number) => `127.0.0.1:${port}`;
  return {
    'node.id': String(id),
    'controller.quorum.voters': all.map(({ controller }, i) => `${i + 1}@${at(controller)}`).join(','),
    listeners: `PLAINTEXT://${at(own.clients)},INSIDE://${at(own.inside)},CONTROLLER://${at(own.controller)}`,
    'advertised.listeners': `PLAINTEXT://${at(own.proxy.port)},INSIDE://${at(own.inside)}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'INSIDE',
    // The product's topics are made with what the brokers say: these two, in production too.
    'default.replication.factor': String(REPLICATION),
    'min.insync.replicas': String(MIN_IN_SYNC),
    'offsets.topic.replication.factor': String(REPLICATION),
  };
}

/** Three brokers, each a controller too. */
export class Cluster {
  private constructor(
    readonly all: readonly Broker[],
    /** As the brokers reach each other. */
    readonly inside: string,
  ) {}

  static async open(say: (line: string) => void): Promise<Cluster> {
    const { KAFKA_BROKERS: _kafka, DATABASE_URL: _database, ...env } = process.env;
    const free = await freePorts(BROKERS.length * 3);
    const ports = await Promise.all(BROKERS.map(async (_id, i) => ({ proxy: await tcpProxy(free[3 * i]), clients: free[3 * i] ?? 0, inside: free[3 * i + 1] ?? 0, controller: free[3 * i + 2] ?? 0 })));
    const kafkaNode = { clusterId: newClusterId(), heapMb: HEAP_MB };
    const started = Date.now();
    const open = async (id: number): Promise<Broker> => {
      const [one, dir] = [ports[id - 1] as Ports, join(localDir(env), `faults-${process.pid}-broker-${id}`)];
      const stack = await startStack({ dir, mode: 'native', owned: true, discard: true, shortLived: true, env, log: () => undefined, only: 'kafka', kafkaNode, kafkaProperties: propertiesOf(id, ports) });
      atEnd(() => stack.stop());
      return { id, proxy: one.proxy, stack, runs: true };
    };
    const all = await Promise.all(BROKERS.map(open));
    say(`three brokers, up in ${((Date.now() - started) / 1_000).toFixed(1)} s`);
    return new Cluster(all, ports.map(({ inside }) => `127.0.0.1:${inside}`).join(','));
  }

  get brokers(): string {
    return this.all.map(({ proxy }) => `127.0.0.1:${proxy.port}`).join(',');
  }

  /** The cables of all brokers as if they were one. */
  get cables(): Cable {
    const each = (does: (proxy: TcpProxy) => void) => this.all.forEach(({ proxy }) => does(proxy));
    return { cut: () => each((p) => p.cut()), delay: (ms) => each((p) => p.delay(ms)), halfOpen: (what) => each((p) => p.halfOpen(what)), restore: () => each((p) => p.restore()) };
  }

  /** Those that run, from the `turn`th on. */
  running(turn = 0): [Broker, ...Broker[]] {
    const up = this.all.filter(({ runs }) => runs);
    const [first, ...others] = up.map((_broker, i) => up[(i + turn) % up.length] as Broker);
    if (first === undefined) throw new Error('no broker runs');
    return [first, ...others];
  }

  async stop(broker: Broker, how: 'graceful' | 'kill'): Promise<void> {
    broker.runs = false;
    await broker.stack.kafka.stop(how);
  }

  async start(broker: Broker): Promise<void> {
    await broker.stack.kafka.start();
    broker.runs = true;
  }

  /** Whom the others voted for last; each of them writes it down. */
  controller(): Broker {
    const votes = this.running().map(({ stack }) => JSON.parse(readFileSync(join(stack.dataDir, 'kafka', '__cluster_metadata-0', 'quorum-state'), 'utf8')) as { leaderId: number; leaderEpoch: number });
    const { leaderId } = votes.filter((vote) => vote.leaderId > 0).sort((a, b) => b.leaderEpoch - a.leaderEpoch)[0] ?? { leaderId: 0 };
    return this.found(leaderId);
  }

  async leaderOf(topic: string, turn: number): Promise<{ broker: Broker; partition: number }> {
    const partitions = (await this.partitions([topic])).sort((a, b) => a.partitionId - b.partitionId);
    const chosen = partitions[turn % partitions.length];
    if (chosen === undefined) throw new Error(`there is no topic ${topic}`);
    return { broker: this.found(chosen.leader), partition: chosen.partitionId };
  }

  /** All groups have one: their offsets are in one partition. */
  async coordinator(): Promise<Broker> {
    return (await this.leaderOf('__consumer_offsets', 0)).broker;
  }

  /** Until every broker that runs holds every record. */
  async inSync(): Promise<void> {
    const count = this.running().length;
    const behind = async () => (await this.partitions()).filter(({ isr, leader }) => isr.length < count || leader < 0);
    await waitFor(async () => (await behind()).length === 0, { what: `${count} brokers to be in sync`, timeoutMs: IN_SYNC_WITHIN_MS, intervalMs: 250 });
  }

  /** As at the start: what a seed took away for good comes back before the next one. */
  async whole(): Promise<void> {
    this.cables.restore();
    await Promise.all(this.all.filter(({ runs }) => !runs).map((broker) => this.start(broker)));
    await this.inSync();
  }

  /** Asked by a client that knows nothing yet: one that lived through a fault may be wrong about leaders. */
  private async partitions(topics?: string[]): Promise<PartitionMetadata[]> {
    const admin = new Kafka({ brokers: this.inside.split(','), clientId: 'faults cluster', logLevel: logLevel.NOTHING, requestTimeout: 5_000, connectionTimeout: 1_000, retry: { retries: 8, initialRetryTime: 100, maxRetryTime: 1_000 } }).admin();
    try {
      await admin.connect();
      const { topics: found } = await admin.fetchTopicMetadata({ topics: topics ?? (await admin.listTopics()) });
      return found.flatMap(({ partitions }) => partitions);
    } finally {
      await admin.disconnect().catch(() => undefined);
    }
  }

  private found(id: number): Broker {
    const broker = this.all.find((each) => each.id === id);
    if (broker === undefined) throw new Error(`there is no broker ${id}`);
    return broker;
  }
}
