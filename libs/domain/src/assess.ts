import { applyRules } from './apply-rules';
import { isNamedCategory } from './categories';
import { contextUsed, NOTHING_REMEMBERED, type Remembered } from './context-used';
import { factsOf } from './facts';
import type { Incident } from './incident';
import { JURISDICTION_REASONS } from './jurisdiction';
import type { RiskPolicy } from './policy';
import { preparedPolicy, shared } from './policy-index';
import { defectsText, ruleFailedText, unknownCategoryText, unknownZoneText } from './reason-texts';
import { levelRank, RISK_LEVELS, type ContextUsed, type Reason, type RiskAssessment, type RiskContext, type RiskLevel } from './risk';

/**
 * How serious a reported incident is. Pure and total: the same incident, context and policy give the same bytes (`canonicalJson`), and
 * nothing makes it throw.
 *
 * The context returned is the one that the next event is judged in. An incident does not change it yet; the caller carries it on all the
 * same, so that it may.
 */
export function assess(incident: Incident, context: RiskContext, policy: RiskPolicy, remembered: Remembered = NOTHING_REMEMBERED): { assessment: RiskAssessment; context: RiskContext } {
  return { assessment: assessAgain(incident, contextUsed(incident, context, remembered), policy), context };
}

/**
 * The judgement from a stored context alone: what a replay, under this policy or another, computes.
 *
 * The category gives its reason, then the policy's rules in the order of their ids, then what is in doubt whatever the policy. Points are
 * added up to a score and the score to a level; the lowest cap limits that level, and the highest floor beats both.
 */
export function assessAgain(incident: Incident, used: ContextUsed, policy: RiskPolicy): RiskAssessment {
  const prepared = preparedPolicy(policy);
  const category = prepared.categories.get(incident.category) ?? prepared.unknown;
  const reasons: Reason[] = [category.reason];
  const failed = applyRules(reasons, category.rules, factsOf(incident, used, category.crowdSensitive, policy.surprise));
  addDoubts(reasons, incident, used);
  if (failed !== null) reasons.push({ rule: 'rule-failed', text: ruleFailedText(failed) });
  let score = 0;
  for (const reason of reasons) score += reason.points ?? 0;
  return { context: used, level: levelOf(score, reasons, policy), policyId: policy.id, policyVersion: policy.version, reasons, score };
}

function levelOf(score: number, reasons: readonly Reason[], policy: RiskPolicy): RiskLevel {
  const { moderate, high, critical } = policy.thresholds;
  let rank = score >= critical ? 3 : score >= high ? 2 : score >= moderate ? 1 : 0;
  let least = 0;
  for (const { cap, floor } of reasons) {
    if (cap !== undefined) rank = Math.min(rank, levelRank(cap));
    if (floor !== undefined) least = Math.max(least, levelRank(floor));
  }
  return RISK_LEVELS[Math.max(rank, least)] ?? 'critical';
}

/** Reasons that `assess` gives itself: no rule of a policy may take these ids, but `occupancy-unknown`, which a policy may weigh. */
export const OWN_REASONS: readonly string[] = ['category', 'category-unknown', 'zone-unknown', 'defects', 'rule-failed', ...Object.values(JURISDICTION_REASONS).map(({ rule }) => rule)];

const OCCUPANCY_UNKNOWN = shared('occupancy-unknown', { points: 0 }, {
  vi: 'Không có số khách trong 30 phút trước đó',
  en: 'Occupancy unknown: no visitor volume in the 30 minutes before',
});

/** What an officer must know to trust the rest. */
function addDoubts(reasons: Reason[], incident: Incident, used: ContextUsed): void {
  if (used.occupancy === null && !reasons.some(({ rule }) => rule === OCCUPANCY_UNKNOWN.rule)) reasons.push(OCCUPANCY_UNKNOWN);
  if (!isNamedCategory(incident.category)) reasons.push({ rule: 'category-unknown', text: unknownCategoryText(incident) });
  if (!used.zoneKnown && incident.zone !== null) reasons.push({ rule: 'zone-unknown', text: unknownZoneText(incident.zone) });
  if (used.jurisdictionNote !== null) reasons.push(JURISDICTION_REASONS[used.jurisdictionNote]);
  if (incident.defects.length > 0) reasons.push({ rule: 'defects', text: defectsText(incident.defects) });
}
