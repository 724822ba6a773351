import type { Bilingual } from '@vong-gac/domain';
import { checkCases } from './check-cases';
import { checkPairs } from './check-pairs';
import { checkUnknownCrowd } from './check-unknown-crowd';
import { checkWords } from './check-words';
import type { PolicyDraft, RuleDraft, StepDraft } from './draft';
import type { Problems } from './problems';
import { capRank, floorRank } from './ranks';

/** What reads well and is still wrong: words that no fact can be, rules that can never hold, rules that contradict, rules that lower what is graver. */
export function checkRules(draft: PolicyDraft, problems: Problems): void {
  const sound: RuleDraft[] = [];
  for (const rule of draft.rules) {
    checkSteps(rule, problems);
    if (rule.condition === null || !checkWords(rule.condition, problems)) continue;
    if (checkCases(rule, rule.condition, draft, problems)) sound.push(rule);
  }
  checkUnknownCrowd({ ...draft, rules: sound }, problems);
  checkPairs(draft, problems);
}

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
