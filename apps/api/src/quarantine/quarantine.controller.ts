import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { REJECTION_REASONS, type RejectionReason } from '@vong-gac/contracts';
import { QUARANTINE_PAGE_LIMIT, QuarantineStore, type QuarantineChange, type QuarantinedRecord, type QuarantineState } from '@vong-gac/database';
import { KafkaProducer } from '@vong-gac/kafka';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Text, Whole, Word } from '../http/fields';
import { nextLink } from '../http/paging';
import { Problem } from '../http/problem';
import { unavailable } from '../http/problem.filter';
import { NoParameters } from '../http/validation';
import { NAME_LENGTH, PAGE_ROWS, RELEASES_AT_ONCE } from '../limits';
import { ProblemsOfChange, ProblemsOfRead, type ProblemAnswers } from '../openapi/problem.view';
import { QuarantineDetailView, quarantineDetailView, QuarantinePageView, QuarantineView, quarantineView } from './quarantine.view';

const STATES: readonly QuarantineState[] = ['held', 'released', 'discarded'];

export class QuarantineQuery {
  @Word<QuarantineState>(STATES, { description: 'State of the row', example: 'held' })
  state?: QuarantineState;

  @Word<RejectionReason>(REJECTION_REASONS, { description: 'Why it was set apart', example: 'unknown-site' })
  reason?: RejectionReason;

  @Text({ max: 249, description: 'Topic', example: 'incident.reported' })
  topic?: string;

  @Text({ max: 256, description: 'CloudEvents source, where it could be read', example: '/sites/dai-lai/security' })
  source?: string;

  @Whole(1, QUARANTINE_PAGE_LIMIT, { description: `Rows of a page; ${PAGE_ROWS} when not given`, example: 100 })
  limit: number = PAGE_ROWS;

  @Whole(1, Number.MAX_SAFE_INTEGER, { description: 'Cursor: `next` of the page before', example: 1200 })
  after?: number;
}

export class QuarantinePath {
  @Whole(1, Number.MAX_SAFE_INTEGER, { required: true, description: 'Id of the row', example: 12 })
  id!: number;
}

export class QuarantineBody {
  @Text({ max: NAME_LENGTH, description: 'Who decides it', example: 'Lê Thị Bình' })
  by?: string;
}

const MISSING: ProblemAnswers = { 404: { kind: 'not-found', description: 'There is no such row' } };
const CHANGE: ProblemAnswers = {
  ...MISSING,
  409: { kind: 'conflict', description: 'It is not held any more, its reason does not allow it (conflicting-duplicate, too-large), or somebody else is changing it right now', extensions: { reason: 'not-held', quarantine: {} } },
};

@ApiTags('quarantine')
@Controller('v1/quarantine')
export class QuarantineController {
  private releasing = 0;

  constructor(
    private readonly quarantine: QuarantineStore,
    private readonly producer: KafkaProducer,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List what was set apart', description: 'Newest first; rows are never deleted.' })
  @ApiOkResponse({ type: QuarantinePageView })
  @ProblemsOfRead()
  async list(@Query() query: QuarantineQuery, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<QuarantinePageView> {
    const page = await this.quarantine.list(query, query);
    if (page.next !== null) reply.header('link', nextLink(request, String(page.next)));
    return { items: page.items.map(quarantineView), next: page.next };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One row with the beginning of its bytes' })
  @ApiOkResponse({ type: QuarantineDetailView })
  @ProblemsOfRead(MISSING)
  async one(@Param() { id }: QuarantinePath, @Query() _query: NoParameters): Promise<QuarantineDetailView> {
    const row = await this.quarantine.show(id);
    if (row === null) throw new Problem(404, 'not-found', `There is no quarantine row ${id}.`);
    return quarantineDetailView(row);
  }

  @Post(':id/release')
  @HttpCode(200)
  @ApiConsumes('application/json')
  @ApiOperation({ summary: 'Publish it again', description: 'Key, bytes and headers go to the same topic again; the row is marked after Kafka acknowledged. The copy gets its own outcome. Of two releases at once one publishes, the other is answered 409.' })
  @ApiBody({ type: QuarantineBody, required: false })
  @ApiOkResponse({ type: QuarantineView })
  @ProblemsOfChange(CHANGE)
  async release(@Param() { id }: QuarantinePath, @Query() _query: NoParameters, @Body() body: QuarantineBody): Promise<QuarantineView> {
    if (this.releasing >= RELEASES_AT_ONCE) throw unavailable('overloaded', `${RELEASES_AT_ONCE} releases are under way, more are not taken at once; the row is still held.`);
    this.releasing++;
    try {
      return answer(id, await this.quarantine.release(id, body.by ?? null, Date.now(), (record) => this.publish(record)));
    } finally {
      this.releasing--;
    }
  }

  @Post(':id/discard')
  @HttpCode(200)
  @ApiConsumes('application/json')
  @ApiOperation({ summary: 'Drop its bytes', description: 'The digest, the reason and where it was read stay.' })
  @ApiBody({ type: QuarantineBody, required: false })
  @ApiOkResponse({ type: QuarantineView })
  @ProblemsOfChange(CHANGE)
  async discard(@Param() { id }: QuarantinePath, @Query() _query: NoParameters, @Body() body: QuarantineBody): Promise<QuarantineView> {
    return answer(id, await this.quarantine.discard(id, body.by ?? null, Date.now()));
  }

  private async publish({ topic, key, value, headers }: QuarantinedRecord): Promise<void> {
    try {
      await this.producer.send(topic, [{ key, value, headers }]);
    } catch (error) {
      throw unavailable('kafka-away', 'Kafka did not acknowledge; the row is still held. Release it again.', error);
    }
  }
}

function answer(id: number, change: QuarantineChange): QuarantineView {
  switch (change.outcome) {
    case 'done':
      return quarantineView(change.row);
    case 'not-found':
      throw new Problem(404, 'not-found', `There is no quarantine row ${id}.`);
    case 'busy':
      throw conflict('busy', `Somebody else is changing row ${id} right now; look again.`);
    case 'not-held':
      throw conflict('not-held', `Row ${id} is ${change.row.state} already.`, quarantineView(change.row));
    case 'not-releasable':
      throw conflict('not-releasable', `A row with reason ${change.row.reason} cannot be released: the copy would end the same way. Discard it, or correct the event.`, quarantineView(change.row));
  }
}

function conflict(reason: string, detail: string, quarantine?: QuarantineView): Problem {
  return new Problem(409, 'conflict', detail, { extensions: { reason, ...(quarantine === undefined ? {} : { quarantine }) } });
}
