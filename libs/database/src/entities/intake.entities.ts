import { Check, Entity, Index, Unique } from 'typeorm';
import { At, BigInteger, Bytes, Integer, KeyInteger, KeyWord, NULLABLE, RowNumber, Stretches, Text, Word } from './column-kinds';

@Entity('intake_ledger', {
  comment: "Per partition: how every offset ended. Changed in the transaction that writes the rows; the authority over Kafka's group offset.",
})
@Check('intake_ledger_adds_up', 'stored + duplicate + quarantined + absent + lost = next_offset - first_offset')
@Index('intake_ledger_open', ['topic', 'partition'], { unique: true, where: 'closed_at IS NULL' })
export class IntakeLedgerRow {
  @KeyWord('topic') topic!: string;
  @KeyInteger('partition') partition!: number;
  @KeyInteger('generation') generation!: number;
  @BigInteger('first_offset') firstOffset!: number;
  @BigInteger('next_offset') nextOffset!: number;
  @BigInteger('stored', { default: 0 }) stored!: number;
  @BigInteger('duplicate', { default: 0 }) duplicate!: number;
  @BigInteger('quarantined', { default: 0 }) quarantined!: number;
  /** Offsets for which Kafka holds no record (control records). */
  @BigInteger('absent', { default: 0 }) absent!: number;
  /** Offsets below Kafka's log start that were never read (retention). */
  @BigInteger('lost', { default: 0 }) lost!: number;
  @BigInteger('last_offset', NULLABLE) lastOffset!: number | null;
  @At('last_timestamp', NULLABLE) lastTimestamp!: Date | null;
  @Bytes('last_digest', NULLABLE) lastDigest!: Buffer | null;
  @Text('stopped_reason', NULLABLE) stoppedReason!: string | null;
  @BigInteger('lost_accepted', { default: 0 }) lostAccepted!: number;
  @Text('lost_accepted_by', NULLABLE) lostAcceptedBy!: string | null;
  @At('closed_at', NULLABLE) closedAt!: Date | null;
  @Text('closed_by', NULLABLE) closedBy!: string | null;
  @At('opened_at') openedAt!: Date;
  @At('changed_at') changedAt!: Date;
  /** Of `stored`: visitor volumes; the others are incidents. */
  @BigInteger('stored_volumes', { default: 0 }) storedVolumes!: number;
  /** Of `duplicate`: visitor volumes. */
  @BigInteger('duplicate_volumes', { default: 0 }) duplicateVolumes!: number;
  /** Which those of `lost` are (booked before this column was there: not known). */
  @Stretches('lost_offsets', { default: '{}' }) lostOffsets!: string;
}

@Entity('quarantine')
@Unique('quarantine_record', ['topic', 'partition', 'generation', 'offset'])
@Check('quarantine_state_check', `state IN ('held', 'released', 'discarded')`)
@Index('quarantine_event', ['source', 'eventId'], { where: 'source IS NOT NULL' })
export class QuarantineRow {
  @RowNumber('id') id!: number;
  @Word('topic') topic!: string;
  @Integer('partition') partition!: number;
  @Integer('generation') generation!: number;
  @BigInteger('offset') offset!: number;
  @At('kafka_time') kafkaTime!: Date;
  @Bytes('key', NULLABLE) key!: Buffer | null;
  @Text('headers', { comment: 'JSON array of [name, value as base64], in order, repeats kept.' }) headers!: string;
  /** null: the record had no value, or its bytes were discarded (`value_bytes` tells which). */
  @Bytes('value', NULLABLE) value!: Buffer | null;
  @Integer('value_bytes') valueBytes!: number;
  @Bytes('value_sha256') valueSha256!: Buffer;
  @Word('reason') reason!: string;
  @Text('detail') detail!: string;
  @Word('source', NULLABLE) source!: string | null;
  @Word('event_id', NULLABLE) eventId!: string | null;
  @At('first_seen') firstSeen!: Date;
  @Word('state', { default: 'held' }) state!: string;
  @Text('state_by', NULLABLE) stateBy!: string | null;
  @At('state_at', NULLABLE) stateAt!: Date | null;
}
