import { PLACEHOLDERS, placeholdersIn, RISK_LEVELS, type Bilingual } from '@vong-gac/domain';
import { didYouMean, oneOf } from './problems';
import { startOf, type Fields, type Field, type Range, type Subject } from './yaml-fields';

export const LEVELS = RISK_LEVELS;
/** Names under `sources`. */
export type Sources = Set<string>;

const POINTS_MAX = 1_000;
/** What points, and thresholds of them, may be. */
export const POINTS: Range = { min: 0, max: POINTS_MAX, whole: true };
export const THRESHOLD: Range = { ...POINTS, min: 1 };
export const NOTHING_LOWERS: Bilingual = {
  vi: 'không gì được hạ mức: thay vào đó, hãy cho điểm trường hợp nặng hơn',
  en: 'nothing may lower a level: give the points to what is graver instead',
};
const ID = /^[a-z0-9][a-z0-9-]{0,63}$/;
const TEXT_MAX = 300;

/** The name of a policy, rule or situation; empty: it could not be read, and that is a problem already. */
export function checkId(fields: Fields, id: string, at: number): void {
  if (id === '' || ID.test(id)) return;
  fields.problems.add(at, { vi: `id '${id}' không đúng dạng`, en: `the id '${id}' is not an id` }, { vi: 'dùng 1 đến 64 ký tự a-z, 0-9 và -', en: 'use 1 to 64 of the characters a-z, 0-9 and -' });
}

/** A remedy where a category may be named by its group, too. */
export const CODE_OR_GROUP: Bilingual = { vi: 'dùng một mã hoặc một nhóm trong docs/publishing.md', en: 'use a code or a group of docs/publishing.md' };

export function unknownCategory(fields: Fields, at: number, name: string, known: Iterable<string>, otherwise: Bilingual): void {
  fields.problems.add(at, { vi: `không có loại vụ việc '${name}'`, en: `unknown category '${name}'` }, didYouMean(name, known, otherwise));
}

/** Where a figure comes from: a name under `sources`, perhaps with a place in it (`avs-01: level 4`), or `proposal: why`. */
export function readSource(fields: Fields, field: Field | undefined, sources: Sources): void {
  const source = fields.text(field, 'source', 500);
  if (field === undefined || source === '') return;
  const [name = '', why = ''] = source.split(/:(.*)/s);
  if (name === 'proposal') {
    if (why.trim() === '') {
      fields.problems.add(
        startOf(field.node),
        { vi: 'đề xuất không nêu lý do', en: 'the proposal gives no reason' },
        { vi: 'viết "proposal: lý do"', en: 'write "proposal: why"' },
      );
    }
  } else if (!sources.has(name)) {
    const remedy = didYouMean(name, sources, { vi: 'thêm nguồn này vào đó, hoặc viết "proposal: lý do"', en: 'add it there, or write "proposal: why"' });
    fields.problems.add(startOf(field.node), { vi: `nguồn '${name}' không có trong sources`, en: `the source '${name}' is not under sources` }, remedy);
  }
}

/** A group of figures with their source; what cannot be read has a stand-in. @param more fields of the group that the caller reads itself */
export function readFigures<N extends string>(fields: Fields, field: Field | undefined, what: Subject, ranges: Readonly<Record<N, Range>>, sources: Sources, more: readonly string[] = []): { figures: Record<N, number>; map: Map<string, Field> } {
  const names = Object.keys(ranges) as N[];
  const may = names.filter((name) => ranges[name].absent !== undefined);
  const must = names.filter((name) => !may.includes(name));
  const map = (field && fields.map(field.node, field.at, what, [...must, ...more, 'source'], may)) ?? new Map<string, Field>();
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
    const known = Object.keys(PLACEHOLDERS);
    fields.problems.add(startOf(field?.node), { vi: `không có chỗ điền {${name}}`, en: `the placeholder {${name}} is not known` }, didYouMean(name, known, oneOf(known), (near) => `{${near}}`));
  }
  return text;
}
