import 'reflect-metadata';
import { validateSync, type ValidationError } from 'class-validator';

/**
 * One environment class per app: a field per variable, its default as the initializer, its constraint as class-validator decorators.
 *
 *     class IntakeEnv extends ServiceEnv {
 *       @Env('CHUNK_RECORDS', 'records settled in one transaction') @IsInt() @Min(1) @Max(10_000) chunkRecords = 2_000;
 *     }
 *     const env = loadEnv(IntakeEnv, process.env);
 *
 * A field's declared type (string, number, boolean) says how its text is read.
 */
export function Env(name: string, help: string, options: { secret?: boolean } = {}): PropertyDecorator {
  return (target, property) => {
    const variables = new Map(variablesOf(target));
    variables.set(String(property), { name, help, secret: options.secret ?? false, type: Reflect.getMetadata('design:type', target, property) as unknown });
    Reflect.defineMetadata(VARIABLES, variables, target);
  };
}

export interface EnvVariable {
  name: string;
  help: string;
  /** A secret's value is never printed. */
  secret: boolean;
  /** undefined: must be given. */
  default: string | undefined;
}

/** Everything that is wrong with the environment, at once, each line naming the variable and what it takes. */
export class EnvError extends Error {
  constructor(readonly problems: string[]) {
    super(`The environment is not usable:\n${problems.map((p) => `  ${p}`).join('\n')}`);
    this.name = 'EnvError';
  }
}

/**
 * Reads the class's variables from `source`. An empty text counts as not given.
 * @throws EnvError that lists every wrong value, before anything connects.
 */
export function loadEnv<T extends object>(Class: new () => T, source: NodeJS.ProcessEnv): T {
  const env = new Class();
  const problems: string[] = [];
  const unreadable = new Set<string>();
  for (const [property, variable] of variablesOf(Class.prototype as object)) {
    const text = source[variable.name]?.trim();
    if (text === undefined || text === '') continue;
    const read = parse(text, variable.type);
    if (read.ok) Object.assign(env, { [property]: read.value });
    else {
      unreadable.add(property);
      problems.push(`${variable.name} ${read.problem}, not ${shown(text, variable)}`);
    }
  }
  for (const error of validateSync(env, { skipMissingProperties: false })) {
    if (!unreadable.has(error.property)) problems.push(worded(error, variablesOf(Class.prototype as object).get(error.property), source));
  }
  if (problems.length > 0) throw new EnvError(problems);
  return env;
}

/** The variables of an env class with their defaults, for `--help`. */
export function describeEnv(Class: new () => object): EnvVariable[] {
  const defaults = new Class() as Record<string, unknown>;
  return [...variablesOf(Class.prototype as object)].map(([property, { name, help, secret }]) => {
    const value = defaults[property];
    return { name, help, secret, default: value === undefined ? undefined : String(value) };
  });
}

const VARIABLES = Symbol('vong-gac:env');
interface Declared {
  name: string;
  help: string;
  secret: boolean;
  type: unknown;
}

function variablesOf(prototype: object): ReadonlyMap<string, Declared> {
  return (Reflect.getMetadata(VARIABLES, prototype) as Map<string, Declared> | undefined) ?? new Map<string, Declared>();
}

type Read = { ok: true; value: string | number | boolean } | { ok: false; problem: string };

function parse(text: string, type: unknown): Read {
  if (type === Number) {
    const value = Number(text);
    return Number.isFinite(value) ? { ok: true, value } : { ok: false, problem: 'must be a number' };
  }
  if (type === Boolean) {
    if (/^(true|1|yes)$/i.test(text)) return { ok: true, value: true };
    if (/^(false|0|no)$/i.test(text)) return { ok: true, value: false };
    return { ok: false, problem: 'must be true or false' };
  }
  return { ok: true, value: text };
}

function worded(error: ValidationError, variable: Declared | undefined, source: NodeJS.ProcessEnv): string {
  const name = variable?.name ?? error.property;
  const wants = Object.values(error.constraints ?? {}).map((text) => text.replace(`${error.property} `, '')).join(' and ');
  const given = source[name];
  return given === undefined || given.trim() === '' ? `${name} is missing: it ${wants}` : `${name} ${wants}, not ${shown(given, variable)}`;
}

function shown(text: string, variable: Declared | undefined): string {
  return variable?.secret ? '(secret)' : JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
