import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { RISK_LEVELS, type RiskLevel } from '@vong-gac/domain';

export class BilingualView {
  @ApiProperty({ description: 'Vietnamese', example: 'Đánh nhau' })
  vi!: string;

  @ApiProperty({ description: 'English', example: 'Fight' })
  en!: string;
}

export class DefectView {
  @ApiProperty({ description: 'JSON pointer into `data`, or `ce:` and an attribute of the envelope', example: '/occurredAt' })
  path!: string;

  @ApiProperty({ description: 'What was wrong and set aside; the event counts without it', example: 'is 2 hours ahead; the envelope’s time was taken' })
  problem!: string;
}

export class ReasonView {
  @ApiProperty({ example: 'floor-weapon' })
  rule!: string;

  @ApiProperty({ type: BilingualView, example: { vi: 'Có hung khí', en: 'A weapon is involved' } })
  text!: BilingualView;

  @ApiPropertyOptional({ type: 'integer', minimum: 0, description: 'What it added to the score; absent: nothing', example: 25 })
  points?: number;

  @ApiPropertyOptional({ enum: RISK_LEVELS, description: 'It keeps the level at this at least', example: 'high' })
  floor?: RiskLevel;

  @ApiPropertyOptional({ enum: RISK_LEVELS, description: 'It keeps the level at this at most, unless a floor is higher', example: 'moderate' })
  cap?: RiskLevel;
}

export class PointView {
  @ApiProperty({ example: 21.33, description: 'WGS 84 degrees' })
  lat!: number;

  @ApiProperty({ example: 105.715 })
  lon!: number;
}
