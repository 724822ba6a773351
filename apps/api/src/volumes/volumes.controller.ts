import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { VisitorVolumeQueryStore } from '@vong-gac/database';
import type { Instant } from '@vong-gac/domain';
import { Moment, Text } from '../http/fields';
import { invalid } from '../http/problem';
import { SITE_PATTERN, SITE_WANTS } from '../incidents/incident.query';
import { VOLUME_STEPS } from '../limits';
import { ProblemsOfRead } from '../openapi/problem.view';
import { iso } from '../time';
import { VolumesView } from './volume.view';

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };
const DAY_MS = 86_400_000;
const DAYS_AT_MOST = 366;

export class VolumeQuery {
  @Text({ required: true, max: 64, pattern: SITE_PATTERN, wants: SITE_WANTS, description: 'Site id', example: 'dai-lai' })
  site!: string;

  @Text({ max: 200, description: 'Zone id; not given: the whole site and every zone, each as lines of its own', example: 'stage' })
  zone?: string;

  @Moment({ description: 'Measured at this moment or later; not given: 24 hours before `to`' })
  from?: Instant;

  @Moment({ description: 'Measured before this moment; not given: now', example: '2026-11-24T00:00:00+07:00' })
  to?: Instant;

  @Text({ max: 6, pattern: /^[1-9]\d{0,4}[smhd]$/, wants: 'must be a width such as 300s, 5m, 1h or 1d', description: 'Width of a step; steps begin at midnight in Việt Nam', example: '5m' })
  step: string = '5m';
}

@ApiTags('visitor volumes')
@Controller('v1/visitor-volumes')
export class VolumesController {
  constructor(private readonly volumes: VisitorVolumeQueryStore) {}

  @Get()
  @ApiOperation({ summary: 'Visitor volumes by step', description: 'How many people were present: least, most and last of each step, per zone and kind.' })
  @ApiOkResponse({ type: VolumesView })
  @ProblemsOfRead()
  async list(@Query() query: VolumeQuery): Promise<VolumesView> {
    const toAt = query.to ?? Date.now();
    const fromAt = query.from ?? toAt - DAY_MS;
    const stepSeconds = Number(query.step.slice(0, -1)) * (UNITS[query.step.slice(-1)] ?? 1);
    refuseUnbounded(fromAt, toAt, stepSeconds);
    const { items, truncated } = await this.volumes.steps({ siteId: query.site, zone: query.zone, fromAt, toAt, stepSeconds });
    return { siteId: query.site, from: iso(fromAt), to: iso(toAt), stepSeconds, items: items.map((item) => ({ ...item, at: iso(item.at) })), truncated };
  }
}

function refuseUnbounded(fromAt: Instant, toAt: Instant, stepSeconds: number): void {
  if (fromAt >= toAt) throw invalid([{ field: 'from', problem: 'must be before to' }]);
  if (toAt - fromAt > DAYS_AT_MOST * DAY_MS) throw invalid([{ field: 'from', problem: `must be at most ${DAYS_AT_MOST} days before to` }]);
  const steps = Math.ceil((toAt - fromAt) / 1_000 / stepSeconds);
  if (steps > VOLUME_STEPS) {
    const least = Math.ceil((toAt - fromAt) / 1_000 / VOLUME_STEPS);
    throw invalid([{ field: 'step', problem: `makes ${steps} steps of this time; at most ${VOLUME_STEPS} are answered, so it must be ${least}s or more` }]);
  }
}
