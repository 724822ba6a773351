import { categoryRule, groupOf, type Facts, type RiskPolicy, type RiskRule } from '@vong-gac/domain';
import { checkRules } from './check-rules';
import { codesOf } from './critical-values';
import type { PolicyDraft, RuleDraft } from './draft';
import { NOTHING_KNOWN } from './fact-table';
import { guardOf } from './guard';
import { PolicyRefused, Problems, type PolicyProblem } from './problems';
import { readDocument } from './read-document';
import { needsOf } from './needs';
import { stepOf } from './step-of';

/** A document became a policy, or here is everything that is wrong with it. */
export type PolicyReading = { policy: RiskPolicy; problems: readonly [] } | { policy: null; problems: readonly PolicyProblem[] };

/** Reads, checks and compiles a policy document (YAML, docs/risk.md). Never throws for anything that a document may hold. */
export const readPolicy = (text: string): PolicyReading => read(text, checkRules);

/**
 * Reads a document that was checked when it was stored: what a later release finds wrong with its rules is said when it is validated or activated again,
 * and does not take from force what an officer put into it.
 */
export const readStoredPolicy = (text: string): PolicyReading => read(text, () => undefined);

function read(text: string, check: (draft: PolicyDraft, problems: Problems) => void): PolicyReading {
  const problems = new Problems();
  const draft = readDocument(text, problems);
  if (draft !== null) check(draft, problems);
  const found = problems.list();
  return draft === null || found.length > 0 ? { policy: null, problems: found } : { policy: compiled(draft), problems: [] };
}

/** The policy of a document. @throws PolicyRefused with all problems */
export function policyOf(text: string): RiskPolicy {
  const { policy, problems } = readPolicy(text);
  if (policy === null) throw new PolicyRefused(problems);
  return policy;
}

function compiled(draft: PolicyDraft): RiskPolicy {
  const { rules, ...rest } = draft;
  return { ...rest, rules: rules.flatMap((rule) => compiledRule(rule, draft)) };
}

const OF_CATEGORY: ReadonlySet<keyof Facts> = new Set<keyof Facts>(['category', 'group', 'crowdSensitive']);

function compiledRule({ id, categories, condition, kind, greatestOf, steps }: RuleDraft, draft: PolicyDraft): RiskRule[] {
  if (condition === null) return [];
  return [{
    id,
    categories: narrowed(categories, condition, draft),
    needs: needsOf(kind, condition, steps),
    greatestOf,
    stepOf: stepOf(kind, condition, steps.map(({ from, above }) => ({ from, above }))),
    steps: steps.map(({ points, floor, cap, text }) => ({ points, text, ...(floor === undefined ? {} : { floor }), ...(cap === undefined ? {} : { cap }) })),
  }];
}

/** The categories that a rule can hold for: those of `for`, without those that its condition rules out by itself. It costs nothing elsewhere. */
function narrowed(categories: RuleDraft['categories'], { ast }: NonNullable<RuleDraft['condition']>, draft: PolicyDraft): ReadonlySet<string> | null {
  const guard = guardOf(ast, OF_CATEGORY);
  if (guard === null) return categories;
  return new Set(codesOf(categories).filter((category) => guard({ ...NOTHING_KNOWN, category, group: groupOf(category), crowdSensitive: categoryRule(draft, category).crowdSensitive === true })));
}
