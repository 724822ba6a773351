import type { ASTNode } from '@marcbachmann/cel-js';
import type { Facts } from '@vong-gac/domain';
import { childrenOf, joined } from './condition';
import { isFact } from './fact-table';

/** Looks at facts quickly. */
export type Guard = (facts: Facts) => boolean;

/**
 * What must be true for a condition to hold, as far as it is plain: comparisons of a fact with a literal, and what `&&`, `||` and `!` make of
 * them. Most rules do not hold for most events, and this finds it in a few nanoseconds where CEL takes most of a microsecond. It only ever
 * says no; yes is for CEL to say. `&&` is false where one side is, also where the other fails, so a no is CEL's own answer.
 *
 * @param only the facts that may be looked at; null: all
 * @returns null: nothing plain stands in the way
 */
export function guardOf(node: ASTNode, only: ReadonlySet<keyof Facts> | null = null): Guard | null {
  if (node.op !== '&&') return exact(node, only);
  const guards = joined(node, '&&').map((each) => guardOf(each, only)).filter((guard) => guard !== null);
  return guards.length === 0 ? null : all(guards);
}

const all = (guards: readonly Guard[]): Guard => (guards.length === 1 && guards[0] !== undefined ? guards[0] : (facts) => guards.every((guard) => guard(facts)));

/** The condition itself, where all of it is plain. */
function exact(node: ASTNode, only: ReadonlySet<keyof Facts> | null): Guard | null {
  switch (node.op) {
    case '&&':
    case '||': {
      const parts = joined(node, node.op).map((each) => exact(each, only));
      const known = parts.filter((part) => part !== null);
      if (known.length < parts.length) return null;
      return node.op === '&&' ? all(known) : (facts) => known.some((guard) => guard(facts));
    }
    case '!_': {
      const inner = exact(node.args, only);
      return inner === null ? null : (facts) => !inner(facts);
    }
    case 'value':
      return typeof node.args === 'boolean' ? constant(node.args) : null;
    case 'id': {
      const name = factName(node, only);
      return name === null ? null : (facts) => facts[name] === true;
    }
    default:
      return comparison(node, only);
  }
}

const constant = (value: boolean): Guard => () => value;

function factName(node: ASTNode | undefined, only: ReadonlySet<keyof Facts> | null): keyof Facts | null {
  return node?.op === 'id' && isFact(node.args) && only?.has(node.args) !== false ? node.args : null;
}

/** The value of a literal as facts have it: CEL's whole numbers are bigint. undefined: no literal. */
export function literal(node: ASTNode | undefined): string | number | boolean | undefined {
  if (node?.op === '-_') {
    const inner = literal(node.args);
    return typeof inner === 'number' ? -inner : undefined;
  }
  if (node?.op !== 'value') return undefined;
  const value: unknown = node.args;
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
}

const FLIPPED: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '==': '==', '!=': '!=' };

/** A comparison of a fact with a literal, the fact put first; null: it is something else. */
export function plainComparison(node: ASTNode): { name: keyof Facts; op: string; value: string | number | boolean } | null {
  const [left, right] = childrenOf(node);
  const flipped = FLIPPED[node.op];
  if (flipped === undefined) return null;
  const [first, second] = [factName(left, null), factName(right, null)];
  const [before, after] = [literal(left), literal(right)];
  if (first !== null && after !== undefined) return { name: first, op: node.op, value: after };
  return second !== null && before !== undefined ? { name: second, op: flipped, value: before } : null;
}

/** `fact in ['a', 'b']`; null: it is something else. */
export function plainMembership(node: ASTNode): { name: keyof Facts; values: (string | number | boolean)[] } | null {
  if (node.op !== 'in') return null;
  const [left, right] = childrenOf(node);
  const name = factName(left, null);
  if (name === null || right?.op !== 'list') return null;
  const values = right.args.map(literal).filter((value) => value !== undefined);
  return values.length === right.args.length ? { name, values } : null;
}

function comparison(node: ASTNode, only: ReadonlySet<keyof Facts> | null): Guard | null {
  const member = plainMembership(node);
  if (member !== null && only?.has(member.name) !== false) {
    const { name, values } = member;
    return (facts) => values.includes(facts[name]);
  }
  const plain = plainComparison(node);
  if (plain === null || only?.has(plain.name) === false) return null;
  const { name, op, value } = plain;
  if (op !== '==' && op !== '!=' && typeof value !== 'number') return null;
  switch (op) {
    case '==':
      return (facts) => facts[name] === value;
    case '!=':
      return (facts) => facts[name] !== value;
    case '<':
      return (facts) => facts[name] < value;
    case '<=':
      return (facts) => facts[name] <= value;
    case '>':
      return (facts) => facts[name] > value;
    default:
      return (facts) => facts[name] >= value;
  }
}
