import type { CategoryRule, RiskPolicy, RuleStep } from '@vong-gac/domain';
import type { Condition } from './condition';

/** A document as it was read, with the places of what a later check may complain about. What could not be read is left out. */
export interface PolicyDraft extends Pick<RiskPolicy, 'crowd' | 'situations' | 'surprise'> {
  id: string;
  version: number;
  validFrom: string;
  author: string;
  thresholds: RiskPolicy['thresholds'];
  categories: Record<string, CategoryRule>;
  rules: RuleDraft[];
}

export interface StepDraft extends RuleStep {
  at: number;
  /** For a scale: the step holds for values ≥ `from`, or > `from` where `above` is true. */
  from: number;
  above: boolean;
  /** A text, an effect or a figure of it could not be read: it is not compared with others. */
  broken: boolean;
}

export interface RuleDraft {
  id: string;
  at: number;
  /** null: all categories. */
  categories: ReadonlySet<string> | null;
  /** null: it could not be compiled. */
  condition: Condition | null;
  kind: 'when' | 'scale';
  greatestOf: string | null;
  steps: StepDraft[];
}

