import { hash } from 'node:crypto';

/** Bytes of a digest: enough that two contents under one id never meet by chance. */
const DIGEST_BYTES = 16;
/** Deeper than this a value is walked with a list instead of the call stack. Real events have 2 to 4 levels. */
const RECURSION_LIMIT = 64;

/**
 * 16 bytes that are equal for equal JSON values: key order, white space and the way a number or a string is written do not count.
 * Numbers are compared as doubles, as JSON.parse reads them; a lone surrogate counts as U+FFFD, as in the typed columns. Works at any depth.
 */
export function digestOf(data: unknown): Buffer {
  // One character a byte, then copied: cheaper than asking `hash` for a Buffer (Node 20).
  return Buffer.from(hash('sha256', canonical(data, 0), 'binary').slice(0, DIGEST_BYTES), 'latin1');
}

/**
 * An unambiguous text of a JSON value: strings stand behind their length, objects list their keys in order and then the values, so that
 * no content can imitate structure and nothing needs escaping.
 */
function canonical(value: unknown, depth: number): string {
  if (!isContainer(value)) return scalar(value);
  if (depth === RECURSION_LIMIT) return canonicalByList(value);
  if (Array.isArray(value)) {
    let text = '[';
    for (const item of value) text += canonical(item, depth + 1);
    return `${text}]`;
  }
  const { keys, head } = keyOrder(value);
  let text = head;
  for (const key of keys) text += canonical(value[key], depth + 1);
  return `${text}}`;
}

/** The same text as `canonical` gives, without recursion. */
function canonicalByList(root: Container): string {
  let text = '';
  const ahead: Array<{ value: unknown } | string> = [{ value: root }];
  for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
    if (typeof next === 'string') {
      text += next;
      continue;
    }
    const { value } = next;
    if (!isContainer(value)) {
      text += scalar(value);
    } else if (Array.isArray(value)) {
      text += '[';
      ahead.push(']');
      for (let i = value.length - 1; i >= 0; i--) ahead.push({ value: value[i] });
    } else {
      const { keys, head } = keyOrder(value);
      text += head;
      ahead.push('}');
      for (let i = keys.length - 1; i >= 0; i--) ahead.push({ value: value[keys[i] ?? ''] });
    }
  }
  return text;
}

type Container = unknown[] | { readonly [key: string]: unknown };

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null;
}

function scalar(value: unknown): string {
  if (typeof value === 'string') return `${value.length}:${value}`;
  return `${String(value)};`;
}

interface KeyOrder {
  /** As they came. */
  seen: readonly string[];
  /** Sorted. */
  keys: readonly string[];
  /** The sorted keys as they open the object. */
  head: string;
}

/** Publishers write the same keys in the same order event after event: the last order of each number of keys is kept, which saves most of the sorting. */
const LAST_ORDERS: Array<KeyOrder | undefined> = [];
const MOST_KEYS_KEPT = 64;

function keyOrder(value: object): KeyOrder {
  const seen = Object.keys(value);
  const last = LAST_ORDERS[seen.length];
  if (last !== undefined && sameKeys(last.seen, seen)) return last;
  const keys = [...seen].sort();
  const order = { seen, keys, head: `{${keys.map(scalar).join('')}|` };
  if (seen.length <= MOST_KEYS_KEPT) LAST_ORDERS[seen.length] = order;
  return order;
}

function sameKeys(a: readonly string[], b: readonly string[]): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
