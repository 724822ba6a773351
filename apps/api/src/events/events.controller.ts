import { Controller, Get, HttpCode, Inject, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { PublishOutcomeStore } from '@vong-gac/database';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BATCH_TYPE } from '../http/body-parsers';
import { Text } from '../http/fields';
import { Problem } from '../http/problem';
import { NoParameters } from '../http/validation';
import { BATCH_BYTES, BATCH_EVENTS, EVENT_BYTES, RETRY_AFTER_SECONDS } from '../limits';
import { ProblemsOfChange, ProblemsOfRead } from '../openapi/problem.view';
import { PUBLIC_URL } from '../parts';
import { BatchReceiptView, EventOutcomeView, eventOutcomeView, ReceiptView } from './event.view';
import { recordOf } from './http-event';
import { Publisher } from './publisher';
import { splitArray } from './split-batch';

export class EventQuery {
  @Text({ required: true, max: 256, description: 'CloudEvents source', example: '/sites/dai-lai/security' })
  source!: string;

  @Text({ required: true, max: 256, description: 'CloudEvents id', example: '2026-11-23-0017' })
  id!: string;
}

@ApiTags('events')
@ApiExtraModels(ReceiptView, BatchReceiptView)
@Controller('v1/events')
export class EventsController {
  constructor(
    private readonly publisher: Publisher,
    private readonly outcomes: PublishOutcomeStore,
    @Inject(PUBLIC_URL) private readonly publicUrl: string,
  ) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({
    summary: 'Publish one event or a batch',
    description:
      'A CloudEvent in structured or binary mode, or a batch. Checked by the same rules as what comes through Kafka; answered 202 only after Kafka has acknowledged it with all replicas. ' +
      `One event has at most ${EVENT_BYTES} bytes, a batch ${BATCH_BYTES} bytes and ${BATCH_EVENTS} events. After a 503 send it again: (source, id) names an event, and it is stored once.`,
  })
  @ApiResponse({
    status: 202,
    description: 'Written to Kafka; what becomes of it: `GET /v1/events?source=&id=` (header `Location`). Of a batch: a receipt per event, rejected ones too',
    schema: { oneOf: [{ $ref: getSchemaPath(ReceiptView) }, { $ref: getSchemaPath(BatchReceiptView) }] },
  })
  @ProblemsOfChange({
    413: { kind: 'too-large', description: `More than ${EVENT_BYTES} bytes (one event), ${BATCH_BYTES} bytes or ${BATCH_EVENTS} events (batch)` },
    422: { kind: 'rejected-event', description: 'The event cannot be taken; `reason` is a machine word, `detail` names the path and the remedy', extensions: { reason: 'unknown-site', source: '/sites/dai-lai/security', id: '2026-11-23-0017' } },
    503: { kind: 'kafka-away', description: 'Kafka did not acknowledge, or too much is under way; send it again after `Retry-After`' },
  })
  async publish(@Req() request: FastifyRequest, @Query() _query: NoParameters, @Res({ passthrough: true }) reply: FastifyReply): Promise<ReceiptView | BatchReceiptView> {
    const body = bytesOf(request);
    const now = Date.now();
    if (request.headers['content-type']?.toLowerCase().startsWith(BATCH_TYPE)) return this.publishBatch(body, now);
    const [receipt] = await this.publisher.publish([recordOf(request.raw, body, now)], now);
    if (receipt === undefined) throw new Error('one record gives one receipt');
    if (receipt.outcome === 'rejected') {
      const { reason, source, id } = receipt;
      throw new Problem(422, 'rejected-event', receipt.detail ?? 'The event cannot be taken.', { extensions: { reason, source, id } });
    }
    const where = new URLSearchParams({ source: receipt.source ?? '', id: receipt.id ?? '' });
    reply.header('location', `/v1/events?${where.toString()}`);
    return receipt;
  }

  private async publishBatch(body: Buffer, now: number): Promise<BatchReceiptView> {
    const events = splitArray(batchText(body));
    if (events.length > BATCH_EVENTS) throw new Problem(413, 'too-large', `The batch has ${events.length} events; at most ${BATCH_EVENTS} are taken at once.`);
    const headers = [['content-type', Buffer.from('application/cloudevents+json')]] as const;
    const receipts = await this.publisher.publish(events.map((event) => ({ timestamp: now, value: Buffer.from(event), headers })), now);
    const rejected = receipts.filter((receipt) => receipt.outcome === 'rejected').length;
    return { accepted: receipts.length - rejected, rejected, receipts };
  }

  @Get()
  @ApiOperation({ summary: 'What became of an event', description: 'Stored with its level, defects and alert; how often it came again; or quarantined, and why.' })
  @ApiOkResponse({ type: EventOutcomeView })
  @ProblemsOfRead({ 404: { kind: 'not-known', description: 'Never published, or not read yet: ask again after `Retry-After`' } })
  async outcome(@Query() { source, id }: EventQuery): Promise<EventOutcomeView> {
    const view = eventOutcomeView(source, id, await this.outcomes.of(source, id), this.publicUrl);
    if (view !== null) return view;
    const detail = 'Nothing is known of this source and id: it was never published, or it is not read yet.';
    throw new Problem(404, 'not-known', detail, { headers: { 'retry-after': String(RETRY_AFTER_SECONDS) } });
  }
}

function bytesOf({ body }: FastifyRequest): Buffer {
  if (Buffer.isBuffer(body)) return body;
  throw new Problem(415, 'unsupported-media-type', `Send application/cloudevents+json, ${BATCH_TYPE}, or application/json with ce- headers.`);
}

function batchText(body: Buffer): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    if (Array.isArray(JSON.parse(text))) return text;
  } catch (cause) {
    throw new Problem(422, 'rejected-event', 'The batch is not JSON in UTF-8; nothing of it was taken.', { extensions: { reason: 'not-json' }, cause });
  }
  throw new Problem(422, 'rejected-event', 'A batch must be a JSON array of CloudEvents; nothing of it was taken.', { extensions: { reason: 'not-cloudevent' } });
}
