import { CATEGORY_CODES, CATEGORY_GROUPS, type KinRule, type SituationRules } from '@vong-gac/domain';
import { isScalar, type Node } from 'yaml';
import { nearest } from './problems';
import { ID, readFigures, type Sources } from './read-parts';
import { startOf, type Field, type Fields, type Range } from './yaml-fields';

/** At most a day: so far back an intake that starts looks for open happenings. */
const MINUTES: Range = { min: 1, max: 1_440, whole: true };
const KINS_MAX = 100;
const NAMES = [...CATEGORY_CODES, ...CATEGORY_GROUPS.keys()];

/** Which reports are of one happening (docs/risk.md). An empty list: each stands alone. */
export function readSituations(fields: Fields, field: Field | undefined, sources: Sources): SituationRules {
  if (field === undefined) return { kins: [] };
  const nodes = fields.list(field.node, field.at, 'situations');
  if (nodes.length > KINS_MAX) fields.problems.add(field.at, `there are ${nodes.length} situations, at most ${KINS_MAX} are allowed`, 'join those that differ only by their categories');
  const first = { ids: new Map<string, number>(), categories: new Map<string, number>() };
  return { kins: nodes.slice(0, KINS_MAX).map((node) => readKin(fields, node, sources, first)) };
}

interface First {
  ids: Map<string, number>;
  categories: Map<string, number>;
}

function readKin(fields: Fields, node: Node, sources: Sources, first: First): KinRule {
  const { figures, map } = readFigures(fields, { node, at: startOf(node) }, 'the situation', { windowMinutes: MINUTES, spanMinutes: MINUTES }, sources, ['id', 'for']);
  const { windowMinutes, spanMinutes } = figures;
  const span = map.get('spanMinutes');
  if (span !== undefined && spanMinutes < windowMinutes) fields.problems.add(startOf(span.node), `spanMinutes (${spanMinutes}) is less than windowMinutes (${windowMinutes}): the window would never be reached`, 'let spanMinutes be windowMinutes or more');
  const id = fields.text(map.get('id'), 'id', 64);
  const at = startOf(map.get('id')?.node);
  if (id !== '' && !ID.test(id)) fields.problems.add(at, `the id '${id}' is not an id`, 'use 1 to 64 of the characters a-z, 0-9 and -');
  once(fields, first.ids, id, at, 'the situation', 'give each situation an id of its own');
  return { id, categories: readNames(fields, map.get('for'), first), windowMinutes, spanMinutes };
}

function readNames(fields: Fields, field: Field | undefined, first: First): string[] {
  if (field === undefined) return [];
  const nodes = isScalar(field.node) ? [field.node] : fields.list(field.node, field.at, 'for');
  return nodes.map((node) => {
    const name = isScalar(node) ? String(node.value) : '';
    if (!NAMES.includes(name)) {
      const near = nearest(name, NAMES);
      fields.problems.add(startOf(node), `unknown category '${name}'`, near === null ? 'use a code or a group of docs/publishing.md' : `did you mean ${near}?`);
    } else once(fields, first.categories, name, startOf(node), 'the category', 'its reports can be of one kind of happening only');
    return name;
  });
}

function once(fields: Fields, seen: Map<string, number>, name: string, at: number, what: string, remedy: string): void {
  const before = seen.get(name);
  if (before !== undefined && name !== '') fields.problems.add(at, `${what} '${name}' stands twice, first in line ${fields.problems.lineOf(before)}`, remedy);
  else seen.set(name, at);
}
