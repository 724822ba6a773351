import { levelRank, type CrowdPosture, type Instant, type RiskLevel } from '@vong-gac/domain';

/** `stored`: the policies that were in force. `new`: the one that is tried. */
export type Side = 'stored' | 'new';

/** An alert about a crowd that one side raised, while the other had told nothing of that crowd, or less. */
export interface CrowdDifference {
  siteId: string;
  /** null: the whole site. */
  zone: string | null;
  /** When it was told, ISO 8601. */
  at: string;
  by: Side;
  /** The posture that was told, and as how serious. */
  step: CrowdPosture;
  level: RiskLevel;
  /** When the other side told of that level, or a higher one, ISO 8601; null: not while this alert stood. */
  otherAt: string | null;
}

/** What one side raised. */
export interface CrowdRaised {
  step: CrowdPosture;
  level: RiskLevel;
}

/** One side at one count: the highest level that its open alert was told with (null: none is open), and what it raised just now. */
export interface SideTold {
  standing: RiskLevel | null;
  raised: CrowdRaised | null;
}

const KEPT_MAX = 10;
const otherOf = { stored: 'new', new: 'stored' } as const satisfies Record<Side, Side>;

interface Kept extends CrowdDifference {
  /** Of its place's differences, in the order in which they were told; from 0. */
  nth: number;
}

/** Which alerts about crowds one side raises before the other, or alone. */
export class CrowdDifferences {
  /** All of them, those that are not kept too. */
  count = 0;
  private kept: Kept[] = [];
  /** Of the place at hand: the other side may tell of it yet. */
  private open: Kept[] = [];
  private ofPlace = 0;

  /** One more count of the place at hand. @param at when it was received, or measured: the instant at which both sides tell */
  take({ siteId, zone }: Pick<CrowdDifference, 'siteId' | 'zone'>, at: Instant, told: Readonly<Record<Side, SideTold>>): void {
    this.open = this.open.filter((each) => {
      if (reaches(told[otherOf[each.by]].standing, each.level)) this.keep({ ...each, otherAt: iso(at) });
      else if (told[each.by].standing === null) this.keep(each);
      else return true;
      return false;
    });
    for (const by of ['stored', 'new'] as const) {
      const { raised } = told[by];
      if (raised === null || reaches(told[otherOf[by]].standing, raised.level)) continue;
      this.count++;
      this.open.push({ siteId, zone, at: iso(at), by, ...raised, otherAt: null, nth: this.ofPlace++ });
    }
  }

  /** No more counts of the place at hand. */
  ends(): void {
    this.open.forEach((each) => this.keep(each));
    this.open = [];
    this.ofPlace = 0;
  }

  /** The worst first; KEPT_MAX at most. Of equally bad ones each place's first comes before any place's second: one place must not hide the others. */
  worst(): CrowdDifference[] {
    return this.kept.map(({ nth: _, ...difference }) => difference);
  }

  private keep(difference: Kept): void {
    this.kept = [...this.kept, difference].sort((a, b) => badnessOf(b) - badnessOf(a) || a.nth - b.nth).slice(0, KEPT_MAX);
  }
}

const iso = (at: Instant): string => new Date(at).toISOString();
const reaches = (standing: RiskLevel | null, level: RiskLevel): boolean => standing !== null && levelRank(standing) >= levelRank(level);

/** What the new policy never tells is worst: nobody comes. Then what it tells later, what it alone tells, what it tells earlier; then the graver. */
function badnessOf({ by, otherAt, level }: CrowdDifference): number {
  const kind = by === 'stored' ? (otherAt === null ? 3 : 2) : otherAt === null ? 1 : 0;
  return kind * 10 + levelRank(level);
}
