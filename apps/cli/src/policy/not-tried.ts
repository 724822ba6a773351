import { canonicalJson, policySpans, spanAt, type Bilingual, type Instant, type PolicyDecision, type PolicyLookup, type RiskPolicy } from '@vong-gac/domain';
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

/** A stored context holds the happening and the expectation that were found then; `surpriseOf` compares anew by these two figures alone. */
const OF_CONTEXTS: readonly Untried[] = [
  {
    section: 'situations', of: ({ situations }) => situations,
    text: { vi: 'những tin báo nào được gộp thành một vụ vẫn như lúc nhận tin', en: 'which reports are of one happening stays as it was when they came' },
  },
  {
    section: 'surprise', of: ({ surprise: { window, poisson, ears } }) => [window.hours, poisson, ears.days, ears.gapDays],
    text: { vi: 'số vụ dự kiến vẫn như lúc chấm; chỉ leastObserved và leastSpread được thử', en: 'what was expected stays as it was; only leastObserved and leastSpread are tried' },
  },
];

/** Stored visitor volumes are judged again, but the incidents keep the counts that they were graded with. */
const OF_DIFF: readonly Untried[] = [
  ...OF_CONTEXTS,
  {
    section: 'crowd', of: ({ crowd: { jump, stall, night, drift } }) => [jump, stall, night, drift],
    text: { vi: 'vụ việc vẫn được chấm với những số đếm khách đã được tin lúc đó; chỉ báo động về đám đông được tính lại', en: 'incidents keep the counts that were believed then; only alerts about crowds are judged again' },
  },
];

const OF_SHADOW: readonly Untried[] = [
  ...OF_CONTEXTS,
  {
    section: 'crowd', of: ({ crowd }) => crowd,
    text: { vi: 'tình trạng đông khách, báo động về đám đông và những số đếm được tin vẫn theo chính sách đang áp dụng', en: 'postures, alerts about crowds and which counts are believed are those of the policy in force' },
  },
];

/** What `policy diff` does not try of a document. @param graded the policies that made the stored grades; null: one that is not known here, so that every section may differ */
export const notTriedByDiff = (document: RiskPolicy, graded: readonly (RiskPolicy | null)[]): NotTried[] => differing(OF_DIFF, document, graded);

/** What the shadow does not try of a candidate. @param since when it began */
export function notTriedInShadow(candidate: RiskPolicy, decisions: readonly PolicyDecision[], known: PolicyLookup, since: Instant): NotTried[] {
  const spans = policySpans(builtInPolicy(), decisions);
  const inForce = spans.slice(spanAt(spans, since), spanAt(spans, Math.max(since, Date.now())) + 1);
  return differing(OF_SHADOW, candidate, inForce.map(({ policy }) => known(policy)));
}

function differing(untried: readonly Untried[], document: RiskPolicy, graded: readonly (RiskPolicy | null)[]): NotTried[] {
  const differs = ({ of }: Untried): boolean => graded.some((policy) => policy === null || canonicalJson(of(policy)) !== canonicalJson(of(document)));
  return untried.filter(differs).map(({ section, text }) => ({ section, text }));
}

/** So that "0 of N" is not taken for "it changes nothing". */
export function notTriedLines(sections: readonly NotTried[]): string[] {
  return sections.flatMap(({ section, text }) => [colours.yellow(`không được thử / not tried: ${section}`), `  ${text.vi}`, `  ${text.en}`]);
}
