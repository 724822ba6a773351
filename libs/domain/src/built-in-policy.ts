import type { Band, CategoryRule, RiskPolicy } from './policy';

/**
 * The first policy. Each figure names its source, or is a *proposal*: chosen by judgement, to be corrected by what officers find
 * (dispositions), and therefore data. Points are on a scale of 100: 25 moderate, 50 high, 75 critical (proposal).
 *
 * How the proposals were chosen: a category's points are its level when nothing else is known (theft 20: low; fight 40: moderate; assault 50:
 * high). One aggravating fact of weight (injured 15, night 5, weapon 25, the fullest crowd 35) lifts it by at most about one level.
 * Floors are for what must be told whatever else is known: "weapon, drowning, fire, lost child, verification 4 are at least high" is the
 * requirement; each further floor says why it is there.
 */
const CATEGORIES: Readonly<Record<string, CategoryRule>> = {
  'security.theft': { points: 20 },
  'security.burglary': { points: 35 },
  // Proposal: robbery is force or threat against a person (Penal Code 2015, Art. 168), and the robber is still near.
  'security.robbery': { points: 55, floor: 'high' },
  // Snatching (Art. 171) is open and fast but without force: moderate by itself.
  'security.snatching': { points: 35 },
  'security.fraud': { points: 20 },
  'security.lost-property': { points: 5 },

  'violence.fight': { points: 40, crowdSensitive: true },
  'violence.assault': { points: 50, crowdSensitive: true },
  'violence.harassment': { points: 35 },
  // Required: weapon is at least high.
  'violence.weapon': { points: 60, floor: 'high', crowdSensitive: true },

  'order.disturbance': { points: 30, crowdSensitive: true },
  // Water: a drunk person beside open water is a drowning about to happen (proposal).
  'order.drunkenness': { points: 15, water: { points: 10 } },
  'order.gathering': { points: 20, crowdSensitive: true },
  'order.fireworks': { points: 25, crowdSensitive: true },
  'order.trespass': { points: 20 },
  'order.vandalism': { points: 20 },
  'order.drone': { points: 20 },

  'vice.gambling': { points: 20 },
  'vice.prostitution': { points: 20 },
  'vice.drugs': { points: 30 },

  // Required: fire is at least high.
  'fire.fire': { points: 60, floor: 'high', crowdSensitive: true },
  // Proposal: smoke is a fire until someone has looked; a gas leak is an explosion that has not happened yet.
  'fire.smoke': { points: 50, floor: 'high', crowdSensitive: true },
  'fire.gas-leak': { points: 55, floor: 'high', crowdSensitive: true },
  // Proposal: an explosion has already done its harm, may be followed by another, and may be a crime: the quickest answer there is.
  'fire.explosion': { points: 80, floor: 'critical', crowdSensitive: true },

  // Required: drowning is at least high. In a zone with open water it is critical (proposal): brain damage begins after about
  // 4–6 minutes without air, so the longer clock of `high` (10 min) would be too late. Without a zone the report is often of a rescue that is over.
  'rescue.drowning': { points: 60, floor: 'high', crowdSensitive: true, water: { points: 15, floor: 'critical' } },
  // Proposal: a capsized boat is several people in the water.
  'rescue.boat-accident': { points: 55, floor: 'high', water: { points: 10 } },
  'rescue.missing-person': { points: 40, water: { points: 15 } },
  // Required: a lost child is at least high. Beside open water it is critical (proposal): drowning is the first cause of injury death
  // of Vietnamese children (WHO, UNICEF Viet Nam), and the search must begin at the water.
  'rescue.lost-child': { points: 50, floor: 'high', crowdSensitive: true, water: { points: 25, floor: 'critical' } },

  'traffic.accident': { points: 35, crowdSensitive: true },
  'traffic.congestion': { points: 15, crowdSensitive: true },

  'health.emergency': { points: 35 },
  'health.poisoning': { points: 40 },
  // Proposal: a life is at stake and the police are needed at once, to find or to hold.
  'health.suicide': { points: 55, floor: 'high' },

  'crowd.over-capacity': { points: 30, crowdSensitive: true },
  'crowd.high-density': { points: 35, crowdSensitive: true },
  // Proposal: people are already pushing; in a crowd that the bands call full it becomes critical by points.
  'crowd.crush': { points: 50, floor: 'high', crowdSensitive: true },

  'suspicion.person': { points: 15 },
  'suspicion.vehicle': { points: 15 },
  'suspicion.object': { points: 35 },

  'lodging.violation': { points: 10 },

  // Required by the contract: what nobody can name is at least high.
  'other.unknown': { points: 25, floor: 'high' },
  'other.other': { points: 10 },
};

/** People present / capacity. Bands: < 0.7 normal, 0.7 watch, 0.85 high, 0.95 stop inflow, > 1.0 breach (a proposal of the field notes); points: proposal. */
const OCCUPANCY_RATIO: readonly Band[] = [
  { from: 0.7, points: 5, name: { vi: 'cần theo dõi', en: 'watch' } },
  { from: 0.85, points: 15, name: { vi: 'đông', en: 'high' } },
  { from: 0.95, points: 25, name: { vi: 'cần ngừng đón thêm khách', en: 'stop inflow' } },
  { from: 1, above: true, points: 35, name: { vi: 'vượt sức chứa', en: 'over capacity' } },
];

/**
 * People per square metre: 2 / 3 / 4 / 5 are the steps of Seoul's live system (≥ 5 is red and linked to the police); Fruin puts involuntary
 * contact at 3.57 and dangerous forces at 5.55. Points: proposal, the same ladder as the ratio.
 */
const CROWD_DENSITY: readonly Band[] = [
  { from: 2, points: 5, name: { vi: 'cần theo dõi', en: 'watch' } },
  { from: 3, points: 15, name: { vi: 'đông', en: 'dense' } },
  { from: 4, points: 25, name: { vi: 'rất đông, người chạm người', en: 'very dense, involuntary contact' } },
  { from: 5, points: 35, name: { vi: 'nguy hiểm', en: 'dangerous' } },
];

/** Proposal: one injured person is a fact of weight, three need more than one ambulance, ten are a mass casualty and must be told. */
const INJURED: readonly Band[] = [
  { from: 1, points: 15, name: { vi: 'có người bị thương', en: 'injured people' } },
  { from: 3, points: 25, name: { vi: 'nhiều người bị thương', en: 'several injured people' } },
  { from: 10, points: 45, floor: 'high', name: { vi: 'rất nhiều người bị thương', en: 'mass casualty' } },
];

/** Proposal: five are more than two guards can part; twenty are more than one commune's duty shift. */
const INVOLVED: readonly Band[] = [
  { from: 5, points: 5, name: { vi: 'nhóm người', en: 'a group' } },
  { from: 20, points: 15, name: { vi: 'nhóm đông người', en: 'a large group' } },
];

/** The policy that holds unless another is activated. Exercise and Test are graded like Actual: a drill must drill the real thing. */
export const BUILT_IN_POLICY: RiskPolicy = {
  id: 'built-in',
  version: 1,
  thresholds: { moderate: 25, high: 50, critical: 75 },
  categories: CATEGORIES,
  // Floor required; points: proposal (two thirds of the way from a fight to critical).
  weapon: { points: 25, floor: 'high' },
  // AVS-01: 0 none, 1 limited, 2 human presence, 3 threat to property, 4 threat to life. Floor of 4 required; points: proposal.
  verification: [{ points: 0 }, { points: 5 }, { points: 10 }, { points: 15 }, { points: 25, floor: 'high' }],
  // The publisher's own view counts, but alone lifts by one level at most (proposal): nobody shall alert the police by a habit of "Extreme".
  severity: {
    Extreme: { points: 25 },
    Severe: { points: 15 },
    Moderate: { points: 5 },
    Minor: { points: 0 },
    Unknown: { points: 0 },
  },
  injured: INJURED,
  involved: INVOLVED,
  occupancyRatio: OCCUPANCY_RATIO,
  crowdDensity: CROWD_DENSITY,
  // Proposal: as the band "watch"; a full house cannot be ruled out, and silence must not make an incident look smaller.
  occupancyUnknown: { points: 5 },
  // 22:00–05:00: fewer people to help, less light (proposal).
  night: { points: 5, fromHour: 22, toHour: 5 },
};
