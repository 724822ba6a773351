import Ajv, { type ValidateFunction } from 'ajv';
import { type ValidationError, validateSync } from 'class-validator';
import { type EventClass, instanceOf, type JsonObject, type JsonSchema, schemaOf } from '../fields/schema';
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
    const instance = instanceOf(this.type, data);
    const problems = problemsIn(validateSync(instance), '', '');
    const usable: Usable<T> = instance;
    for (const { field } of problems) Reflect.deleteProperty(instance, field);
    this.dropWhatAjvRefuses(instance, problems);
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

function problemsIn(errors: readonly ValidationError[], parent: string, root: string): Problem[] {
  return errors.flatMap((error) => {
    const path = `${parent}/${error.property}`;
    const field = root === '' ? error.property : root;
    const below = problemsIn(error.children ?? [], path, field);
    // ValidateNested adds words of its own to what our rule says of a value that is no object at all.
    const words = Object.entries(error.constraints ?? {}).filter(([name]) => name !== 'nestedValidation');
    return [...words.map(([, problem]) => ({ path, field, problem })), ...below];
  });
}
