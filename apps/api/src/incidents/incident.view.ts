import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { categoryNames, explain, RISK_LEVELS, type RiskAssessment, type Thresholds } from '@vong-gac/domain';
import type { IncidentDetail, ListedIncident } from '@vong-gac/database';
import { BilingualView, DefectView, PointView } from '../openapi/shared.view';
import { iso, isoOrNull } from '../time';

export class CategoryView extends BilingualView {
  @ApiProperty({ example: 'violence.fight' })
  code!: string;

  @ApiProperty({ description: 'The word as the publisher sent it', example: 'violence.fight' })
  asSent!: string;
}

/** Where a situation began. */
export class FounderView {
  @ApiProperty({ example: '/sites/dai-lai/security' })
  source!: string;

  @ApiProperty({ description: 'First event id of the thread that founded it', example: '2026-11-23-0017' })
  firstId!: string;
}

/** A stored incident. Times are RFC 3339 in UTC. */
export class IncidentView {
  @ApiProperty({ format: 'uuid', example: '019ab0f3-1c00-8d1e-9c1a-5e0b6a3c7f21', description: 'Rises with `occurredAt`; also the cursor of a list' })
  id!: string;

  @ApiProperty({ example: '/sites/dai-lai/security' })
  source!: string;

  @ApiProperty({ description: 'CloudEvents id, unique per source', example: '2026-11-23-0017' })
  eventId!: string;

  @ApiProperty({ example: 'dai-lai' })
  siteId!: string;

  @ApiProperty({ type: String, nullable: true, example: 'stage' })
  zone!: string | null;

  @ApiProperty({ type: CategoryView })
  category!: CategoryView;

  @ApiProperty({ enum: RISK_LEVELS, example: 'high' })
  level!: string;

  @ApiProperty({ type: 'integer', example: 62 })
  score!: number;

  @ApiProperty({ enum: ['Actual', 'Exercise', 'Test'], example: 'Actual' })
  status!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-23T13:02:00.000Z' })
  occurredAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-23T13:04:10.000Z' })
  reportedAt!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-23T13:04:11.238Z' })
  receivedAt!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Hai nhóm khách xô xát trước sân khấu' })
  description!: string | null;

  @ApiProperty({ type: 'integer', nullable: true, example: 1 })
  injured!: number | null;

  @ApiProperty({ type: 'integer', nullable: true, example: 6 })
  involved!: number | null;

  @ApiProperty({ type: Boolean, nullable: true, example: false })
  weapon!: boolean | null;

  @ApiProperty({ type: 'integer', nullable: true, minimum: 0, maximum: 4, description: 'AVS-01, 0 none to 4 threat to life', example: 2 })
  verification!: number | null;

  @ApiProperty({ type: String, nullable: true, description: 'CAP 1.2', example: 'Severe' })
  severity!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Immediate' })
  urgency!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Observed' })
  certainty!: string | null;

  @ApiProperty({ type: PointView, nullable: true })
  location!: PointView | null;

  @ApiProperty({ description: 'The police body in whose jurisdiction it occurred', example: 'ca-xuan-hoa' })
  policeBodyId!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Event id of the same source that this one corrects', example: null })
  corrects!: string | null;

  @ApiProperty({ description: 'First event id of the thread: an incident and its corrections', example: '2026-11-23-0017' })
  firstId!: string;

  @ApiProperty({ type: FounderView, nullable: true, description: 'The thread that founded the situation (several reports of one happening) which it joined, and whose alert speaks for it; null: it joined none. The list with `alert` gives them all' })
  situation!: FounderView | null;

  @ApiProperty({ description: 'Loaded from an old log: raised no alert', example: false })
  backfill!: boolean;

  @ApiProperty({ type: [DefectView], description: 'Details that were wrong and set aside' })
  defects!: DefectView[];
}

export class IncidentPageView {
  @ApiProperty({ type: [IncidentView] })
  items!: IncidentView[];

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Give it as `after` for the next page; null: there is no more. Also in the header `Link`' })
  next!: string | null;
}

/** One incident with its assessment and the event as it came. */
export class IncidentDetailView extends IncidentView {
  @ApiProperty({ type: BilingualView, description: 'Two or three sentences on why it has its level' })
  explanation!: BilingualView;

  @ApiProperty({ type: Object, description: 'Policy, context used and every reason with its points or floor', additionalProperties: true })
  assessment!: RiskAssessment;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The alert of its thread, or of the situation that it joined' })
  alertId!: string | null;

  @ApiProperty({ description: 'The event as it came, exact text' })
  original!: string;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'The CloudEvents headers as JSON, where the event was sent in binary mode' })
  envelope!: string | null;
}

/** How a stored incident is shown. */
export function incidentView(row: ListedIncident): IncidentView {
  const { kind: _, category: code, categoryAsSent: asSent, ...rest } = row;
  return {
    ...rest,
    category: { code, asSent, ...categoryNames(code) },
    occurredAt: iso(row.occurredAt),
    reportedAt: isoOrNull(row.reportedAt),
    receivedAt: iso(row.receivedAt),
  };
}

export function incidentDetailView(row: IncidentDetail, thresholds: Thresholds | null): IncidentDetailView {
  const { assessment, alertId, original, envelope } = row;
  return { ...incidentView(row), explanation: explain(categoryNames(row.category), assessment, thresholds), assessment, alertId, original, envelope };
}
