import { StackError } from './errors';
import type { LocalStack, StackOptions } from './options';
import type { ServiceControl } from './service';

/** Somebody else's Kafka and Postgres: used, never started or stopped. */
export function givenStack({ env, log }: StackOptions): LocalStack {
  const { KAFKA_BROKERS: kafkaBrokers, DATABASE_URL: url } = env;
  if (!kafkaBrokers || !url) throw new StackError(`${kafkaBrokers ? 'KAFKA_BROKERS' : 'DATABASE_URL'} is set and ${kafkaBrokers ? 'DATABASE_URL' : 'KAFKA_BROKERS'} is not: set both to use your own, or neither.`);
  log(`given stack: Kafka at ${kafkaBrokers}, Postgres at ${new URL(url).host} (KAFKA_BROKERS, DATABASE_URL)`);
  const control = refusing('Kafka and Postgres at given addresses are not started and stopped from here: do it where they run.');
  return { provider: 'given', kafkaBrokers, databaseUrl: url, versions: { kafka: 'unknown', postgres: 'unknown' }, dataDir: 'where they run', kafka: control, postgres: control, stop: () => Promise.resolve() };
}

/** Of a service that is not ours to control. */
export function refusing(why: string): ServiceControl {
  const refuse = () => Promise.reject(new StackError(why));
  return { stop: refuse, start: refuse, pause: refuse, resume: refuse };
}
