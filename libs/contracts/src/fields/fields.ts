import { IsOptional, ValidateBy } from 'class-validator';
import { parseInstant } from '../instant';
import { MAX_ID_LENGTH } from '../limits';
import { codePoints, show } from '../text';
import { type EventClass, isJsonObject, type JsonSchema, registerField, schemaOf } from './schema';

/** How a field stands in the contract. */
export interface FieldOptions {
  /** One sentence for docs/asyncapi.yaml. */
  description: string;
  /** May be missing; `null` then says the same as missing. */
  optional?: true;
}

/** One rule said twice: as JSON Schema for ajv, and as a predicate with words for class-validator. A property test holds both equal. */
interface Rule {
  name: string;
  schema: JsonSchema;
  holds(value: unknown): boolean;
  /** Ends the sentence "must …". */
  must: string;
  nested?: EventClass;
}

function field(rule: Rule, options: FieldOptions): PropertyDecorator {
  return (target, property) => {
    const schema = { description: options.description, ...(options.optional ? orNull(rule.schema) : rule.schema) };
    registerField(target.constructor, { name: String(property), required: !options.optional, schema, nested: rule.nested ?? null, holds: rule.holds });
    if (options.optional) IsOptional()(target, property);
    ValidateBy({
      name: rule.name,
      validator: {
        validate: (value: unknown) => rule.holds(value),
        defaultMessage: (args) => (args?.value === undefined ? `is missing: it must ${rule.must}` : `must ${rule.must}; it is ${show(args.value)}`),
      },
    })(target, property);
  };
}

function orNull(schema: JsonSchema): JsonSchema {
  const type = [...[schema.type ?? []].flat(), 'null'];
  return schema.enum ? { ...schema, type, enum: [...schema.enum, null] } : { ...schema, type };
}

function pattern(name: string, source: string, must: string, options: FieldOptions): PropertyDecorator {
  const expression = new RegExp(source, 'u');
  const holds = (value: unknown): boolean => typeof value === 'string' && expression.test(value);
  return field({ name, schema: { type: 'string', pattern: source }, holds, must }, options);
}

/** The id of a site as the registry writes it. */
export function SiteId(options: FieldOptions): PropertyDecorator {
  return pattern('siteId', '^[a-z0-9-]{1,64}$', 'be the id of a site: 1 to 64 of a–z, 0–9 and "-"', options);
}

/** What may name an event or a publisher: see `isIdentifier`. */
const IDENTIFIER = `^[^\\u0000-\\u001f\\u007f-\\u009f\\ud800-\\udfff]{1,${MAX_ID_LENGTH}}$`;
const IDENTIFIER_EXPRESSION = new RegExp(IDENTIFIER, 'u');

/**
 * Whether a text may name an event or a publisher: 1 to 256 characters without control characters and lone surrogates. Stricter than
 * CloudEvents, because such a text would have to be changed before Postgres takes it, and two ids could become one.
 */
export function isIdentifier(value: unknown): value is string {
  return typeof value === 'string' && IDENTIFIER_EXPRESSION.test(value);
}

/** An event id or a source. */
export function Identifier(options: FieldOptions): PropertyDecorator {
  const must = `be a string of 1 to ${MAX_ID_LENGTH} characters without control characters and lone surrogates`;
  return pattern('identifier', IDENTIFIER, must, options);
}

/** A SHA-256 in hexadecimal. */
export function Sha256(options: FieldOptions): PropertyDecorator {
  return pattern('sha256', '^[0-9a-fA-F]{64}$', 'be a SHA-256: 64 hexadecimal digits', options);
}

/** A text of at most `longest` code points and not empty; without `longest` any text. */
export function Text(longest: number | null, options: FieldOptions): PropertyDecorator {
  if (longest === null) {
    const anyText = { name: 'text', schema: { type: 'string' }, holds: (value: unknown) => typeof value === 'string', must: 'be a string' };
    return field(anyText, options);
  }
  const schema = { type: 'string', minLength: 1, maxLength: longest };
  const holds = (value: unknown): boolean => typeof value === 'string' && value !== '' && codePoints(value) <= longest;
  return field({ name: 'text', schema, holds, must: `be a string of 1 to ${longest.toLocaleString('en')} characters` }, options);
}

/** An RFC 3339 date-time with offset, of a day that exists. */
export function Time(options: FieldOptions): PropertyDecorator {
  const holds = (value: unknown): boolean => typeof value === 'string' && parseInstant(value) !== null;
  const must = 'be an RFC 3339 date-time with offset, of a day that exists, such as "2026-02-14T21:30:00+07:00"';
  return field({ name: 'time', schema: { type: 'string', format: 'date-time' }, holds, must }, options);
}

/** A whole number from `minimum` to `maximum`, both included. */
export function Whole(minimum: number, maximum: number, options: FieldOptions): PropertyDecorator {
  const holds = (value: unknown): boolean => Number.isInteger(value) && between(value, minimum, maximum);
  const must = `be an integer from ${minimum.toLocaleString('en')} to ${maximum.toLocaleString('en')}`;
  return field({ name: 'whole', schema: { type: 'integer', minimum, maximum }, holds, must }, options);
}

/** Degrees of WGS 84, from −`limit` to `limit`. */
export function Degrees(limit: 90 | 180, options: FieldOptions): PropertyDecorator {
  const holds = (value: unknown): boolean => between(value, -limit, limit);
  return field({ name: 'degrees', schema: { type: 'number', minimum: -limit, maximum: limit }, holds, must: `be a number from −${limit} to ${limit}` }, options);
}

function between(value: unknown, minimum: number, maximum: number): boolean {
  return typeof value === 'number' && value >= minimum && value <= maximum;
}

/** One of a closed list of words. */
export function Word(words: readonly string[], options: FieldOptions): PropertyDecorator {
  const holds = (value: unknown): boolean => typeof value === 'string' && words.includes(value);
  return field({ name: 'word', schema: { type: 'string', enum: [...words] }, holds, must: `be one of ${words.map(show).join(', ')}` }, options);
}

/** `true` or `false`. */
export function YesNo(options: FieldOptions): PropertyDecorator {
  return field({ name: 'yesNo', schema: { type: 'boolean' }, holds: (value) => typeof value === 'boolean', must: 'be true or false' }, options);
}

/** An object of a class of our own. */
export function Nested(type: EventClass, options: FieldOptions): PropertyDecorator {
  return field({ name: 'nested', schema: schemaOf(type), holds: isJsonObject, must: 'be an object', nested: type }, options);
}

/** At most `longest` objects of a class of our own. */
export function ListOf(type: EventClass, longest: number, options: FieldOptions): PropertyDecorator {
  const schema = { type: 'array', maxItems: longest, items: schemaOf(type) };
  const holds = (value: unknown): boolean => Array.isArray(value) && value.length <= longest && value.every(isJsonObject);
  return field({ name: 'listOf', schema, holds, must: `be an array of at most ${longest} objects`, nested: type }, options);
}
