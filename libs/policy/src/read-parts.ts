import { PLACEHOLDERS, placeholdersIn, RISK_LEVELS, type Bilingual } from '@vong-gac/domain';
import { nearest } from './problems';
import { startOf, type Fields, type Field } from './yaml-fields';

export const LEVELS = RISK_LEVELS;
/** Names under `sources`. */
export type Sources = Set<string>;

export const POINTS_MAX = 1_000;
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
