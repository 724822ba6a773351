import { Environment, serialize, type ASTNode } from '@marcbachmann/cel-js';
import { plainWords, type Bilingual, type Facts } from '@vong-gac/domain';
import { isScalar, type Node } from 'yaml';
import { FACT_NAMES, FACT_TABLE, isFact } from './fact-table';
import { didYouMean, type Problems } from './problems';
import { saidOf } from './says';
import { placeOf, startOf, tooLong, type Field } from './yaml-fields';

/** A condition that may be used: every fact in it is known and its type is right. */
export interface Condition {
  text: string;
  ast: ASTNode;
  /** The facts that it names. */
  facts: ReadonlySet<keyof Facts>;
  /** May throw. */
  evaluate: (facts: Facts) => unknown;
  /** Where a place of the condition stands in the document. */
  offset: (position: number) => number;
  /** Equal for conditions that are the same but for the order of what `&&` and `||` join. */
  normal: string;
}

/** Longest condition, in characters and in nodes: what it costs is paid for every event. */
const LENGTH_MAX = 2_000;
const LIMITS = { maxAstNodes: 400, maxDepth: 40, maxListElements: 60, maxCallArguments: 2 };

/** What may be called on a text. `matches` is left out: a pattern can take for ever. */
const CALLS = ['contains', 'startsWith', 'endsWith', 'says'];
const OPERATORS = new Set(['value', 'id', 'list', '==', '!=', '<', '<=', '>', '>=', 'in', '&&', '||', '!_', '-_', '+', '-', '*', '/', '?:', 'rcall', 'call']);

const environment = FACT_NAMES.reduce((made, name) => made.registerVariable(name, celType(name)), new Environment({ limits: LIMITS }))
  .registerFunction('string.says(list<string>): bool', (text: string, words: string[]) => saidOf(words)(described(text)))
  .registerFunction('string.says(list<string>, list<string>): bool', (text: string, words: string[], except: string[]) => saidOf(words, except)(described(text)));

const described = (description: string) => ({ description, descriptionPlain: plainWords(description) });

function celType(name: keyof Facts): string {
  const { type } = FACT_TABLE[name];
  return type === 'double' || type === 'bool' ? type : 'string';
}

/** Compiles a condition that must give `type`; null: it does not, and the problems say why. */
export function compileCondition(field: Field, what: string, type: 'bool' | 'double', problems: Problems, source: string): Condition | null {
  const text = conditionText(field, what, problems);
  if (text === null) return null;
  const offset = offsets(field.node, text, source);
  const say = (position: number, problem: Bilingual, remedy: Bilingual): null => {
    problems.add(offset(position), problem, remedy);
    return null;
  };
  let parsed;
  try {
    parsed = environment.parse(text);
  } catch (error) {
    const why = summaryOf(error);
    return say(
      positionOf(error),
      { vi: `không đọc được điều kiện (${why})`, en: `the condition cannot be read (${why})` },
      { vi: 'viết như trong docs/risk.md, ví dụ injured >= 3 && water', en: 'write it as in docs/risk.md, such as injured >= 3 && water' },
    );
  }
  const { ast } = parsed;
  const refused = firstRefused(ast);
  if (refused !== null) {
    const part = text.slice(refused.start, refused.end);
    const calls = CALLS.join(', ');
    return say(
      refused.start,
      { vi: `'${part}' không được dùng trong điều kiện`, en: `'${part}' is not allowed in a condition` },
      { vi: `so sánh các dữ kiện, nối bằng && và ||, và chỉ gọi ${calls} trên đoạn chữ`, en: `compare facts, join with && and ||, and call only ${calls} on a text` },
    );
  }
  const checked = parsed.check();
  if (!checked.valid) {
    const why = summaryOf(checked.error);
    return say(positionOf(checked.error), { vi: `điều kiện không khớp với các dữ kiện (${why})`, en: `the condition does not fit its facts (${why})` }, typeRemedy(why));
  }
  if (checked.type !== type) return say(0, ...otherType(checked.type, type));
  return { text, ast, facts: factsIn(ast), evaluate: parsed, offset, normal: normalForm(ast) };
}

/** Problem and remedy where a condition gives another type than it must. */
function otherType(given: string | undefined, type: 'bool' | 'double'): [problem: Bilingual, remedy: Bilingual] {
  const [vi, en] = [given ?? 'không có gì', given ?? 'nothing'];
  if (type === 'bool') {
    return [
      { vi: `điều kiện cho ra ${vi}, không phải true hay false`, en: `the condition gives ${en}, not true or false` },
      { vi: 'so sánh với một giá trị, ví dụ injured >= 3', en: 'compare it with something, such as injured >= 3' },
    ];
  }
  return [
    { vi: `điều kiện cho ra ${vi}, không phải một con số`, en: `the condition gives ${en}, not a number` },
    { vi: 'viết một dữ kiện là số, hoặc các số có dấu chấm thập phân: 1.0', en: 'write a number fact, or numbers with a decimal point: 1.0' },
  ];
}

function conditionText(field: Field, what: string, problems: Problems): string | null {
  const value = isScalar(field.node) ? field.node.value : null;
  // `when: true` is a condition that YAML has already read.
  const text = typeof value === 'boolean' ? String(value) : value;
  if (typeof text !== 'string' || text.trim() === '') {
    problems.add(
      placeOf(field),
      { vi: `${what} không phải là điều kiện`, en: `${what} is not a condition` },
      {
        vi: "viết dưới dạng chữ, ví dụ when: injured >= 3; đặt trong ngoặc kép nếu bắt đầu bằng ký hiệu như '!'",
        en: "write it as a text, such as when: injured >= 3; put quotes around one that begins with a sign such as '!'",
      },
    );
  } else if (text.length > LENGTH_MAX) problems.add(placeOf(field), tooLong(what, text.length, LENGTH_MAX), { vi: 'tách thành nhiều quy tắc', en: 'make several rules of it' });
  else return text;
  return null;
}

/** The condition as YAML read it and as it stands differ by quotes, folded lines and indentation: white space is matched with white space, the rest one by one. */
function offsets(node: Node | null, text: string, source: string): (position: number) => number {
  const start = startOf(node);
  const end = node?.range?.[1] ?? start;
  const style = isScalar(node) ? node.type : undefined;
  const header = style === 'BLOCK_FOLDED' || style === 'BLOCK_LITERAL' ? source.indexOf('\n', start) + 1 : style?.startsWith('QUOTE') === true ? start + 1 : start;
  return (position) => {
    let at = header;
    for (let i = 0; i <= position; i++) {
      const blank = /\s/.test(text.charAt(i));
      if (!blank) while (at < end && /\s/.test(source.charAt(at))) at++;
      if (i === position) break;
      at++;
    }
    return Math.min(at, Math.max(start, end - 1));
  };
}

const positionOf = (error: unknown): number => (error instanceof Error && 'range' in error ? ((error.range as { start?: number } | undefined)?.start ?? 0) : 0);
const summaryOf = (error: unknown): string => (error instanceof Error && 'summary' in error ? String(error.summary) : String(error));

function typeRemedy(summary: string): Bilingual {
  const unknown = /^Unknown variable: (.*)$/.exec(summary)?.[1];
  if (unknown !== undefined) return didYouMean(unknown, FACT_NAMES, { vi: 'dùng các dữ kiện liệt kê trong docs/risk.md', en: 'use the facts that docs/risk.md lists' });
  if (/double.*int|int.*double/.test(summary)) return { vi: 'viết số nguyên kèm dấu chấm thập phân, ví dụ 3.0', en: 'write whole numbers with a decimal point, such as 3.0' };
  return { vi: 'so sánh chữ với chữ trong ngoặc kép, và số với số', en: 'compare texts with texts in quotes, and numbers with numbers' };
}

/** The parts of a node that are nodes themselves. */
export function childrenOf({ args }: ASTNode): ASTNode[] {
  const found: ASTNode[] = [];
  const look = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(look);
    else if (typeof value === 'object' && value !== null && 'op' in value) found.push(value as ASTNode);
  };
  look(args);
  return found;
}

function firstRefused(node: ASTNode): ASTNode | null {
  if (!OPERATORS.has(node.op)) return node;
  if ((node.op === 'rcall' || node.op === 'call') && !CALLS.includes(node.args[0])) return node;
  for (const child of childrenOf(node)) {
    const refused = firstRefused(child);
    if (refused !== null) return refused;
  }
  return null;
}

function factsIn(node: ASTNode, found = new Set<keyof Facts>()): Set<keyof Facts> {
  if (node.op === 'id' && isFact(node.args)) found.add(node.args);
  for (const child of childrenOf(node)) factsIn(child, found);
  return found;
}

function normalForm(node: ASTNode): string {
  if (node.op !== '&&' && node.op !== '||') return serialize(node);
  return `(${[...new Set(joined(node, node.op).map(normalForm))].sort().join(` ${node.op} `)})`;
}

/** What a chain of one operator joins. */
export function joined(node: ASTNode, op: '&&' | '||'): ASTNode[] {
  return node.op === op ? childrenOf(node).flatMap((child) => joined(child, op)) : [node];
}
