import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CrowdStore } from '@vong-gac/database';
import { shippedPolicies } from '@vong-gac/policy';
import { Text } from '../http/fields';
import { Problem } from '../http/problem';
import { NoParameters } from '../http/validation';
import { SITE_PATTERN, SITE_WANTS } from '../incidents/incident.query';
import { ProblemsOfRead } from '../openapi/problem.view';
import { RegistryCache } from '../registry/registry-cache';
import { iso } from '../time';
import { crowdPlaceView, CrowdsView } from './crowd.view';

export class SitePath {
  @Text({ required: true, max: 64, pattern: SITE_PATTERN, wants: SITE_WANTS, description: 'Site id', example: 'dai-lai' })
  id!: string;
}

@ApiTags('visitor volumes')
@Controller('v1/sites')
export class CrowdController {
  constructor(
    private readonly crowds: CrowdStore,
    private readonly registries: RegistryCache,
  ) {}

  @Get(':id/crowd')
  @ApiOperation({ summary: 'How full a site and its zones are', description: 'The posture of each place from its visitor volumes, with the numbers, and why a counter is not believed.' })
  @ApiOkResponse({ type: CrowdsView })
  @ProblemsOfRead({ 404: { kind: 'not-found', description: 'There is no such site' } })
  async ofSite(@Param() { id }: SitePath, @Query() _query: NoParameters): Promise<CrowdsView> {
    const now = Date.now();
    const registry = await this.registries.current(now);
    if (!registry.sites.has(id)) throw new Problem(404, 'not-found', `Site ${id} is not registered.`);
    const items = (await this.crowds.ofSite(id)).map((each) => crowdPlaceView(each, now, shippedPolicies));
    return { siteId: id, at: iso(now), items };
  }
}
