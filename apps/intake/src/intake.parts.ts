import { TOPICS } from '@vong-gac/contracts';
import { ContextStore, IncidentStore, LedgerStore, openDatabase, PolicyStore, RegistryStore, SiteMemoryStore, type Database } from '@vong-gac/database';
import { BatchTransport, createKafka, KafkaAdmin, type ConsumerSettings, type KafkaConnection } from '@vong-gac/kafka';
import { kafkaAccess, type Logger } from '@vong-gac/runtime';
import { ChunkDecoder } from './chunk-decoder';
import { ChunkSettler } from './chunk-settler';
import { Condition } from './condition';
import { BACK_OFF, type IntakeEnv } from './env';
import { IncidentIntake } from './incident-intake';
import { PartitionWatch } from './partition-watch';
import { Policies } from './policies';
import { Positions } from './positions';
import { Registries } from './registries';
import { Shadow } from './shadow';
import { SiteMemories } from './site-memories';
import { createAgain } from './topics';

export interface IntakeParts {
  database: Database;
  kafka: KafkaAdmin;
  settler: ChunkSettler;
  condition: Condition;
  policies: Policies;
  shadow: Shadow;
  transport: BatchTransport;
}

/** Builds intake; connects to nothing yet. `consumer`: what differs from the usual (tests look at Kafka more often). Nest needs the transport before its container exists, so the parts are made here and handed to it. */
export function intakeParts(env: IntakeEnv, logger: Logger, onCrash: (error: unknown) => void, consumer: Partial<ConsumerSettings> = {}): IntakeParts {
  const database = openDatabase({
    url: env.databaseUrl,
    poolSize: env.databasePool,
    applicationName: 'vong-gac intake',
    ...env.databaseLimits,
    settings: KEYED_ACCESS,
  });
  const connection = kafkaConnection(env, logger);
  const kafka = new KafkaAdmin(connection);
  const say = (level: 'warn' | 'info' | 'error', sentence: string) => logger[level](sentence);
  const condition = new Condition(Date.now, say);
  const positions = new Positions();
  const ledger = new LedgerStore(database);
  const memories = new SiteMemories(new SiteMemoryStore(database));
  const policies = new Policies(new PolicyStore(database), say);
  const shadow = new Shadow(say);
  const stores = { contexts: new ContextStore(database), incidents: new IncidentStore(database), registries: new Registries(new RegistryStore(database)), memories, policies };
  const intake = new IncidentIntake(new ChunkDecoder(), stores, rulesOf(env), shadow, Date.now);
  const settler = new ChunkSettler((piece) => intake.handle(piece), { store: ledger, kafka, positions }, condition, BACK_OFF);
  const watch = new PartitionWatch(ledger, condition);
  const transport = new BatchTransport(connection, {
    settings: {
      groupId: env.groupId,
      partitionsAtOnce: env.partitionsAtOnce,
      sessionTimeoutMs: env.sessionTimeoutMs,
      chunk: { maxRecords: env.chunkRecords, maxBytes: CHUNK_BYTES_MAX },
      ...FETCH_LIMITS,
      ...consumer,
    },
    perTopic: { [TOPICS.visitorVolumeMeasured]: { chunk: { maxRecords: Math.min(env.chunkRecords, VOLUMES_A_CHUNK), maxBytes: CHUNK_BYTES_MAX } } },
    onAssigned: (topic, ends) => watch.assigned(topic, ends),
    inspect: (topic, ends) => watch.inspect(topic, ends),
    onMissing: (topic) => createAgain(topic, kafka, logger),
    onCrash,
  });
  return { database, kafka, settler, condition, policies, shadow, transport };
}

/** Bytes of values in one transaction; a single larger record makes one of its own. */
const CHUNK_BYTES_MAX = 8 * 1024 * 1024;

/** A report waits until the pieces that are ready are judged: with so few counts a few milliseconds each, also where a counter gone mad floods its topic. */
const VOLUMES_A_CHUNK = 250;

/**
 * About a chunk of events. kafkajs turns all that a fetch brings into objects before the first record is handled, and there are PARTITIONS_AT_ONCE fetches in
 * memory: with more, memory rises and speed does not.
 */
const FETCH_LIMITS = { fetchMaxBytes: 2 * 1024 * 1024, fetchMaxBytesPerPartition: 2 * 1024 * 1024 };

/**
 * Every query of intake looks keys up. A plan made while a table was still empty would read it whole, and is kept for the life of the connection:
 * so no plan but the one by index is ever made. A bitmap reads all that a range holds before the first row: the latest 20,000 incidents (SiteMemoryStore)
 * would be sorted out of all of the last hours. Compiling a query (jit) takes longer than any of these runs.
 */
export const KEYED_ACCESS = { enable_seqscan: 'off', enable_bitmapscan: 'off', enable_hashjoin: 'off', enable_mergejoin: 'off', plan_cache_mode: 'force_generic_plan', jit: 'off' };

function rulesOf(env: IntakeEnv) {
  return {
    acknowledge: { criticalMs: env.acknowledgeCriticalSeconds * 1_000, highMs: env.acknowledgeHighSeconds * 1_000 },
    publicUrl: env.publicUrl.replace(/\/+$/, ''),
  };
}

function kafkaConnection(env: IntakeEnv, logger: Logger): KafkaConnection {
  return createKafka({
    ...kafkaAccess(env),
    clientId: 'vong-gac-intake',
    log: (level, message, fields) => logger[level === 'info' ? 'debug' : level]({ kafka: fields }, message),
  });
}
