import { ApiProperty } from '@nestjs/swagger';
import type { AlertContent } from '@vong-gac/contracts';
import { DISPOSITIONS, RISK_LEVELS } from '@vong-gac/domain';
import type { AlertRecord } from '@vong-gac/database';
import { BilingualView, ReasonView } from '../openapi/shared.view';
import { iso, isoOrNull } from '../time';

export const ALERT_STATUSES = ['pending', 'delivered', 'acknowledged', 'en-route', 'on-scene', 'closed', 'cancelled'] as const;

export class OfficerMarkView {
  @ApiProperty({ example: 'Trung uý Nguyễn Văn An' })
  by!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-23T13:05:30.000Z' })
  at!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Tổ tuần tra đang đến' })
  note!: string | null;
}

export class ClosureView extends OfficerMarkView {
  @ApiProperty({ enum: DISPOSITIONS, example: 'settled' })
  disposition!: string;
}

/** An alert as it stands. The content is that of the messages about it (docs/asyncapi.yaml). */
export class AlertView {
  @ApiProperty({ format: 'uuid', example: '7d8a4a8e-5f0d-5a2b-9a41-0b6d2f1c3e77' })
  alertId!: string;

  @ApiProperty({ type: 'integer', description: 'Rises with each change sent; give it with acknowledge and close', example: 1 })
  revision!: number;

  @ApiProperty({ enum: RISK_LEVELS, description: 'Of its last event', example: 'critical' })
  level!: string;

  @ApiProperty({ enum: RISK_LEVELS, example: 'critical' })
  highestLevel!: string;

  @ApiProperty({ enum: ALERT_STATUSES, example: 'delivered' })
  alertStatus!: string;

  @ApiProperty({ enum: ['Actual', 'Exercise', 'Test'], example: 'Actual' })
  status!: string;

  @ApiProperty({ type: 'integer', description: '0: with the body responsible; 1: also with its parent', example: 0 })
  escalation!: number;

  @ApiProperty({ format: 'date-time', example: '2026-11-23T13:04:11.400Z' })
  raisedAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-23T13:07:11.400Z' })
  acknowledgeBy!: string | null;

  @ApiProperty({ description: 'The body in whose jurisdiction it occurred', example: 'ca-xuan-hoa' })
  policeBodyId!: string;

  @ApiProperty({ example: '/sites/dai-lai/security' })
  source!: string;

  @ApiProperty({ description: 'First event id of its thread', example: '2026-11-23-0017' })
  firstId!: string;

  @ApiProperty({ type: BilingualView, example: { vi: 'Đánh nhau: Sân khấu, Khu nghỉ dưỡng hồ Đại Lải (mức cao)', en: 'Fight: Sân khấu, Khu nghỉ dưỡng hồ Đại Lải (high)' } })
  headline!: BilingualView;

  @ApiProperty({ type: BilingualView, nullable: true, description: 'Two or three sentences on why it has its level' })
  explanation!: BilingualView | null;

  @ApiProperty({ type: [ReasonView] })
  reasons!: ReasonView[];

  @ApiProperty({ type: Object, additionalProperties: true, description: 'What happened, as it was told' })
  incident!: AlertContent['incident'];

  @ApiProperty({ type: Object, additionalProperties: true, example: { id: 'dai-lai', name: 'Khu nghỉ dưỡng hồ Đại Lải', phone: '0211 000 000', lat: 21.33, lon: 105.715 } })
  site!: AlertContent['site'];

  @ApiProperty({ type: Object, nullable: true, additionalProperties: true, example: { id: 'stage', name: 'Sân khấu' } })
  zone!: AlertContent['zone'];

  @ApiProperty({ type: Object, nullable: true, additionalProperties: true, example: { count: 1205, capacity: 1500, measuredAt: '2026-11-23T13:00:00.000Z' } })
  occupancy!: AlertContent['occupancy'];

  @ApiProperty({ description: 'A page to read and acknowledge it on a phone', example: 'http://127.0.0.1:3000/a/7d8a4a8e-5f0d-5a2b-9a41-0b6d2f1c3e77' })
  link!: string;

  @ApiProperty({ type: OfficerMarkView, nullable: true, description: 'The last acknowledgement; one before `raisedAt` was of an earlier raise' })
  acknowledged!: OfficerMarkView | null;

  @ApiProperty({ type: ClosureView, nullable: true })
  closed!: ClosureView | null;

  @ApiProperty({ format: 'date-time' })
  changedAt!: string;
}

export class AlertPageView {
  @ApiProperty({ type: [AlertView] })
  items!: AlertView[];

  @ApiProperty({ type: String, nullable: true, description: 'Give it as `after` for the next page; null: there is no more' })
  next!: string | null;
}

/** What is stored of an alert's message. The product alone writes this column. */
export function contentOf(alert: AlertRecord): AlertContent {
  return JSON.parse(alert.content) as AlertContent;
}

export function alertView(alert: AlertRecord, publicUrl: string): AlertView {
  const { state } = alert;
  const { headline, explanation, reasons, incident, site, zone, occupancy } = contentOf(alert);
  return {
    alertId: alert.id,
    revision: state.revision,
    level: state.level,
    highestLevel: state.highestLevel,
    alertStatus: state.alertStatus,
    status: state.thread.status,
    escalation: state.escalation,
    raisedAt: iso(state.raisedAt),
    acknowledgeBy: isoOrNull(state.acknowledgeBy),
    policeBodyId: state.policeBodyId,
    source: state.thread.source,
    firstId: state.thread.firstId,
    headline,
    explanation: explanation ?? null,
    reasons,
    incident,
    site,
    zone,
    occupancy,
    link: `${publicUrl}/a/${alert.id}`,
    acknowledged: alert.acknowledged === null ? null : { ...alert.acknowledged, at: iso(alert.acknowledged.at) },
    closed: alert.closed === null ? null : { ...alert.closed, at: iso(alert.closed.at) },
    changedAt: iso(alert.changedAt),
  };
}
