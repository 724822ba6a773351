import { isoTime, parseInstant } from '@vong-gac/contracts';
import { PolicyStore, type DecisionOutcome, type NewPolicy, type Reasoned, type StoredPolicy } from '@vong-gac/database';
import { isDay, localDate, policiesAt, policyName, type Instant, type PoliciesAt, type PolicyDecision, type PolicySpan, type PolicyVersion } from '@vong-gac/domain';
import { builtInPolicy, droppedFloors } from '@vong-gac/policy';
import { InvalidArgumentError, type Command } from 'commander';
import { withDatabase } from '../addresses';
import { badAnswer, wrongUsage } from '../failure';
import { droppedLines } from '../policy/dropped-floors';
import { givenPolicy, said } from '../policy/given';
import { knownPolicies } from '../policy/known';
import { inForceSince, notTriedLines, notTriedOf } from '../policy/not-tried';
import { nameOfCandidate, readShadow, type ShadowReport } from '../policy/shadow-report';
import type { CrowdAlerts } from '../replay/crowd-alerts';
import { crowdLines } from '../replay/crowd-tables';
import { levelName, worstLines } from '../replay/policy-tables';
import { answer, colours, table, type CommonOptions } from '../terminal';

type ReasonedOptions = CommonOptions & Reasoned;
const POLICY_ARGUMENT = 'a policy document, or a stored policy as id@version (night@3; built-in@2)';

/** The commands by which people decide about policies, and see what was decided. */
export function registerDecisions(policy: Command): void {
  policy
    .command('list')
    .description('stored policies, and which one is in force, planned, or grades in the shadow')
    .option('--json', 'one JSON object on standard output')
    .addHelpText('after', '\nBefore anything is activated the built-in policy is in force.\n\nExample:\n  vong-gac policy list')
    .action(list);
  policy
    .command('history')
    .description('who decided what about policies, when, why, and from which instant')
    .option('--json', 'one JSON object on standard output')
    .addHelpText('after', '\nExample:\n  vong-gac policy history')
    .action(history);
  policy
    .command('activate')
    .description('lets a policy grade what is received from an instant on')
    .argument('<policy>', POLICY_ARGUMENT)
    .requiredOption('--by <name>', 'who decided it; kept for ever')
    .requiredOption('--why <text>', 'why; kept for ever')
    .option('--from <instant>', 'from which receipt on: a day in Việt Nam (2026-12-01), or an instant with its offset; default: now', instantOf)
    .option('--json', 'one JSON object on standard output')
    .addHelpText('after', ACTIVATE_HELP)
    .action(activate);
  policy
    .command('shadow')
    .description('lets a candidate grade beside the policy in force: what would be different is counted, and no alert comes of it; without a policy: what it found')
    .argument('[policy]', POLICY_ARGUMENT)
    .option('--off', 'nothing grades in the shadow any more')
    .option('--by <name>', 'who decided it; kept for ever')
    .option('--why <text>', 'why; kept for ever')
    .option('--json', 'one JSON object on standard output')
    .addHelpText('after', '\nThe candidate grades from the context that the policy in force used. Intake counts from its next chunk on. Where the candidate\'s section crowd is another, the visitor volumes received since\nare judged again when the figures are shown (crowds in --json): the candidate\'s alerts about crowds beside those that were raised, and where they differ. That only reads.\n\nExamples:\n  vong-gac policy shadow night.yaml --by "Nguyễn Văn An" --why "before the holidays"\n  vong-gac policy shadow\n  vong-gac policy shadow --off --by "Nguyễn Văn An" --why "it was activated"')
    .action(shadow);
}

const ACTIVATE_HELP = `
The document is checked as by "policy validate", and stored as it is; an id and version never change their text. Floors from high on that the built-in policy has and this one
has not are named, and do not hinder. Running intakes follow with their next chunk.
An instant before one at which events may have been graded is refused. Plans for later stay: they are named (laterPlans in --json). To take one back, activate another
policy for the same instant.
Exit 1: the document has a problem, or its id and version are stored with another text.

Examples:
  vong-gac policy activate night.yaml --by "Nguyễn Văn An" --why "thefts at night"
  vong-gac policy activate night@2 --from 2026-12-24T18:00:00+07:00 --by "Nguyễn Văn An" --why "Christmas"
  vong-gac policy activate built-in@2 --by "Nguyễn Văn An" --why "too many alerts"`;

function instantOf(text: string): Instant {
  const at = parseInstant(isDay(text) ? `${text}T00:00:00+07:00` : text);
  if (at === null) throw new InvalidArgumentError('write YYYY-MM-DD, or an instant with its offset (2026-07-04T20:00:00+07:00).');
  return at;
}

const NAME_MAX = 200;
const WHY_MAX = 1_000;
const reasoned = ({ by, why }: Reasoned): Reasoned => ({ by: said('--by', by, NAME_MAX), why: said('--why', why, WHY_MAX) });

async function activate(given: string, options: ReasonedOptions & { from?: Instant }): Promise<void> {
  const { from = null } = options;
  const by = reasoned(options);
  const { decision, dropped, later } = await withDatabase(async (database) => {
    const store = new PolicyStore(database);
    const { policy, ...made } = await givenPolicy(store, given);
    if (localDate(from ?? Date.now()) < policy.validFrom) throw wrongUsage(`${policyName(made)} is meant to hold from ${policy.validFrom} on (validFrom): give --from ${policy.validFrom} or later, or correct the document.`);
    const decision = decided(made, await store.activate(made, from, by));
    const later = policiesAt(builtInPolicy(), await store.decisions(), decision.effectiveAt).planned;
    return { decision, dropped: droppedFloors(policy), later };
  });
  const [next] = later;
  const until = next === undefined ? 'on' : `until ${isoTime(next.from)}`;
  const text = [colours.green(`${nameOfCandidate(decision)} grades what is received from ${isoTime(decision.effectiveAt)} ${until}`), ...later.flatMap(laterLines), ...droppedLines(dropped)].join('\n');
  answer(options, { ...shown(decision), laterPlans: later.map(({ policy, from: at }) => ({ policy, effectiveAt: isoTime(at) })), droppedFloors: dropped }, text);
}

/** Who goes back to an earlier policy must not meet the plan that he meant to stop. */
function laterLines({ from, policy }: PolicySpan): string[] {
  return [
    colours.yellow(`lưu ý: từ ${isoTime(from)} trở đi, ${policyName(policy)} sẽ được áp dụng theo kế hoạch đã đặt; muốn bỏ kế hoạch đó, hãy kích hoạt chính sách khác với --from ${isoTime(from)}`),
    colours.yellow(`note: from ${isoTime(from)} on ${policyName(policy)} takes over, as planned before; to take that plan back, activate another policy with --from ${isoTime(from)}`),
  ];
}

async function shadow(given: string | undefined, options: CommonOptions & Partial<Reasoned> & { off?: boolean }): Promise<void> {
  const { by, why, off = false } = options;
  if (given !== undefined && off) throw wrongUsage('Give a policy, or --off, not both.');
  if (given === undefined && !off) {
    if (by !== undefined || why !== undefined) throw wrongUsage('--by and --why go with a policy, or with --off.');
    const report = await withDatabase(readShadow);
    return answer(options, { ...report, candidate: report.candidate && shown(report.candidate) }, describeShadow(report));
  }
  if (by === undefined || why === undefined) throw wrongUsage('--by and --why are needed: who decided it, and why.');
  const { decision, notTried } = await withDatabase(async (database) => {
    const store = new PolicyStore(database);
    if (given === undefined) return { decision: decided(null, await store.shadow(null, reasoned({ by, why }))), notTried: [] };
    const { policy, ...made } = await givenPolicy(store, given);
    const decision = decided(made, await store.shadow(made, reasoned({ by, why })));
    return { decision, notTried: notTriedOf(policy, inForceSince(decision.effectiveAt, await store.decisions(), await knownPolicies(store))) };
  });
  const name = nameOfCandidate(decision);
  const text = decision.policy === null ? ['không còn chính sách nào chạy thử', 'nothing grades in the shadow any more'] : [`${name} đang chạy thử, chưa áp dụng`, `${name} grades in the shadow`];
  answer(options, { ...shown(decision), notTried }, [...text.map((line) => colours.green(line)), ...notTriedLines(notTried)].join('\n'));
}

/** @throws CommandFailed where nothing was decided */
function decided(policy: NewPolicy | null, result: DecisionOutcome): PolicyDecision {
  switch (result.outcome) {
    case 'decided':
      return result.decision;
    case 'other-content':
      throw badAnswer(`${policyName(result.stored)} is stored with another text (since ${isoTime(result.stored.storedAt)}, SHA-256 ${result.stored.digest}): what it graded must stay computable, so that it never changes. Raise the version.`);
    case 'too-early':
      throw wrongUsage(`What was received before ${isoTime(result.earliest)} may be graded already${policy === null ? '' : `, and ${policyName(policy)} cannot grade it`}: give a later --from, or none for now.`);
  }
}

interface PolicyLine extends PolicyVersion {
  digest: string | null;
  author: string;
  validFrom: string;
  storedAt: string | null;
  state: string;
}

async function list(options: CommonOptions): Promise<void> {
  const now = Date.now();
  const { policies, decisions } = await withDatabase(async (database) => {
    const store = new PolicyStore(database);
    return { policies: await store.list(), decisions: await store.decisions() };
  });
  const lines = policyLines(policies, policiesAt(builtInPolicy(), decisions, now));
  const rows = lines.map(({ id, version, author, validFrom, digest, state }) => [`${id}@${version}`, author, validFrom, digest?.slice(0, 12) ?? null, state]);
  answer(options, { policies: lines }, table(['policy', 'author', 'valid from', 'SHA-256', 'state'], rows));
}

function policyLines(stored: readonly StoredPolicy[], now: PoliciesAt): PolicyLine[] {
  const { id, version, author, validFrom } = builtInPolicy();
  const lines = stored.map((each) => ({ ...each, storedAt: isoTime(each.storedAt), state: stateOf(each, now) }));
  if (lines.some((each) => each.id === id && each.version === version)) return lines;
  // Intake stores it at its first start.
  return [...lines, { id, version, author, validFrom, digest: null, storedAt: null, state: stateOf({ id, version }, now) }];
}

function stateOf(policy: PolicyVersion, { inForce, planned, shadow: candidate }: PoliciesAt): string {
  const is = (each: PolicyVersion | null): boolean => each !== null && policyName(each) === policyName(policy);
  return [
    ...(is(inForce.policy) ? [inForce.from === -Infinity ? 'in force' : `in force since ${isoTime(inForce.from)}`] : []),
    ...planned.filter((span) => is(span.policy)).map(({ from }) => `planned from ${isoTime(from)}`),
    ...(is(candidate) ? ['in the shadow'] : []),
  ].join(', ');
}

async function history(options: CommonOptions): Promise<void> {
  const decisions = await withDatabase((database) => new PolicyStore(database).decisions());
  const rows = decisions.map((each) => [isoTime(each.decidedAt), each.role, nameOfCandidate(each), each.role === 'active' ? isoTime(each.effectiveAt) : '', each.by, each.why]);
  answer(options, { decisions: decisions.map(shown) }, decisions.length === 0 ? 'nothing was decided yet: the built-in policy is in force' : table(['decided', 'role', 'policy', 'grades from', 'by', 'why'], rows));
}

const shown = ({ effectiveAt, decidedAt, ...decision }: PolicyDecision): object => ({ ...decision, effectiveAt: isoTime(effectiveAt), decidedAt: isoTime(decidedAt) });

function describeShadow({ candidate, problem, incidents, notTried, changed, moves, worst, crowds }: ShadowReport): string {
  if (candidate === null) return 'không có chính sách nào chạy thử\nnothing grades in the shadow';
  const [name, since, why] = [nameOfCandidate(candidate), isoTime(candidate.effectiveAt), `(${candidate.by}: ${candidate.why})`];
  return [
    `${name} chạy thử từ ${since} ${why}`,
    `${name} grades in the shadow since ${since} ${why}`,
    ...(problem === null ? [] : [colours.red(`phiên bản Vọng Gác này không dùng được ${name}, nên không so sánh được gì thêm`), colours.red(problem)]),
    `${changed} trên ${incidents} vụ việc sẽ có mức khác nếu áp dụng chính sách này`,
    `${changed} of ${incidents} incidents would have had another level`,
    ...notTriedLines(notTried),
    ...(moves.length === 0 ? [] : ['', table(['từ / from', 'thành / to', 'vụ việc / incidents'], moves.map(({ from, to, incidents: count }) => [levelName(from), levelName(to), count]))]),
    ...worstLines(worst),
    ...(crowds === undefined ? [] : shadowCrowdLines(crowds)),
  ].join('\n');
}

function shadowCrowdLines(crowds: CrowdAlerts | null): string[] {
  if (crowds === null) return ['', 'không đọc xong số đếm khách trong hai phút: chưa thể kết luận về đám đông; hãy chạy "policy diff" cho khoảng ngắn hơn hoặc một cơ sở', 'the visitor volumes could not be read in two minutes: nothing can be said of crowds; run "policy diff" for a shorter time or one site'];
  return crowdLines(crowds, {
    names: { stored: { vi: 'đã báo', en: 'as raised' }, new: { vi: 'theo chính sách chạy thử', en: 'under the candidate' } }, time: { vi: 'từ lúc đó', en: 'since then' },
  });
}
