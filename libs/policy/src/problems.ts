import type { Bilingual } from '@vong-gac/domain';
import { LineCounter } from 'yaml';

/** What is wrong at one place of a policy document. Lines and columns count from 1, columns in UTF-16 units. */
export interface PolicyProblem {
  line: number;
  column: number;
  /** What is wrong, in English, without a full stop. */
  problem: string;
  /** What to do about it, in English. */
  remedy: string;
  /** The same in Vietnamese. */
  vi: { problem: string; remedy: string };
}

/** A policy document that may not be used; `problems` holds everything that is wrong with it, in the order of the text. */
export class PolicyRefused extends Error {
  constructor(readonly problems: readonly PolicyProblem[]) {
    const count = problems.length;
    super(`Chính sách bị từ chối: ${count} lỗi. / The policy was refused: ${count} ${count === 1 ? 'problem' : 'problems'}.\n${problems.map(describeProblem).join('\n')}`);
    this.name = 'PolicyRefused';
  }
}

/** Two lines for people, Vietnamese and under it, indented, English: `12:5: trường không hợp lệ 'pionts' trong quy tắc: ý bạn là points?` */
export function describeProblem({ line, column, problem, remedy, vi }: PolicyProblem): string {
  return `${line}:${column}: ${vi.problem}: ${vi.remedy}\n    ${problem}: ${remedy}`;
}

/** One line in English, to stand within another sentence: `12:5: unknown field 'pionts' in the rule: did you mean points?` */
export function problemInEnglish({ line, column, problem, remedy }: PolicyProblem): string {
  return `${line}:${column}: ${problem}: ${remedy}`;
}

/** More problems than this help nobody; the rest is counted. */
const PROBLEMS_MAX = 200;

/** Collects problems by their offset in the text. */
export class Problems {
  readonly lines = new LineCounter();
  private readonly found: { offset: number; problem: Bilingual; remedy: Bilingual }[] = [];

  add(offset: number, problem: Bilingual, remedy: Bilingual): void {
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
      return { line: Math.max(line, 1), column: Math.max(col, 1), problem: problem.en, remedy: remedy.en, vi: { problem: problem.vi, remedy: remedy.vi } };
    });
    const last = list.at(-1);
    const further = sorted.length - PROBLEMS_MAX;
    if (last !== undefined && further > 0) {
      const vi = { problem: `và ${further} lỗi nữa`, remedy: 'hãy sửa các lỗi ở trên trước' };
      list.push({ ...last, problem: `and ${further} further problems`, remedy: 'correct those above first', vi });
    }
    return list;
  }
}

/** A remedy for an unknown word: the known one that is one or two letters away, else `otherwise`. @param shown how a word is written in the document */
export function didYouMean(word: string, known: Iterable<string>, otherwise: Bilingual, shown = (near: string): string => near): Bilingual {
  const near = nearest(word, known);
  return near === null ? otherwise : { vi: `ý bạn là ${shown(near)}?`, en: `did you mean ${shown(near)}?` };
}

/** A remedy for an unknown word where there are few known ones. */
export function oneOf(words: readonly string[]): Bilingual {
  return { vi: `dùng một trong: ${words.join(', ')}`, en: `use one of ${words.join(', ')}` };
}

function nearest(word: string, known: Iterable<string>): string | null {
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
