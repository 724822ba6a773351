import type { RiskRule } from '@vong-gac/domain';
import type { Condition } from './condition';
import type { StepDraft } from './draft';
import { isFact } from './fact-table';
import { guardOf, plainCondition } from './guard';

type Bounds = readonly Pick<StepDraft, 'from' | 'above'>[];

/** From what a condition gives to the index of the step that holds; -1: none. */
export function stepFinder(kind: 'when' | 'scale', steps: Bounds): (value: unknown) => number {
  if (kind === 'when') return (value) => (value === true ? 0 : -1);
  return (value) => (typeof value === 'number' ? stepAt(steps, value) : -1);
}

function stepAt(steps: Bounds, value: number): number {
  for (let i = steps.length - 1; i >= 0; i--) {
    const step = steps[i];
    if (step !== undefined && (step.above ? value > step.from : value >= step.from)) return i;
  }
  return -1;
}

/** The compiled condition of a rule: what is plain is not left to CEL, and what stands plainly in the way is looked at first. */
export function stepOf(kind: 'when' | 'scale', { ast, evaluate }: Condition, steps: Bounds): RiskRule['stepOf'] {
  if (kind === 'scale') {
    // A scale that is one fact needs no evaluation.
    if (ast.op === 'id' && isFact(ast.args)) {
      const name = ast.args;
      return (facts) => stepAt(steps, facts[name] as number);
    }
    const find = stepFinder(kind, steps);
    return (facts) => find(evaluate(facts));
  }
  const plain = plainCondition(ast);
  if (plain !== null) return (facts) => (plain(facts) ? 0 : -1);
  const guard = guardOf(ast);
  return (facts) => ((guard === null || guard(facts)) && evaluate(facts) === true ? 0 : -1);
}
