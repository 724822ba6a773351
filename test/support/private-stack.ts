import { join } from 'node:path';
import { localDir, stackMode, startStack, type LocalStack } from '../../apps/cli/src/stack';
import { atEnd } from './at-end';

export interface PrivateStackOptions {
  kafkaProperties?: Record<string, string>;
  postgresSettings?: Record<string, string>;
  /** Kafka tells its clients this port of 127.0.0.1: that of a `tcpProxy` in front of it, whose `target` is then set here to the real one. */
  behind?: { port: number; target: number };
}

let count = 0;

/** A Kafka and a Postgres of the suite's own, to stop, kill and pause: containers where Docker answers, else native. */
export async function privateStack({ behind, ...settings }: PrivateStackOptions = {}): Promise<LocalStack> {
  const { KAFKA_BROKERS: _kafka, DATABASE_URL: _database, ...env } = process.env;
  const stack = await startStack({
    dir: join(localDir(env), `private-${process.pid}-${(count += 1)}`),
    mode: stackMode(env),
    owned: true,
    discard: true,
    shortLived: true,
    env,
    log: (line) => process.stderr.write(`private stack: ${line}\n`),
    kafkaAdvertisedPort: behind?.port,
    ...settings,
  });
  atEnd(() => stack.stop());
  if (!behind) return stack;
  behind.target = Number(stack.kafkaBrokers.split(':')[1]);
  return { ...stack, kafkaBrokers: `127.0.0.1:${behind.port}` };
}
