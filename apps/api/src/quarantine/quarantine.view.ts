import { ApiProperty } from '@nestjs/swagger';
import { REJECTION_REASONS } from '@vong-gac/contracts';
import type { QuarantineDetail, QuarantineEntry } from '@vong-gac/database';
import { iso, isoOrNull } from '../time';

/** A quarantined record without its bytes. */
export class QuarantineView {
  @ApiProperty({ type: 'integer', example: 12 })
  id!: number;

  @ApiProperty({ example: 'incident.reported' })
  topic!: string;

  @ApiProperty({ type: 'integer', example: 3 })
  partition!: number;

  @ApiProperty({ type: 'integer', description: 'Rises when the topic was recreated', example: 0 })
  generation!: number;

  @ApiProperty({ type: 'integer', example: 4711 })
  offset!: number;

  @ApiProperty({ format: 'date-time', description: 'The record’s timestamp' })
  kafkaTime!: string;

  @ApiProperty({ type: 'integer', example: 612 })
  valueBytes!: number;

  @ApiProperty({ example: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' })
  valueSha256!: string;

  @ApiProperty({ enum: REJECTION_REASONS, example: 'unknown-site' })
  reason!: string;

  @ApiProperty({ example: '/siteId "dai-lay" is no registered site. Register it (seed --sites), or correct siteId.' })
  detail!: string;

  @ApiProperty({ type: String, nullable: true, example: '/sites/dai-lai/security' })
  source!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '2026-11-23-0017' })
  eventId!: string | null;

  @ApiProperty({ format: 'date-time' })
  firstSeen!: string;

  @ApiProperty({ enum: ['held', 'released', 'discarded'], example: 'held' })
  state!: string;

  @ApiProperty({ type: String, nullable: true, example: null })
  stateBy!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  stateAt!: string | null;
}

export class QuarantinePageView {
  @ApiProperty({ type: [QuarantineView] })
  items!: QuarantineView[];

  @ApiProperty({ type: 'integer', nullable: true, description: 'Give it as `after` for the next page; null: there is no more' })
  next!: number | null;
}

export class HeaderView {
  @ApiProperty({ example: 'content-type' })
  name!: string;

  @ApiProperty({ description: 'base64', example: 'YXBwbGljYXRpb24vanNvbg==' })
  value!: string;
}

/** A quarantined record with its headers and the beginning of its value. */
export class QuarantineDetailView extends QuarantineView {
  @ApiProperty({ type: String, nullable: true, description: 'base64', example: 'ZGFpLWxhaQ==' })
  key!: string | null;

  @ApiProperty({ type: [HeaderView] })
  headers!: HeaderView[];

  @ApiProperty({ type: String, nullable: true, description: 'The first bytes of the value, base64; null: discarded, or a record without a value', example: 'eyJzcGVj' })
  value!: string | null;

  @ApiProperty({ description: '`value` is not the whole', example: false })
  valueCut!: boolean;
}

export function quarantineView(row: QuarantineEntry): QuarantineView {
  return { ...row, kafkaTime: iso(row.kafkaTime), firstSeen: iso(row.firstSeen), stateAt: isoOrNull(row.stateAt) };
}

export function quarantineDetailView({ key, headers, valueStart, ...row }: QuarantineDetail): QuarantineDetailView {
  return {
    ...quarantineView(row),
    key: key?.toString('base64') ?? null,
    headers: headers.map(([name, value]) => ({ name, value: value.toString('base64') })),
    value: valueStart?.toString('base64') ?? null,
    valueCut: valueStart !== null && valueStart.length < row.valueBytes,
  };
}
