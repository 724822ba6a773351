import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CrowdStore } from '@vong-gac/database';
import { registeredPlace, localDate, type Instant, type Registry } from '@vong-gac/domain';
import { PolicyBook } from '@vong-gac/policy';
import { Text } from '../http/fields';
import { Problem } from '../http/problem';
import { NoParameters } from '../http/validation';
import { SITE_PATTERN, SITE_WANTS } from '../incidents/incident.query';
import { ProblemsOfRead } from '../openapi/problem.view';
import { RegistryCache } from '../registry/registry-cache';
import { iso } from '../time';
import { crowdForecastView, type CrowdForecastView, crowdPlaceView, CrowdsView } from './crowd.view';

const DAY_MS = 24 * 3_600_000;

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
    private readonly policies: PolicyBook,
  ) {}

  @Get(':id/crowd')
  @ApiOperation({ summary: 'How full a site and its zones are', description: 'The posture of each place from its visitor volumes, with the numbers, and why a counter is not believed. Beside it what is forecast for today and tomorrow.' })
  @ApiOkResponse({ type: CrowdsView })
  @ProblemsOfRead({ 404: { kind: 'not-found', description: 'There is no such site' } })
  async ofSite(@Param() { id }: SitePath, @Query() _query: NoParameters): Promise<CrowdsView> {
    const now = Date.now();
    const registry = await this.registries.current(now);
    if (!registry.sites.has(id)) throw new Problem(404, 'not-found', `Site ${id} is not registered.`);
    const crowds = await this.crowds.ofSite(id);
    const policies = await this.policies.lookup(crowds.map(({ state }) => state.policy));
    const items = crowds.map((each) => crowdPlaceView(each, now, policies));
    return { siteId: id, at: iso(now), items, forecasts: await this.forecasts(id, registry, now) };
  }

  /** For the rest of today and for tomorrow. */
  private async forecasts(siteId: string, registry: Registry, now: Instant): Promise<CrowdForecastView[]> {
    const peaks = await this.crowds.forecastPeaks(siteId, now, Date.parse(`${localDate(now)}T00:00:00+07:00`) + 2 * DAY_MS);
    if (peaks.length === 0) return [];
    const { crowd: rules } = await this.policies.inForceAt(now);
    return peaks.map((peak) => crowdForecastView(peak, registeredPlace(registry, siteId, peak.zone), rules));
  }
}
