import { Check, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import { At, BigInteger, Flag, Float, Integer, KeyWord, NULLABLE, Small, Text, Word } from './column-kinds';

@Entity('incidents')
@Unique('incidents_event', ['source', 'eventId'])
@Index('incidents_corrects', ['source', 'corrects'], { where: 'corrects IS NOT NULL' })
@Index('incidents_situation', ['founderSource', 'founderFirstId'], { where: 'founder_source IS NOT NULL' })
@Index('incidents_thread', ['source', 'firstId'], { where: 'corrects IS NOT NULL' })
export class IncidentRow {
  @PrimaryColumn('uuid', {
    name: 'id',
    comment: 'Derived: milliseconds of occurred_at (48 bits), then a hash of source and event id. One index serves the key, the time range and the stable cursor.',
  })
  id!: string;
  @Word('source') source!: string;
  @Word('event_id') eventId!: string;
  @Word('site_id') siteId!: string;
  @Word('category') category!: string;
  @Text('category_as_sent') categoryAsSent!: string;
  @At('occurred_at') occurredAt!: Date;
  @At('reported_at', NULLABLE) reportedAt!: Date | null;
  @At('received_at') receivedAt!: Date;
  @Word('status') status!: string;
  @Word('severity', NULLABLE) severity!: string | null;
  @Word('urgency', NULLABLE) urgency!: string | null;
  @Word('certainty', NULLABLE) certainty!: string | null;
  @Small('verification', NULLABLE) verification!: number | null;
  @Text('zone', NULLABLE) zone!: string | null;
  @Float('lat', NULLABLE) lat!: number | null;
  @Float('lon', NULLABLE) lon!: number | null;
  @Text('description', NULLABLE) description!: string | null;
  @Integer('injured', NULLABLE) injured!: number | null;
  @Integer('involved', NULLABLE) involved!: number | null;
  @Flag('weapon', NULLABLE) weapon!: boolean | null;
  @Word('corrects', NULLABLE) corrects!: string | null;
  @Word('first_id') firstId!: string;
  @Word('founder_source', { nullable: true, comment: 'The thread that founded the situation which this incident joined; null: it joined none, and speaks for its own thread.' })
  founderSource!: string | null;
  @Word('founder_first_id', NULLABLE) founderFirstId!: string | null;
  @Flag('backfill') backfill!: boolean;
  @Small('level', { comment: '0 low, 1 moderate, 2 high, 3 critical' }) level!: number;
  @Integer('score') score!: number;
  @Word('police_body_id') policeBodyId!: string;
  @Text('assessment', { comment: 'Policy, context used and reasons, JSON, canonical bytes.' }) assessment!: string;
  @Text('defects', NULLABLE) defects!: string | null;
  @Text('original', { comment: 'The record value as it came, exact text.' }) original!: string;
  @Text('envelope', { nullable: true, comment: 'The ce_ headers of a binary CloudEvent as a JSON object; null where the value is the whole event.' })
  envelope!: string | null;
  @Integer('kafka_partition') kafkaPartition!: number;
  @Integer('kafka_generation') kafkaGeneration!: number;
  @BigInteger('kafka_offset', { comment: 'Within partition and generation: the order of arrival. Records of one send have the same received_at.' }) kafkaOffset!: number;
}

@Entity('visitor_volumes')
@Index('visitor_volumes_time', ['siteId', 'measuredAt'])
@Index('visitor_volumes_believed', { synchronize: false })
export class VisitorVolumeRow {
  @KeyWord('source') source!: string;
  @KeyWord('event_id') eventId!: string;
  @Word('site_id') siteId!: string;
  /** null: the whole site. */
  @Word('zone', NULLABLE) zone!: string | null;
  @At('measured_at') measuredAt!: Date;
  @At('received_at') receivedAt!: Date;
  @Integer('occupancy') occupancy!: number;
  @Integer('entered', NULLABLE) entered!: number | null;
  @Integer('left_count', NULLABLE) left!: number | null;
  @Integer('window_seconds', NULLABLE) windowSeconds!: number | null;
  @Word('kind') kind!: string;
  @Text('defects', NULLABLE) defects!: string | null;
  @Text('original') original!: string;
  @Text('envelope', NULLABLE) envelope!: string | null;
  @Word('implausible', { nullable: true, comment: 'Why the count is not believed, a machine word; null: it is, or nothing was asked of it.' }) implausible!: string | null;
  @Integer('crowd_revision', { nullable: true, comment: "Which revision of its place's crowd state it made; null: it changed history only." }) crowdRevision!: number | null;
}

@Entity('event_repeats', { comment: 'How often a stored event came again with the same content.' })
@Check('event_repeats_type_check', `type IN ('incident', 'volume')`)
export class EventRepeatRow {
  @KeyWord('type') type!: string;
  @KeyWord('source') source!: string;
  @KeyWord('event_id') eventId!: string;
  @BigInteger('count') count!: number;
  @At('last_at') lastAt!: Date;
}
