import type { FastifyRequest } from 'fastify';

/** `Link` to the next page (RFC 8288): the same question with another cursor. */
export function nextLink(request: FastifyRequest, cursor: string): string {
  const url = new URL(request.url, 'http://host');
  url.searchParams.set('after', cursor);
  return `<${url.pathname}${url.search}>; rel="next"`;
}
