import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { failureKind } from '@vong-gac/database';
import { explain, type Logger } from '@vong-gac/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BATCH_BYTES, EVENT_BYTES, FORM_BYTES, JSON_BYTES, RETRY_AFTER_SECONDS } from '../limits';
import { BATCH_TYPE, EVENTS_PATH, STRUCTURED_TYPE } from './body-parsers';
import type { KnownRoutes } from './known-routes';
import { Problem, PROBLEM_TYPE, type ProblemKind } from './problem';

/**
 * Every refusal leaves through here as problem+json. What is not foreseen is answered 500 without a word about the inside; the log has the error under
 * the request's id. One request's bug does not end the process: the others would fall with it.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    private readonly routes: KnownRoutes,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = this.problemOf(error, request);
    if (problem.status >= 500) this.log(problem, error, request);
    if (reply.sent) return;
    void reply.status(problem.status).headers(problem.headers).type(PROBLEM_TYPE).send(JSON.stringify(problem.body(request.id)));
  }

  private problemOf(error: unknown, request: FastifyRequest): Problem {
    if (error instanceof Problem) return error;
    if (error instanceof HttpException) return this.fromStatus(error, request);
    const kind = failureKind(error);
    if (kind === 'outage') return unavailable('database-away', 'The database does not answer; try again.', error);
    if (kind === 'too-slow') return unavailable('too-slow', 'The question takes too long; narrow it (shorter time, one site), or try again.', error);
    return new Problem(500, 'internal', 'The request could not be handled; the log of the service has the reason under this requestId.', { cause: error });
  }

  /** Refusals of Fastify and Nest themselves: unknown address, wrong method, type or size of the body. */
  private fromStatus(error: HttpException, request: FastifyRequest): Problem {
    const status = error.getStatus();
    const path = request.url.split('?', 1)[0] ?? '/';
    if (status === 404) {
      const allowed = this.routes.methodsOf(path);
      if (allowed.length === 0 || allowed.includes(request.method)) return new Problem(404, 'not-found', `There is no ${path}; /docs shows what there is.`);
      const list = allowed.join(', ');
      return new Problem(405, 'method-not-allowed', `${path} takes ${list}, not ${request.method}.`, { headers: { allow: list } });
    }
    const kind: ProblemKind = STATUS_KINDS[status] ?? (status < 500 ? 'invalid-request' : 'internal');
    return new Problem(status, kind, this.worded(status, request) ?? error.message, { cause: error });
  }

  private worded(status: number, { routeOptions }: FastifyRequest): string | null {
    const events = routeOptions.url === EVENTS_PATH;
    if (status === 413) {
      return events
        ? `The body is larger than ${EVENT_BYTES} bytes (one event) or ${BATCH_BYTES} bytes (a batch). Send references to evidence, not the evidence; send a batch in parts.`
        : `The body is larger than ${JSON_BYTES} bytes (a form: ${FORM_BYTES}).`;
    }
    if (status === 415) return events ? `Send ${STRUCTURED_TYPE}, ${BATCH_TYPE}, or application/json with ce- headers.` : 'Send application/json in UTF-8.';
    return null;
  }

  private log(problem: Problem, error: unknown, request: FastifyRequest): void {
    const about = { requestId: request.id, method: request.method, route: request.routeOptions.url ?? null, status: problem.status };
    if (problem.kind === 'internal') this.logger.error({ ...about, err: error }, `a request failed: ${explain(error)}`);
    else this.logger.warn(about, explain(error));
  }
}

const STATUS_KINDS: Readonly<Record<number, ProblemKind>> = {
  400: 'unreadable-body',
  413: 'too-large',
  415: 'unsupported-media-type',
};

/** 503 with Retry-After. */
export function unavailable(kind: ProblemKind, detail: string, cause?: unknown): Problem {
  return new Problem(503, kind, detail, { headers: { 'retry-after': String(RETRY_AFTER_SECONDS) }, cause });
}
