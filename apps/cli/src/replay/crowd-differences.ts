import { isoTime } from '@vong-gac/contracts';
import { levelRank, type AlertState, type CrowdPosture, type Instant, type RiskLevel } from '@vong-gac/domain';

/** `stored`: the policies that were in force. `new`: the one that is tried. */
export type Side = 'stored' | 'new';

/** What one side told of a crowd: a graver level than before, a lighter one, or that the crowd went down. */
export interface CrowdTold {
  change: 'raised' | 'lowered' | 'cancelled';
  /** The posture that brought it. */
  step: CrowdPosture;
  /** As how serious it was told; of a cancelled alert the level that it had. */
  level: RiskLevel;
}

/** What one side told of a crowd, while the other had told nothing so grave (`raised`), or had an alert open that stood higher (`lowered`, `cancelled`). */
export interface CrowdDifference extends CrowdTold {
  siteId: string;
  /** null: the whole site. */
  zone: string | null;
  /** When it was told, ISO 8601. */
  at: string;
  by: Side;
  /** When the other side came to the same, ISO 8601: to that level or a higher one, to that level or a lower one, to no open alert. null: not while it held. */
  otherAt: string | null;
  /** It still held at the last count: the other side may come to it yet. */
  pending: boolean;
}

/** One side at one count: its open alert (null: none is), and what it told just now. */
export interface SideTold {
  standing: Pick<AlertState, 'level' | 'highestLevel'> | null;
  told: CrowdTold | null;
}

const KEPT_MAX = 10;
const otherOf = { stored: 'new', new: 'stored' } as const satisfies Record<Side, Side>;

interface Kept {
  difference: CrowdDifference;
  badness: number;
  /** Of its place's equally bad ones, in the order in which they were over; from 0. */
  nth: number;
}

/** What one side tells of crowds before the other, or alone. */
export class CrowdDifferences {
  /** All of them, those that are not kept too. */
  count = 0;
  private kept: Kept[] = [];
  /** Of the place at hand: the other side may come to it yet. */
  private open: CrowdDifference[] = [];
  /** How many there were of the place at hand, by badness. */
  private readonly ofPlace = new Map<number, number>();

  /** One more count of the place at hand. @param at when it was received, or measured: the instant at which both sides tell */
  take({ siteId, zone }: Pick<CrowdDifference, 'siteId' | 'zone'>, at: Instant, sides: Readonly<Record<Side, SideTold>>): void {
    this.open = this.open.filter((each) => {
      if (isAt(sides[otherOf[each.by]].standing, each)) this.keep({ ...each, otherAt: isoTime(at) });
      else if (!isAt(sides[each.by].standing, each)) this.keep(each);
      else return true;
      return false;
    });
    for (const by of ['stored', 'new'] as const) {
      const { told } = sides[by];
      if (told === null || isAt(sides[otherOf[by]].standing, told)) continue;
      this.count++;
      this.open.push({ siteId, zone, at: isoTime(at), by, ...told, otherAt: null, pending: false });
    }
  }

  /** No more counts of the place at hand. */
  ends(): void {
    this.open.forEach((each) => this.keep({ ...each, pending: true }));
    this.open = [];
    this.ofPlace.clear();
  }

  /** The worst first; KEPT_MAX at most. Of equally bad ones each place's first comes before any place's second: one place must not hide the others. */
  worst(): CrowdDifference[] {
    return this.kept.map(({ difference }) => difference);
  }

  private keep(difference: CrowdDifference): void {
    const badness = badnessOf(difference);
    const nth = this.ofPlace.get(badness) ?? 0;
    this.ofPlace.set(badness, nth + 1);
    this.kept = [...this.kept, { difference, badness, nth }].sort((a, b) => b.badness - a.badness || a.nth - b.nth).slice(0, KEPT_MAX);
  }
}

/** Whether a side is where that brings it. What an alert was once told with stays told while it is open. */
function isAt(standing: SideTold['standing'], { change, level }: CrowdTold): boolean {
  if (change === 'cancelled') return standing === null;
  if (change === 'lowered') return standing === null || levelRank(standing.level) <= levelRank(level);
  return standing !== null && levelRank(standing.highestLevel) >= levelRank(level);
}

/**
 * What the new policy never tells is worst: nobody comes. Then what it has not told yet, what it takes back or lowers before the other, or alone, and what it tells later; then what it
 * alone tells, what it tells earlier, and what it takes back or lowers later. Then the graver.
 */
function badnessOf({ by, change, otherAt, pending, level }: CrowdDifference): number {
  const isNew = by === 'new';
  const ofRaised = isNew ? (otherAt === null ? 2 : 1) : otherAt !== null ? 3 : pending ? 5 : 6;
  const kind = change === 'raised' ? ofRaised : isNew ? 4 : 0;
  return kind * 10 + levelRank(level);
}
