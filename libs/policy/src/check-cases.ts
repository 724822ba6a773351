import { categoryRule, type Bilingual, type Effect, type Facts } from '@vong-gac/domain';
import type { Condition } from './condition';
import { casesOf, codesOf, type Case } from './critical-values';
import type { PolicyDraft, RuleDraft, StepDraft } from './draft';
import { FACT_TABLE } from './fact-table';
import type { Problems } from './problems';
import { capRank, floorRank } from './ranks';
import { stepFinder } from './step-of';

/** What a rule gives in each case that it can tell apart. @returns whether it can hold, and takes nothing away from what is graver */
export function checkCases(rule: RuleDraft, condition: Condition, draft: PolicyDraft, problems: Problems): boolean {
  const { steps } = rule;
  if (steps.some((step) => step.broken)) return false;
  const codes = codesOf(rule.categories);
  const cases = casesOf(condition, codes, (code) => categoryRule(draft, code).crowdSensitive === true, steps.map((step) => step.from));
  if (cases === null || codes.length === 0) return codes.length > 0;
  const at = condition.offset(condition.ast.start);
  const find = stepFinder(rule.kind, steps);
  const found = cases.map((each) => ({ ...each, step: find(each.value) }));
  const never = steps.filter((_, i) => !found.some(({ step }) => step === i));
  if (never.length === steps.length) {
    problems.add(
      at,
      { vi: `quy tắc '${rule.id}' không bao giờ áp dụng được`, en: `the rule '${rule.id}' can never hold` },
      { vi: 'xem lại các con số và `for`: không vụ việc nào khớp', en: 'look at the figures and at `for`: no incident fits them' },
    );
    return false;
  }
  for (const step of never) {
    problems.add(
      step.at,
      { vi: `bậc từ ${step.from} không bao giờ áp dụng được`, en: `the step from ${step.from} can never hold` },
      { vi: 'xem lại khoảng giá trị của dữ kiện: không vụ việc nào đạt tới', en: 'look at the range of the fact: no incident reaches it' },
    );
  }
  const lowers = firstLowering(found, condition.facts, steps);
  if (lowers !== null) {
    const { fact, how } = lowers;
    const [from, to] = [String(lowers.from), String(lowers.to)];
    problems.add(
      at,
      {
        vi: `quy tắc '${rule.id}' ${how.vi} khi ${fact} tăng từ ${from} lên ${to}: việc nặng hơn lại bị hạ mức`,
        en: `the rule '${rule.id}' ${how.en} when ${fact} rises from ${from} to ${to}: what is graver would lower the level`,
      },
      { vi: `viết sao cho quy tắc vẫn áp dụng với mọi ${fact} lớn hơn`, en: `write it so that it holds for every greater ${fact} too` },
    );
  }
  return lowers === null;
}

interface Lowering {
  fact: keyof Facts;
  from: unknown;
  to: unknown;
  how: Bilingual;
}

const TAKES: Bilingual = { vi: 'bớt điểm hoặc bỏ sàn', en: 'takes points or a floor away' };
const CAPS: Bilingual = { vi: 'bắt đầu đặt trần', en: 'begins to cap' };

/** The first place where more of a grave fact, and nothing else, takes points or a floor away or brings a cap. */
function firstLowering(cases: readonly (Case & { step: number })[], named: ReadonlySet<keyof Facts>, steps: readonly StepDraft[]): Lowering | null {
  const nothing: Effect = { points: 0 };
  for (const fact of named) {
    const kind = FACT_TABLE[fact];
    if (kind.type === 'word' || kind.type === 'text' || !kind.grave) continue;
    const last = new Map<string, Case & { step: number }>();
    for (const each of [...cases].sort((a, b) => Number(a.facts[fact]) - Number(b.facts[fact]))) {
      const others = JSON.stringify([...named].filter((name) => name !== fact).map((name) => each.facts[name]));
      const before = last.get(others);
      last.set(others, each);
      if (before === undefined) continue;
      const [less, more] = [steps[before.step] ?? nothing, steps[each.step] ?? nothing];
      const takes = more.points < less.points || floorRank(more) < floorRank(less);
      if (takes || capRank(more) < capRank(less)) return { fact, from: before.facts[fact], to: each.facts[fact], how: takes ? TAKES : CAPS };
    }
  }
  return null;
}
