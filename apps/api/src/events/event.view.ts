import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { REJECTION_REASONS } from '@vong-gac/contracts';
import { IMPLAUSIBLE, RISK_LEVELS } from '@vong-gac/domain';
import type { PublishOutcome, StoredIncident, StoredVolume } from '@vong-gac/database';
import { ALERT_STATUSES } from '../alerts/alert.view';
import { DefectView } from '../openapi/shared.view';
import { iso } from '../time';

export class ReceiptView {
  @ApiProperty({ type: String, nullable: true, example: '/sites/dai-lai/security' })
  source!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '2026-11-23-0017' })
  id!: string | null;

  @ApiProperty({ enum: ['accepted', 'accepted-with-defects', 'rejected'], example: 'accepted' })
  outcome!: string;

  @ApiPropertyOptional({ enum: REJECTION_REASONS, description: 'Of a rejected event' })
  reason?: string;

  @ApiPropertyOptional({ description: 'Names the path, what is wrong and the remedy' })
  detail?: string;

  @ApiPropertyOptional({ type: [DefectView], description: 'Details that are wrong and set aside; the event counts' })
  defects?: DefectView[];
}

export class BatchReceiptView {
  @ApiProperty({ type: 'integer', example: 2 })
  accepted!: number;

  @ApiProperty({ type: 'integer', example: 0 })
  rejected!: number;

  @ApiProperty({ type: [ReceiptView], description: 'One per event, in the order of the batch' })
  receipts!: ReceiptView[];
}

export class AlertOfEventView {
  @ApiProperty({ format: 'uuid' })
  alertId!: string;

  @ApiProperty({ enum: ALERT_STATUSES, example: 'acknowledged' })
  alertStatus!: string;

  @ApiProperty({ type: 'integer', example: 2 })
  revision!: number;

  @ApiProperty({ enum: RISK_LEVELS, example: 'high' })
  level!: string;

  @ApiProperty({ example: 'http://127.0.0.1:3000/a/7d8a4a8e-5f0d-5a2b-9a41-0b6d2f1c3e77' })
  link!: string;
}

export class StoredVolumeView {
  @ApiProperty({ example: 'dai-lai' })
  siteId!: string;

  @ApiProperty({ format: 'date-time' })
  measuredAt!: string;

  @ApiProperty({ format: 'date-time' })
  receivedAt!: string;

  @ApiProperty({ type: [DefectView] })
  defects!: DefectView[];

  @ApiProperty({ type: String, enum: IMPLAUSIBLE, nullable: true, description: 'Why the count is not believed; null: it is, or nothing was asked of it', example: null })
  implausible!: string | null;
}

export class StoredIncidentView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: 'dai-lai' })
  siteId!: string;

  @ApiProperty({ enum: ['Actual', 'Exercise', 'Test'], example: 'Actual' })
  status!: string;

  @ApiProperty({ enum: RISK_LEVELS, example: 'high' })
  level!: string;

  @ApiProperty({ format: 'date-time' })
  receivedAt!: string;

  @ApiProperty({ type: [DefectView] })
  defects!: DefectView[];

  @ApiProperty({ type: AlertOfEventView, nullable: true })
  alert!: AlertOfEventView | null;
}

export class QuarantinedView {
  @ApiProperty({ type: 'integer', description: 'Id of the quarantine row', example: 12 })
  quarantineId!: number;

  @ApiProperty({ enum: REJECTION_REASONS, example: 'unknown-site' })
  reason!: string;

  @ApiProperty({ example: '/siteId "dai-lay" is no registered site. Register it (seed --sites), or correct siteId.' })
  detail!: string;

  @ApiProperty({ enum: ['held', 'released', 'discarded'], example: 'held' })
  state!: string;

  @ApiProperty({ format: 'date-time' })
  firstSeen!: string;
}

/** What became of an event. */
export class EventOutcomeView {
  @ApiProperty({ example: '/sites/dai-lai/security' })
  source!: string;

  @ApiProperty({ example: '2026-11-23-0017' })
  id!: string;

  @ApiProperty({ enum: ['stored', 'quarantined'], example: 'stored' })
  outcome!: string;

  @ApiProperty({ type: 'integer', description: 'How often the same content came again', example: 0 })
  duplicates!: number;

  @ApiProperty({ type: StoredIncidentView, nullable: true })
  incident!: StoredIncidentView | null;

  @ApiProperty({ type: StoredVolumeView, nullable: true })
  volume!: StoredVolumeView | null;

  @ApiProperty({ type: [QuarantinedView], description: 'Records of this source and id that were quarantined, newest first' })
  quarantined!: QuarantinedView[];
}

/** @returns null: nothing is known of it. */
export function eventOutcomeView(source: string, id: string, { incident, volume, quarantined }: PublishOutcome, publicUrl: string): EventOutcomeView | null {
  if (incident === null && volume === null && quarantined.length === 0) return null;
  return {
    source,
    id,
    outcome: incident === null && volume === null ? 'quarantined' : 'stored',
    duplicates: (incident?.duplicates ?? 0) + (volume?.duplicates ?? 0),
    incident: incident === null ? null : storedIncidentView(incident, publicUrl),
    volume: volume === null ? null : storedVolumeView(volume),
    quarantined: quarantined.map(({ id: quarantineId, firstSeen, ...rest }) => ({ quarantineId, ...rest, firstSeen: iso(firstSeen) })),
  };
}

function storedIncidentView({ alert, receivedAt, id, siteId, status, level, defects }: StoredIncident, publicUrl: string): StoredIncidentView {
  return {
    id, siteId, status, level, defects,
    receivedAt: iso(receivedAt),
    alert: alert === null ? null : { alertId: alert.id, alertStatus: alert.alertStatus, revision: alert.revision, level: alert.level, link: `${publicUrl}/a/${alert.id}` },
  };
}

function storedVolumeView({ measuredAt, receivedAt, siteId, defects, implausible }: StoredVolume): StoredVolumeView {
  return { siteId, defects, implausible, measuredAt: iso(measuredAt), receivedAt: iso(receivedAt) };
}
