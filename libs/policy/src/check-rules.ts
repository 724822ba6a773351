import { categoryRule, levelRank, type Bilingual, type Effect, type Facts, type RiskLevel } from '@vong-gac/domain';
import { childrenOf, type Condition } from './condition';
import { casesOf, codesOf, type Case } from './critical-values';
import type { PolicyDraft, RuleDraft, StepDraft } from './draft';
import { FACT_TABLE, NOTHING_KNOWN } from './fact-table';
import { plainComparison, plainMembership } from './guard';
import { didYouMean, oneOf, type Problems } from './problems';
import { stepFinder } from './step-of';

/** What reads well and is still wrong: words that no fact can be, rules that can never hold, rules that contradict, rules that lower what is graver. */
export function checkRules(draft: PolicyDraft, problems: Problems): void {
  for (const rule of draft.rules) {
    checkSteps(rule, problems);
    if (rule.condition === null || !knownWords(rule.condition, problems)) continue;
    checkCases(rule, rule.condition, draft, problems);
  }
  checkPairs(draft.rules, problems);
}

/** Words that a fact is compared with and can never be. */
function knownWords(condition: Condition, problems: Problems): boolean {
  let good = true;
  const look = (node: Condition['ast']): void => {
    const plain = plainComparison(node) ?? plainMembership(node);
    const kind = plain === null ? undefined : FACT_TABLE[plain.name];
    if (plain !== null && kind?.type === 'word') {
      for (const word of 'values' in plain ? plain.values : [plain.value]) {
        if (kind.words.includes(String(word))) continue;
        const remedy = didYouMean(String(word), kind.words, oneOf(kind.words.slice(0, 12)), (near) => `'${near}'`);
        problems.add(condition.offset(node.start), { vi: `${plain.name} không bao giờ là '${String(word)}'`, en: `${plain.name} is never '${String(word)}'` }, remedy);
        good = false;
      }
    }
    childrenOf(node).forEach(look);
  };
  look(condition.ast);
  return good;
}

const floorRank = ({ floor }: { floor?: RiskLevel }): number => (floor === undefined ? -1 : levelRank(floor));
const capRank = ({ cap }: { cap?: RiskLevel }): number => (cap === undefined ? 4 : levelRank(cap));

/** The steps of one rule against each other. */
function checkSteps({ steps, kind }: RuleDraft, problems: Problems): void {
  steps.forEach((step, i) => {
    if (step.broken) return;
    if (capRank(step) < floorRank(step)) {
      problems.add(
        step.at,
        { vi: `trần ${step.cap} thấp hơn sàn ${step.floor}: sàn luôn thắng trần`, en: `the cap ${step.cap} is below the floor ${step.floor}: floors beat caps` },
        { vi: 'bỏ một trong hai', en: 'drop one of the two' },
      );
    }
    const before = steps[i - 1];
    if (kind !== 'scale' || before === undefined || before.broken) return;
    const fall = fallOf(step, before);
    if (fall !== null) problems.add(step.at, ...fall);
  });
}

/** Problem and remedy where a step of a scale gives less than the one before it. */
function fallOf(step: StepDraft, before: StepDraft): [problem: Bilingual, remedy: Bilingual] | null {
  const rises = step.from > before.from || (step.from === before.from && step.above && !before.above);
  if (!rises) {
    return [
      { vi: `bậc từ ${step.from} không cao hơn bậc trước (${before.from})`, en: `the step from ${step.from} does not rise above the one before (${before.from})` },
      { vi: 'xếp các bậc theo from, nhỏ nhất trước', en: 'order the steps by from, the smallest first' },
    ];
  }
  if (step.points < before.points) {
    return [
      { vi: `điểm giảm từ ${before.points} xuống ${step.points} trong khi thang tăng`, en: `points fall from ${before.points} to ${step.points} while the scale rises` },
      { vi: 'để điểm tăng theo thang: nhiều hơn thì không bao giờ hạ mức', en: 'let points rise with the scale: more never lowers a level' },
    ];
  }
  if (floorRank(step) < floorRank(before)) {
    return [
      { vi: `sàn hạ từ ${before.floor} xuống ${step.floor ?? 'không có sàn'} trong khi thang tăng`, en: `the floor falls from ${before.floor} to ${step.floor ?? 'none'} while the scale rises` },
      { vi: `lặp lại floor: ${before.floor}, hoặc mức cao hơn`, en: `repeat floor: ${before.floor}, or a higher one` },
    ];
  }
  if (capRank(step) >= capRank(before)) return null;
  return [
    { vi: `trần hạ xuống ${step.cap} trong khi thang tăng`, en: `the cap falls to ${step.cap} while the scale rises` },
    { vi: 'chỉ để trần tăng theo thang', en: 'let caps only rise with the scale' },
  ];
}

function checkCases(rule: RuleDraft, condition: Condition, draft: PolicyDraft, problems: Problems): void {
  const { steps } = rule;
  if (steps.some((step) => step.broken)) return;
  const codes = codesOf(rule.categories);
  const cases = casesOf(condition, codes, (code) => categoryRule(draft, code).crowdSensitive === true, steps.map((step) => step.from));
  if (cases === null || codes.length === 0) return;
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
    return;
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
  if (capsTheUncounted(found, condition.facts, steps)) {
    problems.add(
      at,
      { vi: `quy tắc '${rule.id}' đặt trần khi chưa có số đếm khách: chưa rõ lượng khách mà lại hạ mức`, en: `the rule '${rule.id}' caps where nobody has counted: an unknown occupancy would lower the level` },
      { vi: 'chỉ để quy tắc áp dụng khi đã biết lượng khách: when: occupancyKnown && …', en: 'let it hold only where the crowd is known: when: occupancyKnown && …' },
    );
  }
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

/** What is 0 or false while nobody has counted, and so reads like an empty place. */
const OF_CROWD: readonly (keyof Facts)[] = ['occupancyKnown', 'occupancy', 'occupancyOfZone', 'occupancyAgeSeconds', 'ratio', 'density', 'densityKnown'];

/** Whether a cap, all else being equal, is there while the crowd is unknown and is gone or weaker for some crowd that might be there. */
function capsTheUncounted(cases: readonly (Case & { step: number })[], named: ReadonlySet<keyof Facts>, steps: readonly StepDraft[]): boolean {
  const capOf = (each: { step: number }): number => capRank(steps[each.step] ?? {});
  const othersOf = ({ facts }: Case): string => JSON.stringify([...named].filter((name) => !OF_CROWD.includes(name)).map((name) => facts[name]));
  const weakest = new Map<string, number>();
  for (const each of cases) weakest.set(othersOf(each), Math.max(capOf(each), weakest.get(othersOf(each)) ?? 0));
  return cases.some((each) => OF_CROWD.every((name) => each.facts[name] === NOTHING_KNOWN[name]) && capOf(each) < (weakest.get(othersOf(each)) ?? 0));
}

/** Rules that hold under the same condition for the same incidents and say different things. */
function checkPairs(rules: readonly RuleDraft[], problems: Problems): void {
  const byCondition = new Map<string, RuleDraft[]>();
  for (const rule of rules) {
    const [step] = rule.steps;
    if (rule.condition === null || rule.kind !== 'when' || step === undefined || step.broken) continue;
    const same = byCondition.get(rule.condition.normal) ?? [];
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
    byCondition.set(rule.condition.normal, [...same, rule]);
  }
}

const meet = (a: ReadonlySet<string> | null, b: ReadonlySet<string> | null): boolean => a === null || b === null || [...a].some((code) => b.has(code));
