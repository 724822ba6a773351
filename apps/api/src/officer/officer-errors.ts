import { type ArgumentsHost, Catch, type ExceptionFilter, Inject } from '@nestjs/common';
import { transientFailure } from '@vong-gac/database';
import { explain, type Logger } from '@vong-gac/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RETRY_AFTER_SECONDS } from '../limits';
import { LOGGER } from '../parts';
import { messagePage, PAGE_CSP } from './page';

/** An officer is told in words what failed, never in JSON. */
@Catch()
export class OfficerErrors implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const passing = transientFailure(error);
    this.logger[passing ? 'warn' : 'error']({ requestId: request.id, ...(passing ? {} : { err: error }) }, `an officer's page failed: ${explain(error)}`);
    if (reply.sent) return;
    reply.header('retry-after', String(RETRY_AFTER_SECONDS));
    sendPage(
      reply,
      passing ? 503 : 500,
      messagePage('Hệ thống đang gián đoạn', 'Tin chưa được gửi. Hãy quay lại và thử lại sau ít giây; việc gấp thì gọi điện ngay cho cơ sở hoặc trực ban.', 'Out of order: nothing was sent. Go back and try again in some seconds; if it is urgent, call.'),
    );
  }
}

export function sendPage(reply: FastifyReply, status: number, text: string): void {
  void reply.status(status).type('text/html; charset=utf-8').header('content-security-policy', PAGE_CSP).send(text);
}
