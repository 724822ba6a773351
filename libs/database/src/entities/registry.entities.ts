import { Check, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { At, BigInteger, Day, Flag, Float, Integer, KeyWord, NULLABLE, RowNumber, Text, Word } from './column-kinds';

/** One row: its version rises with every change of the registry, so that intake knows when to load it again. */
@Entity('registry_version')
@Check('registry_version_only_row_check', 'only_row')
export class RegistryVersionRow {
  @PrimaryColumn('boolean', { name: 'only_row', default: true }) onlyRow!: boolean;
  @BigInteger('version') version!: number;
  @At('changed_at') changedAt!: Date;
}

/** valid_*: when it was so (days in Việt Nam, half-open); recorded_*: when we knew it. */
@Entity('units')
@Check('units_level_check', `level IN ('commune', 'district', 'province')`)
@Index('units_key', { synchronize: false })
export class UnitRow {
  @RowNumber('row_id') rowId!: number;
  @Word('code') code!: string;
  @Day('valid_from', NULLABLE) validFrom!: string | null;
  @Day('valid_to', NULLABLE) validTo!: string | null;
  @Text('name') name!: string;
  @Word('level') level!: string;
  @Word('parent_code', NULLABLE) parentCode!: string | null;
  @At('recorded_from') recordedFrom!: Date;
  @At('recorded_to', NULLABLE) recordedTo!: Date | null;
}

@Entity('unit_successions')
@Index('unit_successions_key', { synchronize: false })
export class UnitSuccessionRow {
  @RowNumber('row_id') rowId!: number;
  @Word('from_code') fromCode!: string;
  @Day('from_valid_from', NULLABLE) fromValidFrom!: string | null;
  @Word('to_code') toCode!: string;
  @Day('to_valid_from', NULLABLE) toValidFrom!: string | null;
  @Day('on_date') onDate!: string;
  @At('recorded_from') recordedFrom!: Date;
  @At('recorded_to', NULLABLE) recordedTo!: Date | null;
}

@Entity('bodies')
@Check('bodies_level_check', `level IN ('commune', 'province')`)
export class BodyRow {
  @KeyWord('id') id!: string;
  @Text('name') name!: string;
  @Word('unit_code') unitCode!: string;
  @Word('level') level!: string;
  @Word('parent_id', NULLABLE) parentId!: string | null;
  @Day('valid_from', NULLABLE) validFrom!: string | null;
  @Day('valid_to', NULLABLE) validTo!: string | null;
  @Text('phone', NULLABLE) phone!: string | null;
  @PrimaryColumn('timestamptz', { name: 'recorded_from' }) recordedFrom!: Date;
  @At('recorded_to', NULLABLE) recordedTo!: Date | null;
}

@Entity('body_successions')
export class BodySuccessionRow {
  @KeyWord('body_id') bodyId!: string;
  @KeyWord('predecessor_id') predecessorId!: string;
  @PrimaryColumn('timestamptz', { name: 'recorded_from' }) recordedFrom!: Date;
  @At('recorded_to', NULLABLE) recordedTo!: Date | null;
}

@Entity('sites')
export class SiteRow {
  @KeyWord('id') id!: string;
  @Text('name') name!: string;
  @Text('kind') kind!: string;
  @Word('unit_code') unitCode!: string;
  /** The day as of which `unit_code` is to be read. */
  @Day('unit_as_of') unitAsOf!: string;
  @Float('lat') lat!: number;
  @Float('lon') lon!: number;
  @Integer('capacity') capacity!: number;
  @Text('phone', NULLABLE) phone!: string | null;
  @PrimaryColumn('timestamptz', { name: 'recorded_from' }) recordedFrom!: Date;
  @At('recorded_to', NULLABLE) recordedTo!: Date | null;
}

@Entity('zones')
export class ZoneRow {
  @KeyWord('site_id') siteId!: string;
  @KeyWord('id') id!: string;
  @Text('name') name!: string;
  @Float('area_m2', NULLABLE) areaM2!: number | null;
  @Integer('capacity', NULLABLE) capacity!: number | null;
  @Flag('water') water!: boolean;
  /** Metres of all level exits together. */
  @Float('exit_width_m', NULLABLE) exitWidthM!: number | null;
}

/** Days on which a site expects a crowd; both included. */
@Entity('site_events')
@Check('site_events_check', 'first_day <= last_day')
export class SiteEventRow {
  @KeyWord('site_id') siteId!: string;
  @PrimaryColumn('date', { name: 'first_day' }) firstDay!: string;
  @Day('last_day') lastDay!: string;
  @Text('name') name!: string;
}

@Entity('publishers')
export class PublisherRow {
  @KeyWord('source') source!: string;
}

/** `site_id` is `*` where the publisher may report for all sites. */
@Entity('publisher_sites')
export class PublisherSiteRow {
  @ForeignKey(() => PublisherRow, { name: 'publisher_sites_source_fkey', onDelete: 'CASCADE' })
  @KeyWord('source')
  source!: string;
  @KeyWord('site_id') siteId!: string;
}

/** A webhook of a police body, or one of the product's own topics. */
@Entity('receivers')
@Check('receivers_kind_check', `kind IN ('webhook', 'topic')`)
@Check('receivers_check', `(kind = 'webhook') = (body_id IS NOT NULL AND secret IS NOT NULL)`)
export class ReceiverRow {
  @KeyWord('id') id!: string;
  @Word('body_id', NULLABLE) bodyId!: string | null;
  @Word('kind') kind!: string;
  @Text('url') url!: string;
  @Text('secret', NULLABLE) secret!: string | null;
  @Flag('takes_test', { default: false }) takesTest!: boolean;
  @At('disabled_at', NULLABLE) disabledAt!: Date | null;
  @Text('disabled_cause', NULLABLE) disabledCause!: string | null;
}
