import type { Bilingual } from '@vong-gac/domain';
import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import { didYouMean, oneOf, type Problems } from './problems';

/** A field of a YAML map: where its key stands, and its value; null: the key has no value. */
export interface Field {
  at: number;
  node: Node | null;
}

/** What a number may be: from `min` to `max`, both included. */
export interface Range {
  min: number;
  max: number;
  whole?: boolean;
  /** What a document means that does not say it: one that was written, and has graded, before there was the figure. */
  absent?: number;
}

/** What a problem is about: the name of a field, which is the same in both languages, or words for it. */
export type Subject = string | Bilingual;

const inBoth = (what: Subject): Bilingual => (typeof what === 'string' ? { vi: what, en: what } : what);

/** Where a node begins in the text. */
export const startOf = (node: Node | null | undefined): number => node?.range?.[0] ?? 0;

/** Where the value of a field stands, or its key where it has none. */
export const placeOf = ({ node, at }: Field): number => (node === null ? at : startOf(node));

export function tooLong(what: Subject, length: number, max: number): Bilingual {
  const { vi, en } = inBoth(what);
  return { vi: `${vi} dài ${length} ký tự, chỉ được tối đa ${max}`, en: `${en} has ${length} characters, at most ${max} are allowed` };
}

/** Reads nodes of a document as what they ought to be. Whatever is not becomes a problem at its place, and a stand-in lets the rest be looked at too. */
export class Fields {
  constructor(readonly problems: Problems) {}

  /** The fields of a map; unknown and missing ones are problems. null: it is no map. */
  map(node: Node | null, at: number, what: Subject, required: readonly string[], optional: readonly string[] = []): Map<string, Field> | null {
    const entries = this.entries(node, at, what);
    if (entries === null) return null;
    const { vi, en } = inBoth(what);
    const known = [...required, ...optional];
    const names = known.join(', ');
    for (const [key, field] of entries) {
      if (known.includes(key)) continue;
      const problem = { vi: `trường không hợp lệ '${key}' trong ${vi}`, en: `unknown field '${key}' in ${en}` };
      this.problems.add(field.at, problem, didYouMean(key, known, { vi: `chỉ dùng ${names}`, en: `use only ${names}` }));
    }
    for (const name of required) {
      if (!entries.has(name)) this.problems.add(startOf(node), { vi: `${vi} thiếu ${name}`, en: `${en} has no ${name}` }, { vi: `thêm ${name}:`, en: `add ${name}:` });
    }
    return entries;
  }

  /** Key and field of a map with free keys. */
  entries(node: Node | null, at: number, what: Subject): Map<string, Field> | null {
    if (!isMap(node)) {
      const { vi, en } = inBoth(what);
      this.problems.add(
        placeOf({ node, at }),
        { vi: `${vi} phải gồm các trường`, en: `${en} is not a map of fields` },
        { vi: 'viết các trường bên dưới, mỗi dòng một trường, theo dạng tên: giá trị', en: 'write its fields below it, one a line, each as name: value' },
      );
      return null;
    }
    return new Map((node as YAMLMap<Node, Node | null>).items.map((pair: Pair<Node, Node | null>) => [isScalar(pair.key) ? String(pair.key.value) : '', { at: startOf(pair.key), node: this.plain(pair.value) }]));
  }

  list(node: Node | null, at: number, what: string): Node[] {
    if (isSeq(node)) return node.items.filter((item): item is Node => item !== null && typeof item === 'object').map((item) => this.plain(item) ?? item);
    this.problems.add(
      placeOf({ node, at }),
      { vi: `${what} không phải là danh sách`, en: `${what} is not a list` },
      { vi: 'viết mỗi dòng một mục, sau dấu gạch ngang', en: 'write one entry a line, each after a dash' },
    );
    return [];
  }

  /** A text of 1 to `max` characters. */
  text(field: Field | undefined, what: Subject, max: number): string {
    if (field === undefined) return '';
    const value = isScalar(field.node) ? field.node.value : null;
    const at = placeOf(field);
    const { vi, en } = inBoth(what);
    if (typeof value !== 'string' || value.trim() === '') {
      this.problems.add(
        at,
        value === null || value === '' ? { vi: `${vi} để trống`, en: `${en} is empty` } : { vi: `${vi} không phải là một đoạn chữ`, en: `${en} is not a text` },
        { vi: 'viết một đoạn chữ; đặt trong ngoặc kép nếu nó trông như con số hoặc có ": " hay " #"', en: 'write a text; put quotes around one that looks like a number or holds ": " or " #"' },
      );
    } else if (value.length > max) this.problems.add(at, tooLong(what, value.length, max), { vi: 'rút ngắn lại', en: 'shorten it' });
    else return value.trim();
    return '';
  }

  /** @param ifNegative what to do about a negative one, where it is more than to stay in the range */
  number(field: Field | undefined, what: string, { min, max, whole = false, absent = min }: Range, ifNegative?: Bilingual): number {
    if (field === undefined) return absent;
    const value = isScalar(field.node) ? field.node.value : null;
    const good = typeof value === 'number' && value >= min && value <= max && (!whole || Number.isInteger(value));
    if (good) return value;
    const negative = typeof value === 'number' && value < 0;
    const right = { vi: `${whole ? 'số nguyên' : 'số'} từ ${min} đến ${max}`, en: `a ${whole ? 'whole ' : ''}number from ${min} to ${max}` };
    const problem = negative ? { vi: `${what} là số âm (${value})`, en: `${what} is negative (${value})` } : { vi: `${what} không phải là ${right.vi}`, en: `${what} is not ${right.en}` };
    this.problems.add(placeOf(field), problem, (negative ? ifNegative : undefined) ?? { vi: `viết ${right.vi}`, en: `write ${right.en}` });
    return min;
  }

  word<W extends string>(field: Field | undefined, what: string, words: readonly W[]): W | undefined {
    if (field === undefined) return undefined;
    const value = isScalar(field.node) ? String(field.node.value) : '';
    const found = words.find((word) => word === value);
    if (found === undefined) this.problems.add(placeOf(field), { vi: `${what} không nhận giá trị '${value}'`, en: `${what} '${value}' is not known` }, oneOf(words));
    return found;
  }

  flag(field: Field | undefined, what: string): boolean {
    if (field === undefined) return false;
    const value = isScalar(field.node) ? field.node.value : null;
    if (typeof value !== 'boolean') {
      this.problems.add(
        placeOf(field),
        { vi: `${what} không phải true cũng không phải false`, en: `${what} is neither true nor false` },
        { vi: 'viết true hoặc false', en: 'write true or false' },
      );
    }
    return value === true;
  }

  /** Anchors are refused: what an officer reads at one place must stand there. */
  private plain(node: Node | null): Node | null {
    if (!isAlias(node)) return node;
    this.problems.add(
      startOf(node),
      { vi: `không được dùng tham chiếu *${node.source}`, en: `the alias *${node.source} is not allowed` },
      { vi: 'viết thẳng giá trị vào đây', en: 'write the value itself' },
    );
    return null;
  }
}
