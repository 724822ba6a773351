import { DEFAULT_ACKNOWLEDGE_LIMITS, type RiskPolicy } from '@vong-gac/domain';
import { builtInPolicy } from '@vong-gac/policy';
import {
  ContextStore, Database, IncidentStore, LedgerStore, migrate, openDatabase, PolicyStore, RegistryStore, SAMPLE_FILES, SiteMemoryStore, type LedgerRow,
} from '@vong-gac/database';
import type { Chunk, KafkaRecord, Verdict } from '@vong-gac/kafka';
import { ChunkDecoder } from '../../apps/intake/src/chunk-decoder';
import { ChunkSettler } from '../../apps/intake/src/chunk-settler';
import { Condition } from '../../apps/intake/src/condition';
import { IncidentIntake } from '../../apps/intake/src/incident-intake';
import { Policies } from '../../apps/intake/src/policies';
import { Positions } from '../../apps/intake/src/positions';
import { Registries } from '../../apps/intake/src/registries';
import { Shadow } from '../../apps/intake/src/shadow';
import { SiteMemories } from '../../apps/intake/src/site-memories';
import { atEnd, testDatabase } from '../support';

export const SITE = 'dai-lai';
export const SOURCE = '/sites/dai-lai/security';
export const TOPIC = 'incident.reported';
/** A summer evening on which phường Xuân Hòa answers for Đại Lải. */
export const NOW = Date.UTC(2026, 6, 4, 13, 0, 0);
const MINUTE_MS = 60_000;

export type Data = Record<string, unknown>;
export type EventFields = { id: string; data?: Data; source?: string; type?: string; extensions?: Data };

/** An incident as a CloudEvent; a theft, which alerts nobody, unless `data` says otherwise. */
export function incidentEvent({ id, data = {}, source = SOURCE, type = 'vn.vonggac.incident.reported.v1', extensions = {} }: EventFields): Data {
  const full = { siteId: SITE, category: 'security.theft', occurredAt: new Date(NOW - 10 * MINUTE_MS).toISOString(), description: 'Mất túi xách ở bãi tắm', ...data };
  return { specversion: '1.0', id, source, type, time: new Date(NOW).toISOString(), datacontenttype: 'application/json', data: full, ...extensions };
}

/** So many reports, with ids `prefix`-`from` and on. */
export const incidentEvents = (prefix: string, count: number, from = 0): Data[] => Array.from({ length: count }, (_, i) => incidentEvent({ id: `${prefix}-${from + i}` }));

export function volumeEvent({ id, data = {}, ...rest }: EventFields): Data {
  const full = { siteId: SITE, measuredAt: new Date(NOW - 15 * MINUTE_MS).toISOString(), occupancy: 4_200, ...data };
  return { ...incidentEvent({ id, ...rest }), type: 'vn.vonggac.visitor-volume.measured.v1', data: full };
}

/** An event that is at least `high`, whatever the crowd: an alert. */
export const fire = (id: string, data: Data = {}): Data => incidentEvent({ id, data: { category: 'fire.fire', zone: 'stage', ...data } });

export type Value = Data | string | Buffer | null;

export function recordAt(offset: number, value: Value, more: Partial<KafkaRecord> = {}): KafkaRecord {
  const bytes = value === null || Buffer.isBuffer(value) ? value : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
  return { offset, timestamp: NOW + offset, key: Buffer.from(SITE), value: bytes, headers: [], ...more };
}

/** A chunk as libs/kafka cuts it: consecutive offsets from `first` on. */
export function chunkOf(first: number, values: readonly Value[], place: { topic?: string; partition?: number; assignment?: number } = {}): Chunk {
  const records = values.map((value, i) => recordAt(first + i, value));
  return { topic: place.topic ?? TOPIC, partition: place.partition ?? 0, assignment: place.assignment ?? 1, records, firstOffset: first, nextOffset: first + values.length, following: null };
}

export interface World {
  url: string;
  database: Database;
  ledger: LedgerStore;
  registry: RegistryStore;
  condition: Condition;
  said: string[];
  positions: Positions;
  /** Where Kafka's logs begin, by `topic/partition`: what the settler asks Kafka for. */
  logStarts: Map<string, number>;
  /** A writer like that of another intake process: memory of its own, the same database. */
  writer(options?: { url?: string; settings?: Record<string, string>; statementTimeoutMs?: number; policy?: RiskPolicy }): ChunkSettler;
  settle(chunk: Chunk): Promise<Verdict>;
  rows<R extends object = Data>(sql: string, params?: readonly unknown[]): Promise<R[]>;
  account(topic?: string, partition?: number): Promise<Pick<LedgerRow, 'nextOffset' | 'stored' | 'duplicate' | 'quarantined' | 'absent' | 'lost'>>;
}

/** Each report speaks for itself unless situations are asked for: most suites are about single reports. Everything of intake but Kafka: chunks are handed to the settler as libs/kafka would, against a migrated and seeded database of the suite's own. */
export async function intakeWorld({ situations = false } = {}): Promise<World> {
  const { url } = await testDatabase('intake');
  await migrate(url);
  const database = openDatabase({ url, poolSize: 4, applicationName: 'intake test' });
  const registry = new RegistryStore(database);
  await registry.seed(SAMPLE_FILES, new Date(NOW));
  const open: Database[] = [database];
  atEnd(() => Promise.all(open.map((each) => each.close())));

  const said: string[] = [];
  const say = (_level: string, sentence: string): void => void said.push(sentence);
  const condition = new Condition(Date.now, say);
  const logStarts = new Map<string, number>();
  const kafka = { logStart: (topic: string, partition: number) => Promise.resolve(logStarts.get(`${topic}/${partition}`) ?? 0) };
  const ledger = new LedgerStore(database);
  const usual = situations ? builtInPolicy() : { ...builtInPolicy(), situations: { kins: [] } };
  const rules = { acknowledge: DEFAULT_ACKNOWLEDGE_LIMITS, publicUrl: 'http://127.0.0.1:3000' };

  const build = (own: Database, positions: Positions, policy: RiskPolicy = usual): ChunkSettler => {
    const stores = { contexts: new ContextStore(own), incidents: new IncidentStore(own), registries: new Registries(new RegistryStore(own)), memories: new SiteMemories(new SiteMemoryStore(own)), policies: new Policies(new PolicyStore(own), say, policy) };
    const intake = new IncidentIntake(new ChunkDecoder(), stores, rules, new Shadow(say), () => NOW);
    return new ChunkSettler((piece) => intake.handle(piece), { store: new LedgerStore(own), kafka, positions }, condition, { firstMs: 20, maxMs: 100 });
  };
  const positions = new Positions();
  const settler = build(database, positions);

  return {
    url, database, ledger, registry, condition, said, positions, logStarts,
    writer: ({ url: other = url, policy, ...options } = {}) => {
      const own = openDatabase({ url: other, poolSize: 2, applicationName: 'intake test, another writer', ...options });
      open.push(own);
      return build(own, new Positions(), policy);
    },
    settle: (chunk) => settler.settle(chunk),
    rows: (sql, params) => database.query(sql, params),
    account: async (topic = TOPIC, partition = 0) => {
      const row = (await ledger.list(topic)).find((each) => each.partition === partition && each.closedAt === null);
      if (row === undefined) throw new Error(`no ledger row for ${topic}/${partition}`);
      const { nextOffset, stored, duplicate, quarantined, absent, lost } = row;
      return { nextOffset, stored, duplicate, quarantined, absent, lost };
    },
  };
}
