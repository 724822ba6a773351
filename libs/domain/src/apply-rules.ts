import { absentFacts, type Facts } from './facts';
import { fill } from './fill-text';
import { filledReason, higher, reasonOf, type PreparedRule } from './policy-index';
import type { Reason } from './risk';

/** Where the reason of a `greatestOf` word stands so far. */
interface Greatest {
  at: number;
  points: number;
}

/**
 * Adds the reasons of the rules that hold, in the order of their ids.
 * @returns the ids of rules that threw; none: null
 */
export function applyRules(reasons: Reason[], rules: readonly PreparedRule[], facts: Facts): string[] | null {
  const absent = absentFacts(facts);
  let failed: string[] | null = null;
  let greatest: Map<string, Greatest> | null = null;
  for (const rule of rules) {
    if ((rule.needs & absent) !== 0) continue;
    let at = -1;
    try {
      at = rule.stepOf(facts);
    } catch {
      // A condition is a policy's own: what it throws must neither end the service nor change the other reasons. The reason `rule-failed` says it.
      (failed ??= []).push(rule.id);
    }
    // An index below zero would be looked up as a name, which costs more than the rule.
    if (at < 0) continue;
    const step = rule.steps[at];
    if (step === undefined) continue;
    const reason = step.text === null ? step.reason : filledReason(rule.id, step, fill(step.text, facts));
    if (rule.greatestOf === null) reasons.push(reason);
    else addGreatest(reasons, (greatest ??= new Map()), rule.greatestOf, reason);
  }
  return failed;
}

/** Of the reasons of one word the greatest in points stays (at equal points the first by id), with the highest floor of all. */
function addGreatest(reasons: Reason[], greatest: Map<string, Greatest>, word: string, reason: Reason): void {
  const points = reason.points ?? 0;
  const known = greatest.get(word);
  const before = known === undefined ? undefined : reasons[known.at];
  if (known === undefined || before === undefined) {
    greatest.set(word, { at: reasons.length, points });
    reasons.push(reason);
    return;
  }
  const stays = points > known.points ? reason : before;
  const floor = higher(before.floor, reason.floor);
  known.points = Math.max(points, known.points);
  reasons[known.at] = floor === stays.floor ? stays : reasonOf(stays.rule, { points: known.points, floor }, stays.text);
}
