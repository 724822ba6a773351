import { CATEGORY_CODES, isDay, type CategoryRule } from '@vong-gac/domain';
import { parseDocument, type Document, type Node } from 'yaml';
import type { PolicyDraft } from './draft';
import type { Problems } from './problems';
import { readRules } from './read-rules';
import { readCrowd } from './read-crowd';
import { checkId, LEVELS, NOTHING_LOWERS, POINTS, readSource, THRESHOLD, unknownCategory, type Sources } from './read-parts';
import { readSituations } from './read-situations';
import { readSurprise } from './read-surprise';
import { Fields, startOf, type Field } from './yaml-fields';

/** A policy is a few hundred lines; what is larger is something else. */
const LENGTH_MAX = 256 * 1024;
const FIELDS = ['id', 'version', 'validFrom', 'author', 'sources', 'thresholds', 'categories', 'crowd', 'situations', 'surprise', 'rules'];

/** Reads a document; null: it is no YAML, or no map. Everything that is wrong goes to the problems. */
export function readDocument(text: string, problems: Problems): PolicyDraft | null {
  if (text.length > LENGTH_MAX) {
    problems.add(
      0,
      { vi: `tài liệu dài ${text.length} ký tự, chỉ đọc tối đa ${LENGTH_MAX}`, en: `the document has ${text.length} characters, at most ${LENGTH_MAX} are read` },
      { vi: 'rút ngắn tài liệu', en: 'make it shorter' },
    );
    return null;
  }
  const document: Document<Node> = parseDocument(text, { lineCounter: problems.lines, prettyErrors: false, uniqueKeys: true, version: '1.2' });
  const [broken] = document.errors.filter(({ code }) => code !== 'DUPLICATE_KEY').sort((a, b) => a.pos[0] - b.pos[0]);
  if (broken !== undefined) {
    // Further errors, and all that was guessed of such a text, mostly follow from the first and would bury it.
    problems.add(
      broken.pos[0],
      { vi: `đây không phải là YAML (${broken.message})`, en: `this is not YAML (${broken.message})` },
      { vi: 'xem lại thụt đầu dòng, dấu hai chấm và dấu ngoặc kép của dòng này và dòng trước', en: 'look at the indentation, the colons and the quotes of this line and the one before' },
    );
    return null;
  }
  for (const { pos } of document.errors) problems.add(pos[0], { vi: 'một trường được viết hai lần', en: 'a field stands twice' }, { vi: 'chỉ giữ một trong hai', en: 'keep one of the two' });
  const fields = new Fields(problems);
  const top = fields.map(document.contents, 0, { vi: 'chính sách', en: 'the policy' }, FIELDS);
  if (top === null) return null;
  const sources = readSources(fields, top.get('sources'));
  const categories = readCategories(fields, top.get('categories'), sources);
  return {
    id: readId(fields, top.get('id')),
    version: fields.number(top.get('version'), 'version', { min: 1, max: 1_000_000, whole: true }),
    validFrom: readDay(fields, top.get('validFrom')),
    author: fields.text(top.get('author'), 'author', 200),
    thresholds: readThresholds(fields, top.get('thresholds'), sources),
    categories,
    crowd: readCrowd(fields, top.get('crowd'), sources),
    situations: readSituations(fields, top.get('situations'), sources),
    surprise: readSurprise(fields, top.get('surprise'), sources),
    rules: readRules(fields, top.get('rules'), { text, sources, categories }),
  };
}

function readId(fields: Fields, field: Field | undefined): string {
  const id = fields.text(field, 'id', 64);
  checkId(fields, id, startOf(field?.node));
  return id;
}

function readDay(fields: Fields, field: Field | undefined): string {
  const day = fields.text(field, 'validFrom', 20);
  if (field !== undefined && day !== '' && !isDay(day)) {
    fields.problems.add(
      startOf(field.node),
      { vi: `validFrom '${day}' không phải là ngày`, en: `validFrom '${day}' is not a day` },
      { vi: 'viết YYYY-MM-DD, một ngày có thật', en: 'write YYYY-MM-DD, a day that exists' },
    );
  }
  return day;
}

function readSources(fields: Fields, field: Field | undefined): Sources {
  const entries = field === undefined ? null : fields.entries(field.node, field.at, 'sources');
  const sources: Sources = new Set();
  for (const [name, each] of entries ?? []) {
    if (fields.text(each, { vi: `nguồn '${name}'`, en: `the source '${name}'` }, 500) !== '') sources.add(name);
  }
  return sources;
}

function readThresholds(fields: Fields, field: Field | undefined, sources: Sources): PolicyDraft['thresholds'] {
  const map = field === undefined ? null : fields.map(field.node, field.at, 'thresholds', ['moderate', 'high', 'critical', 'source']);
  readSource(fields, map?.get('source'), sources);
  const of = (name: string): number => fields.number(map?.get(name), name, THRESHOLD);
  const thresholds = { moderate: of('moderate'), high: of('high'), critical: of('critical') };
  const before = fields.problems.count;
  const rising = (lower: 'moderate' | 'high', upper: 'high' | 'critical'): void => {
    const place = map?.get(upper);
    if (place === undefined || !map?.has(lower) || thresholds[upper] > thresholds[lower]) return;
    const [most, least] = [thresholds[upper], thresholds[lower]];
    fields.problems.add(
      startOf(place.node),
      { vi: `ngưỡng ${upper} (${most}) không cao hơn ${lower} (${least})`, en: `the threshold ${upper} (${most}) is not above ${lower} (${least})` },
      { vi: 'để các ngưỡng tăng dần: moderate < high < critical', en: 'let the thresholds rise: moderate < high < critical' },
    );
  };
  rising('moderate', 'high');
  if (fields.problems.count === before) rising('high', 'critical');
  return thresholds;
}

function readCategories(fields: Fields, field: Field | undefined, sources: Sources): Record<string, CategoryRule> {
  const entries = field === undefined ? null : fields.entries(field.node, field.at, 'categories');
  const categories: Record<string, CategoryRule> = {};
  for (const [code, each] of entries ?? []) {
    if (!CATEGORY_CODES.includes(code)) unknownCategory(fields, each.at, code, CATEGORY_CODES, { vi: 'dùng một mã trong docs/publishing.md', en: 'use a code of docs/publishing.md' });
    const map = fields.map(each.node, each.at, { vi: `loại vụ việc ${code}`, en: `the category ${code}` }, ['points', 'source'], ['floor', 'crowdSensitive']);
    if (map === null) continue;
    readSource(fields, map.get('source'), sources);
    const floor = fields.word(map.get('floor'), 'floor', LEVELS);
    const rule: CategoryRule = { points: fields.number(map.get('points'), 'points', POINTS, NOTHING_LOWERS) };
    if (floor !== undefined) rule.floor = floor;
    if (fields.flag(map.get('crowdSensitive'), 'crowdSensitive')) rule.crowdSensitive = true;
    categories[code] = rule;
  }
  return categories;
}
