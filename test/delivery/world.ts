import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { alertContent, type AlertData, alertDeliveries, alertId, incidentId } from '@vong-gac/contracts';
import { type Database, migrate, openDatabase, receiverId, RegistryStore, SAMPLE_FILES, writeDeliveries } from '@vong-gac/database';
import {
  ALONE,
  type AlertState,
  type CapStatus,
  DEFAULT_ACKNOWLEDGE_LIMITS,
  deriveAlert,
  type Incident,
  levelRank,
  policeBodyAt,
  responsibleNow,
  type Registry,
  type RiskAssessment,
  type RiskLevel,
  threadOf,
  usableReceivers,
} from '@vong-gac/domain';
import { atEnd, type Hit, kafkaBrokers, type Service, startService, testDatabase, type WebhookReceiver, webhookReceiver } from '../support';

/** The body responsible at Đại Lải now, the one before 2025-07-01, and the province above. */
export const COMMUNE = 'ca-xuan-hoa';
export const FORMER_COMMUNE = 'ca-ngoc-thanh';
export const PROVINCE = 'ca-phu-tho';
export const SECRET = `whsec_${Buffer.from('only for the tests of Vọng Gác').toString('base64')}`;
const SOURCE = '/sites/dai-lai/security';

export interface RegisteredReceiver extends WebhookReceiver {
  id: string;
}

export interface AlertOptions {
  level?: RiskLevel;
  status?: CapStatus;
  /** When it occurred; a moment ago unless told otherwise. */
  occurredAt?: number;
  /** When the police were told; now unless told otherwise. */
  raisedAt?: number;
  eventId?: string;
  /** false: as if the registry that the writer knew had no receiver. */
  deliveries?: boolean;
}

/** Where the delivery suites happen: a database of its own with the sample registry, alerts as intake writes them, dispatchers as processes. */
export class World {
  private readonly services: Service[] = [];
  private count = 0;

  private constructor(
    readonly database: Database,
    readonly url: string,
    private readonly store: RegistryStore,
  ) {}

  /** @param at where the database is, when not in the stack that all suites share. */
  static async create(at?: { databaseUrl: string }): Promise<World> {
    const url = at?.databaseUrl ?? (await testDatabase('delivery')).url;
    await migrate(url);
    const database = openDatabase({ url, poolSize: 3, applicationName: 'test of delivery' });
    atEnd(() => database.close());
    const store = new RegistryStore(database);
    await store.seed(SAMPLE_FILES, new Date());
    return new World(database, url, store);
  }

  registry(): Promise<Registry> {
    return this.store.load();
  }

  /** Registers an HTTP receiver of a body. `url`: one that runs elsewhere. */
  async receiver(bodyId = COMMUNE, takesTest = false): Promise<RegisteredReceiver> {
    const receiver = await webhookReceiver(`/${randomBytes(4).toString('hex')}`);
    return Object.assign(receiver, { id: await this.register(bodyId, receiver.url, takesTest) });
  }

  async register(bodyId: string, url: string, takesTest = false): Promise<string> {
    const text = `body_id,kind,url,secret,takes_test\n${bodyId},webhook,${url},${SECRET},${takesTest}\n`;
    await this.store.seed({ receivers: { name: 'receivers of a test', text } }, new Date());
    return receiverId(bodyId, 'webhook', url);
  }

  /** Raises an alert in one transaction, by the product's own rules. @returns its id. */
  async alert(options: AlertOptions = {}): Promise<string> {
    const [id = ''] = await this.alerts(1, options);
    return id;
  }

  async alerts(count: number, options: AlertOptions = {}): Promise<string[]> {
    const registry = await this.registry();
    const made = Array.from({ length: count }, () => this.compose(registry, options));
    await this.database.transaction(async (tx) => {
      await tx.execute(INSERT_ALERTS, columnsOf(made));
      await writeDeliveries(tx, made.flatMap(({ deliveries }) => deliveries));
    });
    return made.map(({ id }) => id);
  }

  /** A dispatcher of its own process, ready. It polls fast, and the rest is as in production unless `env` says otherwise. */
  async dispatch(env: Record<string, string> = {}): Promise<Service> {
    const service = await this.startDispatch(env);
    await service.ready();
    return service;
  }

  /** The same, without waiting until it is ready. */
  async startDispatch(env: Record<string, string> = {}): Promise<Service> {
    const service = await startService('dispatch', { KAFKA_BROKERS: kafkaBrokers(), DATABASE_URL: this.url, POLL_MS: '100', RETRY_FIRST_MS: '100', ...env });
    this.services.push(service);
    return service;
  }

  /** Ends the dispatchers that a test started, as an operator would: all but those that it killed must go with exit code 0. */
  async endDispatchers(): Promise<void> {
    const services = this.services.splice(0);
    await Promise.all(services.map((service) => service.kill('SIGTERM')));
    for (const service of services) {
      const { code, signal } = await service.exited;
      if (code !== 0 && signal !== 'SIGKILL') throw new Error(`dispatch ended with code ${code}, signal ${signal}:\n${service.log().slice(-2_000)}`);
    }
  }

  async alertRow(id: string): Promise<{ alert_status: string; revision: number; escalation: number; acknowledge_by: Date | null }> {
    const [row] = await this.database.query<{ alert_status: string; revision: number; escalation: number; acknowledge_by: Date | null }>(
      'SELECT alert_status, revision, escalation, acknowledge_by FROM alerts WHERE id = $1', [id],
    );
    if (row === undefined) throw new Error(`no alert ${id}`);
    return row;
  }

  deliveries(alert?: string): Promise<DeliveryRow[]> {
    return this.database.query<DeliveryRow>(
      'SELECT id, receiver_id, change, revision, escalation, state, attempts, last_answer, leased_by, body FROM deliveries WHERE $1::uuid IS NULL OR alert_id = $1 ORDER BY created_at, id', [alert ?? null],
    );
  }

  /** Deliveries to webhooks that are still waiting. */
  async waiting(): Promise<number> {
    const [row] = await this.database.query<{ n: number }>("SELECT count(*)::int AS n FROM deliveries WHERE state = 'waiting' AND receiver_id NOT LIKE 'topic:%'");
    return row?.n ?? -1;
  }

  async disabled(receiver: string): Promise<string | null> {
    const [row] = await this.database.query<{ disabled_cause: string | null }>('SELECT disabled_cause FROM receivers WHERE id = $1 AND disabled_at IS NOT NULL', [receiver]);
    return row?.disabled_cause ?? null;
  }

  private compose(registry: Registry, { level = 'critical', status = 'Actual', occurredAt = Date.now() - 1_000, raisedAt = Date.now(), eventId, deliveries = true }: AlertOptions) {
    const incident = incidentOf({ eventId: eventId ?? `e-${++this.count}`, status, occurredAt });
    const site = registry.sites.get(incident.siteId);
    if (site === undefined) throw new Error('the sample has no such site');
    const { body } = policeBodyAt(registry, site, occurredAt);
    const assessment = assessmentOf(level);
    const step = deriveAlert({ incident, assessment, thread: threadOf(incident, null), joined: false, alert: null, alreadyCorrected: false, situation: ALONE, policeBodyId: body.id, now: raisedAt, limits: DEFAULT_ACKNOWLEDGE_LIMITS });
    if (step === null) throw new Error(`${level} raises no alert`);
    const content = alertContent({ incident, incidentId: incidentId(incident.source, incident.eventId, occurredAt), assessment, thresholds: null, registry, policeBodyId: body.id });
    const id = alertId(step.state.thread);
    const receivers = deliveries ? usableReceivers(registry, { policeBodyId: body.id, escalation: 0, status }, raisedAt) : [];
    const messages = alertDeliveries({
      alertId: id, state: step.state, change: step.change, causeEventId: incident.eventId, causeSource: incident.source, content, receivers,
      deliveredToBodyId: responsibleNow(registry, body.id, raisedAt).id, now: raisedAt, publicUrl: 'http://127.0.0.1:3000',
    });
    return { id, state: step.state, content: JSON.stringify(content), deliveries: messages };
  }
}

export interface DeliveryRow {
  id: string;
  receiver_id: string;
  change: string;
  revision: number;
  escalation: number;
  state: string;
  attempts: number;
  last_answer: string | null;
  leased_by: string | null;
  body: string;
}

/** What a hit says, after its signature was verified as a receiver would. @throws when it is not good. */
export function verified(hit: Hit): AlertData {
  const headers = Object.fromEntries(Object.entries(hit.headers).map(([name, value]) => [name, String(value)]));
  const event: unknown = new Webhook(SECRET).verify(hit.body, headers);
  if (typeof event !== 'object' || event === null || !('id' in event) || event.id !== hit.headers['webhook-id']) throw new Error('the event is not that of its headers');
  const { data }: { data: AlertData } = JSON.parse(hit.body.toString());
  return data;
}

export const idsOf = (hits: readonly Hit[]): string[] => hits.map((hit) => String(hit.headers['webhook-id']));

function incidentOf({ eventId, status, occurredAt }: { eventId: string; status: CapStatus; occurredAt: number }): Incident {
  return {
    kind: 'incident', source: SOURCE, eventId, siteId: 'dai-lai', category: 'violence.fight', categoryAsSent: 'violence.fight', occurredAt, reportedAt: null,
    receivedAt: Date.now(), status, severity: null, urgency: null, certainty: null, verification: 2, zone: 'beach', location: null,
    description: 'Hai nhóm khách đánh nhau gần bãi tắm', injured: 1, involved: 8, weapon: true, corrects: null, backfill: false, defects: [],
  };
}

function assessmentOf(level: RiskLevel): RiskAssessment {
  return {
    policyId: 'test', policyVersion: 1, level, score: 80,
    reasons: [{ rule: 'weapon', points: 30, text: { vi: 'Có hung khí', en: 'A weapon was seen' } }],
    context: { occupancy: null, baseline: null, situation: { reports: 1, sources: 1 }, capacity: null, areaM2: null, water: true, zoneKnown: true, jurisdictionNote: null, dayClass: 'weekend', localHour: 20 },
  };
}

function columnsOf(made: readonly { id: string; state: AlertState; content: string }[]): unknown[] {
  const of = <T>(pick: (state: AlertState) => T): T[] => made.map(({ state }) => pick(state));
  return [
    made.map(({ id }) => id), of((s) => s.thread.source), of((s) => s.thread.siteId), of((s) => s.thread.status), of((s) => s.thread.firstId),
    of((s) => levelRank(s.level)), of((s) => s.alertStatus), of((s) => s.revision), of((s) => s.raiseEventId), of((s) => new Date(s.raisedAt)),
    of((s) => (s.acknowledgeBy === null ? null : new Date(s.acknowledgeBy))), of((s) => s.policeBodyId), made.map(({ content }) => content),
  ];
}

const INSERT_ALERTS = `
INSERT INTO alerts (id, source, site_id, status, first_id, level, highest_level, alert_status, revision, raised_revision, raise_event_id, raise_source, escalation, raised_at, acknowledge_by, police_body_id, data, changed_at)
SELECT r.id, r.source, r.site, r.status, r.first, r.level, r.level, r.alert_status, r.revision, r.revision, r.raise, r.source, 0, r.raised_at, r.acknowledge_by, r.body, r.data, now()
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::smallint[], $7::text[], $8::int[], $9::text[], $10::timestamptz[], $11::timestamptz[], $12::text[], $13::text[])
  AS r(id, source, site, status, first, level, alert_status, revision, raise, raised_at, acknowledge_by, body, data)`;
