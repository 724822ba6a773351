import type { FieldRule, PublishMap, Scalar } from './map';
import { readTime, TimeProblem } from './times';

/** One row of a table, cells by column. */
export type TableRow = Readonly<Record<string, string>>;

/** What is wrong with one field of one row. */
export interface FieldProblem {
  field: string;
  problem: string;
  remedy: string;
}

type Converted = { value: Scalar | null } | FieldProblem;

/** A site's id may have 64 characters; the prefix counts. */
const SLUG_LENGTH = 64;

/** An id from a name: without diacritics, `[a-z0-9-]`. Names that differ only in signs become the same id. */
export function slug(name: string, prefix: string): string {
  const plain = name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/đ/g, 'd');
  const parts = plain.split(/[^a-z0-9]+/).filter((part) => part !== '').join('-');
  return `${prefix}${parts}`.slice(0, SLUG_LENGTH).replace(/-+$/, '');
}

/** The cell without surrounding blanks; a null word reads as ''. */
export function cellOf(row: TableRow, column: string, map: PublishMap): string {
  const text = (row[column] ?? '').trim();
  return map.nulls.has(text) ? '' : text;
}

/** A field's value for one row; null where it is absent. */
export function convert(rule: FieldRule, row: TableRow, map: PublishMap): Converted {
  if (rule.columns.length === 0) return rule.type === 'time' && typeof rule.value === 'string' ? toTime(rule, rule.value) : { value: rule.value };
  const text = rule.columns.map((column) => cellOf(row, column, map)).filter((cell) => cell !== '').join(rule.join);
  if (rule.table) return fromTable(rule, rule.table, text);
  if (text === '') return { value: rule.otherwise };
  return toType(rule, text);
}

function fromTable(rule: FieldRule, table: ReadonlyMap<string, Scalar>, text: string): Converted {
  const value = table.get(text) ?? rule.otherwise;
  if (value !== null || text === '') return { value };
  return problem(rule, `'${text.slice(0, 80)}' is not in the table of values`, `add it to fields.${rule.path}.values, or give fields.${rule.path}.default`);
}

function toType(rule: FieldRule, text: string): Converted {
  switch (rule.type) {
    case 'text':
      return { value: rule.slugPrefix === null ? text : slug(text, rule.slugPrefix) };
    case 'whole':
      return /^[+-]?\d{1,15}$/.test(text) ? { value: Number(text) } : problem(rule, `'${text.slice(0, 80)}' is not a whole number`, 'write digits only, or map the word with values');
    case 'number':
      return /^[+-]?\d{1,15}(\.\d{1,15})?$/.test(text) ? { value: Number(text) } : problem(rule, `'${text.slice(0, 80)}' is not a number`, 'write it with a decimal point and no unit');
    case 'flag':
      return toFlag(rule, text);
    case 'time':
      return toTime(rule, text);
  }
}

function toFlag(rule: FieldRule, text: string): Converted {
  if (/^(true|yes|y|1|có)$/i.test(text.normalize('NFC'))) return { value: true };
  if (/^(false|no|n|0|không)$/i.test(text.normalize('NFC'))) return { value: false };
  return problem(rule, `'${text.slice(0, 80)}' is neither yes nor no`, 'write true or false, or map the word with values');
}

function toTime(rule: FieldRule, text: string): Converted {
  try {
    return { value: readTime(text, rule.formats, rule.zone) };
  } catch (error) {
    if (!(error instanceof TimeProblem)) throw error;
    const [what = '', remedy = ''] = error.message.split(/: (?=[^:]*$)/);
    return problem(rule, what, remedy);
  }
}

const problem = (rule: FieldRule, what: string, remedy: string): FieldProblem => ({ field: rule.path, problem: what, remedy });
