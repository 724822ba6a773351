import { ApiProperty } from '@nestjs/swagger';
import { IMPLAUSIBLE } from '@vong-gac/domain';

export class VolumeStepView {
  @ApiProperty({ format: 'date-time', description: 'Where the step begins', example: '2026-11-23T13:00:00.000Z' })
  at!: string;

  @ApiProperty({ type: String, nullable: true, description: 'null: the whole site', example: 'stage' })
  zone!: string | null;

  @ApiProperty({ enum: ['measured', 'declared', 'forecast'], example: 'measured' })
  kind!: string;

  @ApiProperty({ type: 'integer', description: 'How many readings the step holds', example: 3 })
  readings!: number;

  @ApiProperty({ type: 'integer', description: 'People present: the least of the step', example: 880 })
  min!: number;

  @ApiProperty({ type: 'integer', description: 'The most', example: 1240 })
  max!: number;

  @ApiProperty({ type: 'integer', description: 'By the last reading', example: 1205 })
  last!: number;

  @ApiProperty({ type: 'integer', nullable: true, description: 'People who entered, summed over the readings that say so', example: 410 })
  entered!: number | null;

  @ApiProperty({ type: 'integer', nullable: true, example: 85 })
  left!: number | null;

  @ApiProperty({ type: 'integer', description: 'How many of the readings are not believed; they count above all the same, and no incident is judged by them', example: 0 })
  implausible!: number;

  @ApiProperty({ enum: IMPLAUSIBLE, isArray: true, description: 'Why', example: [] })
  implausibleReasons!: string[];
}

export class VolumesView {
  @ApiProperty({ example: 'dai-lai' })
  siteId!: string;

  @ApiProperty({ format: 'date-time' })
  from!: string;

  @ApiProperty({ format: 'date-time' })
  to!: string;

  @ApiProperty({ type: 'integer', example: 300 })
  stepSeconds!: number;

  @ApiProperty({ type: [VolumeStepView], description: 'In the order of time; a step without a reading is left out' })
  items!: VolumeStepView[];

  @ApiProperty({ description: 'There were more lines than one answer holds: ask for one zone or wider steps', example: false })
  truncated!: boolean;
}
