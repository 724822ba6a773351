import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { IncidentQueryStore } from '@vong-gac/database';
import { PolicyBook } from '@vong-gac/policy';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Uuid } from '../http/fields';
import { prefers } from '../http/media-type';
import { nextLink } from '../http/paging';
import { Problem } from '../http/problem';
import { NoParameters } from '../http/validation';
import { ProblemsOfRead } from '../openapi/problem.view';
import { RegistryCache } from '../registry/registry-cache';
import { incidentsCsv } from './incident.csv';
import { filterOf, IncidentQuery } from './incident.query';
import { IncidentDetailView, incidentDetailView, IncidentPageView, incidentView } from './incident.view';

const CSV = 'text/csv';

export class IncidentPath {
  @Uuid({ required: true, description: 'Incident id', example: '019ab0f3-1c00-8d1e-9c1a-5e0b6a3c7f21' })
  id!: string;
}

@ApiTags('incidents')
@Controller('v1/incidents')
export class IncidentsController {
  constructor(
    private readonly incidents: IncidentQueryStore,
    private readonly registries: RegistryCache,
    private readonly policies: PolicyBook,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List incidents', description: 'The last word of each thread, newest first. `Accept: text/csv` gives the same rows as CSV.' })
  @ApiExtraModels(IncidentPageView)
  @ApiOkResponse({
    description: 'One page',
    headers: { Link: { description: 'The next page, `rel="next"`; missing on the last', schema: { type: 'string' } } },
    content: {
      'application/json': { schema: { $ref: getSchemaPath(IncidentPageView) } },
      [CSV]: { schema: { type: 'string' }, example: 'id,source,eventId,siteId\r\n019ab0f3-1c00-8d1e-9c1a-5e0b6a3c7f21,/sites/dai-lai/security,2026-11-23-0017,dai-lai\r\n' },
    },
  })
  @ProblemsOfRead()
  async list(@Query() query: IncidentQuery, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<IncidentPageView | string> {
    const registry = query.unit === undefined ? null : await this.registries.current(Date.now());
    const page = await this.incidents.list(filterOf(query, registry), query);
    if (page.next !== null) reply.header('link', nextLink(request, page.next));
    reply.header('vary', 'accept');
    if (prefers(request.headers.accept, 'application/json', CSV) === CSV) {
      reply.type(`${CSV}; charset=utf-8; header=present`).header('content-disposition', 'attachment; filename="incidents.csv"');
      return incidentsCsv(page.items);
    }
    return { items: page.items.map(incidentView), next: page.next };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One incident', description: 'With its assessment, its defects, and the event as it came.' })
  @ApiOkResponse({ type: IncidentDetailView })
  @ProblemsOfRead({ 404: { kind: 'not-found', description: 'There is no such incident' } })
  async one(@Param() { id }: IncidentPath, @Query() _query: NoParameters): Promise<IncidentDetailView> {
    const incident = await this.incidents.one(id);
    if (incident === null) throw new Problem(404, 'not-found', `There is no incident ${id}.`);
    const { policyId, policyVersion } = incident.assessment;
    const { policy } = await this.policies.read({ id: policyId, version: policyVersion });
    return incidentDetailView(incident, policy?.thresholds ?? null);
  }
}
