import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { AlertStore, CrowdStore, Database, IncidentQueryStore, openDatabase, PolicyStore, PublishOutcomeStore, QuarantineStore, RegistryStore, VisitorVolumeQueryStore } from '@vong-gac/database';
import { createKafka, KafkaAdmin, KafkaConnection, KafkaProducer } from '@vong-gac/kafka';
import { PolicyBook } from '@vong-gac/policy';
import { createMetrics, kafkaAccess, type Logger } from '@vong-gac/runtime';
import { AlertDesk } from './alerts/alert-desk';
import { AlertsController } from './alerts/alerts.controller';
import { CrowdController } from './crowd/crowd.controller';
import { type ApiEnv, publicUrlOf } from './env';
import { EventsController } from './events/events.controller';
import { Publisher } from './events/publisher';
import { TopicKeeper } from './events/topic-keeper';
import { HealthController } from './health/health.controller';
import { Readiness } from './health/readiness';
import { IncidentsController } from './incidents/incidents.controller';
import { CONNECTION_WAIT_MS, DATABASE_CONNECTIONS, IDLE_IN_TRANSACTION_MS, PUBLISH_WAIT_MS, PUBLISHING_BYTES, STATEMENT_MS, TRANSACTION_MS } from './limits';
import { OfficerController } from './officer/officer.controller';
import { LOGGER, METRICS, PUBLIC_URL } from './parts';
import { PoliciesController } from './policies/policies.controller';
import { QuarantineController } from './quarantine/quarantine.controller';
import { RegistryCache } from './registry/registry-cache';
import { RegistryController } from './registry/registry.controller';
import { VolumesController } from './volumes/volumes.controller';

/** A store: made of the database alone. */
const store = <T>(Store: new (database: Database) => T) => ({ provide: Store, inject: [Database], useFactory: (database: Database) => new Store(database) });

/** Everything that the api is made of. On shutdown the HTTP server is closed first, then Kafka, then Postgres. */
@Module({})
export class ApiModule implements OnApplicationShutdown {
  constructor(
    @Inject(KafkaProducer) private readonly producer: KafkaProducer,
    @Inject(KafkaAdmin) private readonly admin: KafkaAdmin,
    @Inject(Database) private readonly database: Database,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.producer.close(), this.admin.close()]);
    await this.database.close();
  }

  static with(env: ApiEnv, logger: Logger): DynamicModule {
    const publicUrl = publicUrlOf(env);
    return {
      module: ApiModule,
      controllers: [EventsController, IncidentsController, VolumesController, AlertsController, QuarantineController, RegistryController, CrowdController, PoliciesController, HealthController, OfficerController],
      providers: [
        { provide: LOGGER, useValue: logger },
        { provide: PUBLIC_URL, useValue: publicUrl },
        { provide: METRICS, useFactory: () => createMetrics('api') },
        { provide: Database, useFactory: () => database(env) },
        ...[AlertStore, CrowdStore, IncidentQueryStore, PolicyStore, PublishOutcomeStore, QuarantineStore, RegistryStore, VisitorVolumeQueryStore].map((each) => store<unknown>(each)),
        { provide: KafkaConnection, useFactory: () => kafka(env, logger) },
        { provide: KafkaProducer, inject: [KafkaConnection], useFactory: (connection: KafkaConnection) => new KafkaProducer(connection, { sendTimeoutMs: PUBLISH_WAIT_MS, maxPendingBytes: PUBLISHING_BYTES }) },
        { provide: KafkaAdmin, inject: [KafkaConnection], useFactory: (connection: KafkaConnection) => new KafkaAdmin(connection) },
        { provide: RegistryCache, inject: [RegistryStore], useFactory: (registries: RegistryStore) => new RegistryCache(registries, logger) },
        { provide: PolicyBook, inject: [PolicyStore], useFactory: (policies: PolicyStore) => new PolicyBook(policies) },
        { provide: Publisher, inject: [KafkaProducer, RegistryCache], useFactory: (producer: KafkaProducer, registries: RegistryCache) => new Publisher(producer, registries) },
        { provide: AlertDesk, inject: [AlertStore, RegistryCache], useFactory: (alerts: AlertStore, registries: RegistryCache) => new AlertDesk(alerts, registries, publicUrl) },
        { provide: TopicKeeper, inject: [KafkaAdmin], useFactory: (admin: KafkaAdmin) => new TopicKeeper(admin, logger) },
        { provide: Readiness, inject: [Database, KafkaAdmin, TopicKeeper], useFactory: (each: Database, admin: KafkaAdmin, topics: TopicKeeper) => new Readiness(each, admin, topics) },
      ],
    };
  }
}

/** A pool of its own with its own limits: a long question delays no alert. */
function database(env: ApiEnv): Database {
  return openDatabase({
    url: env.databaseUrl,
    poolSize: DATABASE_CONNECTIONS,
    applicationName: 'vong-gac api',
    statementTimeoutMs: STATEMENT_MS,
    transactionTimeoutMs: TRANSACTION_MS,
    idleInTransactionTimeoutMs: IDLE_IN_TRANSACTION_MS,
    connectTimeoutMs: CONNECTION_WAIT_MS,
  });
}

function kafka(env: ApiEnv, logger: Logger): KafkaConnection {
  return createKafka({
    ...kafkaAccess(env),
    clientId: 'vong-gac-api',
    log: (level, message, fields) => logger[level === 'info' ? 'debug' : level]({ kafka: fields }, message),
  });
}
