import type { ASTNode } from '@marcbachmann/cel-js';
import type { Facts } from '@vong-gac/domain';
import { childrenOf, joined, type Condition } from './condition';
import type { StepDraft } from './draft';
import { FACT_TABLE, isFact, NOTHING_KNOWN } from './fact-table';
import { literal, plainComparison, plainMembership, plainSaying } from './guard';

/** Facts without which a rule cannot hold: where they are 0, false, '' or Unknown it need not be asked. */
export function needsOf(kind: 'when' | 'scale', { ast }: Condition, steps: readonly Pick<StepDraft, 'from' | 'above'>[]): (keyof Facts)[] {
  if (kind === 'when') return [...needs(ast)];
  const least = steps[0];
  return ast.op === 'id' && isFact(ast.args) && least !== undefined && (least.from > 0 || least.above) ? [ast.args] : [];
}

const NONE: ReadonlySet<keyof Facts> = new Set();

function needs(node: ASTNode): ReadonlySet<keyof Facts> {
  switch (node.op) {
    case '&&':
      return new Set(joined(node, '&&').flatMap((each) => [...needs(each)]));
    case '||': {
      const [first = NONE, ...others] = joined(node, '||').map(needs);
      return new Set([...first].filter((name) => others.every((other) => other.has(name))));
    }
    case 'id':
      return isFact(node.args) ? new Set([node.args]) : NONE;
    case 'rcall':
      return soughtIn(node);
    default:
      return compared(node);
  }
}

/** A word is sought in a text: there must be one. */
function soughtIn(node: ASTNode): ReadonlySet<keyof Facts> {
  const [on, sought] = childrenOf(node);
  const word = literal(sought);
  if (plainSaying(node) !== null) return new Set<keyof Facts>(['description']);
  const inDescription = on?.op === 'id' && (on.args === 'description' || on.args === 'descriptionPlain');
  return inDescription && typeof word === 'string' && word.trim() !== '' ? new Set<keyof Facts>(['description']) : NONE;
}

function compared(node: ASTNode): ReadonlySet<keyof Facts> {
  const member = plainMembership(node);
  if (member !== null) return member.values.every((value) => !isAbsent(member.name, value)) && absentOf(member.name) !== undefined ? new Set([member.name]) : NONE;
  const plain = plainComparison(node);
  if (plain === null) return NONE;
  const { name, op, value } = plain;
  const absent = absentOf(name);
  if (absent === undefined) return NONE;
  const holdsWithout = op === '==' ? absent === value : op === '!=' ? absent !== value : typeof absent !== 'number' || typeof value !== 'number' || orderHolds(op, absent, value);
  return holdsWithout ? NONE : new Set([name]);
}

function orderHolds(op: string, absent: number, value: number): boolean {
  return op === '<' ? absent < value : op === '<=' ? absent <= value : op === '>' ? absent > value : absent >= value;
}

const isAbsent = (name: keyof Facts, value: unknown): boolean => absentOf(name) === value;

/** What an absent fact is; undefined: it is never absent. */
function absentOf(name: keyof Facts): unknown {
  const kind = FACT_TABLE[name];
  if (kind.type === 'double') return name === 'surprise' || name === 'hour' ? undefined : 0;
  if (kind.type === 'bool') return false;
  return kind.type === 'text' || name === 'severity' || name === 'certainty' || name === 'urgency' ? NOTHING_KNOWN[name] : undefined;
}
