import { Entity, PrimaryColumn } from 'typeorm';
import { BigInteger, Integer, KeyInteger, KeyWord } from './column-kinds';

@Entity('incident_days', { comment: 'Actual incidents a day (in Việt Nam), corrections and reports that joined a happening not counted, kept in the transaction that stores them.' })
export class IncidentDayRow {
  @KeyWord('site_id') siteId!: string;
  @PrimaryColumn('date', { name: 'day' }) day!: string;
  @KeyWord('category') category!: string;
  /** Of the event's record: two writers never wait for each other. */
  @KeyInteger('partition') partition!: number;
  @BigInteger('count') count!: number;
}

@Entity('visitor_days', { comment: 'The most guests that were counted (and believed) or declared for the whole site on a day.' })
export class VisitorDayRow {
  @KeyWord('site_id') siteId!: string;
  @PrimaryColumn('date', { name: 'day' }) day!: string;
  @KeyInteger('partition') partition!: number;
  @Integer('peak') peak!: number;
}
