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
};
