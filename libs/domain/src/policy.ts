import type { CrowdRules } from './crowd/rules';
import type { Facts } from './facts';
import type { Bilingual } from './incident';
import type { SurpriseRules } from './memory/baseline';
import type { SituationRules } from './memory/situation';
import type { LocalDate } from './registry';
import type { RiskLevel } from './risk';

/**
 * A risk policy as `assess` uses it: plain data and conditions that are already compiled. Policies are written as YAML documents; reading,
 * checking and compiling one is for libs/policy. Points are ≥ 0, floors beat caps, and the order of rules does not matter.
 */

/** What a fact weighs: points are added to the score, a floor holds whatever the score, a cap limits what points may reach. */
export interface Effect {
  points: number;
  floor?: RiskLevel;
  cap?: RiskLevel;
}

/** How a category is graded by itself. */
export interface CategoryRule {
  points: number;
  floor?: RiskLevel;
  /** The crowd makes this kind of incident worse: rules may ask for it (`crowdSensitive`). */
  crowdSensitive?: boolean;
}

/** One step of a rule: what it gives, and what it says. The text may hold placeholders: see PLACEHOLDERS. */
export interface RuleStep extends Effect {
  text: Bilingual;
}

export interface RiskRule {
  /** A machine word: the reason's `rule`. */
  id: string;
  /** Codes of the categories that it can hold for, `<group>.unknown` among them; null: all. It costs nothing elsewhere. */
  categories: ReadonlySet<string> | null;
  /** Facts without which it cannot hold (where they are 0, false, '' or Unknown): most rules need not be asked for most events. */
  needs: readonly (keyof Facts)[];
  /** Of the rules with this word that hold, only the points of the greatest count; null: its points are added. */
  greatestOf: string | null;
  /** Index of the step that holds, -1: none. It may throw: then the rule counts as not holding, and a reason says so. */
  stepOf: (facts: Facts) => number;
  steps: readonly RuleStep[];
}

/** Which policy it was. */
export type PolicyVersion = Pick<RiskPolicy, 'id' | 'version'>;

/** A policy by id and version; null: it is not known here. */
export type PolicyLookup = (wanted: PolicyVersion) => RiskPolicy | null;

/** The lowest score of each level above `low`. */
export type Thresholds = Record<Exclude<RiskLevel, 'low'>, number>;

export interface RiskPolicy {
  id: string;
  version: number;
  /** The day from which its author means it to hold. */
  validFrom: LocalDate;
  author: string;
  thresholds: Thresholds;
  /** By catalogue code. `<group>.unknown` need not be listed: it takes the highest points and floor of its group, and is crowd-sensitive if one of the group is. */
  categories: Readonly<Record<string, CategoryRule>>;
  crowd: CrowdRules;
  situations: SituationRules;
  surprise: SurpriseRules;
  rules: readonly RiskRule[];
}
