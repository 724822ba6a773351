import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LedgerStore, migrate, openDatabase, RegistryStore, SAMPLE_FILES, type Database } from '@vong-gac/database';
import { KafkaAdmin, KafkaProducer } from '@vong-gac/kafka';
import { TOPICS } from '@vong-gac/contracts';
import { kafka } from '../addresses';
import { away } from '../failure';
import { ensureTopics } from '../kafka-out';
import { freePorts, localDir, stackMode, startStack, type LocalStack } from '../stack';
import { PoliceReceiver, type Received } from './receiver';
import { Supervisor } from './supervisor';

/** Who is told: the commune police, and the province above it. */
export const COMMUNE = 'ca-xuan-hoa';
export const PROVINCE = 'ca-phu-tho';

/** Seconds until an alert that nobody acknowledges goes up; the product's own are 180 (critical) and 600 (high). */
export const ESCALATION_SECONDS = { critical: 6, high: 6 } as const;

/** Everything that a demo starts, and ends. */
export interface House {
  stack: LocalStack;
  database: Database;
  admin: KafkaAdmin;
  producer: KafkaProducer;
  receiver: PoliceReceiver;
  supervisor: Supervisor;
  apiUrl: string;
}

type Ending = () => Promise<unknown>;

/** What was started so far, so that it ends in reverse whatever happens. */
export class Endings {
  private readonly list: Ending[] = [];

  add(ending: Ending): void {
    this.list.push(ending);
  }

  /** Ends everything; an error of one keeps none of the others. */
  async run(): Promise<void> {
    const failures: unknown[] = [];
    for (let ending = this.list.pop(); ending; ending = this.list.pop()) await ending().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw new AggregateError(failures, 'something that the demo started did not end cleanly');
  }
}

/** Starts stack, schema, registry, receiver and services; each is said with `say`. */
export async function openHouse(endings: Endings, onAlert: (received: Received) => void, say: (line: string) => void, signal: AbortSignal): Promise<House> {
  // A folder of its own: two demos at the same time have nothing in common.
  const dir = join(localDir(process.env), `demo-${process.pid}`);
  const stack = await startStack({ dir, mode: stackMode(process.env), owned: true, discard: true, env: process.env, log: say });
  endings.add(() => stack.stop());
  signal.throwIfAborted();
  const ran = await migrate(stack.databaseUrl);
  const database = openDatabase({ url: stack.databaseUrl, poolSize: 2, applicationName: 'vong-gac demo' });
  endings.add(() => database.close());
  if ((await new LedgerStore(database).list()).length > 0) throw away('The given Kafka and Postgres were used before: the demo would mix with what is there. Unset KAFKA_BROKERS and DATABASE_URL, or give empty ones.');
  const receiver = new PoliceReceiver(onAlert);
  await receiver.listen();
  endings.add(() => receiver.close());
  const rows = [COMMUNE, PROVINCE].map((body) => ({ body, ...receiver.register(body) }));
  const receivers = { name: 'demo receivers', text: ['body_id,kind,url,secret,takes_test', ...rows.map(({ body, url, secret }) => `${body},webhook,${url},${secret},true`)].join('\n') };
  const seeded = await new RegistryStore(database).seed({ ...SAMPLE_FILES, receivers }, new Date());
  say(`schema: ${ran.length} migrations; registry version ${seeded.version}: site dai-lai (sample), receivers of ${COMMUNE} and ${PROVINCE}`);
  const clients = await openKafka(stack.kafkaBrokers, endings);
  const services = await startServices(stack, endings, say, signal);
  return { stack, database, receiver, ...clients, ...services };
}

async function openKafka(brokers: string, endings: Endings): Promise<Pick<House, 'admin' | 'producer'>> {
  const connection = kafka(brokers, 'vong-gac-demo');
  const admin = new KafkaAdmin(connection);
  const producer = new KafkaProducer(connection);
  endings.add(() => Promise.all([admin.close(), producer.close()]));
  await ensureTopics(admin, Object.values(TOPICS));
  await producer.connect();
  return { admin, producer };
}

const LOGS = 'demo-logs-';

/** Logs that a demo left because a service had died are kept until the next demo. */
function removeOldLogs(dir: string): void {
  for (const name of readdirSync(dir)) {
    const pid = name.startsWith(LOGS) ? Number(name.slice(LOGS.length)) : 0;
    if (pid > 0 && !lives(pid)) rmSync(join(dir, name), { recursive: true, force: true });
  }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function startServices(stack: LocalStack, endings: Endings, say: (line: string) => void, signal: AbortSignal): Promise<Pick<House, 'supervisor' | 'apiUrl'>> {
  const logs = join(localDir(process.env), `${LOGS}${process.pid}`);
  mkdirSync(logs, { recursive: true });
  removeOldLogs(localDir(process.env));
  const supervisor = new Supervisor(logs, say);
  endings.add(async () => {
    await supervisor.stop();
    // Where a service died the logs stay: they say why.
    if (!supervisor.anyDied && !supervisor.broken) rmSync(logs, { recursive: true, force: true });
  });
  const [http = 0, intake = 0, dispatch = 0] = await freePorts(3);
  const apiUrl = `http://127.0.0.1:${http}`;
  const shared = {
    KAFKA_BROKERS: stack.kafkaBrokers,
    DATABASE_URL: stack.databaseUrl,
    PUBLIC_URL: apiUrl,
    HTTP_HOST: '127.0.0.1',
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'info',
    ACKNOWLEDGE_CRITICAL_SECONDS: String(ESCALATION_SECONDS.critical),
    ACKNOWLEDGE_HIGH_SECONDS: String(ESCALATION_SECONDS.high),
  };
  await supervisor.start(
    [
      { name: 'intake', url: `http://127.0.0.1:${intake}`, env: { ...shared, HEALTH_PORT: String(intake) } },
      { name: 'dispatch', url: `http://127.0.0.1:${dispatch}`, env: { ...shared, HEALTH_PORT: String(dispatch) } },
      { name: 'api', url: apiUrl, env: { ...shared, HTTP_PORT: String(http) } },
    ],
    signal,
  );
  say(`services run as processes: ${supervisor.pids()}; logs in ${logs}`);
  return { supervisor, apiUrl };
}
