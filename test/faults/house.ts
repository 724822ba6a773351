import { join } from 'node:path';
import { migrate, openDatabase, receiverId, RegistryStore, SAMPLE_FILES, type Database } from '@vong-gac/database';
import { freePorts, localDir, startStack, type LocalStack } from '../../apps/cli/src/stack';
import { atEnd } from '../support/at-end';
import { tcpProxy, type Cable, type TcpProxy } from '../support/tcp-proxy';
import { FIRST_TOLD, TOLD_NEXT } from './check/alerts';
import { Cluster } from './cluster';
import { crowdZones, SITES } from './places';
import { smallDisks, type Disks } from './disks';
import type { Crash } from './history';
import { PoliceSystem } from './police';
import { SupervisedProcess, type ServiceName } from './processes';
import { Unseen } from './unseen';

export const sourceOf = (siteId: string): string => `/sites/${siteId}/security`;

/** Everything of a run, with a proxy in front of all that a cable leads to. */
export interface House {
  stack: LocalStack;
  /** To Kafka, as services and publishers reach it; with several brokers, to all of them. */
  kafka: Cable;
  brokers: string;
  /** Where the harness asks Kafka: with several brokers, past their proxies. */
  inside: string;
  /** With one broker: the port behind its proxy's, for whoever must see also while the cable is broken. */
  behind: ReadonlyMap<number, number>;
  /** Its brokers, where there are three. */
  cluster: Cluster | null;
  /** To Postgres, for the services only: the harness looks past it. */
  postgres: TcpProxy;
  /** To the api, for resorts and officers: whether it is ready is asked past it. */
  http: TcpProxy;
  database: Database;
  police: PoliceSystem[];
  intakes: SupervisedProcess[];
  dispatches: SupervisedProcess[];
  api: SupervisedProcess;
  /** A third intake that comes and goes. */
  guest: SupervisedProcess;
  /** Each is told of once, also what comes between two seeds. */
  crashes: Unseen<Crash>;
  /** What Postgres writes to, to be full; null where this machine lets nobody mount. */
  disks: Disks | null;
}

/** Postgres keeps some for superusers; the services are few, so few are enough, and all of them can be taken away. */
const CONNECTIONS = '70';

/** Short enough that some alerts go up to the province within a run. */
const ESCALATION_SECONDS = '25';

type Stores = Pick<House, 'stack' | 'kafka' | 'brokers' | 'inside' | 'behind' | 'cluster'>;

/** @param brokers 1 or 3 */
async function openStores(brokers: number, say: (line: string) => void): Promise<Stores> {
  const { KAFKA_BROKERS: _kafka, DATABASE_URL: _database, ...env } = process.env;
  const common = {
    dir: join(localDir(env), `faults-${process.pid}`), mode: 'native', owned: true, discard: true, shortLived: true, env, log: say, postgresSettings: { max_connections: CONNECTIONS, max_wal_size: '256MB' },
  } as const;
  if (brokers === 1) {
    const kafka = await tcpProxy();
    const stack = await startStack({ ...common, kafkaAdvertisedPort: kafka.port });
    atEnd(() => stack.stop());
    kafka.target = Number(stack.kafkaBrokers.split(':')[1]);
    const at = `127.0.0.1:${kafka.port}`;
    return { stack, kafka, brokers: at, inside: at, behind: new Map([[kafka.port, kafka.target]]), cluster: null };
  }
  const stack = await startStack({ ...common, only: 'postgres' });
  atEnd(() => stack.stop());
  const cluster = await Cluster.open(say);
  return { stack, kafka: cluster.cables, brokers: cluster.brokers, inside: cluster.inside, behind: new Map(), cluster };
}

export async function openHouse(say: (line: string) => void, brokerCount = 1): Promise<House> {
  const [postgres, http] = await Promise.all([tcpProxy(), tcpProxy()]);
  const small = await smallDisks();
  if (small === null) say('this user may not mount: no disk of Postgres will be full');
  const stores = await openStores(brokerCount, say);
  const { stack, brokers } = stores;
  const databaseUrl = new URL(stack.databaseUrl);
  postgres.target = Number(databaseUrl.port);
  databaseUrl.port = String(postgres.port);

  const police = await Promise.all([PoliceSystem.open(FIRST_TOLD, 'the duty room'), PoliceSystem.open(FIRST_TOLD, 'the duty telephone'), PoliceSystem.open(TOLD_NEXT, 'the province')]);
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
    ...stores, postgres, http, database, police, crashes: new Unseen(crashes), disks: small?.disks ?? null,
    intakes: [await processOf('intake', 'intake 1'), await processOf('intake', 'intake 2')],
    dispatches: [await processOf('dispatch', 'dispatch 1'), await processOf('dispatch', 'dispatch 2')],
    api: await processOf('api', 'api'),
    guest: await processOf('intake', 'intake 3'),
  };
  http.target = Number(new URL(house.api.url).port);
  const all = [...house.intakes, ...house.dispatches, house.api];
  for (const each of all) each.start();
  for (const each of all) await each.ready();
  return house;
}

async function seed(database: Database, police: readonly PoliceSystem[]): Promise<void> {
  const { sites, zones, publishers } = SAMPLE_FILES;
  const receivers = police.map(({ bodyId, url, secret }) => `${bodyId},webhook,${url},${secret},true`);
  const more = {
    sites: { ...sites, text: sites.text + SITES.map((id) => `${id},Khu nghỉ dưỡng ${id},resort (sample),08749,2025-02-28,21.33,105.715,2000,0211 000 5500 (số mẫu)\n`).join('') },
    zones: { ...zones, text: zones.text + crowdZones() },
    publishers: { ...publishers, text: publishers.text + SITES.map((id) => `${sourceOf(id)},${id}\n`).join('') },
    receivers: { name: 'receivers of the harness', text: ['body_id,kind,url,secret,takes_test', ...receivers].join('\n') },
  };
  await new RegistryStore(database).seed({ ...SAMPLE_FILES, ...more }, new Date());
  for (const each of police) each.id = receiverId(each.bodyId, 'webhook', each.url);
}
