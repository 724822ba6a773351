import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { isIP } from 'node:net';
import { TOPICS } from '@vong-gac/contracts';
import { KafkaAdmin } from '@vong-gac/kafka';
import { createLogger, envOrExit, explain, loadEnv, runService, type Logger } from '@vong-gac/runtime';
import { createApi } from './app';
import { ApiEnv, publicUrlOf } from './env';

const TOPICS_AGAIN_MS = 5_000;

const env = envOrExit(() => loadEnv(ApiEnv, process.env));
const logger = createLogger('api', env.logLevel);

void runService(logger, async () => {
  const app = await createApi(env, logger);
  await app.listen(env.httpPort, env.httpHost);
  const { port } = app.getHttpServer().address() as AddressInfo;
  const url = `http://${isIP(env.httpHost) === 6 ? `[${env.httpHost}]` : env.httpHost}:${port}`;
  logger.info({ url, publicUrl: publicUrlOf(env) }, `api runs at ${url}; what it offers: ${url}/docs`);
  sayWhoMayCall(env.httpHost);
  const topics = keepTopics(app.get(KafkaAdmin));
  return {
    stop: async () => {
      clearInterval(topics);
      await app.close();
    },
  };
});

/** Until the service knows its callers, this is what protects it. */
function sayWhoMayCall(host: string): void {
  if (host === 'localhost' || host === '::1' || host.startsWith('127.')) {
    logger.info('it does not know yet who calls, so it listens on loopback only: nobody on another machine reaches it');
  } else {
    logger.warn(`HTTP_HOST=${host}: it does not know yet who calls, and listens to other machines too: everyone who reaches it may publish, acknowledge and close`);
  }
}

/** Creates the topics that it publishes to, where they are missing; asks again until Kafka answers. */
function keepTopics(admin: KafkaAdmin): NodeJS.Timeout {
  let asking = false;
  const ensure = async () => {
    if (asking) return;
    asking = true;
    try {
      const reports = await admin.ensureTopics([{ topic: TOPICS.incidentReported }, { topic: TOPICS.visitorVolumeMeasured }]);
      clearInterval(timer);
      report(logger, reports.flatMap(({ topic, wrong }) => wrong.map((each) => `${topic}: ${each}`)));
    } catch (error) {
      logger.warn(`the topics cannot be looked at yet, asks again: ${explain(error)}`);
    } finally {
      asking = false;
    }
  };
  const timer = setInterval(() => void ensure(), TOPICS_AGAIN_MS);
  void ensure();
  return timer;
}

function report(to: Logger, wrong: readonly string[]): void {
  for (const sentence of wrong) to.warn(sentence);
}
