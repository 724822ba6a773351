import type { FastifyInstance, FastifyRequest } from 'fastify';
import { BATCH_BYTES, EVENT_BYTES, FORM_BYTES, JSON_BYTES } from '../limits';
import { Problem } from './problem';

export const STRUCTURED_TYPE = 'application/cloudevents+json';
export const BATCH_TYPE = 'application/cloudevents-batch+json';
/** Where bodies stay bytes: an event is stored as it came. */
export const EVENTS_PATH = '/v1/events';

/**
 * Which bodies are read, and how large they may be. Anything else is answered 415. At EVENTS_PATH every body stays a Buffer, because the exact bytes
 * go to Kafka; elsewhere JSON must be an object.
 */
export function registerBodyParsers(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(STRUCTURED_TYPE, { parseAs: 'buffer', bodyLimit: EVENT_BYTES }, forEvents);
  fastify.addContentTypeParser(BATCH_TYPE, { parseAs: 'buffer', bodyLimit: BATCH_BYTES }, forEvents);
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer', bodyLimit: EVENT_BYTES }, async (request: FastifyRequest, body: Buffer) =>
    isEvents(request) ? body : parseJson(body),
  );
  fastify.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'buffer', bodyLimit: FORM_BYTES }, async (request: FastifyRequest, body: Buffer) => {
    if (isEvents(request)) throw new Problem(415, 'unsupported-media-type', `${EVENTS_PATH} reads ${STRUCTURED_TYPE}, ${BATCH_TYPE} and application/json.`);
    return Object.fromEntries(new URLSearchParams(body.toString('utf8')));
  });
}

async function forEvents(request: FastifyRequest, body: Buffer): Promise<Buffer> {
  if (!isEvents(request)) throw new Problem(415, 'unsupported-media-type', `Only ${EVENTS_PATH} reads CloudEvents; send application/json.`);
  return body;
}

function isEvents(request: FastifyRequest): boolean {
  return request.routeOptions.url === EVENTS_PATH;
}

function parseJson(body: Buffer): object {
  if (body.length > JSON_BYTES) throw new Problem(413, 'too-large', `The body has ${body.length} bytes; at most ${JSON_BYTES} are read here.`);
  if (body.length === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (cause) {
    throw new Problem(400, 'unreadable-body', 'The body is not JSON in UTF-8.', { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Problem(400, 'unreadable-body', 'The body must be one JSON object.');
  return value;
}
