import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { missingAtStart } from '@vong-gac/database';
import { RethrowFilter } from '@vong-gac/kafka';
import { createLogger, createMetrics, envOrExit, HealthServer, loadEnv, nestLogger, runService, sayMissing } from '@vong-gac/runtime';
import { IntakeEnv } from './env';
import { observeIntake } from './intake.metrics';
import { IntakeModule } from './intake.module';
import { intakeParts } from './intake.parts';
import { probesOf } from './probes';
import { ensureTopics } from './topics';

const env = envOrExit(() => loadEnv(IntakeEnv, process.env));
const logger = createLogger('intake', env.logLevel);

void runService(logger, async (crash) => {
  const parts = intakeParts(env, logger, crash);
  const metrics = createMetrics('intake');
  observeIntake(metrics, parts);
  const health = new HealthServer(probesOf(parts), metrics);
  const url = await health.listen(env.httpHost, env.healthPort);
  const app = await NestFactory.createMicroservice(IntakeModule.with(parts), { strategy: parts.transport, logger: nestLogger(logger), abortOnError: false });
  app.useGlobalFilters(new RethrowFilter());
  const stopped = parts.condition.signal;
  sayMissing(missingAtStart(parts.database), logger);
  // Not awaited: an outage of Kafka at the start is waited out like any other, and SIGTERM is heard meanwhile.
  void ensureTopics(parts, logger)
    .then(() => (stopped.aborted ? undefined : app.listen()))
    .catch(crash);
  parts.policies.follow(stopped, crash);
  if (opensHereOnly(env.publicUrl)) logger.warn(`PUBLIC_URL=${env.publicUrl}: the links in alerts open on this machine alone; set it to the address where officers reach the api`);
  logger.info({ url }, `intake runs; health at ${url}/health/ready`);
  return {
    stop: async () => {
      await app.close();
      await health.close();
    },
  };
});

function opensHereOnly(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}
