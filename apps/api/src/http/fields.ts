import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsOptional, Validate, ValidatorConstraint, type ValidationArguments, type ValidatorConstraintInterface } from 'class-validator';
import { parseInstant } from '@vong-gac/contracts';

/** What a field of a query, path or body is: how its text is read, when it is good, what to say when it is not, and how it is described. */
interface FieldKind {
  /** The value of a given text; undefined: it is not readable. */
  read(given: unknown): unknown;
  /** What it must be, with the remedy: `must be …`. */
  wants: string;
  schema: ApiPropertyOptions;
}

interface FieldOptions {
  description: string;
  example?: unknown;
  required?: boolean;
}

class Unreadable {
  constructor(readonly wants: string) {}
}

@ValidatorConstraint({ name: 'readable' })
class Readable implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return value !== undefined && value !== null && !(value instanceof Unreadable);
  }
  defaultMessage({ value, constraints }: ValidationArguments): string {
    return value instanceof Unreadable ? value.wants : `is missing: it ${String(constraints[0])}`;
  }
}

function field(kind: FieldKind, { description, example, required = false }: FieldOptions): PropertyDecorator {
  const options = { description, ...(example === undefined ? {} : { example }), ...kind.schema } as ApiPropertyOptions;
  return applyDecorators(
    required ? ApiProperty(options) : ApiPropertyOptional(options),
    ...(required ? [] : [IsOptional()]),
    Transform(({ obj, key, value }) => {
      // The text as given: class-transformer has already turned it into the property's declared type.
      const given: unknown = (obj as Record<string, unknown>)[key];
      if (given === undefined || given === null) return value as unknown;
      const read = kind.read(given);
      return read === undefined ? new Unreadable(Array.isArray(given) ? `must be given once; it ${kind.wants}` : kind.wants) : read;
    }),
    Validate(Readable, [kind.wants]),
  );
}

/** Text without control characters, trimmed; `lines`: ends of line and tabs may be in it. */
export function Text(options: FieldOptions & { max: number; pattern?: RegExp; wants?: string; lines?: boolean }): PropertyDecorator {
  const wants = options.wants ?? `must be 1 to ${options.max} characters without control characters`;
  const read = (given: unknown): string | undefined => {
    if (typeof given !== 'string') return undefined;
    const text = given.trim();
    const good = text.length > 0 && text.length <= options.max && !hasControls(options.lines === true ? text.replace(/[\t\r\n]/g, ' ') : text) && (options.pattern?.test(text) ?? true);
    return good ? text : undefined;
  };
  return field({ read, wants, schema: { type: String, maxLength: options.max, ...(options.pattern === undefined ? {} : { pattern: options.pattern.source }) } }, options);
}

/** One word of a closed list. */
export function Word<T extends string>(words: readonly T[], options: FieldOptions): PropertyDecorator {
  const read = (given: unknown) => words.find((word) => word === given);
  return field({ read, wants: `must be one of ${words.join(', ')}`, schema: { enum: [...words] } }, options);
}

/** Words of a closed list, separated by commas. */
export function Words<T extends string>(words: readonly T[], options: FieldOptions): PropertyDecorator {
  const read = (given: unknown) => {
    const parts = typeof given === 'string' ? given.split(',').map((part) => part.trim()) : [];
    const found = parts.flatMap((part) => words.find((word) => word === part) ?? []);
    return found.length > 0 && found.length === parts.length ? [...new Set(found)] : undefined;
  };
  return field({ read, wants: `must be of ${words.join(', ')}; several are separated by commas`, schema: { type: String } }, options);
}

/** A whole number from `min` to `max`. */
export function Whole(min: number, max: number, options: FieldOptions): PropertyDecorator {
  const read = (given: unknown) => {
    const number = typeof given === 'number' ? given : typeof given === 'string' && /^-?\d{1,15}$/.test(given) ? Number(given) : NaN;
    return Number.isSafeInteger(number) && number >= min && number <= max ? number : undefined;
  };
  return field({ read, wants: `must be a whole number from ${min} to ${max}`, schema: { type: 'integer', minimum: min, maximum: max } }, options);
}

/** A moment with its offset; becomes milliseconds. A `+` that arrived as a space (not written %2B) is understood. */
export function Moment(options: FieldOptions): PropertyDecorator {
  const read = (given: unknown) => (typeof given === 'string' ? (parseInstant(given.replace(/ (\d\d:\d\d)$/, '+$1')) ?? undefined) : undefined);
  const wants = 'must be a date and time with offset that exists, such as 2026-11-23T08:00:00+07:00';
  return field({ read, wants, schema: { type: String, format: 'date-time' } }, { example: '2026-11-23T08:00:00+07:00', ...options });
}

/** `true` or `false`. */
export function Flag(options: FieldOptions): PropertyDecorator {
  const read = (given: unknown) => (given === 'true' || given === true ? true : given === 'false' || given === false ? false : undefined);
  return field({ read, wants: 'must be true or false', schema: { type: Boolean } }, options);
}

/** An id as the product derives them. */
export function Uuid(options: FieldOptions): PropertyDecorator {
  const read = (given: unknown) => (typeof given === 'string' && UUID.test(given) ? given.toLowerCase() : undefined);
  return field({ read, wants: 'must be a UUID', schema: { type: String, format: 'uuid' } }, options);
}

export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function hasControls(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return /\p{Surrogate}/u.test(text);
}
