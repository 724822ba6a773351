import { isNamedCategory } from './categories';
import type { Incident, Instant } from './incident';
import { findJurisdiction, JURISDICTION_REASONS } from './jurisdiction';
import { ALONE } from './memory/situation';
import { occupancyOf } from './occupancy';
import { bandOf, isNight, type Band, type RiskPolicy } from './policy';
import { preparedPolicy, weighted, type PreparedCategory, type PreparedPolicy } from './policy-index';
import { defectsText, densityText, injuredText, involvedText, occupancyText, unknownCategoryText, unknownZoneText } from './reason-texts';
import { VIETNAM_OFFSET_MS, zoneKey, type Site, type Zone } from './registry';
import { levelRank, RISK_LEVELS, type ContextUsed, type Reason, type RiskAssessment, type RiskContext, type RiskLevel } from './risk';

/**
 * How serious a reported incident is. Pure and total: the same incident, context and policy give the same bytes (`canonicalJson`), and
 * nothing makes it throw. Points are added, floors hold whatever the points, and nothing ever lowers a level.
 *
 * The context returned is the one that the next event is judged in. An incident does not change it yet; the caller carries it on all the
 * same, so that it may.
 */
export function assess(incident: Incident, context: RiskContext, policy: RiskPolicy, remembered: Remembered = NOTHING_REMEMBERED): { assessment: RiskAssessment; context: RiskContext } {
  return { assessment: assessAgain(incident, contextUsed(incident, context, remembered), policy), context };
}

/** What the site's memory says of an incident. */
export type Remembered = Pick<ContextUsed, 'baseline' | 'situation'>;

export const NOTHING_REMEMBERED: Remembered = Object.freeze({ baseline: null, situation: ALONE });

/** The judgement from a stored context alone: what a replay under another policy computes. */
export function assessAgain(incident: Incident, used: ContextUsed, policy: RiskPolicy): RiskAssessment {
  const prepared = preparedPolicy(policy);
  const category = prepared.categories.get(incident.category) ?? prepared.unknown;
  const reasons: Reason[] = [category.reason];
  addFacts(reasons, incident, policy, prepared);
  if (used.water && category.water !== null) reasons.push(category.water);
  addCrowd(reasons, used, category, policy, prepared);
  if (isNight(policy.night, used.localHour)) reasons.push(prepared.night);
  addDoubts(reasons, incident, used);
  const score = reasons.reduce((sum, reason) => sum + (reason.points ?? 0), 0);
  return { context: used, level: levelOf(score, reasons, policy), policyId: policy.id, policyVersion: policy.version, reasons, score };
}

function levelOf(score: number, reasons: readonly Reason[], policy: RiskPolicy): RiskLevel {
  const { moderate, high, critical } = policy.thresholds;
  let rank = score >= critical ? 3 : score >= high ? 2 : score >= moderate ? 1 : 0;
  for (const reason of reasons) if (reason.floor !== undefined) rank = Math.max(rank, levelRank(reason.floor));
  return RISK_LEVELS[rank] ?? 'critical';
}

/** What the event itself says. A fact that gives neither points nor a floor is not a reason. */
function addFacts(reasons: Reason[], incident: Incident, policy: RiskPolicy, prepared: PreparedPolicy): void {
  if (incident.weapon === true) reasons.push(prepared.weapon);
  addWeighing(reasons, incident.verification === null ? undefined : prepared.verification[incident.verification]);
  addWeighing(reasons, incident.severity === null ? undefined : prepared.severity.get(incident.severity));
  addBand(reasons, 'injured', policy.injured, incident.injured, injuredText);
  addBand(reasons, 'involved', policy.involved, incident.involved, involvedText);
}

function addWeighing(reasons: Reason[], reason: Reason | undefined): void {
  if (reason !== undefined && (reason.points !== undefined || reason.floor !== undefined)) reasons.push(reason);
}

function addBand(reasons: Reason[], rule: string, bands: readonly Band[], value: number | null, text: (value: number, band: Band) => Reason['text']): void {
  const band = value === null ? null : bandOf(bands, value);
  if (value !== null && band !== null) reasons.push(weighted(rule, band, text(value, band)));
}

/**
 * The crowd gives points only where it makes the incident worse; "more guests, more crime" is not a law. Ratio and density measure the same
 * crowd, so the greater counts. That the crowd is not known is said for every category.
 */
function addCrowd(reasons: Reason[], used: ContextUsed, category: PreparedCategory, policy: RiskPolicy, prepared: PreparedPolicy): void {
  const { occupancy, capacity, areaM2 } = used;
  if (occupancy === null) {
    reasons.push(category.crowdSensitive ? prepared.occupancyUnknownSensitive : prepared.occupancyUnknown);
    return;
  }
  if (!category.crowdSensitive) return;
  if (capacity === null && areaM2 === null) {
    reasons.push(prepared.capacityUnknown);
    return;
  }
  const ratio = capacity === null ? null : bandOf(policy.occupancyRatio, occupancy.count / capacity);
  const density = areaM2 === null ? null : bandOf(policy.crowdDensity, occupancy.count / areaM2);
  if (areaM2 !== null && density !== null && (ratio === null || density.points >= ratio.points)) {
    reasons.push(weighted('crowd-density', density, densityText(occupancy, areaM2, density)));
  } else if (capacity !== null && ratio !== null) {
    reasons.push(weighted('occupancy-ratio', ratio, occupancyText(occupancy, capacity, ratio)));
  }
}

/** What an officer must know to trust the rest. */
function addDoubts(reasons: Reason[], incident: Incident, used: ContextUsed): void {
  if (!isNamedCategory(incident.category)) reasons.push({ rule: 'category-unknown', text: unknownCategoryText(incident) });
  if (!used.zoneKnown && incident.zone !== null) reasons.push({ rule: 'zone-unknown', text: unknownZoneText(incident.zone) });
  if (used.jurisdictionNote !== null) reasons.push(JURISDICTION_REASONS[used.jurisdictionNote]);
  if (incident.defects.length > 0) reasons.push({ rule: 'defects', text: defectsText(incident.defects) });
}

/** Everything beside the event that its assessment looks at. Keys in order: see canonicalJson. */
export function contextUsed(incident: Incident, context: RiskContext, { baseline, situation }: Remembered = NOTHING_REMEMBERED): ContextUsed {
  const { registry } = context;
  const site = registry.sites.get(incident.siteId);
  const zone = incident.zone === null ? undefined : registry.zones.get(zoneKey(incident.siteId, incident.zone));
  const occupancy = occupancyOf(incident, context.volumes);
  const place = occupancy === null ? (zone ?? site) : occupancy.zone === null ? site : zone;
  const local = localTime(incident.occurredAt);
  return {
    areaM2: positive(areaOf(place)),
    baseline,
    capacity: positive(place?.capacity),
    dayClass: local.dayClass,
    jurisdictionNote: site === undefined ? 'body-not-recorded' : (findJurisdiction(registry, site, incident.occurredAt)?.note ?? null),
    localHour: local.hour,
    occupancy,
    situation,
    water: zone?.water ?? false,
    zoneKnown: incident.zone === null || zone !== undefined,
  };
}

function areaOf(place: Site | Zone | undefined): number | null {
  return place !== undefined && 'areaM2' in place ? place.areaM2 : null;
}

/** A capacity or area of zero is a gap in the register, not a place for nobody. */
function positive(value: number | null | undefined): number | null {
  return value !== null && value !== undefined && value > 0 ? value : null;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Day class and hour of day in Việt Nam. 1970-01-01 was a Thursday. Saturday and Sunday are the weekend. */
function localTime(at: Instant): { hour: number; dayClass: ContextUsed['dayClass'] } {
  const local = at + VIETNAM_OFFSET_MS;
  const msOfDay = ((local % DAY_MS) + DAY_MS) % DAY_MS;
  const day = (((Math.floor(local / DAY_MS) + 4) % 7) + 7) % 7;
  return { hour: Math.floor(msOfDay / HOUR_MS), dayClass: day === 0 || day === 6 ? 'weekend' : 'weekday' };
}
