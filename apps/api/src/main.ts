import 'reflect-metadata';
import { createServer, isIP, type AddressInfo } from 'node:net';
import { Database, missingAtStart } from '@vong-gac/database';
import { createLogger, envOrExit, loadEnv, runService, sayMissing } from '@vong-gac/runtime';
import { createApi } from './app';
import { ApiEnv, publicUrlOf } from './env';
import { TopicKeeper } from './events/topic-keeper';

/** Well below STOP_LIMIT_MS: what is left of a stop closes Kafka and Postgres. */
const STALLED_MS = 10_000;

const env = envOrExit(() => loadEnv(ApiEnv, process.env));
const logger = createLogger('api', env.logLevel);

void runService(logger, async () => {
  // Links are made before anything listens: they must name the port.
  env.httpPort ||= await freePort(env.httpHost);
  const app = await createApi(env, logger);
  await app.listen(env.httpPort, env.httpHost);
  const { port } = app.getHttpServer().address() as AddressInfo;
  const url = `http://${isIP(env.httpHost) === 6 ? `[${env.httpHost}]` : env.httpHost}:${port}`;
  logger.info({ url, publicUrl: publicUrlOf(env) }, `api runs at ${url}; what it offers: ${url}/docs`);
  sayMissing(missingAtStart(app.get(Database)), logger);
  sayWhoMayCall(env.httpHost);
  const topics = app.get(TopicKeeper);
  topics.start();
  return {
    stop: async () => {
      topics.stop();
      // Who stalls in the middle of a request is not waited for: a stop must end.
      const stalled = setTimeout(() => app.getHttpServer().closeAllConnections(), STALLED_MS);
      await app.close();
      clearTimeout(stalled);
    },
  };
});

/** A port that is free on this address now; were it taken a moment later, the start would fail and name it. */
async function freePort(host: string): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Until the service knows its callers, this is what protects it. */
function sayWhoMayCall(host: string): void {
  if (host === 'localhost' || host === '::1' || host.startsWith('127.')) {
    logger.info('it does not know yet who calls, so it listens on loopback only: nobody on another machine reaches it');
  } else {
    logger.warn(`HTTP_HOST=${host}: it does not know yet who calls, and listens to other machines too: everyone who reaches it may publish, acknowledge and close`);
  }
}
