import { LineCounter } from 'yaml';

/** What is wrong at one place of a policy document. Lines and columns count from 1, columns in UTF-16 units. */
export interface PolicyProblem {
  line: number;
  column: number;
  /** What is wrong, in English, without a full stop. */
  problem: string;
  /** What to do about it. */
  remedy: string;
}

/** A policy document that may not be used; `problems` holds everything that is wrong with it, in the order of the text. */
export class PolicyRefused extends Error {
  constructor(readonly problems: readonly PolicyProblem[]) {
    super(`The policy was refused: ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}.\n${problems.map(describeProblem).join('\n')}`);
    this.name = 'PolicyRefused';
  }
}

/** One line for people: `12:5: unknown field 'pionts': did you mean points?` */
export function describeProblem({ line, column, problem, remedy }: PolicyProblem): string {
  return `${line}:${column}: ${problem}: ${remedy}`;
}

/** More problems than this help nobody; the rest is counted. */
const PROBLEMS_MAX = 200;

/** Collects problems by their offset in the text. */
export class Problems {
  readonly lines = new LineCounter();
  private readonly found: { offset: number; problem: string; remedy: string }[] = [];

  add(offset: number, problem: string, remedy: string): void {
    this.found.push({ offset, problem, remedy });
  }

  get count(): number {
    return this.found.length;
  }

  /** Line of an offset, for a remedy that points at another place. */
  lineOf(offset: number): number {
    return this.lines.linePos(offset).line;
  }

  list(): PolicyProblem[] {
    const sorted = [...this.found].sort((a, b) => a.offset - b.offset);
    const list = sorted.slice(0, PROBLEMS_MAX).map(({ offset, problem, remedy }): PolicyProblem => {
      const { line, col } = this.lines.linePos(offset);
      return { line: Math.max(line, 1), column: Math.max(col, 1), problem, remedy };
    });
    const last = list.at(-1);
    if (last !== undefined && sorted.length > PROBLEMS_MAX) list.push({ ...last, problem: `and ${sorted.length - PROBLEMS_MAX} further problems`, remedy: 'correct those above first' });
    return list;
  }
}

/** ` (did you mean …?)` for a word that is one or two letters away from a known one. */
export function nearest(word: string, known: Iterable<string>): string | null {
  let best: { word: string; away: number } | null = null;
  for (const each of known) {
    const away = distance(word, each);
    if (away <= 2 && away < each.length && (best === null || away < best.away)) best = { word: each, away };
  }
  return best?.word ?? null;
}

/** Letters to add, drop, change or swap with the next one. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (same ? 0 : 1));
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, (before[j - 2] ?? 0) + 1);
      next.push(least);
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 3;
}
