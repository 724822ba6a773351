import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** The product's table as an application that leaves everything to TypeORM would map it. */
@Entity('incidents')
export class Incident {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column('text')
  source!: string;

  @Column('text', { name: 'event_id' })
  eventId!: string;

  @Column('text', { name: 'site_id' })
  siteId!: string;

  @Column('text')
  category!: string;

  @Column('timestamptz', { name: 'occurred_at' })
  occurredAt!: Date;

  @Column('text')
  status!: string;

  @Column('text', { nullable: true })
  severity?: string;

  @Column('text', { nullable: true })
  urgency?: string;

  @Column('text', { nullable: true })
  certainty?: string;

  @Column('smallint', { nullable: true })
  verification?: number;

  @Column('text', { nullable: true })
  zone?: string | null;

  @Column('double precision', { nullable: true })
  lat?: number;

  @Column('double precision', { nullable: true })
  lon?: number;

  @Column('text', { nullable: true })
  description?: string;

  @Column('integer', { nullable: true })
  involved?: number;

  @Column('boolean', { nullable: true })
  weapon?: boolean;
}

export interface IncidentData {
  siteId: string;
  category: string;
  occurredAt: string;
  status: string;
  severity?: string;
  urgency?: string;
  certainty?: string;
  verification?: number;
  zone?: string | null;
  location?: { lat: number; lon: number };
  description?: string;
  involved?: number;
  weapon?: boolean;
}

export function toRow({ id, source, data }: { id: string; source: string; data: IncidentData }): Omit<Incident, 'id'> {
  const { siteId, category, occurredAt, status, severity, urgency, certainty, verification, zone, location, description, involved, weapon } = data;
  return { source, eventId: id, siteId, category, occurredAt: new Date(occurredAt), status, severity, urgency, certainty, verification, zone, lat: location?.lat, lon: location?.lon, description, involved, weapon };
}
