import { categoryRule, type Effect, type Facts } from '@vong-gac/domain';
import { casesOf, codesOf } from './critical-values';
import type { PolicyDraft, RuleDraft } from './draft';
import { NOTHING_KNOWN } from './fact-table';
import type { Problems } from './problems';
import { capRank, floorRank } from './ranks';
import { stepFinder } from './step-of';

/**
 * That nobody has counted lowers nothing: no cap comes of it, and no points or floor that an empty place has are missing. What one rule gives less,
 * another may give instead (`when: "!occupancyKnown"`): so points and floors are looked at over all rules of a category.
 */
export function checkUnknownCrowd(draft: PolicyDraft, problems: Problems): void {
  const differences = draft.rules.flatMap((rule) => differenceOf(rule, draft) ?? []);
  for (const { rule, at } of differences.filter(({ caps }) => caps)) {
    problems.add(
      at,
      { vi: `quy tắc '${rule.id}' đặt trần khi chưa có số đếm khách: chưa rõ lượng khách mà lại hạ mức`, en: `the rule '${rule.id}' caps where nobody has counted: an unknown occupancy would lower the level` },
      { vi: 'chỉ để quy tắc áp dụng khi đã biết lượng khách: when: occupancyKnown && …', en: 'let it hold only where the crowd is known: when: occupancyKnown && …' },
    );
  }
  for (const { rule, at, lost, lostFloor } of differences.filter((each) => each.lost > 0 || each.lostFloor >= 0)) {
    const missing = codesOf(rule.categories).some((code) => {
      const there = differences.filter((each) => each.rule.categories?.has(code) !== false);
      const sum = (of: 'lost' | 'gained'): number => there.reduce((total, each) => total + each[of], 0);
      return (lost > 0 && sum('lost') > sum('gained')) || lostFloor > Math.max(-1, ...there.map(({ keptFloor }) => keptFloor));
    });
    if (!missing) continue;
    problems.add(
      at,
      { vi: `quy tắc '${rule.id}' cho nơi vắng khách nhiều hơn nơi chưa có số đếm: chưa rõ lượng khách mà lại hạ mức`, en: `the rule '${rule.id}' gives an empty place more than one where nobody has counted: an unknown occupancy would lower the level` },
      {
        vi: 'viết theo số khách, ví dụ occupancy >= 1, hoặc thêm quy tắc when: "!occupancyKnown" cho ít nhất chừng ấy',
        en: 'write it by the number of guests, such as occupancy >= 1, or give as much by a rule when: "!occupancyKnown"',
      },
    );
  }
}

/** What a rule does where nobody has counted, against what it does for a crowd that might be there. */
interface Difference {
  rule: RuleDraft;
  /** Where its condition stands. */
  at: number;
  /** It caps the unknown, and caps some crowd not, or less. */
  caps: boolean;
  /** Points that an empty place has at most more, and those that the unknown has at least more. */
  lost: number;
  gained: number;
  /** The highest floor that only an empty place has; -1: none. */
  lostFloor: number;
  /** The floor that the unknown always has; -1: none. */
  keptFloor: number;
}

/** What is 0 or false while nobody has counted, and so reads like an empty place. */
const OF_CROWD: readonly (keyof Facts)[] = ['occupancyKnown', 'occupancy', 'occupancyOfZone', 'occupancyAgeSeconds', 'ratio', 'density', 'densityKnown'];

const isUnknown = (facts: Facts): boolean => OF_CROWD.every((name) => facts[name] === NOTHING_KNOWN[name]);
/** Somebody counted, and nobody is there. A condition that does not ask `occupancyKnown` cannot tell it from the unknown by that. */
const isEmpty = ({ occupancyKnown, occupancy, ratio, density }: Facts, named: ReadonlySet<keyof Facts>): boolean =>
  (occupancyKnown || !named.has('occupancyKnown')) && occupancy === 0 && ratio === 0 && density === 0;

const NOTHING: Effect = { points: 0 };

/** null: the rule does not look at the crowd, or it cannot be decided. */
function differenceOf(rule: RuleDraft, draft: PolicyDraft): Difference | null {
  const { condition, kind, steps, greatestOf } = rule;
  if (condition === null || !OF_CROWD.some((name) => condition.facts.has(name))) return null;
  const cases = casesOf(condition, codesOf(rule.categories), (code) => categoryRule(draft, code).crowdSensitive === true, steps.map(({ from }) => from));
  if (cases === null) return null;
  const find = stepFinder(kind, steps);
  const others = [...condition.facts].filter((name) => !OF_CROWD.includes(name));
  const alike = new Map<string, { facts: Facts; step: Effect }[]>();
  for (const { facts, value } of cases) {
    const key = JSON.stringify(others.map((name) => facts[name]));
    const group = alike.get(key) ?? [];
    group.push({ facts, step: steps[find(value)] ?? NOTHING });
    alike.set(key, group);
  }
  const found: Difference = { rule, at: condition.offset(condition.ast.start), caps: false, lost: 0, gained: Infinity, lostFloor: -1, keptFloor: Infinity };
  for (const group of alike.values()) {
    const unknown = group.find(({ facts }) => isUnknown(facts))?.step;
    if (unknown === undefined) continue;
    const empty = group.filter(({ facts }) => isEmpty(facts, condition.facts)).map(({ step }) => step);
    const [points, floor] = [Math.max(...empty.map((step) => step.points)), Math.max(...empty.map(floorRank))];
    found.caps ||= group.some(({ step }) => capRank(step) > capRank(unknown));
    found.lost = Math.max(found.lost, points - unknown.points);
    found.gained = Math.min(found.gained, Math.max(0, unknown.points - points));
    found.keptFloor = Math.min(found.keptFloor, floorRank(unknown));
    if (floor > floorRank(unknown)) found.lostFloor = Math.max(found.lostFloor, floor);
  }
  // Of rules with one word only the greatest counts: what such a rule gives or takes may not matter.
  return { ...found, lost: greatestOf === null ? found.lost : 0, gained: greatestOf === null && found.gained < Infinity ? found.gained : 0, keptFloor: found.keptFloor < Infinity ? found.keptFloor : -1 };
}
