import { ConfigResourceTypes, ConfigSource, type Admin, type ConfigEntries, type PartitionMetadata } from 'kafkajs';
import { setTimeout as pause } from 'node:timers/promises';
import type { KafkaClient, KafkaConnection, Patience } from './connection';
import { isElection, isOutage, StillChanging } from './failure';
import { DEFAULT_PARTITIONS, differences, wantedSettings, type SettingDifference, type TopicSpec } from './topics';

/** Where one partition begins and ends now. */
export interface PartitionEnds {
  partition: number;
  /** The lowest offset that Kafka still holds. */
  logStart: number;
  /** One past the last offset that a reader may see (records of a transaction still open are behind it). */
  highWatermark: number;
}

/** What `ensureTopics` did and could not do, sentences for the operator. */
export interface TopicReport {
  topic: string;
  created: boolean;
  changed: string[];
  /** What is wrong and was left alone; the product runs, but not as promised. */
  wrong: string[];
}

const CREATE_TIMEOUT_MS = 10_000;
/** How long partitions may be without a known leader (just added, or being elected) before that is an error. */
const ELECTION_MS = 3_000;

interface OpenAdmin {
  admin: Promise<Admin>;
  client: KafkaClient;
  /** Questions not yet answered. */
  asking: number;
}

/** Questions to a cluster and its topics. After an error the next question opens a new client, because kafkajs's admin never looks again where a partition's leader is. */
export class KafkaAdmin {
  private open: OpenAdmin | null = null;

  constructor(
    private readonly connection: KafkaConnection,
    private readonly patience: Patience = 'answer',
  ) {}

  /** Creates what is missing, until every partition takes records, corrects what is safe to correct, and reports the rest. A repeat changes nothing. */
  async ensureTopics(specs: readonly TopicSpec[]): Promise<TopicReport[]> {
    const reports: TopicReport[] = [];
    for (const spec of specs) {
      const report = await this.ask((admin) => ensureTopic(admin, spec));
      // Metadata names the leaders before their brokers have taken all partitions on: of one send to several, a part would be refused and all written again.
      if (report.created) await this.partitionEnds(spec.topic);
      reports.push(report);
    }
    return reports;
  }

  /** Log start and end of every partition, in order. @throws when the topic does not exist. */
  async partitionEnds(topic: string): Promise<PartitionEnds[]> {
    for (const end = Date.now() + ELECTION_MS; ; ) {
      try {
        return await this.ask((admin) => endsOf(admin, topic));
      } catch (error) {
        // Each try has a new client, which asks anew where the partitions are and who leads them.
        if (!isElection(error) || Date.now() >= end) throw error;
      }
      await pause(100);
    }
  }

  /** The lowest offset that Kafka still holds of a partition. */
  async logStart(topic: string, partition: number): Promise<number> {
    const ends = await this.partitionEnds(topic);
    const found = ends.find((end) => end.partition === partition);
    if (found === undefined) throw new Error(`topic ${topic} has no partition ${partition}`);
    return found.logStart;
  }

  /** One past the last readable offset, by partition. */
  async highWatermarks(topic: string): Promise<Map<number, number>> {
    return new Map((await this.partitionEnds(topic)).map(({ partition, highWatermark }) => [partition, highWatermark]));
  }

  /** The first offset whose timestamp (milliseconds) is at least `timestamp`, by partition; the end where there is none. */
  async offsetsAt(topic: string, timestamp: number): Promise<Map<number, number>> {
    const offsets = await this.ask((admin) => admin.fetchTopicOffsetsByTimestamp(topic, timestamp));
    return new Map(offsets.map(({ partition, offset }) => [partition, Number(offset)]));
  }

  /** Where a group would go on, by partition; a partition without a committed offset is missing. */
  async groupOffsets(groupId: string, topic: string): Promise<Map<number, number>> {
    const answer = await this.ask((admin) => admin.fetchOffsets({ groupId, topics: [topic] }));
    const partitions = answer.find((entry) => entry.topic === topic)?.partitions ?? [];
    return new Map(partitions.map(({ partition, offset }) => [partition, Number(offset)] as const).filter(([, offset]) => offset >= 0));
  }

  async topicExists(topic: string): Promise<boolean> {
    return (await this.ask((admin) => admin.listTopics())).includes(topic);
  }

  /** The nodes that answer, and the cluster's id; the cheapest question. */
  async describe(): Promise<{ clusterId: string; nodes: number }> {
    const { clusterId, brokers } = await this.ask((admin) => admin.describeCluster());
    return { clusterId, nodes: brokers.length };
  }

  async close(): Promise<void> {
    const { open } = this;
    this.open = null;
    if (open === null) return;
    const admin = await open.admin.catch(() => null);
    await admin?.disconnect();
    open.client.end();
  }

  private async ask<T>(question: (admin: Admin) => Promise<T>): Promise<T> {
    const open = (this.open ??= this.connect());
    open.asking++;
    try {
      return await question(await open.admin);
    } catch (error) {
      if (this.open === open) this.forget();
      throw error;
    } finally {
      open.asking--;
      if (this.open !== open && open.asking === 0) open.client.end();
    }
  }

  private connect(): OpenAdmin {
    const client = this.connection.client(this.patience);
    const admin = client.kafka.admin();
    return { client, admin: admin.connect().then(() => admin), asking: 0 };
  }

  /** The next question opens a new client; this one ends when its last question is answered. */
  private forget(): void {
    const { open } = this;
    this.open = null;
    if (open?.asking === 0) open.client.end();
  }
}

async function endsOf(admin: Admin, topic: string): Promise<PartitionEnds[]> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  const offsets = await admin.fetchTopicOffsets(topic).catch((error: unknown) => {
    // What kafkajs does where it knows no leader of the topic yet (just created, or all brokers gone for a moment): it takes the first of no answers apart.
    throw error instanceof TypeError ? new StillChanging(`no leader of ${topic} is known yet`, { cause: error }) : error;
  });
  if (offsets.length !== topics[0]?.partitions.length) throw new StillChanging(`${topic} has more partitions than this client knew`);
  return offsets
    .map(({ partition, low, high }) => ({ partition, logStart: Number(low), highWatermark: Number(high) }))
    .sort((a, b) => a.partition - b.partition);
}

async function ensureTopic(admin: Admin, spec: TopicSpec): Promise<TopicReport> {
  const { topic, partitions = DEFAULT_PARTITIONS, replication = -1 } = spec;
  const report: TopicReport = { topic, created: false, changed: [], wrong: [] };
  if (!(await admin.listTopics()).includes(topic)) {
    const configEntries = Object.entries(wantedSettings(spec)).map(([name, value]) => ({ name, value }));
    // Another process may create it meanwhile: then this answers false, and it is checked like any other.
    report.created = await admin.createTopics({ topics: [{ topic, numPartitions: partitions, replicationFactor: replication, configEntries }], timeout: CREATE_TIMEOUT_MS, waitForLeaders: false });
  }
  await checkShape(admin, spec, report);
  await checkSettings(admin, spec, report);
  return report;
}

async function checkShape(admin: Admin, { topic, partitions, replication }: TopicSpec, report: TopicReport): Promise<void> {
  const found = await leaders(admin, topic);
  if (partitions !== undefined && found.length < partitions) {
    report.wrong.push(`${topic} has ${found.length} partitions, ${partitions} were asked for; adding some moves keys to other partitions, so it is left to the operator`);
  }
  const least = Math.min(...found.map(({ replicas }) => replicas.length));
  if (replication !== undefined && replication > 0 && least < replication) report.wrong.push(`${topic} has ${least} replicas, ${replication} were asked for`);
}

/** A topic just created is not known to every broker at once, and its partitions have no leader yet; kafkajs's own wait takes the first for an error. */
async function leaders(admin: Admin, topic: string): Promise<PartitionMetadata[]> {
  for (const end = Date.now() + CREATE_TIMEOUT_MS; ; ) {
    try {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      const partitions = topics[0]?.partitions ?? [];
      if (partitions.length > 0 && partitions.every(({ leader }) => leader >= 0)) return partitions;
      if (Date.now() >= end) throw new StillChanging(`the partitions of ${topic} have no leader after ${CREATE_TIMEOUT_MS} ms`);
    } catch (error) {
      if (!isOutage(error) || Date.now() >= end) throw error;
    }
    await pause(100);
  }
}

async function settingsOf(admin: Admin, topic: string): Promise<ConfigEntries[]> {
  const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [{ type: ConfigResourceTypes.TOPIC, name: topic }] });
  return resources[0]?.configEntries ?? [];
}

const byName = (entries: readonly ConfigEntries[]): Map<string, string> => new Map(entries.map(({ configName, configValue }) => [configName, configValue]));

async function checkSettings(admin: Admin, spec: TopicSpec, report: TopicReport): Promise<void> {
  const { topic } = spec;
  const entries = await settingsOf(admin, topic);
  const wrong = differences(spec, byName(entries));
  for (const { name, found, wanted, safe } of wrong) {
    if (safe) report.changed.push(`${topic}: ${name} was ${found}, is now ${wanted}`);
    else report.wrong.push(`${topic}: ${name} is ${found}, ${wanted} was asked for; changing it could drop or hide records, so it is left to the operator`);
  }
  const kept = entries.filter(({ configSource }) => configSource === ConfigSource.TOPIC_CONFIG).map(({ configName: name, configValue: value }) => ({ name, value }));
  const changes = wrong.filter(({ safe }) => safe);
  if (changes.length === 0) return;
  await alter(admin, topic, kept, changes);
  // The controller has accepted them; the brokers learn of it a moment later.
  for (const end = Date.now() + CREATE_TIMEOUT_MS; ; ) {
    const now = byName(await settingsOf(admin, topic));
    if (changes.every(({ name, wanted }) => now.get(name) === wanted)) return;
    if (Date.now() >= end) throw new StillChanging(`the settings of ${topic} were accepted, and are not in force after ${CREATE_TIMEOUT_MS} ms`);
    await pause(100);
  }
}

/** Kafka's alterConfigs replaces all of a topic's own settings: those that stay are sent along. */
async function alter(admin: Admin, topic: string, kept: { name: string; value: string }[], changes: SettingDifference[]): Promise<void> {
  const changed = new Set(changes.map(({ name }) => name));
  const configEntries = [...kept.filter(({ name }) => !changed.has(name)), ...changes.map(({ name, wanted }) => ({ name, value: wanted }))];
  await admin.alterConfigs({ validateOnly: false, resources: [{ type: ConfigResourceTypes.TOPIC, name: topic, configEntries }] });
}
