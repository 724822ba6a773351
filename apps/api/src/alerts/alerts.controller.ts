import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AlertStore } from '@vong-gac/database';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { nextLink } from '../http/paging';
import { Problem } from '../http/problem';
import { NoParameters } from '../http/validation';
import { ProblemsOfChange, ProblemsOfRead, type ProblemAnswers } from '../openapi/problem.view';
import { PUBLIC_URL } from '../parts';
import { RegistryCache } from '../registry/registry-cache';
import { AlertDesk, type DeskOutcome } from './alert-desk';
import { AcknowledgeBody, alertFilterOf, AlertPath, AlertQuery, CloseBody, cursorOf, cursorText } from './alert.query';
import { AlertPageView, AlertView, alertView } from './alert.view';

const MISSING: ProblemAnswers = { 404: { kind: 'not-found', description: 'There is no such alert' } };
const CHANGE: ProblemAnswers = {
  ...MISSING,
  409: { kind: 'conflict', description: 'Too late, or the revision is older than the last raise; `alert` has the present state', extensions: { reason: 'stale', alert: {} } },
};

@ApiTags('alerts')
@Controller('v1/alerts')
export class AlertsController {
  constructor(
    private readonly alerts: AlertStore,
    private readonly desk: AlertDesk,
    private readonly registries: RegistryCache,
    @Inject(PUBLIC_URL) private readonly publicUrl: string,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List alerts', description: 'Last raised first.' })
  @ApiOkResponse({ type: AlertPageView })
  @ProblemsOfRead()
  async list(@Query() query: AlertQuery, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<AlertPageView> {
    const registry = query.unit === undefined ? null : await this.registries.current(Date.now());
    const after = query.after === undefined ? undefined : cursorOf(query.after);
    const page = await this.alerts.list(alertFilterOf(query, registry), { after, limit: query.limit });
    const next = page.next === null ? null : cursorText(page.next);
    if (next !== null) reply.header('link', nextLink(request, next));
    return { items: page.items.map((alert) => alertView(alert, this.publicUrl)), next };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One alert as it stands', description: 'The reports that it speaks for: `GET /v1/incidents?alert=` and its id.' })
  @ApiOkResponse({ type: AlertView })
  @ProblemsOfRead(MISSING)
  async one(@Param() { id }: AlertPath, @Query() _query: NoParameters): Promise<AlertView> {
    const alert = await this.alerts.one(id);
    if (alert === null) throw notFound(id);
    return alertView(alert, this.publicUrl);
  }

  @Post(':id/acknowledge')
  @HttpCode(200)
  @ApiConsumes('application/json')
  @ApiOperation({ summary: 'Acknowledge', description: 'Taken while `pending` or `delivered`, with any revision since the last raise. The same by the same `by` again answers 200 and changes nothing.' })
  @ApiBody({ type: AcknowledgeBody })
  @ApiOkResponse({ type: AlertView })
  @ProblemsOfChange(CHANGE)
  async acknowledge(@Param() { id }: AlertPath, @Query() _query: NoParameters, @Body() body: AcknowledgeBody): Promise<AlertView> {
    return this.answer(id, await this.desk.acknowledge(id, { ...body, note: body.note ?? null }, Date.now()));
  }

  @Post(':id/close')
  @HttpCode(200)
  @ApiConsumes('application/json')
  @ApiOperation({ summary: 'Close with a disposition', description: 'Taken from any open state, with any revision since the last raise. The same by the same `by` again answers 200 and changes nothing.' })
  @ApiBody({ type: CloseBody })
  @ApiOkResponse({ type: AlertView })
  @ProblemsOfChange(CHANGE)
  async close(@Param() { id }: AlertPath, @Query() _query: NoParameters, @Body() body: CloseBody): Promise<AlertView> {
    return this.answer(id, await this.desk.close(id, { ...body, note: body.note ?? null }, Date.now()));
  }

  private answer(id: string, outcome: DeskOutcome | null): AlertView {
    if (outcome === null) throw notFound(id);
    const alert = alertView(outcome.alert, this.publicUrl);
    if (outcome.outcome === 'done' || outcome.outcome === 'same') return alert;
    const detail =
      outcome.outcome === 'stale'
        ? `The alert was raised again since, or never had this revision; it is at revision ${alert.revision}. Look again.`
        : `The alert is ${alert.alertStatus} already.`;
    throw new Problem(409, 'conflict', detail, { extensions: { reason: outcome.outcome, alert } });
  }
}

function notFound(id: string): Problem {
  return new Problem(404, 'not-found', `There is no alert ${id}.`);
}
