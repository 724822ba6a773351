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
  /** Whether a value passes the field's own rule, what is nested in it left out. */
  holds(value: unknown): boolean;
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
 * An instance of the class that holds the decorated fields of `data` and nothing else: class-validator then looks at declared fields only,
 * so that neither depth nor `__proto__` in an unknown field can reach it. What is nested stays as it is.
 */
export function instanceOf<T extends object>(type: EventClass<T>, data: JsonObject): T {
  const instance = new type();
  for (const { name } of fieldsOf(type)) if (data[name] !== undefined) Reflect.set(instance, name, data[name]);
  return instance;
}
