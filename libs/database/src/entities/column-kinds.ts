import { Column, ColumnOptions, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

const INTEGER_FROM_TEXT = { from: (value: string | number | null) => (value === null ? null : Number(value)), to: (value: number | null) => value };

/** Text that is compared byte by byte: identifiers and machine words. */
export const Word = (name: string, options: ColumnOptions = {}) => Column('text', { name, collation: 'C', ...options });
export const KeyWord = (name: string) => PrimaryColumn('text', { name, collation: 'C' });
/** Text for people, or exact text that nothing is looked up by. */
export const Text = (name: string, options: ColumnOptions = {}) => Column('text', { name, ...options });
export const Integer = (name: string, options: ColumnOptions = {}) => Column('integer', { name, ...options });
export const KeyInteger = (name: string) => PrimaryColumn('integer', { name });
export const Small = (name: string, options: ColumnOptions = {}) => Column('smallint', { name, ...options });
/** int8 as a safe integer. */
export const BigInteger = (name: string, options: ColumnOptions = {}) => Column('bigint', { name, transformer: INTEGER_FROM_TEXT, ...options });
/** A number that Postgres gives, in order of arrival. */
export const RowNumber = (name: string) => PrimaryGeneratedColumn('identity', { name, type: 'bigint', generatedIdentity: 'ALWAYS' });
/** Stretches of int8, merged where they touch. */
export const Stretches = (name: string, options: ColumnOptions = {}) => Column('int8multirange', { name, ...options });
export const Flag = (name: string, options: ColumnOptions = {}) => Column('boolean', { name, ...options });
export const Float = (name: string, options: ColumnOptions = {}) => Column({ type: 'double precision', name, ...options });
export const Bytes = (name: string, options: ColumnOptions = {}) => Column('bytea', { name, ...options });
export const Uuid = (name: string, options: ColumnOptions = {}) => Column('uuid', { name, ...options });
/** A calendar day, `YYYY-MM-DD`. */
export const Day = (name: string, options: ColumnOptions = {}) => Column('date', { name, ...options });
export const At = (name: string, options: ColumnOptions = {}) => Column('timestamptz', { name, ...options });

export const NULLABLE = { nullable: true } as const;
