import { CATALOGUE, CATEGORY_GROUPS, categoryNames, groupOf, UNKNOWN_CATEGORY } from './categories';
import { neededBits } from './facts';
import { filledText, type FilledText } from './fill-text';
import type { Bilingual } from './incident';
import type { CategoryRule, Effect, RiskPolicy, RiskRule } from './policy';
import { levelRank, type Reason, type RiskLevel } from './risk';

/** A step of a rule: its reason where that is always the same (shared by every assessment, and frozen), else the pieces of its text. */
export interface PreparedStep {
  effect: Effect;
  reason: Reason;
  text: FilledText | null;
  /** Reasons that were made of the text, by its words: most figures come again, and so do the bytes that are stored. At most FILLED_MAX. */
  filled: Map<string, Reason>;
}

export interface PreparedRule {
  id: string;
  /** `neededBits` of the rule's needs. */
  needs: number;
  greatestOf: string | null;
  stepOf: RiskRule['stepOf'];
  steps: readonly PreparedStep[];
}

/** What one category contributes, and the rules that can hold for it, by id. */
export interface PreparedCategory {
  reason: Reason;
  crowdSensitive: boolean;
  rules: readonly PreparedRule[];
}

/** A policy with its constant reasons made once and its rules sorted out by category. */
export interface PreparedPolicy {
  categories: ReadonlyMap<string, PreparedCategory>;
  /** For a code that neither the policy nor the catalogue has. */
  unknown: PreparedCategory;
}

const prepared = new WeakMap<RiskPolicy, PreparedPolicy>();

export function preparedPolicy(policy: RiskPolicy): PreparedPolicy {
  const known = prepared.get(policy);
  if (known !== undefined) return known;
  const made = prepare(policy);
  prepared.set(policy, made);
  return made;
}

/** Every code that an event may carry: the catalogue, and `<group>.unknown` of each group. */
export const CATEGORY_CODES: readonly string[] = [...new Set([...CATALOGUE.keys(), ...[...CATEGORY_GROUPS.keys()].map((group) => `${group}.unknown`)])];

/** A reason with what an effect gives; zero points are left out: then it only says something. Keys in order: see canonicalJson. */
export function reasonOf(rule: string, { points, floor, cap }: Effect, text: Bilingual): Reason {
  const reason: Reason = cap === undefined ? ({} as Reason) : ({ cap } as Reason);
  if (floor !== undefined) reason.floor = floor;
  if (points !== 0) reason.points = points;
  reason.rule = rule;
  reason.text = text;
  return reason;
}

export function shared(rule: string, effect: Effect, text: Bilingual): Reason {
  return Object.freeze(reasonOf(rule, effect, Object.freeze({ en: text.en, vi: text.vi })));
}

/** Enough for the figures of a busy day; then the collection begins anew. */
const FILLED_MAX = 1_000;

/** The reason of a step whose text holds figures: the same object for the same words. */
export function filledReason(rule: string, { effect, filled }: PreparedStep, text: Bilingual): Reason {
  const key = `${text.vi}\u0000${text.en}`;
  let reason = filled.get(key);
  if (reason === undefined) {
    if (filled.size >= FILLED_MAX) filled.clear();
    filled.set(key, (reason = shared(rule, effect, text)));
  }
  return reason;
}

/** A category that a policy forgot weighs what the contract asks for the unknown. */
const FORGOTTEN: CategoryRule = { points: 0, floor: 'high' };

function prepare(policy: RiskPolicy): PreparedPolicy {
  const rules = [...policy.rules].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)).map((rule) => ({ rule, made: preparedRule(rule) }));
  const of = (code: string, own: CategoryRule): PreparedCategory => ({
    reason: shared('category', own, categoryNames(code)),
    crowdSensitive: own.crowdSensitive === true,
    rules: rules.filter(({ rule }) => rule.categories === null || rule.categories.has(code)).map(({ made }) => made),
  });
  const categories = new Map(CATEGORY_CODES.map((code) => [code, of(code, categoryRule(policy, code))]));
  return { categories, unknown: of(UNKNOWN_CATEGORY, ownRule(policy, UNKNOWN_CATEGORY) ?? FORGOTTEN) };
}

function preparedRule(rule: RiskRule): PreparedRule {
  const { id, greatestOf, stepOf } = rule;
  const needs = neededBits(rule.needs);
  const steps = rule.steps.map((step): PreparedStep => ({ effect: step, reason: shared(id, step, step.text), text: filledText(step.text), filled: new Map() }));
  return { id, needs, greatestOf, stepOf, steps };
}

/** How a policy grades a code that an event may carry, by itself. An unknown name in a known group: nothing in the group weighs more. */
export function categoryRule(policy: Pick<RiskPolicy, 'categories'>, code: string): CategoryRule {
  return ownRule(policy, code) ?? (CATALOGUE.has(code) ? FORGOTTEN : highestOfGroup(policy, groupOf(code)));
}

function ownRule({ categories }: Pick<RiskPolicy, 'categories'>, code: string): CategoryRule | undefined {
  return Object.hasOwn(categories, code) ? categories[code] : undefined;
}

function highestOfGroup(policy: Pick<RiskPolicy, 'categories'>, group: string): CategoryRule {
  const rules = [...CATALOGUE.values()].filter((c) => c.group === group).map((c) => ownRule(policy, c.code) ?? FORGOTTEN);
  const floor = rules.reduce<RiskLevel | undefined>((top, next) => higher(top, next.floor), undefined);
  return {
    points: Math.max(0, ...rules.map((rule) => rule.points)),
    crowdSensitive: rules.some((rule) => rule.crowdSensitive === true),
    ...(floor === undefined ? {} : { floor }),
  };
}

/** The higher of two floors. */
export function higher(a: RiskLevel | undefined, b: RiskLevel | undefined): RiskLevel | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return levelRank(b) > levelRank(a) ? b : a;
}
