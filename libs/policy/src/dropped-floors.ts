import { ALERT_LEVEL, categoryRule, CATEGORY_CODES, CROWD_STEPS, higherLevel, levelRank, type CrowdAlertLevel, type CrowdBand, type CrowdRules, type RiskLevel, type RiskPolicy, type RiskRule } from '@vong-gac/domain';
import { builtInPolicy } from './built-in';

/** A floor of at least `high`, or an alert about a crowd, that the built-in policy has, and another policy has not, or a lower one. */
export interface DroppedFloor {
  /** Code of the category, id of the rule, or from where on a crowd is told: `ratio > 1`, `density >= 4`. */
  of: string;
  kind: 'category' | 'rule' | 'crowd';
  builtIn: RiskLevel;
  /** null: none. */
  now: RiskLevel | null;
}

/**
 * What whoever activates a policy must know: which reports need no longer reach the police, although the built-in policy always lets them. Compared
 * are the floors of categories, and those of rules of the same id: a rule that does the same under another name is not seen, nor that one of the
 * same id holds less often. Of crowds the bands and levels are compared, which decide at which count the police are told; not which counts are believed.
 */
export function droppedFloors(policy: RiskPolicy, builtIn: RiskPolicy = builtInPolicy()): DroppedFloor[] {
  const categories = CATEGORY_CODES.map((code) => dropped('category', code, categoryRule(builtIn, code).floor, categoryRule(policy, code).floor));
  const rules = builtIn.rules.map((rule) => dropped('rule', rule.id, ruleFloor(rule), ruleFloor(policy.rules.find(({ id }) => id === rule.id))));
  const crowds = GAUGES.flatMap((gauge) => builtIn.crowd[gauge].bands.map((band) => dropped('crowd', `${gauge} ${band.above === true ? '>' : '>='} ${band.from}`, builtIn.crowd.alert.levels[band.step], toldAt(policy.crowd, gauge, band))));
  return [...categories, ...rules, ...crowds].filter((each) => each !== null);
}

const GAUGES = ['ratio', 'density', 'inflow'] as const;

/** How loud the police are told of a crowd that just reaches a band of another policy. */
function toldAt(rules: CrowdRules, gauge: (typeof GAUGES)[number], reached: CrowdBand): CrowdAlertLevel | undefined {
  const isReached = ({ from, above }: CrowdBand): boolean => from < reached.from || (from === reached.from && (above !== true || reached.above === true));
  const rank = Math.max(0, ...rules[gauge].bands.filter(isReached).map(({ step }) => CROWD_STEPS.indexOf(step)));
  return rules.alert.levels[CROWD_STEPS[rank] ?? 'normal'];
}

function dropped(kind: DroppedFloor['kind'], of: string, builtIn: RiskLevel | undefined, now: RiskLevel | undefined): DroppedFloor | null {
  return builtIn === undefined || levelRank(builtIn) < levelRank(ALERT_LEVEL) || rankOf(now) >= levelRank(builtIn) ? null : { of, kind, builtIn, now: now ?? null };
}

const rankOf = (level: RiskLevel | undefined): number => (level === undefined ? -1 : levelRank(level));
const ruleFloor = (rule: RiskRule | undefined): RiskLevel | undefined => rule?.steps.reduce<RiskLevel | undefined>((top, { floor }) => higherLevel(top, floor), undefined);
