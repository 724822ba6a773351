import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import { nearest, type Problems } from './problems';

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
}

/** Where a node begins in the text. */
export const startOf = (node: Node | null | undefined): number => node?.range?.[0] ?? 0;

/** Reads nodes of a document as what they ought to be. Whatever is not becomes a problem at its place, and a stand-in lets the rest be looked at too. */
export class Fields {
  constructor(readonly problems: Problems) {}

  /** The fields of a map; unknown and missing ones are problems. null: it is no map. */
  map(node: Node | null, at: number, what: string, required: readonly string[], optional: readonly string[] = []): Map<string, Field> | null {
    const entries = this.entries(node, at, what);
    if (entries === null) return null;
    const known = [...required, ...optional];
    for (const [key, field] of entries) {
      if (known.includes(key)) continue;
      const near = nearest(key, known);
      this.problems.add(field.at, `unknown field '${key}' in ${what}`, near === null ? `use only ${known.join(', ')}` : `did you mean ${near}?`);
    }
    for (const name of required) if (!entries.has(name)) this.problems.add(startOf(node), `${what} has no ${name}`, `add ${name}:`);
    return entries;
  }

  /** Key and field of a map with free keys. */
  entries(node: Node | null, at: number, what: string): Map<string, Field> | null {
    if (!isMap(node)) {
      this.problems.add(node === null ? at : startOf(node), `${what} is not a map of fields`, 'write its fields below it, one a line, each as name: value');
      return null;
    }
    return new Map((node as YAMLMap<Node, Node | null>).items.map((pair: Pair<Node, Node | null>) => [isScalar(pair.key) ? String(pair.key.value) : '', { at: startOf(pair.key), node: this.plain(pair.value) }]));
  }

  list(node: Node | null, at: number, what: string): Node[] {
    if (isSeq(node)) return node.items.filter((item): item is Node => item !== null && typeof item === 'object').map((item) => this.plain(item) ?? item);
    this.problems.add(node === null ? at : startOf(node), `${what} is not a list`, 'write one entry a line, each after a dash');
    return [];
  }

  /** A text of 1 to `max` characters. */
  text(field: Field | undefined, what: string, max: number): string {
    if (field === undefined) return '';
    const value = isScalar(field.node) ? field.node.value : null;
    const at = field.node === null ? field.at : startOf(field.node);
    if (typeof value !== 'string' || value.trim() === '') this.problems.add(at, `${what} is ${value === null || value === '' ? 'empty' : 'not a text'}`, 'write a text; put quotes around one that looks like a number or holds ": " or " #"');
    else if (value.length > max) this.problems.add(at, `${what} has ${value.length} characters, at most ${max} are allowed`, 'shorten it');
    else return value.trim();
    return '';
  }

  /** @param ifNegative what to do about a negative one, where it is more than to stay in the range */
  number(field: Field | undefined, what: string, { min, max, whole = false }: Range, ifNegative?: string): number {
    if (field === undefined) return min;
    const value = isScalar(field.node) ? field.node.value : null;
    const good = typeof value === 'number' && value >= min && value <= max && (!whole || Number.isInteger(value));
    if (good) return value;
    const negative = typeof value === 'number' && value < 0;
    const remedy = (negative ? ifNegative : undefined) ?? `write a ${whole ? 'whole ' : ''}number from ${min} to ${max}`;
    this.problems.add(field.node === null ? field.at : startOf(field.node), `${what} is ${negative ? `negative (${value})` : `not a ${whole ? 'whole ' : ''}number from ${min} to ${max}`}`, remedy);
    return min;
  }

  word<W extends string>(field: Field | undefined, what: string, words: readonly W[]): W | undefined {
    if (field === undefined) return undefined;
    const value = isScalar(field.node) ? String(field.node.value) : '';
    const found = words.find((word) => word === value);
    if (found === undefined) this.problems.add(field.node === null ? field.at : startOf(field.node), `${what} '${value}' is not known`, `use one of ${words.join(', ')}`);
    return found;
  }

  flag(field: Field | undefined, what: string): boolean {
    if (field === undefined) return false;
    const value = isScalar(field.node) ? field.node.value : null;
    if (typeof value !== 'boolean') this.problems.add(field.node === null ? field.at : startOf(field.node), `${what} is neither true nor false`, 'write true or false');
    return value === true;
  }

  /** Anchors are refused: what an officer reads at one place must stand there. */
  private plain(node: Node | null): Node | null {
    if (!isAlias(node)) return node;
    this.problems.add(startOf(node), `the alias *${node.source} is not allowed`, 'write the value itself');
    return null;
  }
}
