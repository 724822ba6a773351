import type { FastifyInstance } from 'fastify';
import { Counter, Histogram, type Registry } from 'prom-client';

/** Counts and times every answer by route (the pattern, never the address: ids would make endless series). */
export function registerRequestMetrics(fastify: FastifyInstance, metrics: Registry): void {
  const labelNames = ['method', 'route', 'status'] as const;
  const answers = new Counter({ name: 'vong_gac_http_answers_total', help: 'Answers by method, route and status', labelNames, registers: [metrics] });
  const seconds = new Histogram({
    name: 'vong_gac_http_answer_seconds',
    help: 'From request to answer',
    labelNames: ['method', 'route'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [metrics],
  });
  fastify.addHook('onResponse', async (request, reply) => {
    const method = request.method;
    const route = request.is404 ? '(none)' : (request.routeOptions.url ?? '(none)');
    answers.inc({ method, route, status: String(reply.statusCode) });
    seconds.observe({ method, route }, reply.elapsedTime / 1_000);
  });
}
