import { Body, Controller, Get, Inject, Param, Post, Query, Req, Res, UseFilters } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiProduces, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { AlertStore, failureKind, IncidentQueryStore } from '@vong-gac/database';
import { DISPOSITIONS, type Disposition } from '@vong-gac/domain';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AlertDesk, type DeskOutcome } from '../alerts/alert-desk';
import { AcknowledgeBody, CloseBody } from '../alerts/alert.query';
import { contentOf } from '../alerts/alert.view';
import { UUID } from '../http/fields';
import { NAME_LENGTH, NOTE_LENGTH, REPORTS_SHOWN } from '../limits';
import { PUBLIC_URL } from '../parts';
import { alertPage, type Notice } from './alert-page';
import { nameCookie, nameFrom } from './name-cookie';
import { OfficerErrors, sendPage } from './officer-errors';
import { messagePage } from './page';
import type { ReportsShown } from './reports';

/** What a browser sends of a form: every field a text, or missing. Others may send anything. */
type Form = Readonly<Record<string, unknown>> | null | undefined;

const HTML_ANSWER = { 'text/html': { schema: { type: 'string' as const } } };

/** The page behind `link` of an alert. Plain forms: it works without JavaScript. */
@ApiTags('officer page')
@UseFilters(OfficerErrors)
@Controller('a')
export class OfficerController {
  constructor(
    private readonly alerts: AlertStore,
    private readonly incidents: IncidentQueryStore,
    private readonly desk: AlertDesk,
    @Inject(PUBLIC_URL) private readonly publicUrl: string,
  ) {}

  @Get(':alertId')
  @ApiOperation({ summary: 'A page to read and acknowledge an alert on a phone' })
  @ApiQuery({ name: 'after', required: false, description: 'Which reports to show: those before this one. The page itself links to them', schema: { type: 'string', format: 'uuid' } })
  @ApiProduces('text/html')
  @ApiResponse({ status: 200, description: 'The alert as it stands', content: HTML_ANSWER })
  @ApiResponse({ status: 404, description: 'There is no such alert', content: HTML_ANSWER })
  async show(@Param('alertId') id: string, @Query('after') after: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.answer(id, request, reply, null, typeof after === 'string' && isId(after) ? after : undefined);
  }

  @Post(':alertId/acknowledge')
  @ApiOperation({ summary: 'The page’s form: acknowledge' })
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBody({ type: AcknowledgeBody })
  @ApiResponse({ status: 303, description: 'Taken: back to the page' })
  @ApiResponse({ status: 400, description: 'A field is missing; the page says which', content: HTML_ANSWER })
  @ApiResponse({ status: 403, description: 'The form is not on a page of this service' })
  @ApiResponse({ status: 409, description: 'Stale or too late; the page shows the present state', content: HTML_ANSWER })
  async acknowledge(@Param('alertId') id: string, @Body() form: Form, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const act = actOf(form);
    if (act === null) return this.answer(id, request, reply, { kind: 'name-missing' });
    await this.settle(id, request, reply, act, isId(id) ? await this.desk.acknowledge(id, act, Date.now()) : null);
  }

  @Post(':alertId/close')
  @ApiOperation({ summary: 'The page’s form: close with a disposition' })
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBody({ type: CloseBody })
  @ApiResponse({ status: 303, description: 'Taken: back to the page' })
  @ApiResponse({ status: 400, description: 'A field is missing; the page says which', content: HTML_ANSWER })
  @ApiResponse({ status: 403, description: 'The form is not on a page of this service' })
  @ApiResponse({ status: 409, description: 'Stale or too late; the page shows the present state', content: HTML_ANSWER })
  async close(@Param('alertId') id: string, @Body() form: Form, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const act = actOf(form);
    if (act === null) return this.answer(id, request, reply, { kind: 'name-missing' });
    const disposition = DISPOSITIONS.find((word) => word === field(form, 'disposition'));
    if (disposition === undefined) return this.answer(id, request, reply, { kind: 'disposition-missing' });
    await this.settle(id, request, reply, act, isId(id) ? await this.desk.close(id, { ...act, disposition: disposition satisfies Disposition }, Date.now()) : null);
  }

  private async settle(id: string, request: FastifyRequest, reply: FastifyReply, act: { by: string; revision: number }, outcome: DeskOutcome | null): Promise<void> {
    if (outcome !== null) reply.header('set-cookie', nameCookie(act.by, this.publicUrl));
    if (outcome?.outcome === 'done' || outcome?.outcome === 'same') return void reply.redirect(`/a/${id}`, 303);
    await this.answer(id, request, reply, outcome === null ? null : { kind: outcome.outcome, seen: act.revision });
  }

  /** @param after the report before which the reports shown are; absent: the newest */
  private async answer(id: string, request: FastifyRequest, reply: FastifyReply, notice: Notice | null, after?: string): Promise<void> {
    const [alert, history, reports] = isId(id) ? await Promise.all([this.alerts.one(id), this.alerts.history(id), this.reportsOf(id, after)]) : [null, [], null];
    if (alert === null) {
      return sendPage(reply, 404, messagePage('Không có tin này', 'Đường dẫn không đúng, hoặc tin không còn trong hệ thống.', 'There is no such alert.'));
    }
    const text = alertPage({ alert, content: contentOf(alert), history, reports, now: Date.now(), name: nameFrom(request.headers.cookie), notice });
    sendPage(reply, notice === null ? 200 : 'seen' in notice ? 409 : 400, text);
  }

  /** null: a happening with so many reports that they could not be read in time; the alert is shown all the same. */
  private async reportsOf(alertId: string, after: string | undefined): Promise<ReportsShown | null> {
    try {
      return { ...(await this.incidents.list({ alertId }, { after, limit: REPORTS_SHOWN, order: 'newest' })), older: after !== undefined };
    } catch (error) {
      if (failureKind(error) !== 'too-slow') throw error;
      return null;
    }
  }
}

function isId(id: string): boolean {
  return UUID.test(id);
}

/** null: no usable name. A revision that is no number counts as 0, which no alert ever had: the page then shows the present state. */
function actOf(form: Form): { by: string; revision: number; note: string | null } | null {
  const by = line(field(form, 'by'), NAME_LENGTH);
  if (by === '') return null;
  const note = line(field(form, 'note'), NOTE_LENGTH);
  const sent = field(form, 'revision');
  const revision = /^\d{1,9}$/.test(sent) ? Number(sent) : 0;
  return { by, revision, note: note === '' ? null : note };
}

/** One line of text, as short as its column: what an officer typed in haste is cut, not refused. */
function line(text: string, length: number): string {
  // Once more after the cut: it may go through the middle of a character.
  return text.replace(/\p{Surrogate}|\p{Cc}+/gu, ' ').trim().slice(0, length).replace(/\p{Surrogate}/gu, '').trim();
}

function field(form: Form, name: string): string {
  const value = form?.[name];
  return typeof value === 'string' ? value : '';
}
