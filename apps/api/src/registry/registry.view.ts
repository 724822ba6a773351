import { ApiProperty } from '@nestjs/swagger';
import type { AdminUnit, PoliceBody, Registry, Site } from '@vong-gac/domain';
import { BilingualView } from '../openapi/shared.view';

export class ZoneView {
  @ApiProperty({ example: 'stage' })
  id!: string;

  @ApiProperty({ example: 'Sân khấu' })
  name!: string;

  @ApiProperty({ type: Number, nullable: true, example: 1000 })
  areaM2!: number | null;

  @ApiProperty({ type: 'integer', nullable: true, example: 1500 })
  capacity!: number | null;

  @ApiProperty({ description: 'Open water in or beside it', example: false })
  water!: boolean;

  @ApiProperty({ type: Number, nullable: true, description: 'Metres of all level exits together', example: 12 })
  exitWidthM!: number | null;
}

export class SiteView {
  @ApiProperty({ example: 'dai-lai' })
  id!: string;

  @ApiProperty({ example: 'Khu nghỉ dưỡng hồ Đại Lải' })
  name!: string;

  @ApiProperty({ example: 'resort' })
  kind!: string;

  @ApiProperty({ example: '08749' })
  unitCode!: string;

  @ApiProperty({ description: 'The day as of which `unitCode` is to be read', example: '2025-02-28' })
  unitAsOf!: string;

  @ApiProperty({ example: 21.33 })
  lat!: number;

  @ApiProperty({ example: 105.715 })
  lon!: number;

  @ApiProperty({ type: 'integer', example: 5500 })
  capacity!: number;

  @ApiProperty({ type: String, nullable: true, example: '0211 000 000' })
  phone!: string | null;

  @ApiProperty({ type: [ZoneView] })
  zones!: ZoneView[];
}

export class SitesView {
  @ApiProperty({ type: [SiteView] })
  items!: SiteView[];
}

export class UnitView {
  @ApiProperty({ example: '08746' })
  code!: string;

  @ApiProperty({ example: 'Phường Xuân Hòa' })
  name!: string;

  @ApiProperty({ enum: ['commune', 'district', 'province'], example: 'commune' })
  level!: string;

  @ApiProperty({ type: String, nullable: true, example: '2025-07-01' })
  validFrom!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  validTo!: string | null;
}

export class BodyView {
  @ApiProperty({ example: 'ca-xuan-hoa' })
  id!: string;

  @ApiProperty({ example: 'Công an phường Xuân Hòa' })
  name!: string;

  @ApiProperty({ enum: ['commune', 'province'], example: 'commune' })
  level!: string;

  @ApiProperty({ type: String, nullable: true, example: '0211 000 113' })
  phone!: string | null;
}

export class NoteView {
  @ApiProperty({ example: 'jurisdiction-several-predecessors' })
  rule!: string;

  @ApiProperty({ type: BilingualView })
  text!: BilingualView;
}

/** Who was responsible for a place, as of one moment, by what was recorded at another. */
export class JurisdictionView {
  @ApiProperty({ example: 'dai-lai' })
  siteId!: string;

  @ApiProperty({ format: 'date-time', description: 'When it was so' })
  at!: string;

  @ApiProperty({ format: 'date-time', description: 'By what was recorded then' })
  known!: string;

  @ApiProperty({ type: [UnitView], description: 'The unit that held the site, and those above it' })
  units!: UnitView[];

  @ApiProperty({ type: BodyView, description: 'In whose jurisdiction it occurred' })
  body!: BodyView;

  @ApiProperty({ type: BodyView, description: 'Who answers for it today' })
  responsibleNow!: BodyView;

  @ApiProperty({ type: [BodyView], description: 'The way an unacknowledged alert goes today, the responsible body first' })
  escalation!: BodyView[];

  @ApiProperty({ type: NoteView, nullable: true, description: 'Why the body of the day could not be told, and another was taken' })
  note!: NoteView | null;
}

export function siteView(site: Site, registry: Registry): SiteView {
  const zones = [...registry.zones.values()].filter((zone) => zone.siteId === site.id);
  return { ...site, zones: zones.map(({ id, name, areaM2, capacity, water, exitWidthM }) => ({ id, name, areaM2, capacity, water, exitWidthM })) };
}

export function unitView({ code, name, level, validFrom, validTo }: AdminUnit): UnitView {
  return { code, name, level, validFrom, validTo };
}

export function bodyView({ id, name, level, phone }: PoliceBody): BodyView {
  return { id, name, level, phone };
}
