import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RegistryStore } from '@vong-gac/database';
import { bodyChain, localDate, policeBodyAt, unitChain, type Instant, type Registry } from '@vong-gac/domain';
import { Moment, Text } from '../http/fields';
import { Problem } from '../http/problem';
import { NoParameters } from '../http/validation';
import { SITE_PATTERN, SITE_WANTS } from '../incidents/incident.query';
import { ProblemsOfRead } from '../openapi/problem.view';
import { iso } from '../time';
import { RegistryCache } from './registry-cache';
import { bodyView, JurisdictionView, SitesView, siteView, unitView } from './registry.view';

export class JurisdictionQuery {
  @Text({ required: true, max: 64, pattern: SITE_PATTERN, wants: SITE_WANTS, description: 'Site id', example: 'dai-lai' })
  site!: string;

  @Moment({ description: 'When it was so; not given: now', example: '2025-06-30T22:00:00+07:00' })
  at?: Instant;

  @Moment({ description: 'By what was recorded at this moment; not given: now' })
  known?: Instant;
}

@ApiTags('registry')
@Controller('v1')
export class RegistryController {
  constructor(
    private readonly registries: RegistryCache,
    private readonly store: RegistryStore,
  ) {}

  @Get('sites')
  @ApiOperation({ summary: 'Registered sites with their zones' })
  @ApiOkResponse({ type: SitesView })
  @ProblemsOfRead()
  async sites(@Query() _query: NoParameters): Promise<SitesView> {
    const registry = await this.registries.current(Date.now());
    const sites = [...registry.sites.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    return { items: sites.map((site) => siteView(site, registry)) };
  }

  @Get('jurisdiction')
  @ApiOperation({ summary: 'Who is responsible for a site', description: '`at`: when it was so. `known`: what was recorded then. Both are now when not given.' })
  @ApiOkResponse({ type: JurisdictionView })
  @ProblemsOfRead({ 404: { kind: 'not-found', description: 'The site was not registered at `known`, or no police body was on record for it' } })
  async jurisdiction(@Query() query: JurisdictionQuery): Promise<JurisdictionView> {
    const now = Date.now();
    const registry = query.known === undefined ? await this.registries.current(now) : await this.store.load(new Date(query.known));
    return answer(registry, query.site, query.at ?? now, query.known ?? now, now);
  }
}

function answer(registry: Registry, siteId: string, at: Instant, known: Instant, now: Instant): JurisdictionView {
  const site = registry.sites.get(siteId);
  if (site === undefined) throw new Problem(404, 'not-found', `Site ${siteId} was not registered at ${iso(known)}.`);
  try {
    const { body, unit, note } = policeBodyAt(registry, site, at);
    const escalation = bodyChain(registry, body.id, now);
    return {
      siteId,
      at: iso(at),
      known: iso(known),
      units: unitChain(registry, unit, localDate(at)).map(unitView),
      body: bodyView(body),
      responsibleNow: bodyView(escalation[0] ?? body),
      escalation: escalation.map(bodyView),
      note: note === null ? null : { rule: note.rule, text: note.text },
    };
  } catch (cause) {
    // The domain throws only where the registry, as it was known then, has no unit or body for the site.
    throw new Problem(404, 'not-found', `By what was recorded at ${iso(known)} no police body is known for ${siteId}.`, { cause });
  }
}
