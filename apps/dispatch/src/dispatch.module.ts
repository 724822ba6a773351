import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Database, DeliveryStore, openDatabase, OpenAlertStore, RegistryStore } from '@vong-gac/database';
import { createKafka, KafkaAdmin, KafkaProducer } from '@vong-gac/kafka';
import { createMetrics, HealthServer, kafkaAccess, type Logger } from '@vong-gac/runtime';
import { AlertClock } from './alert-clock';
import { Bodies } from './bodies';
import { DispatchService } from './dispatch.service';
import { Dispatcher, type DispatchLimits } from './dispatcher';
import { DispatchEnv } from './env';
import { Hints } from './hints';
import { Observer } from './observer';
import { TopicNotifier } from './topic.notifier';
import { WebhookNotifier } from './webhook.notifier';

export const LOGGER = Symbol('logger');
export const METRICS = Symbol('metrics');

/** A send gives up before its lease does, so that its answer is written under it. */
const TOPIC_SEND_MS = 4_000;
const POOL_SIZE = 4;
/** A row that somebody else holds for longer (an officer's acknowledgement takes milliseconds) is tried again, and holds up nothing else. */
const LOCK_TIMEOUT = '1000';

/** Everything that dispatch is made of, and the order in which it closes: loops, then receivers, then Postgres. */
@Module({})
export class DispatchModule implements OnApplicationShutdown {
  constructor(
    @Inject(DispatchService) private readonly service: DispatchService,
    @Inject(WebhookNotifier) private readonly webhooks: WebhookNotifier,
    @Inject(TopicNotifier) private readonly topics: TopicNotifier,
    @Inject(Database) private readonly database: Database,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.service.stop();
    await Promise.all([this.webhooks.close(), this.topics.close()]);
    await this.database.close();
  }

  static with(env: DispatchEnv, logger: Logger): DynamicModule {
    return {
      module: DispatchModule,
      providers: [
        { provide: DispatchEnv, useValue: env },
        { provide: LOGGER, useValue: logger },
        { provide: METRICS, useFactory: () => createMetrics('dispatch') },
        { provide: Database, useFactory: () => openDatabase({ url: env.databaseUrl, poolSize: POOL_SIZE, applicationName: 'vong-gac dispatch', statementTimeoutMs: 4_000, settings: { lock_timeout: LOCK_TIMEOUT } }) },
        { provide: DeliveryStore, inject: [Database], useFactory: (database: Database) => new DeliveryStore(database, ownerName()) },
        { provide: OpenAlertStore, inject: [Database], useFactory: (database: Database) => new OpenAlertStore(database) },
        { provide: Bodies, inject: [Database], useFactory: (database: Database) => new Bodies(new RegistryStore(database)) },
        WebhookNotifier,
        { provide: TopicNotifier, useFactory: () => topicNotifier(env, logger) },
        { provide: Observer, inject: [METRICS, TopicNotifier], useFactory: (metrics: ReturnType<typeof createMetrics>, topics: TopicNotifier) => new Observer(logger, metrics, () => topics.away) },
        { provide: Dispatcher, inject: [DeliveryStore, WebhookNotifier, TopicNotifier, Bodies, Observer], useFactory: dispatcherFor(env) },
        { provide: AlertClock, inject: [OpenAlertStore, Bodies, Observer], useFactory: (store: OpenAlertStore, bodies: Bodies, observer: Observer) => new AlertClock(store, bodies, observer, clockSettings(env)) },
        { provide: Hints, inject: [Database, Dispatcher], useFactory: (database: Database, dispatcher: Dispatcher) => new Hints(database, () => dispatcher.wake()) },
        {
          provide: DispatchService,
          inject: [Dispatcher, AlertClock, Hints, Observer],
          useFactory: (dispatcher: Dispatcher, clock: AlertClock, hints: Hints, observer: Observer) => new DispatchService(dispatcher, clock, hints, observer, env.pollMs),
        },
        { provide: HealthServer, inject: [Observer, METRICS], useFactory: (observer: Observer, metrics: ReturnType<typeof createMetrics>) => new HealthServer(observer, metrics) },
      ],
    };
  }
}

/** Names this start of this process: a restarted one must not take its predecessor's leases for its own. */
function ownerName(): string {
  return `${hostname()}:${process.pid}:${randomBytes(4).toString('hex')}`;
}

function dispatcherFor(env: DispatchEnv) {
  return (store: DeliveryStore, webhook: WebhookNotifier, topic: TopicNotifier, bodies: Bodies, observer: Observer): Dispatcher =>
    new Dispatcher(store, { webhook, topic }, bodies, observer, dispatchLimits(env));
}

function dispatchLimits(env: DispatchEnv): DispatchLimits {
  return {
    pollMs: env.pollMs,
    leaseMs: env.leaseMs,
    perWebhook: env.receiverInFlight,
    perTopic: 500,
    total: env.inFlight,
    backOff: { webhook: { firstMs: env.retryFirstMs, maxMs: env.retryMaxMs }, topic: { firstMs: 250, maxMs: 4_000 } },
    outageWaitMs: 500,
    graceMs: 10_000,
  };
}

function clockSettings(env: DispatchEnv) {
  return {
    acknowledge: { criticalMs: env.acknowledgeCriticalSeconds * 1_000, highMs: env.acknowledgeHighSeconds * 1_000 },
    publicUrl: env.publicUrl.replace(/\/+$/, ''),
  };
}

function topicNotifier(env: DispatchEnv, logger: Logger): TopicNotifier {
  const connection = createKafka({
    ...kafkaAccess(env),
    clientId: 'vong-gac-dispatch',
    log: (level, message, fields) => logger[level === 'info' ? 'debug' : level]({ kafka: fields }, message),
  });
  return new TopicNotifier(new KafkaProducer(connection, { sendTimeoutMs: TOPIC_SEND_MS }), new KafkaAdmin(connection), (sentence) => logger.warn(sentence));
}
