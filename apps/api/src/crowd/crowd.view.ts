import { ApiProperty } from '@nestjs/swagger';
import type { ForecastPeak, StoredCrowd } from '@vong-gac/database';
import { CROWD_STEPS, crowdForecast, crowdNow, IMPLAUSIBLE, type CrowdPlace, type CrowdRules, type Instant, type PolicyLookup, UNMEASURED } from '@vong-gac/domain';
import { builtInPolicy } from '@vong-gac/policy';
import { BilingualView, ReasonView } from '../openapi/shared.view';
import { PolicyVersionView } from '../policies/policy.view';
import { iso } from '../time';

export class DoubtView {
  @ApiProperty({ enum: IMPLAUSIBLE, example: 'stalled' })
  word!: string;

  @ApiProperty({ format: 'date-time', description: 'The first count that was not believed' })
  since!: string;

  @ApiProperty({ type: BilingualView })
  text!: BilingualView;
}

/** How full one place is: its posture, apart from how serious any incident in it is. */
export class CrowdPlaceView {
  @ApiProperty({ type: String, nullable: true, description: 'null: the whole site', example: 'stage' })
  zone!: string | null;

  @ApiProperty({ enum: [...CROWD_STEPS, 'unknown'], description: '`unknown`: no count that is fresh and believed, or nothing to compare it with; never "empty"', example: 'stop-inflow' })
  posture!: string;

  @ApiProperty({ format: 'date-time', description: 'Since when it holds' })
  since!: string;

  @ApiProperty({ type: 'integer', nullable: true, description: 'People present by the last count that was believed; it may be too old to speak of now', example: 2920 })
  occupancy!: number | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When that was' })
  measuredAt!: string | null;

  @ApiProperty({ enum: ['measured', 'declared'], nullable: true, type: String, example: 'measured' })
  kind!: string | null;

  @ApiProperty({ type: 'integer', nullable: true, example: 3000 })
  capacity!: number | null;

  @ApiProperty({ type: Number, nullable: true, description: 'People present / capacity', example: 0.973 })
  ratio!: number | null;

  @ApiProperty({ type: Number, nullable: true, description: 'People per square metre', example: 2.92 })
  density!: number | null;

  @ApiProperty({ type: [ReasonView], description: 'Why the posture is what it is' })
  reasons!: ReasonView[];

  @ApiProperty({ type: [DoubtView], description: 'Why the counter is not believed; empty: it is' })
  doubts!: DoubtView[];

  @ApiProperty({ type: PolicyVersionView, description: 'The policy that the latest count was judged by' })
  policy!: PolicyVersionView;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The open alert about it' })
  alertId!: string | null;
}

/** What a place is expected to come to: for planning, never a reason of an alert. */
export class CrowdForecastView {
  @ApiProperty({ type: String, nullable: true, description: 'null: the whole site', example: 'stage' })
  zone!: string | null;

  @ApiProperty({ format: 'date-time', description: 'The instant that the forecast speaks of' })
  expectedAt!: string;

  @ApiProperty({ type: 'integer', example: 3100 })
  occupancy!: number;

  @ApiProperty({ enum: [...CROWD_STEPS, 'unknown'], description: 'The posture that so many people would reach; `unknown`: nothing on record to compare them with', example: 'breach' })
  posture!: string;

  @ApiProperty({ type: Number, nullable: true, description: 'People / capacity', example: 1.033 })
  ratio!: number | null;

  @ApiProperty({ type: Number, nullable: true, description: 'People per square metre', example: 3.1 })
  density!: number | null;
}

export class CrowdsView {
  @ApiProperty({ example: 'dai-lai' })
  siteId!: string;

  @ApiProperty({ format: 'date-time', description: 'The moment that this speaks of' })
  at!: string;

  @ApiProperty({ type: [CrowdPlaceView], description: 'The whole site first; a place of which no volume came yet is left out' })
  items!: CrowdPlaceView[];

  @ApiProperty({ type: [CrowdForecastView], description: 'The highest forecast of each place for the rest of today and for tomorrow (days of Việt Nam), by the policy in force; a forecast that came later takes the place of one for the same instant' })
  forecasts!: CrowdForecastView[];
}

export function crowdPlaceView({ zone, state, alertId }: StoredCrowd, now: Instant, policies: PolicyLookup): CrowdPlaceView {
  const { policy } = state;
  // Of a policy that is not known here only how old a count may be, and how a hold is told, would differ.
  const { crowd: rules } = policies(policy) ?? builtInPolicy();
  const { posture, since, counted, ratio, density, reasons, doubts } = crowdNow(state, zone, now, rules);
  return {
    zone: zone === '' ? null : zone,
    posture,
    since: iso(since),
    occupancy: counted?.people ?? null,
    measuredAt: counted === null ? null : iso(counted.at),
    kind: counted?.kind ?? null,
    capacity: state.measures.capacity,
    ratio: rounded(ratio),
    density: rounded(density),
    reasons,
    policy: { id: policy.id, version: policy.version },
    doubts: doubts.map(({ word, since: first, text }) => ({ word, since: iso(first), text })),
    alertId,
  };
}

/** @param place null: no such zone is registered */
export function crowdForecastView({ zone, at, people }: ForecastPeak, place: CrowdPlace | null, rules: CrowdRules): CrowdForecastView {
  const { posture, ratio, density } = crowdForecast(people, place ?? UNMEASURED, rules);
  return { zone: zone === '' ? null : zone, expectedAt: iso(at), occupancy: people, posture, ratio: rounded(ratio), density: rounded(density) };
}

/** Three decimals, downwards: 0.9996 of a capacity is not yet all of it. */
const rounded = (value: number | null): number | null => (value === null ? null : Math.floor(value * 1_000) / 1_000);
