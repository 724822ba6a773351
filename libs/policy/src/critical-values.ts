import type { ASTNode } from '@marcbachmann/cel-js';
import { CATEGORY_CODES, groupOf, type Facts } from '@vong-gac/domain';
import { childrenOf, type Condition } from './condition';
import { FACT_TABLE, isFact, NOTHING_KNOWN, type FactKind } from './fact-table';
import { literal, plainComparison, plainMembership } from './guard';

/**
 * What a condition gives for everything that it can tell apart. A condition that only compares facts with literals cannot tell two values
 * between the same literals apart: so it is asked for each literal, one value between each two, and one beyond; for each combination of
 * those of all its facts that can occur together.
 */
export interface Case {
  facts: Facts;
  /** undefined: it threw. */
  value: unknown;
}

/** More combinations than these are not looked at: the question stays open. */
const CASES_MAX = 20_000;
const TEXT_LITERALS_MAX = 6;

type Value = string | number | boolean;
/** Facts that are set together: a category brings its group. */
type Choice = Partial<Facts>;

/**
 * @param codes the categories that the rule can meet
 * @param isCrowdSensitive what the policy says of a code
 * @param steps the figures that the condition's own value is compared with, where it is a scale
 * @returns null: it cannot be decided, because the condition computes with facts or has too many combinations
 */
export function casesOf(condition: Condition, codes: readonly string[], isCrowdSensitive: (code: string) => boolean, steps: readonly number[]): Case[] | null {
  return tableOf([condition], codes, isCrowdSensitive, steps)?.map((facts) => ({ facts, value: valueOf(condition, facts) })) ?? null;
}

/** All that conditions which name the same facts can tell apart together; null: as of `casesOf`. */
export function tableOf(conditions: readonly Condition[], codes: readonly string[], isCrowdSensitive: (code: string) => boolean, steps: readonly number[] = []): Facts[] | null {
  const named = new Set(conditions.flatMap(({ facts }) => [...facts]));
  const literals = new Map<keyof Facts, Set<Value>>([...named].map((name) => [name, new Set<Value>()]));
  for (const { ast } of conditions) {
    if (!collect(ast, literals)) return null;
    // A scale that is one fact is compared with the figures of its steps.
    if (ast.op === 'id' && isFact(ast.args)) for (const step of steps) literals.get(ast.args)?.add(step);
  }
  const choices = dimensions(literals, codes, isCrowdSensitive);
  if (choices === null || choices.reduce((product, each) => product * each.length, 1) > CASES_MAX) return null;
  let all: Choice[] = [{}];
  for (const dimension of choices) all = all.flatMap((before) => dimension.map((choice) => ({ ...before, ...choice })));
  return all.map((choice): Facts => ({ ...NOTHING_KNOWN, ...choice })).filter((facts) => canOccur(facts, named));
}

/** What a condition gives; undefined: it threw. */
export function valueOf({ evaluate }: Condition, facts: Facts): unknown {
  try {
    return evaluate(facts);
  } catch {
    // At run time such a rule counts as not holding; here it does too.
    return undefined;
  }
}

/** Gathers the literals that each fact is compared with; false: a fact stands somewhere else too. */
function collect(node: ASTNode, literals: Map<keyof Facts, Set<Value>>): boolean {
  const plain = plainComparison(node);
  const member = plainMembership(node);
  if (plain !== null) literals.get(plain.name)?.add(plain.value);
  else if (member !== null) for (const value of member.values) literals.get(member.name)?.add(value);
  else if (node.op === 'rcall') return collectSearch(node, literals);
  else if (['+', '-', '*', '/', '<', '<=', '>', '>=', '==', '!=', 'in'].includes(node.op)) return literal(node) !== undefined || childrenOf(node).every((child) => literal(child) !== undefined);
  else return childrenOf(node).every((child) => collect(child, literals));
  return true;
}

function collectSearch(node: ASTNode, literals: Map<keyof Facts, Set<Value>>): boolean {
  const [on, sought] = childrenOf(node);
  const value = literal(sought);
  if (on?.op !== 'id' || !isFact(on.args) || typeof value !== 'string') return false;
  literals.get(on.args)?.add(value);
  return true;
}

const OF_CATEGORY: readonly (keyof Facts)[] = ['category', 'group', 'crowdSensitive'];

function dimensions(literals: ReadonlyMap<keyof Facts, ReadonlySet<Value>>, codes: readonly string[], isCrowdSensitive: (code: string) => boolean): Choice[][] | null {
  const found: Choice[][] = [];
  if (OF_CATEGORY.some((name) => literals.has(name))) found.push(categoryChoices(literals, codes, isCrowdSensitive));
  for (const [name, values] of literals) {
    if (OF_CATEGORY.includes(name)) continue;
    const candidates = candidatesOf(FACT_TABLE[name], [...values]);
    if (candidates === null) return null;
    found.push(candidates.map((value): Choice => ({ [name]: value })));
  }
  return found;
}

/** One code of each kind that the condition can tell apart. */
function categoryChoices(literals: ReadonlyMap<keyof Facts, ReadonlySet<Value>>, codes: readonly string[], isCrowdSensitive: (code: string) => boolean): Choice[] {
  const kinds = new Map<string, Choice>();
  for (const code of codes) {
    const group = groupOf(code);
    const crowdSensitive = isCrowdSensitive(code);
    const kind = JSON.stringify([literals.get('category')?.has(code) === true ? code : '', literals.get('group')?.has(group) === true ? group : '', crowdSensitive]);
    if (!kinds.has(kind)) kinds.set(kind, { category: code, group, crowdSensitive });
  }
  return [...kinds.values()];
}

function candidatesOf(kind: FactKind, values: readonly Value[]): Value[] | null {
  switch (kind.type) {
    case 'bool':
      return [false, true];
    case 'word':
      return [...kind.words.filter((word) => values.includes(word)), ...kind.words.filter((word) => !values.includes(word)).slice(0, 1)];
    case 'text':
      return texts(values.filter((value) => typeof value === 'string'));
    case 'double':
      return numbers(values.filter((value) => typeof value === 'number'), kind);
  }
}

function numbers(literals: readonly number[], { whole, min, max }: Extract<FactKind, { type: 'double' }>): number[] {
  const sorted = [...new Set([min, ...literals])].sort((a, b) => a - b);
  const between = sorted.flatMap((value, i) => [value, whole ? Math.floor(value) : value, whole ? Math.floor(value) + 1 : (value + (sorted[i + 1] ?? value + 2)) / 2]);
  const before = whole ? sorted.map((value) => Math.ceil(value) - 1) : [];
  return [...new Set([...between, ...before])].filter((value) => value >= min && value <= max && (!whole || Number.isInteger(value))).sort((a, b) => a - b);
}

/** Texts that hold each choice of what is sought. */
function texts(sought: readonly string[]): string[] | null {
  if (sought.length <= TEXT_LITERALS_MAX) return Array.from({ length: 2 ** sought.length }, (_, bits) => sought.filter((_word, i) => (bits >> i) % 2 === 1).join(' '));
  return null;
}

/** Whether the facts can come together: nobody has counted 5,000 people of whom nothing is known. Only the facts that the condition names are looked at. */
function canOccur(facts: Facts, named: ReadonlySet<keyof Facts>): boolean {
  for (const name of named) {
    const kind = FACT_TABLE[name];
    if ((kind.type !== 'double' && kind.type !== 'bool') || kind.knownBy === undefined || !named.has(kind.knownBy)) continue;
    if (facts[kind.knownBy] === false && facts[name] !== NOTHING_KNOWN[name]) return false;
  }
  if (named.has('ratio') && named.has('capacityKnown') && !facts.capacityKnown && facts.ratio > 0) return false;
  if (named.has('occupancy') && facts.occupancy === 0 && ((named.has('ratio') && facts.ratio > 0) || (named.has('density') && facts.density > 0))) return false;
  if (named.has('density') && named.has('occupancyKnown') && facts.density > 0 && !facts.occupancyKnown) return false;
  return !(named.has('surprise') && named.has('baselineKnown') && !facts.baselineKnown && facts.surprise < 1);
}

/** Codes that a set of categories stands for; null: all. */
export const codesOf = (categories: ReadonlySet<string> | null): readonly string[] => (categories === null ? CATEGORY_CODES : CATEGORY_CODES.filter((code) => categories.has(code)));
