import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ALL_WELL, type Probe } from '@vong-gac/runtime';
import type { FastifyReply } from 'fastify';
import type { Registry as MetricsRegistry } from 'prom-client';
import { NoParameters } from '../http/validation';
import { METRICS } from '../parts';
import { Readiness } from './readiness';

export class ProbeView {
  @ApiProperty({ example: true })
  ok!: boolean;

  @ApiProperty({ type: [String], description: 'What is missing, for the operator', example: [] })
  reasons!: string[];
}

@ApiTags('health')
@Controller()
export class HealthController {
  constructor(
    private readonly readiness: Readiness,
    @Inject(METRICS) private readonly metrics: MetricsRegistry,
  ) {}

  @Get('health/live')
  @ApiOperation({ summary: 'Is the process alive? Red means: start it again' })
  @ApiOkResponse({ type: ProbeView })
  live(@Query() _query: NoParameters): Probe {
    return ALL_WELL;
  }

  @Get('health/ready')
  @ApiOperation({ summary: 'Can it work? Red means: it waits for Kafka or Postgres' })
  @ApiOkResponse({ type: ProbeView })
  @ApiResponse({ status: 503, type: ProbeView, description: 'It waits; `reasons` say for what' })
  async ready(@Query() _query: NoParameters, @Res({ passthrough: true }) reply: FastifyReply): Promise<Probe> {
    const probe = await this.readiness.probe(Date.now());
    reply.status(probe.ok ? 200 : 503);
    return probe;
  }

  @Get('metrics')
  @ApiOperation({ summary: 'Figures for Prometheus' })
  @ApiOkResponse({ description: 'Prometheus text format', content: { 'text/plain': { schema: { type: 'string' } } } })
  async figures(@Query() _query: NoParameters, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    reply.type(this.metrics.contentType);
    return this.metrics.metrics();
  }
}
