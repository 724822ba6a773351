import { categoryRule, CATEGORY_CODES } from '@vong-gac/domain';
import type { Condition } from './condition';
import { tableOf, valueOf } from './critical-values';
import type { PolicyDraft, RuleDraft } from './draft';
import type { Problems } from './problems';
import { capRank, floorRank } from './ranks';

/** Rules that hold under the same condition for the same incidents and say different things. */
export function checkPairs(draft: PolicyDraft, problems: Problems): void {
  const meanings = meaningsOf(draft);
  const byMeaning = new Map<string, RuleDraft[]>();
  for (const rule of draft.rules) {
    const [step] = rule.steps;
    const meaning = meanings.get(rule);
    if (meaning === undefined || step === undefined) continue;
    const same = byMeaning.get(meaning) ?? [];
    for (const before of same) {
      const [other] = before.steps;
      if (other === undefined || !meet(before.categories, rule.categories)) continue;
      const line = problems.lineOf(before.at);
      if (step.floor !== undefined && other.floor !== undefined && step.floor !== other.floor) {
        problems.add(
          step.at,
          {
            vi: `quy tắc '${rule.id}' có sàn ${step.floor}, còn '${before.id}' (dòng ${line}) có sàn ${other.floor} với cùng điều kiện`,
            en: `the rule '${rule.id}' has the floor ${step.floor}, and '${before.id}' (line ${line}) the floor ${other.floor} under the same condition`,
          },
          { vi: 'chỉ giữ sàn đúng ý', en: 'keep the one that is meant' },
        );
      } else if (capRank(step) < floorRank(other) || capRank(other) < floorRank(step)) {
        problems.add(
          step.at,
          {
            vi: `quy tắc '${rule.id}' và '${before.id}' (dòng ${line}) đặt trần thấp hơn sàn với cùng điều kiện: sàn luôn thắng trần`,
            en: `the rules '${rule.id}' and '${before.id}' (line ${line}) give a cap below a floor under the same condition: floors beat caps`,
          },
          { vi: 'bỏ trần, hoặc viết hai điều kiện khác nhau', en: 'drop the cap, or tell the conditions apart' },
        );
      }
    }
    byMeaning.set(meaning, [...same, rule]);
  }
}

const meet = (a: ReadonlySet<string> | null, b: ReadonlySet<string> | null): boolean => a === null || b === null || [...a].some((code) => b.has(code));

/**
 * What the conditions of rules mean: equal for those that hold in the same cases, however they are written (`injured >= 3`, `3 <= injured`). Asked
 * are those that name the same facts, of everything that they can tell apart together; where that cannot be told, the same words mean the same.
 */
function meaningsOf(draft: PolicyDraft): Map<RuleDraft, string> {
  const byFacts = new Map<string, { rule: RuleDraft; condition: Condition }[]>();
  for (const rule of draft.rules) {
    const { condition, kind, steps } = rule;
    if (condition === null || kind !== 'when' || steps[0]?.broken !== false) continue;
    const facts = [...condition.facts].sort().join(' ');
    byFacts.set(facts, [...(byFacts.get(facts) ?? []), { rule, condition }]);
  }
  const meanings = new Map<RuleDraft, string>();
  for (const [facts, members] of byFacts) {
    const table = members.length > 1 ? tableOf(members.map(({ condition }) => condition), CATEGORY_CODES, (code) => categoryRule(draft, code).crowdSensitive === true) : null;
    for (const { rule, condition } of members) {
      const holds = table?.map((each) => (valueOf(condition, each) === true ? '1' : '0')).join('') ?? '';
      // What never holds is told already, and contradicts nothing.
      meanings.set(rule, holds.includes('1') ? `${facts}: ${holds}` : condition.normal);
    }
  }
  return meanings;
}
