/** The part of JSON Schema that the event classes need; the same text is in docs/asyncapi.yaml. */
export interface JsonSchema {
  type?: string | string[];
  description?: string;
  format?: string;
  pattern?: string;
  enum?: Array<string | null>;
  const?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  maxItems?: number;
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: string[];
}

/** A class whose fields carry our decorators. */
export type EventClass<T extends object = object> = new () => T;

export interface FieldEntry {
  name: string;
  required: boolean;
  schema: JsonSchema;
  /** The class of an object field, or of the items of a list. */
  nested: EventClass | null;
}

const FIELDS = new WeakMap<object, FieldEntry[]>();

/** Called by the decorators only, in the order of the fields in the class. */
export function registerField(owner: object, entry: FieldEntry): void {
  const known = FIELDS.get(owner);
  if (known) known.push(entry);
  else FIELDS.set(owner, [entry]);
}

/** The decorated fields of a class, in their order. */
export function fieldsOf(type: EventClass): readonly FieldEntry[] {
  return FIELDS.get(type) ?? [];
}

/** The JSON Schema of a class, put together from its fields' decorators. Unknown fields are allowed: they are kept in the original. */
export function schemaOf(type: EventClass): JsonSchema {
  const fields = fieldsOf(type);
  return {
    type: 'object',
    required: fields.filter((field) => field.required).map((field) => field.name),
    properties: Object.fromEntries(fields.map((field) => [field.name, field.schema])),
  };
}

export type JsonObject = { readonly [name: string]: unknown };

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * An instance of the class that holds the decorated fields of `data` and nothing else, nested ones too: class-validator then looks
 * at declared fields only, so neither depth nor `__proto__` in an unknown field can reach it.
 */
export function instanceOf<T extends object>(type: EventClass<T>, data: JsonObject): T {
  const instance = new type();
  for (const { name, nested } of fieldsOf(type)) {
    const value = data[name];
    if (value !== undefined) Reflect.set(instance, name, nested === null ? value : nestedInstance(nested, value));
  }
  return instance;
}

function nestedInstance(type: EventClass, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => (isJsonObject(item) ? instanceOf(type, item) : item));
  return isJsonObject(value) ? instanceOf(type, value) : value;
}
