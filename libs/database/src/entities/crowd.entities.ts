import { Entity } from 'typeorm';
import { At, Integer, KeyInteger, KeyWord, NULLABLE, Text, Word } from './column-kinds';

@Entity('crowd_states', { comment: 'One row per place; zone empty: the whole site. Written only over the revision that it was computed from.' })
export class CrowdStateRow {
  @KeyWord('site_id') siteId!: string;
  @KeyWord('zone') zone!: string;
  @Integer('revision') revision!: number;
  @Text('state', { comment: 'All that the next reading is judged from, JSON, canonical bytes (domain: CrowdState).' }) state!: string;
  @Word('alert_source', NULLABLE) alertSource!: string | null;
  @Word('alert_first_id', NULLABLE) alertFirstId!: string | null;
  @At('changed_at') changedAt!: Date;
}

@Entity('crowd_changes', { comment: "Each change of a place's posture, of what is believed of it, of its measures and of its alert, with the volume that caused it." })
export class CrowdChangeRow {
  @KeyWord('site_id') siteId!: string;
  @KeyWord('zone') zone!: string;
  @KeyInteger('revision') revision!: number;
  @Word('source') source!: string;
  @Word('event_id') eventId!: string;
  @Text('data', { comment: 'What changed, the numbers and the reasons, JSON, canonical bytes (domain: CrowdChange).' }) data!: string;
}
