import { Check, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import { At, Integer, NULLABLE, Small, Text, Uuid, Word } from './column-kinds';

@Entity('alerts', { comment: 'One row per thread of incidents that must be told.' })
@Unique('alerts_thread', ['source', 'firstId', 'siteId', 'status'])
@Index('alerts_newest', { synchronize: false })
@Index('alerts_open', ['id'], { where: `alert_status IN ('pending', 'delivered')` })
export class AlertRow {
  @PrimaryColumn('uuid', { name: 'id' }) id!: string;
  @Word('source') source!: string;
  @Word('site_id') siteId!: string;
  /** CAP status of the thread. */
  @Word('status') status!: string;
  @Word('first_id') firstId!: string;
  @Small('level') level!: number;
  @Small('highest_level') highestLevel!: number;
  @Word('alert_status') alertStatus!: string;
  @Integer('revision') revision!: number;
  @Integer('raised_revision') raisedRevision!: number;
  @Word('raise_event_id') raiseEventId!: string;
  @Word('raise_source') raiseSource!: string;
  @Small('escalation') escalation!: number;
  @At('raised_at') raisedAt!: Date;
  @At('acknowledge_by', NULLABLE) acknowledgeBy!: Date | null;
  @Word('police_body_id') policeBodyId!: string;
  @Text('data', { comment: 'What a message about this alert says of the incident, the site and the reasons, JSON (contracts: AlertContent).' }) data!: string;
  @Text('acknowledged_by', NULLABLE) acknowledgedBy!: string | null;
  @At('acknowledged_at', NULLABLE) acknowledgedAt!: Date | null;
  @Text('acknowledge_note', NULLABLE) acknowledgeNote!: string | null;
  @Text('closed_by', NULLABLE) closedBy!: string | null;
  @At('closed_at', NULLABLE) closedAt!: Date | null;
  @Text('close_note', NULLABLE) closeNote!: string | null;
  @Word('disposition', NULLABLE) disposition!: string | null;
  @At('changed_at') changedAt!: Date;
}

@Entity('deliveries', { comment: 'Outbox and delivery log: one row per (alert, change, receiver), and one per receipt. The body never changes once written.' })
@Check('deliveries_kind_check', `kind IN ('alert', 'receipt')`)
@Check('deliveries_state_check', `state IN ('waiting', 'delivered')`)
@Check('deliveries_check', `(kind = 'alert') = (alert_id IS NOT NULL)`)
@Index('deliveries_due', ['receiverId', 'nextAttemptAt'], { where: `state = 'waiting'` })
@Index('deliveries_alert', ['alertId'], { where: 'alert_id IS NOT NULL' })
export class DeliveryRow {
  @PrimaryColumn('uuid', { name: 'id' }) id!: string;
  @Word('kind') kind!: string;
  @Word('receiver_id') receiverId!: string;
  @Uuid('alert_id', NULLABLE) alertId!: string | null;
  @Word('change', NULLABLE) change!: string | null;
  @Integer('revision', NULLABLE) revision!: number | null;
  @Small('escalation', NULLABLE) escalation!: number | null;
  @Word('raise_event_id', NULLABLE) raiseEventId!: string | null;
  @Text('message_key') messageKey!: string;
  @Text('body') body!: string;
  @Word('state', { default: 'waiting' }) state!: string;
  @At('created_at') createdAt!: Date;
  @At('next_attempt_at') nextAttemptAt!: Date;
  @At('leased_until', NULLABLE) leasedUntil!: Date | null;
  @Text('leased_by', NULLABLE) leasedBy!: string | null;
  @Integer('attempts', { default: 0 }) attempts!: number;
  @Text('last_answer', NULLABLE) lastAnswer!: string | null;
  @At('delivered_at', NULLABLE) deliveredAt!: Date | null;
}
