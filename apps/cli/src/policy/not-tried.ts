import { canonicalJson, policySpans, spanAt, type Bilingual, type CrowdRules, type Instant, type PolicyDecision, type PolicyLookup, type RiskPolicy } from '@vong-gac/domain';
import { builtInPolicy } from '@vong-gac/policy';
import { colours } from '../terminal';

/** A section of a document that differs from what graded, and whose change the answer says nothing of. */
export interface NotTried {
  section: 'situations' | 'surprise' | 'crowd';
  /** What stays as it was. */
  text: Bilingual;
}

interface Untried extends NotTried {
  /** What of the section is not tried. */
  of: (policy: RiskPolicy) => unknown;
}

const UNTRIED: readonly Untried[] = [
  // A stored context holds the happening and the expectation that were found then; `surpriseOf` compares anew by these two figures alone.
  {
    section: 'situations', of: ({ situations }) => situations,
    text: { vi: 'những tin báo nào được gộp thành một vụ vẫn như lúc nhận tin', en: 'which reports are of one happening stays as it was when they came' },
  },
  {
    section: 'surprise', of: ({ surprise: { window, poisson, ears } }) => [window.hours, poisson, ears.days, ears.gapDays],
    text: { vi: 'số vụ dự kiến vẫn như lúc chấm; chỉ leastObserved và leastSpread được thử', en: 'what was expected stays as it was; only leastObserved and leastSpread are tried' },
  },
  // Stored visitor volumes are judged again, but the incidents keep the counts that they were graded with; and a declared count that did not speak (`fresh`, `mostRatio`, `mostDensity`) is not among those that are judged.
  {
    section: 'crowd', of: ({ crowd }) => believes(crowd),
    text: {
      vi: 'vụ việc vẫn được chấm với những số đếm khách đã được tin lúc đó; chỉ tình trạng đông khách và báo động về đám đông được tính lại, từ những số đếm đã được dùng lúc đó',
      en: 'incidents keep the counts that were believed then; only postures and alerts about crowds are judged again, by the counts that spoke then',
    },
  },
];

/**
 * What has a say in which counts are believed. Of the bands: a jump is held against the flow through the exits and, where no capacity is on record, the densest band; a fall to nobody against
 * whether the place was crowded at all, which is the lowest band of each.
 */
function believes({ ratio, density, inflow, fresh, jump, stall, night, drift }: CrowdRules): unknown {
  const least = ({ bands }: Pick<CrowdRules['ratio'], 'bands'>): unknown => bands.slice(0, 1).map(({ from, above = false }) => [from, above]);
  return [fresh, jump, stall, night, drift, inflow.peoplePerMetreAndMinute, least(ratio), least(density), density.bands.at(-1)?.from];
}

/** What `policy diff` and the shadow do not try of a document. @param graded the policies that made the stored grades; null: one that is not known here, so that every section may differ */
export function notTriedOf(document: RiskPolicy, graded: readonly (RiskPolicy | null)[]): NotTried[] {
  return UNTRIED.filter(({ of }) => differs(of, document, graded)).map(({ section, text }) => ({ section, text }));
}

/** Whether a part of a document is another than in one of these policies; of one that is not known here (null) it is taken to be. */
export const differs = (of: (policy: RiskPolicy) => unknown, document: RiskPolicy, graded: readonly (RiskPolicy | null)[]): boolean =>
  graded.some((policy) => policy === null || canonicalJson(of(policy)) !== canonicalJson(of(document)));

/** The policies that were in force since then; null: one that is not known here. */
export function inForceSince(since: Instant, decisions: readonly PolicyDecision[], known: PolicyLookup): (RiskPolicy | null)[] {
  const spans = policySpans(builtInPolicy(), decisions);
  return spans.slice(spanAt(spans, since), spanAt(spans, Math.max(since, Date.now())) + 1).map(({ policy }) => known(policy));
}

/** So that "0 of N" is not taken for "it changes nothing". */
export function notTriedLines(sections: readonly NotTried[]): string[] {
  return sections.flatMap(({ section, text }) => [colours.yellow(`không được thử / not tried: ${section}`), `  ${text.vi}`, `  ${text.en}`]);
}
