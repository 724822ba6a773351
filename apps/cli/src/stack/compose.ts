import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StackError } from './errors';
import { exec, type Finished } from './exec';
import { projectRoot } from './paths';
import type { ServiceControl } from './service';
import type { ServiceName, StackState } from './state';

/** One compose project for each folder: two clones, or two runs, do not meet. */
export const projectOf = (dir: string): string => `vong-gac-${createHash('sha256').update(dir).digest('hex').slice(0, 10)}`;

export async function dockerAnswers(env: NodeJS.ProcessEnv): Promise<boolean> {
  const engine = await exec(['docker', 'version', '--format', '{{.Server.Version}}'], { env, timeoutMs: 10_000 });
  return engine.status === 0 && (await exec(['docker', 'compose', 'version'], { env, timeoutMs: 10_000 })).status === 0;
}

/** `message.max.bytes` → `KAFKA_MESSAGE_MAX_BYTES`, as the image reads it. */
export const kafkaVariable = (property: string): string => `KAFKA_${property.toUpperCase().replaceAll('.', '_')}`;

const POSTGRES_COMMAND = ['postgres', '-c', 'max_connections=200', '-c', 'timezone=UTC', '-c', 'log_timezone=UTC', '-c', 'max_wal_size=4GB'];

/** What a run adds to docker-compose.yml (JSON is YAML): Postgres's port on loopback, a proxy's port, settings that a test or a bench asked for. */
export function composeOverride(state: Pick<StackState, 'kafkaProperties' | 'postgresSettings' | 'advertisedPort' | 'ports'>): object {
  const { ports, advertisedPort } = state;
  const settings = Object.entries(state.postgresSettings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  const environment = Object.fromEntries(Object.entries(state.kafkaProperties).map(([key, value]) => [kafkaVariable(key), value]));
  if (advertisedPort !== ports.kafka) environment.KAFKA_ADVERTISED_LISTENERS = `PLAINTEXT://kafka:9092,HOST://127.0.0.1:${advertisedPort}`;
  return {
    services: {
      kafka: { environment },
      postgres: { ports: [`127.0.0.1:${ports.postgres}:5432`], command: [...POSTGRES_COMMAND, ...settings] },
    },
  };
}

async function compose(dir: string, state: StackState, ...args: string[]): Promise<Finished> {
  const root = projectRoot();
  const files = ['-f', join(root, 'docker-compose.yml'), '-f', join(dir, 'compose.json')];
  const env = { ...process.env, KAFKA_PORT: String(state.ports.kafka), POSTGRES_PASSWORD: state.password };
  const answer = await exec(['docker', 'compose', '-p', projectOf(dir), '--project-directory', root, ...files, ...args], { env, timeoutMs: 300_000 });
  if (answer.status !== 0) {
    throw new StackError(`docker compose ${args[0]} failed: ${answer.output.split('\n').slice(-8).join('\n')}\nLOCAL_STACK=native does without Docker.`, { cause: answer.cause });
  }
  return answer;
}

export async function composeUp(dir: string, state: StackState): Promise<void> {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'compose.json'), JSON.stringify(composeOverride(state), null, 2));
  await compose(dir, state, 'up', '-d', '--wait', '--wait-timeout', '180', 'kafka', 'postgres');
}

/** The data stay in their volumes unless the run said that they go with it. */
export async function composeDown(dir: string, state: StackState): Promise<void> {
  await compose(dir, state, 'down', '-t', '10', ...(state.discard ? ['-v'] : []));
}

export function composeControl(dir: string, state: StackState, name: ServiceName): ServiceControl {
  const run = async (...args: string[]) => void (await compose(dir, state, ...args));
  return {
    stop: (how = 'graceful') => (how === 'kill' ? run('kill', '-s', 'SIGKILL', name) : run('stop', '-t', '15', name)),
    start: () => run('up', '-d', '--wait', '--wait-timeout', '120', name),
    pause: () => run('pause', name),
    resume: () => run('unpause', name),
  };
}

/** The tags of the images that docker-compose.yml names, without anything behind a dash: apache/kafka:4.3.1 → 4.3.1. */
export async function composeVersions(env: NodeJS.ProcessEnv): Promise<{ kafka: string; postgres: string }> {
  const answer = await exec(['docker', 'compose', '-f', join(projectRoot(), 'docker-compose.yml'), 'config', '--images'], { env });
  const tag = (image: string) => new RegExp(`^${image}:([^-\\s]+)`, 'm').exec(answer.stdout)?.[1] ?? 'unknown';
  return { kafka: tag('apache/kafka'), postgres: tag('postgres') };
}
