import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { Database, missingAtStart } from '@vong-gac/database';
import { createLogger, envOrExit, HealthServer, loadEnv, nestLogger, runService, sayMissing } from '@vong-gac/runtime';
import { DispatchModule } from './dispatch.module';
import { DispatchService } from './dispatch.service';
import { DispatchEnv } from './env';

// Name look-ups run in Node's thread pool, four at a time unless told otherwise: some names whose server hangs would hold back all others.
process.env.UV_THREADPOOL_SIZE ??= '32';

const env = envOrExit(() => loadEnv(DispatchEnv, process.env));
const logger = createLogger('dispatch', env.logLevel);

void runService(logger, async (crash) => {
  const app = await NestFactory.createApplicationContext(DispatchModule.with(env, logger), { logger: nestLogger(logger), abortOnError: false });
  const health = app.get(HealthServer);
  const url = await health.listen(env.httpHost, env.healthPort);
  app.get(DispatchService).start(crash);
  sayMissing(missingAtStart(app.get(Database)), logger);
  logger.info({ url }, `dispatch runs; health at ${url}/health/ready`);
  return {
    stop: async () => {
      await app.close();
      await health.close();
    },
  };
});
