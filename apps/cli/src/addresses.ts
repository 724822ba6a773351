import { join } from 'node:path';
import { openDatabase, type Database } from '@vong-gac/database';
import { createKafka, type KafkaConnection } from '@vong-gac/kafka';
import { Env, IsBrokers, kafkaAccess, KafkaAccessEnv, loadEnv, LOG_LEVELS } from '@vong-gac/runtime';
import { IsIn, IsOptional, Matches } from 'class-validator';
import { away } from './failure';
import { findStack, localDir } from './stack';

/** What the command line reads from the environment. Addresses that are not given are those of the running local stack. */
export class CliEnv extends KafkaAccessEnv {
  @Env('KAFKA_BROKERS', 'Kafka brokers, host:port, separated by commas; default: the local stack')
  @IsOptional()
  @IsBrokers()
  kafkaBrokers?: string;

  @Env('DATABASE_URL', 'Postgres, postgres://user:password@host:port/database; default: the local stack', { secret: true })
  @IsOptional()
  @Matches(/^postgres(ql)?:\/\/\S+$/, { message: 'must be a postgres:// URL' })
  databaseUrl?: string;

  @Env('LOG_LEVEL', `${LOG_LEVELS.join(', ')}; debug shows where an error came from`)
  @IsOptional()
  @IsIn(LOG_LEVELS)
  logLevel?: string;
}

const readEnv = (): CliEnv => loadEnv(CliEnv, process.env);

/** An operator's statement may read a lot: `check` counts whole tables. */
const STATEMENT_TIMEOUT_MS = 120_000;
/** Several such statements; `check` reads all of the database in one. */
const TRANSACTION_TIMEOUT_MS = 30 * 60_000;
/** A command that was frozen inside a transaction must not keep its locks: seeding holds what every change of a receiver waits for. */
const IDLE_IN_TRANSACTION_MS = 10_000;

function localStack(what: string, variable: string): { kafkaBrokers: string; databaseUrl: string } {
  const stack = findStack(join(localDir(process.env), 'stack'));
  if (!stack) throw away(`No address for ${what}: start the local stack with "vong-gac stack up", or set ${variable}.`);
  return stack;
}

/** DATABASE_URL, else the running local stack's. */
export const databaseUrl = (): string => readEnv().databaseUrl ?? localStack('Postgres', 'DATABASE_URL').databaseUrl;

/** KAFKA_BROKERS, else the running local stack's. */
export const kafkaBrokers = (): string => readEnv().kafkaBrokers ?? localStack('Kafka', 'KAFKA_BROKERS').kafkaBrokers;

/** Opens the database for one command and closes it whatever happens. */
export async function withDatabase<T>(work: (database: Database) => Promise<T>): Promise<T> {
  const database = openDatabase({
    url: databaseUrl(), poolSize: 2, applicationName: 'vong-gac cli', statementTimeoutMs: STATEMENT_TIMEOUT_MS, transactionTimeoutMs: TRANSACTION_TIMEOUT_MS, idleInTransactionTimeoutMs: IDLE_IN_TRANSACTION_MS,
  });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

/** Names the cluster, at the known addresses where `brokers` is not given; connects to nothing yet. TLS and SASL are those of the environment. */
export function kafka(brokers: string = kafkaBrokers(), clientId = 'vong-gac-cli'): KafkaConnection {
  return createKafka({ ...kafkaAccess({ ...readEnv(), kafkaBrokers: brokers }), clientId });
}
