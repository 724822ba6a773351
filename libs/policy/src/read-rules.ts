import { CATEGORY_CODES, CATEGORY_GROUPS, categoryRule, groupOf, OWN_REASONS, type CategoryRule, type RiskLevel } from '@vong-gac/domain';
import { isScalar, type Node } from 'yaml';
import { compileCondition } from './condition';
import type { RuleDraft, StepDraft } from './draft';
import { checkId, CODE_OR_GROUP, LEVELS, NOTHING_LOWERS, POINTS, readSource, readText, unknownCategory, type Sources } from './read-parts';
import { capRank, floorRank } from './ranks';
import { placeOf, startOf, type Field, type Fields } from './yaml-fields';

const RULES_MAX = 300;
const STEPS_MAX = 20;
const EFFECTS = ['points', 'floor', 'cap'];

/** What the rules of a document may refer to. */
export interface Around {
  /** The document's text. */
  text: string;
  sources: Sources;
  categories: Readonly<Record<string, CategoryRule>>;
}

export function readRules(fields: Fields, field: Field | undefined, around: Around): RuleDraft[] {
  if (field === undefined) return [];
  const nodes = fields.list(field.node, field.at, 'rules');
  if (nodes.length > RULES_MAX) {
    fields.problems.add(
      field.at,
      { vi: `có ${nodes.length} quy tắc, chỉ được tối đa ${RULES_MAX}`, en: `there are ${nodes.length} rules, at most ${RULES_MAX} are allowed` },
      { vi: 'gộp các quy tắc chỉ khác nhau một con số thành một thang (scale)', en: 'join rules that differ only by a figure into a scale' },
    );
  }
  const rules = nodes.slice(0, RULES_MAX).map((node) => readRule(fields, node, around)).filter((rule) => rule !== null);
  checkIds(fields, rules);
  return rules;
}

function checkIds(fields: Fields, rules: readonly RuleDraft[]): void {
  const first = new Map<string, RuleDraft>();
  for (const rule of rules) {
    const { id, at } = rule;
    const before = first.get(id);
    if (before !== undefined) {
      const line = fields.problems.lineOf(before.at);
      fields.problems.add(
        at,
        { vi: `quy tắc '${id}' xuất hiện hai lần, lần đầu ở dòng ${line}`, en: `the rule '${id}' stands twice, first in line ${line}` },
        { vi: 'đặt cho mỗi quy tắc một id riêng', en: 'give each rule an id of its own' },
      );
    } else if (id !== '') first.set(id, rule);
    if (OWN_REASONS.includes(id)) {
      fields.problems.add(
        at,
        { vi: `id '${id}' đã dành cho một lý do mà mọi đánh giá đều có thể nêu`, en: `the id '${id}' is taken by a reason that every assessment may give` },
        { vi: 'chọn id khác', en: 'choose another id' },
      );
    }
  }
}

const THE_RULE = { vi: 'quy tắc', en: 'the rule' };

function readRule(fields: Fields, node: Node, around: Around): RuleDraft | null {
  const named = fields.entries(node, startOf(node), THE_RULE);
  if (named === null) return null;
  const kind = named.has('scale') ? 'scale' : 'when';
  const own = kind === 'scale' ? { required: ['scale', 'steps'], optional: [] } : { required: ['when', 'text'], optional: EFFECTS };
  const map = fields.map(node, startOf(node), THE_RULE, ['id', ...own.required, 'source'], ['for', 'greatestOf', ...own.optional]);
  if (map === null) return null;
  readSource(fields, map.get('source'), around.sources);
  const id = fields.text(map.get('id'), 'id', 64);
  const at = startOf(map.get('id')?.node ?? node);
  checkId(fields, id, at);
  const steps = kind === 'scale' ? readSteps(fields, map.get('steps')) : [readEffect(fields, map, startOf(node))];
  const greatestOf = map.has('greatestOf') ? fields.text(map.get('greatestOf'), 'greatestOf', 64) : null;
  const capped = steps.filter((step) => step.cap !== undefined).sort((a, b) => capRank(b) - capRank(a))[0];
  if (greatestOf !== null && capped !== undefined) {
    fields.problems.add(
      capped.at,
      { vi: 'quy tắc có greatestOf lại đặt trần', en: 'a rule with greatestOf has a cap' },
      { vi: 'viết một quy tắc riêng cho trần', en: 'make a rule of its own for the cap' },
    );
  }
  const condition = map.get(kind);
  return {
    id, at, kind, greatestOf, steps,
    categories: map.has('for') ? readFor(fields, map.get('for'), around, capped?.cap) : null,
    condition: condition === undefined ? null : compileCondition(condition, kind, kind === 'when' ? 'bool' : 'double', fields.problems, around.text),
  };
}

function readSteps(fields: Fields, field: Field | undefined): StepDraft[] {
  if (field === undefined) return [];
  const nodes = fields.list(field.node, field.at, 'steps');
  if (nodes.length === 0 || nodes.length > STEPS_MAX) {
    fields.problems.add(field.at, { vi: `thang có ${nodes.length} bậc`, en: `the scale has ${nodes.length} steps` }, { vi: `viết từ 1 đến ${STEPS_MAX} bậc`, en: `write 1 to ${STEPS_MAX}` });
  }
  return nodes.slice(0, STEPS_MAX).flatMap((node): StepDraft[] => {
    const map = fields.map(node, startOf(node), { vi: 'bậc', en: 'the step' }, ['from', 'text'], ['above', ...EFFECTS]);
    return map === null ? [] : [readEffect(fields, map, startOf(node))];
  });
}

/** What a rule or a step gives, and says. */
function readEffect(fields: Fields, map: Map<string, Field>, at: number): StepDraft {
  const before = fields.problems.count;
  const points = map.has('points') ? fields.number(map.get('points'), 'points', POINTS, NOTHING_LOWERS) : 0;
  const floor = fields.word(map.get('floor'), 'floor', LEVELS);
  const cap = fields.word(map.get('cap'), 'cap', LEVELS);
  const from = fields.number(map.get('from'), 'from', { min: 0, max: Number.MAX_VALUE }, NOTHING_LOWERS);
  const above = fields.flag(map.get('above'), 'above');
  if (!EFFECTS.some((name) => map.has(name))) {
    fields.problems.add(
      at,
      { vi: 'không cho điểm, không đặt sàn, cũng không đặt trần', en: 'it gives neither points nor a floor nor a cap' },
      { vi: 'thêm points, floor hoặc cap; viết points: 0 cho quy tắc chỉ nêu thông tin', en: 'add one; write points: 0 for a rule that only says something' },
    );
  }
  const text = readText(fields, map.get('text'));
  const step: StepDraft = { at, from, above, points, text: text ?? { vi: '', en: '' }, broken: fields.problems.count > before };
  if (floor !== undefined) step.floor = floor;
  if (cap !== undefined) step.cap = cap;
  return step;
}

/** `for: crowd-sensitive`: the categories that the policy calls so. */
const CROWD_SENSITIVE = 'crowd-sensitive';

/**
 * The codes that `for` names: a code, a group for all of its codes, or `crowd-sensitive`. What is said for one kind of a group holds for its unknown kind too,
 * unless it caps: an unknown kind is graded as the worst that it may be.
 *
 * @param cap the highest that the rule sets
 */
function readFor(fields: Fields, field: Field | undefined, around: Around, cap: RiskLevel | undefined): ReadonlySet<string> {
  const codes = new Set<string>();
  if (field === undefined) return codes;
  const before = fields.problems.count;
  const nodes = isScalar(field.node) ? [field.node] : fields.list(field.node, field.at, 'for');
  for (const node of nodes) {
    const word = isScalar(node) ? String(node.value) : '';
    const named = codesNamed(word, around);
    if (named === null) {
      unknownCategory(fields, startOf(node), word, [...CATEGORY_CODES, ...CATEGORY_GROUPS.keys(), CROWD_SENSITIVE], CODE_OR_GROUP);
      continue;
    }
    const kept = cap !== undefined && CATEGORY_GROUPS.has(word) ? named.filter((code) => !code.endsWith('.unknown')) : named;
    for (const code of kept) codes.add(code);
    if (cap === undefined && CATEGORY_CODES.includes(word)) codes.add(`${groupOf(word)}.unknown`);
    if (cap !== undefined && kept.length > 0 && kept.every((code) => floorRank(categoryRule(around, code)) > capRank({ cap }))) {
      fields.problems.add(
        startOf(node),
        { vi: `trần ${cap} không có tác dụng với '${word}': sàn của loại này cao hơn, và sàn luôn thắng trần`, en: `the cap ${cap} does nothing for '${word}': its floor is higher, and floors beat caps` },
        { vi: 'bỏ nó khỏi for, hoặc hạ sàn của nó trong categories', en: 'take it out of for, or lower its floor under categories' },
      );
    }
  }
  if (codes.size === 0 && fields.problems.count === before) {
    fields.problems.add(
      placeOf(field),
      { vi: 'for không gồm loại vụ việc nào: quy tắc không bao giờ áp dụng được', en: 'for names no category: the rule can never hold' },
      { vi: 'viết ít nhất một mã hoặc một nhóm; bỏ for để áp dụng cho mọi loại', en: 'write a code or a group at least; leave for out to apply it everywhere' },
    );
  }
  return codes;
}

/** The codes that one word of `for` stands for; null: it is unknown. */
function codesNamed(word: string, around: Around): string[] | null {
  if (word === CROWD_SENSITIVE) return CATEGORY_CODES.filter((code) => categoryRule(around, code).crowdSensitive === true);
  if (CATEGORY_GROUPS.has(word)) return CATEGORY_CODES.filter((code) => groupOf(code) === word);
  return CATEGORY_CODES.includes(word) ? [word] : null;
}
