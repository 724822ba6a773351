import { ALERT_LEVEL, categoryRule, CATEGORY_CODES, higherLevel, levelRank, type RiskLevel, type RiskPolicy, type RiskRule } from '@vong-gac/domain';
import { builtInPolicy } from './built-in';

/** A floor of at least `high` that the built-in policy has, and another policy has not, or a lower one. */
export interface DroppedFloor {
  /** Code of the category, or id of the rule. */
  of: string;
  kind: 'category' | 'rule';
  builtIn: RiskLevel;
  /** null: none. */
  now: RiskLevel | null;
}

/**
 * What whoever activates a policy must know: which reports need no longer reach the police, although the built-in policy always lets them. Compared
 * are the floors of categories, and those of rules of the same id: a rule that does the same under another name is not seen, nor that one of the
 * same id holds less often.
 */
export function droppedFloors(policy: RiskPolicy, builtIn: RiskPolicy = builtInPolicy()): DroppedFloor[] {
  const categories = CATEGORY_CODES.map((code) => dropped('category', code, categoryRule(builtIn, code).floor, categoryRule(policy, code).floor));
  const rules = builtIn.rules.map((rule) => dropped('rule', rule.id, ruleFloor(rule), ruleFloor(policy.rules.find(({ id }) => id === rule.id))));
  return [...categories, ...rules].filter((each) => each !== null);
}

function dropped(kind: DroppedFloor['kind'], of: string, builtIn: RiskLevel | undefined, now: RiskLevel | undefined): DroppedFloor | null {
  return builtIn === undefined || levelRank(builtIn) < levelRank(ALERT_LEVEL) || rankOf(now) >= levelRank(builtIn) ? null : { of, kind, builtIn, now: now ?? null };
}

const rankOf = (level: RiskLevel | undefined): number => (level === undefined ? -1 : levelRank(level));
const ruleFloor = (rule: RiskRule | undefined): RiskLevel | undefined => rule?.steps.reduce<RiskLevel | undefined>((top, { floor }) => higherLevel(top, floor), undefined);
