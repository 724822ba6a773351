import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem, PROBLEM_TYPE } from './problem';
import { mayChange } from './same-origin';

/** Nothing is loaded, framed or run: what an answer of data needs. Pages set their own. */
const DATA_CSP = "default-src 'none'; frame-ancestors 'none'";

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': DATA_CSP,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  // Not no-referrer: with it a browser hides the Origin of our own form.
  'referrer-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** Swagger's page carries its style inside; its scripts are files of ours. */
export const DOCS_CSP =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** A caller's own id is kept where it is a plain word: it joins its log and ours. */
export function requestId(message: Pick<IncomingMessage, 'headers'>): string {
  const given = message.headers['x-request-id'];
  return typeof given === 'string' && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID();
}

/** Security headers and the request's id on every answer; no change from a foreign page. */
export function registerHooks(fastify: FastifyInstance, publicUrl: string): void {
  fastify.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    reply.headers(HEADERS).header('x-request-id', request.id);
    if (isDocs(request.url)) reply.header('content-security-policy', DOCS_CSP).header('cache-control', 'no-cache');
    if (request.method !== 'GET' && request.method !== 'HEAD' && !mayChange(request.headers, publicUrl)) {
      throw new Problem(403, 'foreign-origin', 'A browser may send this only from a page of this service.');
    }
  });
}

function isDocs(url: string): boolean {
  return url === '/docs' || url.startsWith('/docs/') || url.startsWith('/docs?');
}

/** An address that the router cannot read (`/%zz`, a part that is too long). */
export function refuseAddress(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const problem = new Problem(400, 'invalid-request', 'The address cannot be read: a part of it is not percent-encoded UTF-8, or is too long.', { cause: error });
  void reply.status(problem.status).headers(HEADERS).type(PROBLEM_TYPE).send(JSON.stringify(problem.body(request.id)));
}

/** What is not HTTP at all never becomes a request: answered on the bare socket, which is then closed. */
export function refuseConnection(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const [status, reason, detail] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? [431, 'Request Header Fields Too Large', 'The headers are larger than 16 KiB.']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? [408, 'Request Timeout', 'The request did not arrive in time.']
        : [400, 'Bad Request', 'This is not a readable HTTP/1.1 request.'];
  const body = JSON.stringify(new Problem(Number(status), 'not-http', String(detail)).body());
  if (socket.writable) {
    socket.write(`HTTP/1.1 ${status} ${reason}\r\ncontent-type: ${PROBLEM_TYPE}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`);
  }
  socket.destroySoon();
}
