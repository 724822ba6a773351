import { CATALOGUE, CATEGORY_GROUPS, categoryNames, groupOf, UNKNOWN_CATEGORY } from './categories';
import type { Bilingual, CapSeverity } from './incident';
import type { CategoryRule, RiskPolicy, Weight } from './policy';
import { levelRank, type Reason, type RiskLevel } from './risk';

/** What one category contributes, prepared: the reasons are shared by every assessment and frozen. */
export interface PreparedCategory {
  reason: Reason;
  crowdSensitive: boolean;
  water: Reason | null;
}

/** A policy with its constant reasons made once. */
export interface PreparedPolicy {
  categories: ReadonlyMap<string, PreparedCategory>;
  /** For a code that neither the policy nor the catalogue has. */
  unknown: PreparedCategory;
  weapon: Reason;
  verification: readonly Reason[];
  severity: ReadonlyMap<CapSeverity, Reason>;
  occupancyUnknown: Reason;
  occupancyUnknownSensitive: Reason;
  capacityUnknown: Reason;
  night: Reason;
}

const prepared = new WeakMap<RiskPolicy, PreparedPolicy>();

export function preparedPolicy(policy: RiskPolicy): PreparedPolicy {
  const known = prepared.get(policy);
  if (known !== undefined) return known;
  const made = prepare(policy);
  prepared.set(policy, made);
  return made;
}

/** A reason with the points and floor of a weight; zero points and no floor are left out: then it only says something. */
export function weighted(rule: string, weight: Weight, text: Bilingual): Reason {
  const { floor, points } = weight;
  if (floor !== undefined) return points === 0 ? { floor, rule, text } : { floor, points, rule, text };
  return points === 0 ? { rule, text } : { points, rule, text };
}

function shared(rule: string, weight: Weight, text: Bilingual): Reason {
  return Object.freeze(weighted(rule, weight, Object.freeze({ en: text.en, vi: text.vi })));
}

const NOTHING: Weight = { points: 0 };
/** A category that a policy forgot weighs what the contract asks for the unknown. */
const FORGOTTEN: CategoryRule = { points: 0, floor: 'high' };

function prepare(policy: RiskPolicy): PreparedPolicy {
  const unknown = preparedCategory(UNKNOWN_CATEGORY, policy.categories[UNKNOWN_CATEGORY] ?? FORGOTTEN);
  const unknownCodes = [...CATEGORY_GROUPS.keys()].map((group) => `${group}.unknown`).filter((code) => !CATALOGUE.has(code));
  const codes = [...CATALOGUE.keys(), ...unknownCodes];
  return {
    categories: new Map(codes.map((code) => [code, preparedCategory(code, ownRule(policy, code) ?? highestOfGroup(policy, groupOf(code)))])),
    unknown,
    weapon: shared('weapon', policy.weapon, { vi: 'Có hung khí', en: 'A weapon was seen' }),
    verification: policy.verification.map((weight, level) => shared('verification', weight, VERIFICATION_TEXTS[level] ?? verificationText(level))),
    severity: new Map(SEVERITIES.map((word) => [word, shared('severity', policy.severity[word], severityText(word))])),
    occupancyUnknown: shared('occupancy-unknown', NOTHING, OCCUPANCY_UNKNOWN),
    occupancyUnknownSensitive: shared('occupancy-unknown', policy.occupancyUnknown, OCCUPANCY_UNKNOWN),
    capacityUnknown: shared('capacity-unknown', policy.occupancyUnknown, CAPACITY_UNKNOWN),
    night: shared('night', policy.night, { vi: 'Xảy ra ban đêm', en: 'At night' }),
  };
}

function ownRule(policy: RiskPolicy, code: string): CategoryRule | undefined {
  return Object.hasOwn(policy.categories, code) ? policy.categories[code] : undefined;
}

/** An unknown name in a known group: nothing in the group weighs more. */
function highestOfGroup(policy: RiskPolicy, group: string): CategoryRule {
  const rules = [...CATALOGUE.values()].filter((c) => c.group === group).map((c) => ownRule(policy, c.code) ?? FORGOTTEN);
  const waters = rules.map((rule) => rule.water).filter((water) => water !== undefined);
  return {
    ...highest(rules),
    crowdSensitive: rules.some((rule) => rule.crowdSensitive === true),
    ...(waters.length === 0 ? {} : { water: highest(waters) }),
  };
}

function highest(weights: readonly Weight[]): Weight {
  const points = Math.max(0, ...weights.map((weight) => weight.points));
  const floors = weights.map((weight) => weight.floor).filter((floor) => floor !== undefined);
  const floor = floors.reduce<RiskLevel | undefined>((top, next) => (top === undefined || levelRank(next) > levelRank(top) ? next : top), undefined);
  return floor === undefined ? { points } : { points, floor };
}

function preparedCategory(code: string, rule: CategoryRule): PreparedCategory {
  return {
    reason: shared('category', rule, categoryNames(code)),
    crowdSensitive: rule.crowdSensitive === true,
    water: rule.water === undefined ? null : shared('water', rule.water, { vi: 'Khu vực có mặt nước', en: 'The zone has open water' }),
  };
}

const SEVERITIES: readonly CapSeverity[] = ['Extreme', 'Severe', 'Moderate', 'Minor', 'Unknown'];
const SEVERITY_VI: Readonly<Record<CapSeverity, string>> = {
  Extreme: 'đặc biệt nghiêm trọng',
  Severe: 'nghiêm trọng',
  Moderate: 'trung bình',
  Minor: 'nhẹ',
  Unknown: 'chưa rõ',
};
const severityText = (word: CapSeverity): Bilingual => ({ vi: `Cơ sở đánh giá: ${SEVERITY_VI[word]}`, en: `The site's own view: ${word}` });

/** AVS-01 levels in words. */
const VERIFICATION_TEXTS: readonly Bilingual[] = [
  { vi: 'Chưa xác minh (mức 0)', en: 'Not verified (level 0)' },
  { vi: 'Xác minh hạn chế (mức 1)', en: 'Limited verification (level 1)' },
  { vi: 'Đã xác minh có người tại chỗ (mức 2)', en: 'Human presence verified (level 2)' },
  { vi: 'Đã xác minh có nguy cơ với tài sản (mức 3)', en: 'Threat to property verified (level 3)' },
  { vi: 'Đã xác minh có nguy hiểm tính mạng (mức 4)', en: 'Threat to life verified (level 4)' },
];
const verificationText = (level: number): Bilingual => ({ vi: `Mức xác minh ${level}`, en: `Verification level ${level}` });

const OCCUPANCY_UNKNOWN: Bilingual = { vi: 'Không có số khách trong 30 phút trước đó', en: 'Occupancy unknown: no visitor volume in the 30 minutes before' };
const CAPACITY_UNKNOWN: Bilingual = { vi: 'Không có sức chứa, diện tích để so với số khách', en: 'No capacity or area is recorded to compare the crowd with' };
