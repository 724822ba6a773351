import { createRequire } from 'node:module';
import { join } from 'node:path';
import { prepare, root } from '../../apps/cli/bin/prepare.mjs';

const say = (line) => process.stderr.write(`pipeline: ${line}\n`);

/** One Kafka and one Postgres for all suites of a run: given, else a shared test stack that runs, else containers, else native. */
export default async function setup() {
  prepare();
  const { KAFKA_BROKERS: _kafka, DATABASE_URL: _database, ...env } = process.env; // a developer's own stack is not a place for tests
  if (env.VG_TEST_KAFKA_BROKERS && env.VG_TEST_DATABASE_URL) {
    say(`given Kafka at ${env.VG_TEST_KAFKA_BROKERS} and Postgres at ${new URL(env.VG_TEST_DATABASE_URL).host}`);
    return;
  }
  const { startStack, stackMode, findStack, dockerAnswers, localDir } = createRequire(import.meta.url)(join(root, 'dist', 'apps', 'cli', 'src', 'stack', 'index.js'));
  let mode = stackMode(env);
  const shared = findStack(join(localDir(env), 'test-stack'));
  if (shared) {
    say(`shared test stack (npm run test:stack): Kafka at ${shared.kafkaBrokers}, data in ${shared.dataDir}`);
    give(shared);
    return;
  }
  if (mode !== 'native' && (await dockerAnswers(env))) {
    try {
      const { startContainers } = await import('./containers.mjs');
      const containers = await startContainers(say);
      give(containers);
      globalThis.vongGacStop = containers.stop;
      return;
    } catch (error) {
      if (mode === 'docker') throw error;
      say(`Docker answers, but its containers do not start (${error.message}): going on without it`);
      mode = process.env.LOCAL_STACK = 'native'; // for the private stacks of the suites too
    }
  }
  const stack = await startStack({ dir: join(localDir(env), `test-${process.pid}`), mode, owned: true, discard: true, shortLived: true, env, log: say });
  give(stack);
  globalThis.vongGacStop = () => stack.stop();
}

/** The suites read their addresses from the environment, which the test workers inherit. */
function give({ kafkaBrokers, databaseUrl }) {
  process.env.VG_TEST_KAFKA_BROKERS = kafkaBrokers;
  process.env.VG_TEST_DATABASE_URL = databaseUrl;
}
