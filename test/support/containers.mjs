import { connect } from 'node:net';
import { KafkaContainer } from '@testcontainers/kafka';
import { PostgreSqlContainer } from '@testcontainers/postgresql';
import { Wait } from 'testcontainers';

export const KAFKA_IMAGE = 'confluentinc/cp-kafka:8.0.0';
export const POSTGRES_IMAGE = 'postgres:18-alpine';

const START_LIMIT_MS = 180_000;

/** The same settings as the native stack where a suite could notice the difference. */
export async function startContainers(say) {
  const started = Date.now();
  const [kafka, postgres] = await Promise.all([
    new KafkaContainer(KAFKA_IMAGE)
      .withKraft()
      // The container's own limit of 60 s does not reach the wait for its port; a busy machine needs longer.
      .withWaitStrategy(Wait.forListeningPorts().withStartupTimeout(START_LIMIT_MS))
      .withEnvironment({
        KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
        KAFKA_MESSAGE_MAX_BYTES: String(17 * 1024 * 1024),
        KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
        KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS: '1',
        KAFKA_HEAP_OPTS: '-Xmx512m',
      })
      .start(),
    new PostgreSqlContainer(POSTGRES_IMAGE)
      .withEnvironment({ POSTGRES_INITDB_ARGS: '--encoding=UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8' })
      .withStartupTimeout(START_LIMIT_MS)
      .withCommand(['postgres', '-c', 'max_connections=200', '-c', 'timezone=UTC'])
      .start(),
  ]);
  const kafkaBrokers = `${await hostOf(kafka, 9093)}:${kafka.getMappedPort(9093)}`;
  const databaseUrl = new URL(postgres.getConnectionUri());
  databaseUrl.hostname = await hostOf(postgres, 5432);
  say(`containers: ${KAFKA_IMAGE} on ${kafkaBrokers}, ${POSTGRES_IMAGE} on port ${postgres.getPort()}, up in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return {
    kafkaBrokers,
    databaseUrl: databaseUrl.href,
    stop: async () => {
      await Promise.all([kafka.stop(), postgres.stop()]);
    },
  };
}

/** Loopback where it reaches the container, as it does unless this process is in one itself: the suites' proxies stand there. */
function hostOf(container, port) {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: container.getMappedPort(port), timeout: 1_000 });
    const answer = (host) => () => {
      socket.destroy();
      resolve(host);
    };
    socket.once('connect', answer('127.0.0.1')).once('error', answer(container.getHost())).once('timeout', answer(container.getHost()));
  });
}
