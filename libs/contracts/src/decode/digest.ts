import { hash } from 'node:crypto';

/** Bytes of a digest: enough that two contents under one id never meet by chance. */
const DIGEST_BYTES = 16;
/** Deeper than this a value is walked with a list instead of the call stack. Real events have 2 to 4 levels. */
const RECURSION_LIMIT = 64;

/**
 * 16 bytes that are equal for equal JSON values: key order, white space and the way a number or a string is written do not count.
 * Numbers are compared as doubles, as JSON.parse reads them. Works at any depth.
 */
export function digestOf(data: unknown): Buffer {
  return hash('sha256', canonical(data, 0), 'buffer').subarray(0, DIGEST_BYTES);
}

/**
 * An unambiguous text of a JSON value: containers list their members in key order, strings stand behind their length, so that no
 * content can imitate structure and nothing needs escaping.
 */
function canonical(value: unknown, depth: number): string {
  if (typeof value !== 'object' || value === null) return scalar(value);
  if (depth === RECURSION_LIMIT) return canonicalByList(value);
  if (Array.isArray(value)) {
    let text = '[';
    for (const item of value) text += canonical(item, depth + 1);
    return `${text}]`;
  }
  let text = '{';
  for (const [key, member] of sortedEntries(value)) text += stringForm(key) + canonical(member, depth + 1);
  return `${text}}`;
}

function canonicalByList(root: object): string {
  let text = '';
  const ahead: Array<{ value: unknown } | string> = [{ value: root }];
  for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
    if (typeof next === 'string') {
      text += next;
      continue;
    }
    const { value } = next;
    if (typeof value !== 'object' || value === null) {
      text += scalar(value);
    } else if (Array.isArray(value)) {
      text += '[';
      ahead.push(']');
      for (let i = value.length - 1; i >= 0; i--) ahead.push({ value: value[i] });
    } else {
      text += '{';
      ahead.push('}');
      for (const [key, member] of sortedEntries(value).reverse()) ahead.push({ value: member }, stringForm(key));
    }
  }
  return text;
}

function sortedEntries(value: object): Array<[string, unknown]> {
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
}

function scalar(value: unknown): string {
  if (typeof value === 'string') return stringForm(value);
  return `${String(value)};`;
}

const LONE_SURROGATE = /\p{Surrogate}/u;

/** Hashing writes UTF-8, which has no lone surrogates and would make them all one: they are escaped, and the quote tells that apart. */
function stringForm(text: string): string {
  return LONE_SURROGATE.test(text) ? `${text.length}"${JSON.stringify(text)}` : `${text.length}:${text}`;
}
