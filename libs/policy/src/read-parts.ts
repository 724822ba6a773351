import { PLACEHOLDERS, placeholdersIn, RISK_LEVELS, type Bilingual } from '@vong-gac/domain';
import { nearest } from './problems';
import { startOf, type Fields, type Field, type Range } from './yaml-fields';

export const LEVELS = RISK_LEVELS;
/** Names under `sources`. */
export type Sources = Set<string>;

const POINTS_MAX = 1_000;
/** What points, and thresholds of them, may be. */
export const POINTS: Range = { min: 0, max: POINTS_MAX, whole: true };
export const THRESHOLD: Range = { ...POINTS, min: 1 };
export const NOTHING_LOWERS = 'nothing may lower a level: give the points to what is graver instead';
export const ID = /^[a-z0-9][a-z0-9-]{0,63}$/;
const TEXT_MAX = 300;

/** Where a figure comes from: a name under `sources`, perhaps with a place in it (`avs-01: level 4`), or `proposal: why`. */
export function readSource(fields: Fields, field: Field | undefined, sources: Sources): void {
  const source = fields.text(field, 'source', 500);
  if (field === undefined || source === '') return;
  const [name = '', why = ''] = source.split(/:(.*)/s);
  if (name === 'proposal') {
    if (why.trim() === '') fields.problems.add(startOf(field.node), 'the proposal gives no reason', 'write "proposal: why"');
  } else if (!sources.has(name)) {
    const near = nearest(name, sources);
    fields.problems.add(startOf(field.node), `the source '${name}' is not under sources`, near === null ? 'add it there, or write "proposal: why"' : `did you mean ${near}?`);
  }
}

/** A group of figures with their source; what cannot be read has a stand-in. @param more fields of the group that the caller reads itself */
export function readFigures<N extends string>(fields: Fields, field: Field | undefined, what: string, ranges: Readonly<Record<N, Range>>, sources: Sources, more: readonly string[] = []): { figures: Record<N, number>; map: Map<string, Field> } {
  const names = Object.keys(ranges) as N[];
  const map = (field && fields.map(field.node, field.at, what, [...names, ...more, 'source'])) ?? new Map<string, Field>();
  readSource(fields, map.get('source'), sources);
  const figures = Object.fromEntries(names.map((name) => [name, fields.number(map.get(name), name, ranges[name])])) as Record<N, number>;
  return { figures, map };
}

/** A text in both languages, with placeholders that exist; null: it could not be read. */
export function readText(fields: Fields, field: Field | undefined): Bilingual | null {
  if (field === undefined) return null;
  const before = fields.problems.count;
  const map = fields.map(field.node, field.at, 'text', ['vi', 'en']);
  if (map === null) return null;
  const text = { vi: readLanguage(fields, map.get('vi'), 'vi'), en: readLanguage(fields, map.get('en'), 'en') };
  return fields.problems.count === before ? text : null;
}

function readLanguage(fields: Fields, field: Field | undefined, language: 'vi' | 'en'): string {
  const text = fields.text(field, `text ${language}`, TEXT_MAX);
  for (const name of placeholdersIn(text)) {
    if (Object.hasOwn(PLACEHOLDERS, name)) continue;
    const near = nearest(name, Object.keys(PLACEHOLDERS));
    fields.problems.add(startOf(field?.node), `the placeholder {${name}} is not known`, near === null ? `use one of ${Object.keys(PLACEHOLDERS).join(', ')}` : `did you mean {${near}}?`);
  }
  return text;
}
