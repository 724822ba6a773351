import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { IANAZone } from 'luxon';
import { LineCounter, parseDocument } from 'yaml';
import { wrongUsage } from '../failure';
import { MAP_FIELDS, type FieldType } from './fields';

export type Scalar = string | number | boolean;

/** Where one field's value comes from, and what is done to it. */
export interface FieldRule {
  /** Path in `data`: `category`, `location.lat`. */
  path: string;
  type: FieldType;
  /** A file may lack the columns: their cells are then empty. */
  optional: boolean;
  /** Joined with `join`, empty cells left out; none: `value` counts. */
  columns: string[];
  join: string;
  /** A constant. */
  value: Scalar | null;
  /** From the cell's text to the field's value. */
  table: ReadonlyMap<string, Scalar> | null;
  /** For an empty cell, and for a word that the table does not know. */
  otherwise: Scalar | null;
  /** Formats tried in order (luxon's tokens, or iso, epoch-seconds, epoch-milliseconds, excel). */
  formats: string[];
  zone: string;
  /** Makes an id of a name: put before it; null: the text is taken as it is. */
  slugPrefix: string | null;
}

/** How a table of a resort's own becomes events. */
export interface PublishMap {
  file: string;
  format: 'csv' | 'tsv' | null;
  delimiter: string | null;
  encoding: 'utf-8' | 'cp1252';
  nulls: ReadonlySet<string>;
  kind: 'incident' | 'volume';
  source: string;
  idColumns: string[];
  /** Hex digits of the content's hash at the end of the id; 0: none. */
  idHash: number;
  fields: FieldRule[];
}

const DEFAULT_NULLS = ['', 'NA', 'N/A', 'n/a', 'NULL', 'null'];
const MAX_HASH = 64;
const MAX_EXTENDS = 5;

/** Reads a mapping file; everything that is wrong with it is said at once. */
export const loadMap = (file: string): PublishMap => parseMap(file, readText(file));

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw wrongUsage(`${file} cannot be read (${error instanceof Error ? error.message : String(error)}): give the path of a mapping file (docs/publishing.md).`, error);
  }
}

/** `extends` names a mapping beside this one: what this one says of input, id and fields counts before that. */
function readTree(file: string, text: string, depth = 0): unknown {
  const document = parseDocument(text, { lineCounter: new LineCounter() });
  const first = document.errors[0];
  if (first) throw wrongUsage(`${file} is not YAML: ${first.message}`, first);
  const own: unknown = document.toJS({ maxAliasCount: 100 });
  if (!isTree(own) || own.extends === undefined) return own;
  if (typeof own.extends !== 'string' || depth >= MAX_EXTENDS) throw wrongUsage(`${file}: extends must name one mapping file beside it, at most ${MAX_EXTENDS} deep.`);
  const { extends: name, ...mine } = own;
  const parent = join(dirname(file), name);
  const base = readTree(parent, readText(parent), depth + 1);
  if (!isTree(base)) return mine;
  const merged = Object.entries(mine).map(([key, value]) => [key, isTree(value) && isTree(base[key]) ? { ...base[key], ...value } : value]);
  return { ...base, ...Object.fromEntries(merged) };
}

export function parseMap(file: string, text: string): PublishMap {
  const problems: string[] = [];
  const map = new MapReader(problems).read(file, readTree(file, text));
  if (problems.length > 0) throw wrongUsage([`${file} is no usable mapping (docs/publishing.md):`, ...problems.map((problem) => `  ${problem}`)].join('\n'));
  return map;
}

type Tree = Record<string, unknown>;
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);
const isScalar = (value: unknown): value is Scalar => ['string', 'number', 'boolean'].includes(typeof value);

class MapReader {
  constructor(private readonly problems: string[]) {}

  read(file: string, root: unknown): PublishMap {
    const tree = this.tree(root, 'the file', ['input', 'type', 'source', 'id', 'fields']);
    const input = this.tree(tree.input ?? {}, 'input', ['format', 'delimiter', 'encoding', 'nulls', 'zone']);
    const id = this.tree(tree.id ?? {}, 'id', ['columns', 'hash']);
    const kind = this.word(tree.type, 'type', ['incident', 'volume'] as const) ?? 'incident';
    const zone = this.zone(input.zone, 'input.zone') ?? 'Asia/Ho_Chi_Minh';
    const map: PublishMap = {
      file,
      format: this.word(input.format ?? null, 'input.format', ['csv', 'tsv'] as const),
      delimiter: this.text(input.delimiter, 'input.delimiter'),
      encoding: this.word(input.encoding ?? 'utf-8', 'input.encoding', ['utf-8', 'cp1252'] as const) ?? 'utf-8',
      nulls: new Set(input.nulls === undefined ? DEFAULT_NULLS : ['', ...this.texts(input.nulls, 'input.nulls')]),
      kind,
      source: this.text(tree.source, 'source') ?? '',
      idColumns: this.texts(id.columns ?? [], 'id.columns'),
      idHash: typeof id.hash === 'number' && Number.isInteger(id.hash) ? id.hash : 0,
      fields: this.fields(tree.fields, kind, zone),
    };
    this.checkWhole(map, id);
    return map;
  }

  private checkWhole(map: PublishMap, id: Tree): void {
    if (map.delimiter !== null && [...map.delimiter].length !== 1) this.problems.push('input.delimiter must be one character, such as ";"');
    if (map.source === '') this.problems.push('source is missing: name the publisher as it is registered, such as /sites/dai-lai/security');
    if (map.idColumns.length === 0 && map.idHash === 0) this.problems.push('id is missing: columns: [the columns that name a row], or hash: 32 where none does');
    if (id.hash !== undefined && (map.idHash < 8 || map.idHash > MAX_HASH)) this.problems.push(`id.hash must be a whole number from 8 to ${MAX_HASH}: hex digits of the content's hash`);
    if (map.idColumns.length === 0 && map.idHash > 0 && map.idHash < 24) this.problems.push('id.hash must be at least 24 where there are no id.columns: shorter ones would meet');
    for (const { path, optional, otherwise } of map.fields) {
      if (optional && otherwise === null && MAP_FIELDS[map.kind].required.includes(path)) this.problems.push(`fields.${path} is optional: then give a default, because every ${map.kind} has one`);
    }
    for (const needed of MAP_FIELDS[map.kind].required) if (!map.fields.some(({ path }) => path === needed)) this.problems.push(`fields.${needed} is missing: every ${map.kind} has one`);
  }

  private fields(value: unknown, kind: 'incident' | 'volume', zone: string): FieldRule[] {
    const known = MAP_FIELDS[kind].types;
    const tree = this.tree(value ?? {}, 'fields', Object.keys(known));
    return Object.entries(tree).flatMap(([path, rule]) => {
      const type = known[path];
      return type === undefined ? [] : [this.rule(path, type, rule, zone)];
    });
  }

  private rule(path: string, type: FieldType, value: unknown, zone: string): FieldRule {
    const at = `fields.${path}`;
    const tree = this.tree(typeof value === 'string' ? { column: value } : value, at, ['column', 'columns', 'join', 'value', 'values', 'default', 'format', 'zone', 'slug', 'optional']);
    const columns = tree.column === undefined ? this.texts(tree.columns ?? [], `${at}.columns`) : this.texts([tree.column], `${at}.column`);
    if ((columns.length > 0) === (tree.value !== undefined)) this.problems.push(`${at} needs either column(s) or a constant value`);
    const formats = this.texts(typeof tree.format === 'string' ? [tree.format] : (tree.format ?? (type === 'time' ? ['iso'] : [])), `${at}.format`);
    if (type !== 'time' && formats.length > 0) this.problems.push(`${at}.format is only for times`);
    const optional = this.flag(tree.optional, `${at}.optional`);
    if (optional && columns.length === 0) this.problems.push(`${at}.optional is only for columns`);
    return {
      path, type, columns, formats, optional,
      join: this.text(tree.join, `${at}.join`) ?? ' ',
      value: this.scalar(tree.value, `${at}.value`),
      table: this.table(tree.values, `${at}.values`),
      otherwise: this.scalar(tree.default, `${at}.default`),
      zone: this.zone(tree.zone, `${at}.zone`) ?? zone,
      slugPrefix: tree.slug === undefined || tree.slug === false ? null : isTree(tree.slug) ? (this.text(tree.slug.prefix, `${at}.slug.prefix`) ?? '') : '',
    };
  }

  private tree(value: unknown, at: string, known: readonly string[]): Tree {
    if (!isTree(value)) {
      this.problems.push(`${at} must be names and values`);
      return {};
    }
    for (const name of Object.keys(value)) if (!known.includes(name)) this.problems.push(`${at === 'the file' ? name : `${at}.${name}`} is not known: use ${known.join(', ')}`);
    return value;
  }

  private word<W extends string>(value: unknown, at: string, words: readonly W[]): W | null {
    if (value === null) return null;
    const found = words.find((word) => word === value);
    if (found === undefined) this.problems.push(`${at} must be one of ${words.join(', ')}`);
    return found ?? null;
  }

  private flag(value: unknown, at: string): boolean {
    if (value !== undefined && typeof value !== 'boolean') this.problems.push(`${at} must be true or false`);
    return value === true;
  }

  private text(value: unknown, at: string): string | null {
    if (value === undefined || value === null) return null;
    if (typeof value !== 'string') this.problems.push(`${at} must be a text: put it into quotes`);
    return typeof value === 'string' ? value : null;
  }

  private texts(value: unknown, at: string): string[] {
    if (!Array.isArray(value) || value.some((each) => typeof each !== 'string' && typeof each !== 'number')) {
      this.problems.push(`${at} must be a text or a list of texts: [a, b]`);
      return [];
    }
    return value.map(String);
  }

  private scalar(value: unknown, at: string): Scalar | null {
    if (value === undefined || value === null) return null;
    if (!isScalar(value)) this.problems.push(`${at} must be a text, a number, true or false`);
    return isScalar(value) ? value : null;
  }

  private table(value: unknown, at: string): Map<string, Scalar> | null {
    if (value === undefined) return null;
    const tree = isTree(value) ? value : {};
    if (!isTree(value)) this.problems.push(`${at} must be a table: word in the file: value`);
    const entries = Object.entries(tree).flatMap(([word, to]): [string, Scalar][] => {
      const scalar = this.scalar(to, `${at}.${word}`);
      return scalar === null ? [] : [[word, scalar]];
    });
    return new Map(entries);
  }

  private zone(value: unknown, at: string): string | null {
    const name = this.text(value, at);
    if (name !== null && !IANAZone.isValidZone(name)) this.problems.push(`${at}: '${name}' is no time zone; write its IANA name, such as Asia/Ho_Chi_Minh, America/New_York or UTC`);
    return name;
  }
}
