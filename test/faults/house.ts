import { join } from 'node:path';
import { migrate, openDatabase, receiverId, RegistryStore, SAMPLE_FILES, type Database } from '@vong-gac/database';
import { freePorts, localDir, startStack, type LocalStack } from '../../apps/cli/src/stack';
import { atEnd } from '../support/at-end';
import { tcpProxy, type TcpProxy } from '../support/tcp-proxy';
import { smallDisks, type Disks } from './disks';
import type { Crash } from './history';
import { PoliceSystem } from './police';
import { SupervisedProcess, type ServiceName } from './processes';

/** Records of one site go to one partition: several sites make several partitions busy. */
export const SITES = ['khu-1', 'khu-2', 'khu-3', 'khu-4'] as const;
export const sourceOf = (siteId: string): string => `/sites/${siteId}/security`;

/** Everything of a run, with a proxy in front of all that a cable leads to. */
export interface House {
  stack: LocalStack;
  /** To Kafka, as services, publishers and the witness reach it. */
  kafka: TcpProxy;
  brokers: string;
  /** To Postgres, for the services only: the harness looks past it. */
  postgres: TcpProxy;
  database: Database;
  police: PoliceSystem[];
  intakes: SupervisedProcess[];
  dispatches: SupervisedProcess[];
  api: SupervisedProcess;
  /** A third intake that comes and goes. */
  guest: SupervisedProcess;
  crashes: Crash[];
  /** What Postgres writes to, to be full; null where this machine lets nobody mount. */
  disks: Disks | null;
}

/** Postgres keeps some for superusers; the services are few, so few are enough, and all of them can be taken away. */
const CONNECTIONS = '70';

/** Short enough that some alerts go up to the province within a run. */
const ESCALATION_SECONDS = '25';

export async function openHouse(say: (line: string) => void): Promise<House> {
  const { KAFKA_BROKERS: _kafka, DATABASE_URL: _database, ...env } = process.env;
  const kafka = await tcpProxy();
  const postgres = await tcpProxy();
  const small = await smallDisks();
  if (small === null) say('this user may not mount: no disk of Postgres will be full');
  const stack = await startStack({
    dir: join(localDir(env), `faults-${process.pid}`), mode: 'native', owned: true, discard: true, shortLived: true, env, log: say,
    kafkaAdvertisedPort: kafka.port, postgresSettings: { max_connections: CONNECTIONS, max_wal_size: '256MB' },
  });
  atEnd(() => stack.stop());
  kafka.target = Number(stack.kafkaBrokers.split(':')[1]);
  const databaseUrl = new URL(stack.databaseUrl);
  postgres.target = Number(databaseUrl.port);
  databaseUrl.port = String(postgres.port);
  const brokers = `127.0.0.1:${kafka.port}`;

  const police = await Promise.all([PoliceSystem.open('ca-xuan-hoa', 'the duty room'), PoliceSystem.open('ca-xuan-hoa', 'the duty telephone'), PoliceSystem.open('ca-phu-tho', 'the province')]);
  for (const each of police) atEnd(() => each.close());
  await migrate(stack.databaseUrl);
  const database = openDatabase({ url: stack.databaseUrl, poolSize: 3, applicationName: 'faults harness' });
  atEnd(() => database.close());
  await small?.move(stack, database);
  await seed(database, police);

  const crashes: Crash[] = [];
  const shared = { KAFKA_BROKERS: brokers, DATABASE_URL: databaseUrl.href, ACKNOWLEDGE_CRITICAL_SECONDS: ESCALATION_SECONDS, ACKNOWLEDGE_HIGH_SECONDS: ESCALATION_SECONDS, RETRY_FIRST_MS: '100', RETRY_MAX_MS: '2000' };
  const processOf = async (service: ServiceName, name: string): Promise<SupervisedProcess> => {
    const [port = 0] = await freePorts(1);
    const portName = service === 'api' ? 'HTTP_PORT' : 'HEALTH_PORT';
    const made = new SupervisedProcess(name, service, `http://127.0.0.1:${port}`, { ...shared, [portName]: String(port) }, (crash) => crashes.push(crash));
    atEnd(() => made.end());
    return made;
  };
  const house: House = {
    stack, kafka, brokers, postgres, database, police, crashes, disks: small?.disks ?? null,
    intakes: [await processOf('intake', 'intake 1'), await processOf('intake', 'intake 2')],
    dispatches: [await processOf('dispatch', 'dispatch 1'), await processOf('dispatch', 'dispatch 2')],
    api: await processOf('api', 'api'),
    guest: await processOf('intake', 'intake 3'),
  };
  const all = [...house.intakes, ...house.dispatches, house.api];
  for (const each of all) each.start();
  for (const each of all) await each.ready();
  return house;
}

async function seed(database: Database, police: readonly PoliceSystem[]): Promise<void> {
  const { sites, publishers } = SAMPLE_FILES;
  const receivers = police.map(({ bodyId, url, secret }) => `${bodyId},webhook,${url},${secret},true`);
  const more = {
    sites: { ...sites, text: sites.text + SITES.map((id) => `${id},Khu nghỉ dưỡng ${id},resort (sample),08749,2025-02-28,21.33,105.715,2000,0211 000 5500 (số mẫu)\n`).join('') },
    publishers: { ...publishers, text: publishers.text + SITES.map((id) => `${sourceOf(id)},${id}\n`).join('') },
    receivers: { name: 'receivers of the harness', text: ['body_id,kind,url,secret,takes_test', ...receivers].join('\n') },
  };
  await new RegistryStore(database).seed({ ...SAMPLE_FILES, ...more }, new Date());
  for (const each of police) each.id = receiverId(each.bodyId, 'webhook', each.url);
}
