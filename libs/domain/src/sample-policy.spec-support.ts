import { CATALOGUE } from './categories';
import type { Facts } from './facts';
import type { CategoryRule, RiskPolicy, RiskRule, RuleStep } from './policy';

/** A policy as libs/policy would have compiled it, with one rule of each kind. What the built-in policy says is for the specs of libs/policy. */

const text = (vi: string, en: string): RuleStep['text'] => ({ vi, en });

export function when(id: string, holds: (facts: Facts) => boolean, step: Partial<RuleStep>, more: Partial<RiskRule> = {}): RiskRule {
  return { id, categories: null, needs: [], greatestOf: null, stepOf: (facts) => (holds(facts) ? 0 : -1), steps: [{ points: 0, text: text(id, id), ...step }], ...more };
}

export function scale(id: string, value: (facts: Facts) => number, steps: readonly (readonly [from: number, step: Partial<RuleStep>])[], more: Partial<RiskRule> = {}): RiskRule {
  const stepOf = (facts: Facts): number => steps.reduce((found, [from], i) => (value(facts) >= from ? i : found), -1);
  return { id, categories: null, needs: [], greatestOf: null, stepOf, steps: steps.map(([, step]) => ({ points: 0, text: text(id, id), ...step })), ...more };
}

const MUST_ALERT = ['violence.weapon', 'rescue.drowning', 'rescue.lost-child', 'fire.fire', 'other.unknown'];
const CATEGORIES = Object.fromEntries([...CATALOGUE.keys()].map((code): [string, CategoryRule] => {
  if (MUST_ALERT.includes(code)) return [code, { points: 50, floor: 'high', crowdSensitive: true }];
  return [code, code === 'violence.fight' ? { points: 40, crowdSensitive: true } : { points: 20 }];
}));
const SENSITIVE = new Set(['violence.fight', 'violence.unknown', ...MUST_ALERT]);

export const SAMPLE_POLICY: RiskPolicy = {
  id: 'sample',
  version: 3,
  validFrom: '2025-01-01',
  author: 'specs',
  thresholds: { moderate: 25, high: 50, critical: 75 },
  categories: CATEGORIES,
  rules: [
    when('weapon', (facts) => facts.weapon, { points: 25, floor: 'high', text: text('Có hung khí', 'A weapon was seen') }),
    when('unlikely', (facts) => facts.certainty === 'Unlikely', { cap: 'moderate', text: text('Khó xảy ra', 'Unlikely') }),
    scale('verification', (facts) => facts.verification, [[1, { points: 5 }], [4, { points: 25, floor: 'high' }]]),
    scale('injured', (facts) => facts.injured, [[1, { points: 15, text: text('{injured} người bị thương', '{injured} injured') }], [1000, { points: 45, floor: 'high', text: text('{injured} người bị thương', '{injured} injured') }]]),
    scale('ratio', (facts) => facts.ratio, [[0.85, { points: 15, text: text('{place}: {percent} %', '{place}: {percent} %') }], [1, { points: 35 }]], { categories: SENSITIVE, greatestOf: 'crowd' }),
    scale('density', (facts) => facts.density, [[2, { points: 5, text: text('{density} người/m²', '{density} people/m²') }], [5, { points: 35 }]], { categories: SENSITIVE, greatestOf: 'crowd' }),
    when('children', (facts) => facts.descriptionPlain.includes(' em be '), { points: 10 }, { needs: ['description'] }),
    when('night', (facts) => facts.hour >= 22 || facts.hour < 5, { points: 5 }),
  ],
  // The specs of crowds, situations and baselines tell their stories with these figures; a spec of libs/policy holds the built-in policy's equal to them.
  crowd: {
    ratio: { bands: [{ step: 'watch', from: 0.7 }, { step: 'high', from: 0.85 }, { step: 'stop-inflow', from: 0.95 }, { step: 'breach', from: 1, above: true }] },
    density: { bands: [{ step: 'watch', from: 2 }, { step: 'high', from: 3 }, { step: 'stop-inflow', from: 4 }, { step: 'breach', from: 5 }] },
    inflow: { bands: [{ step: 'high', from: 1, above: true }], peoplePerMetreAndMinute: 82 },
    hold: { hysteresis: 0.05, seconds: 600 },
    fresh: { seconds: 1_800 },
    alert: { levels: { 'stop-inflow': 'high', breach: 'critical' }, againShare: 0.1, againDensity: 1 },
    jump: { share: 0.2, people: 50, sharePerMinute: 0.1, agreeSeconds: 30, mostRatio: 3, mostDensity: 10 },
    stall: { people: 100, spread: 0.02, seconds: 10_800, readings: 6, gapSeconds: 5_400, fromHour: 9, toHour: 24, siteToHour: 21, moves: 0.05 },
    night: { dayBegins: 5, gapSeconds: 14_400, people: 50, reset: 0.5, kept: 0.9, nights: 2, givesUp: 3, remembered: 5 },
    drift: { share: 0.1, people: 20, windowTolerance: 0.25 },
  },
  situations: {
    kins: [
      { id: 'fire', categories: ['fire'], windowMinutes: 30, spanMinutes: 120, nearMetres: 300 },
      { id: 'fight', categories: ['violence.fight', 'violence.assault', 'violence.weapon', 'order.disturbance'], windowMinutes: 15, spanMinutes: 60, nearMetres: 150 },
      { id: 'water', categories: ['rescue.drowning', 'rescue.boat-accident'], windowMinutes: 10, spanMinutes: 60, nearMetres: 200 },
      { id: 'crowd', categories: ['crowd', 'order.gathering'], windowMinutes: 20, spanMinutes: 120, nearMetres: 300 },
      { id: 'road', categories: ['traffic.accident'], windowMinutes: 15, spanMinutes: 60, nearMetres: 150 },
      { id: 'jam', categories: ['traffic.congestion'], windowMinutes: 30, spanMinutes: 180, nearMetres: 1_000 },
      { id: 'poisoning', categories: ['health.poisoning'], windowMinutes: 60, spanMinutes: 240 },
    ],
  },
  surprise: { window: { hours: 2, leastObserved: 3 }, poisson: { fromDays: 14, classDays: 4, addedCount: 0.5, dayHours: 12 }, ears: { days: 7, gapDays: 2, leastSpread: 0.5 } },
};
