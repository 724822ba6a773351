import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import { nestLogger, type Logger } from '@vong-gac/runtime';
import type { Registry as MetricsRegistry } from 'prom-client';
import { ApiModule } from './api.module';
import { type ApiEnv, publicUrlOf } from './env';
import { registerBodyParsers } from './http/body-parsers';
import { refuseAddress, refuseConnection, registerHooks, requestId } from './http/hooks';
import { KnownRoutes } from './http/known-routes';
import { ProblemFilter } from './http/problem.filter';
import { registerRequestMetrics } from './http/request-metrics';
import { validationPipe } from './http/validation';
import { CONNECTIONS, JSON_BYTES, KEEP_ALIVE_MS, PATH_PART_LENGTH, REQUEST_MS } from './limits';
import { openApiDocument } from './openapi/document';
import { METRICS } from './parts';

/** The api, ready to listen. */
export async function createApi(env: ApiEnv, logger: Logger): Promise<NestFastifyApplication> {
  const routes = new KnownRoutes();
  const adapter = new FastifyAdapter({
    genReqId: requestId,
    requestIdHeader: false,
    logger: false,
    bodyLimit: JSON_BYTES,
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: PATH_PART_LENGTH },
    frameworkErrors: refuseAddress,
    clientErrorHandler: refuseConnection,
  });
  const fastify = adapter.getInstance();
  fastify.server.maxConnections = CONNECTIONS;
  fastify.addHook('onRoute', ({ url, method }) => routes.add(url, method));
  registerHooks(fastify, publicUrlOf(env));
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.with(env, logger), adapter, { logger: nestLogger(logger), abortOnError: false, bodyParser: false });
  registerBodyParsers(fastify);
  registerRequestMetrics(fastify, app.get<MetricsRegistry>(METRICS));
  app.useGlobalPipes(validationPipe());
  app.useGlobalFilters(new ProblemFilter(logger, routes));
  SwaggerModule.setup('docs', app, openApiDocument(app), { jsonDocumentUrl: 'openapi.json', raw: ['json'], customSiteTitle: 'Vọng Gác', customfavIcon: 'data:,' });
  return app;
}
