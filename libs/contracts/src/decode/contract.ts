import Ajv, { type ValidateFunction } from 'ajv';
import { validateSync } from 'class-validator';
import { type EventClass, type FieldEntry, fieldsOf, instanceOf, isJsonObject, type JsonObject, type JsonSchema, schemaOf } from '../fields/schema';
import { parseInstant } from '../instant';

const ajv = new Ajv({ allowUnionTypes: true, strict: true });
ajv.addFormat('date-time', (text: string) => parseInstant(text) !== null);

/** One thing that is wrong in `data`. */
export interface Problem {
  /** JSON pointer into `data`. */
  path: string;
  /** The field of `data` that holds it; '' when `data` as a whole is wrong. */
  field: string;
  /** `/injured must be an integer from 0 to 100,000; it is "two"` without the path. */
  problem: string;
}

/** `T` of which only the fields that passed are there. */
export type Usable<T> = { readonly [Field in keyof T]?: T[Field] | null };

/** An event class with its schema compiled: ajv decides, class-validator words what is wrong. */
export class Contract<T extends object> {
  readonly schema: JsonSchema;
  private readonly validate: ValidateFunction<T>;

  constructor(private readonly type: EventClass<T>) {
    this.schema = schemaOf(type);
    this.validate = ajv.compile<T>(this.schema);
  }

  /** The hot path: whether `data` is right as a whole. */
  fits(data: unknown): data is T {
    return this.validate(data);
  }

  /** The slow path: what is wrong, and `data` without it. To be called only where `fits` said no. */
  sortOut(data: JsonObject): { problems: Problem[]; usable: Usable<T> } {
    const problems = problemsOf(this.type, data);
    const usable = instanceOf(this.type, data);
    for (const { field } of problems) Reflect.deleteProperty(usable, field);
    this.dropWhatAjvRefuses(usable, problems);
    return { problems, usable };
  }

  /** ajv has the last word: should class-validator ever let something pass, it is set aside here, in ajv's words. */
  private dropWhatAjvRefuses(instance: T, problems: Problem[]): void {
    while (!this.validate(instance)) {
      const error = this.validate.errors?.[0];
      const field = error?.instancePath.split('/')[1];
      if (error === undefined || field === undefined) return; // Only a missing required field is left, and class-validator named it.
      problems.push({ path: error.instancePath, field, problem: error.message ?? 'is not what the schema says' });
      Reflect.deleteProperty(instance, field);
    }
  }
}

/** Problems said of one field; a long list of evidence may be wrong in every item. */
const MOST_PROBLEMS_A_FIELD = 3;

/** What class-validator says of `data`: every wrong field, with at most three problems each. */
export function problemsOf(type: EventClass, data: JsonObject): Problem[] {
  const wrong = validateSync(instanceOf(type, data)).map(({ property, constraints = {} }) => Object.values(constraints).map((problem) => problemAt(property, '', problem)));
  const nested = fieldsOf(type).map((field) => nestedProblems(field, data[field.name]));
  return [...wrong, ...nested].flatMap((ofField) => ofField.slice(0, MOST_PROBLEMS_A_FIELD));
}

function problemAt(field: string, below: string, problem: string): Problem {
  return { path: `/${field}${below}`, field, problem };
}

/** Looks into an object or a list of objects, where the field itself is right: neither a list of 10⁵ items nor depth can get here. */
function nestedProblems({ name, nested, holds }: FieldEntry, value: unknown): Problem[] {
  if (nested === null || value === undefined || value === null || !holds(value)) return [];
  const items = Array.isArray(value) ? value.map((item: unknown, i) => ({ item, below: `/${i}` })) : [{ item: value, below: '' }];
  return items.flatMap(({ item, below }) => (isJsonObject(item) ? problemsOf(nested, item).map(({ path, problem }) => problemAt(name, below + path, problem)) : []));
}
