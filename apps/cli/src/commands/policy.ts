import { PolicyStore, RegistryStore, type Database } from '@vong-gac/database';
import { policeBodyAt, type Instant, type RiskPolicy } from '@vong-gac/domain';
import { builtInDocument, droppedFloors, readablePolicy, readPolicy } from '@vong-gac/policy';
import type { Command } from 'commander';
import { withDatabase } from '../addresses';
import { EXIT, wrongUsage } from '../failure';
import { FLOOD_ALERTS, HOURLY_FINE, NO_CROWDS, REPORTS_MAX, TooManyReports, type AlertLoad, type CrowdsRaised, type Raised } from '../replay/alert-load';
import { Changes, type PolicyDiff } from '../replay/changes';
import type { CrowdAlerts } from '../replay/crowd-alerts';
import { crowdLines } from '../replay/crowd-tables';
import { crowdsAgain } from '../replay/crowd-walk';
import { policyIn, problemLine, readPolicyFile } from '../replay/policy-file';
import { droppedLines } from '../policy/dropped-floors';
import { givenPolicy, storedName } from '../policy/given';
import { knownPolicies } from '../policy/known';
import { notTriedLines } from '../policy/not-tried';
import { levelName, policyTables, worstLines } from '../replay/policy-tables';
import { filterOf, rangeOptions, readingsOf, type RangeOptions } from '../replay/range';
import { walk } from '../replay/walk';
import { answer, colours, table, type CommonOptions } from '../terminal';
import { registerDecisions } from './policy-decisions';

type DiffOptions = CommonOptions & RangeOptions & { asItHappened?: boolean };

export function registerPolicy(program: Command): void {
  const policy = program.command('policy').description('risk policies: what decides how serious an incident is');
  policy
    .command('validate')
    .description('is the document a policy? every problem with line, column and remedy')
    .argument('<file>', 'a policy document, YAML, UTF-8')
    .option('--json', 'one JSON object on standard output')
    .addHelpText('after', '\nHow a document is written: docs/risk.md. Exit 1: it has a problem.\n\nExample:\n  vong-gac policy validate policy.yaml')
    .action(validate);
  policy
    .command('show')
    .description('thresholds, categories and rules as an officer reads them: of a document, of a stored policy, or of the built-in policy')
    .argument('[policy]', 'a policy document, or a stored policy as id@version (night@3); without it the built-in policy')
    .option('--json', 'one JSON object on standard output')
    .addHelpText('after', '\nExample:\n  vong-gac policy show')
    .action(show);
  registerDecisions(policy);
  const diff = policy
    .command('diff')
    .description('tries a policy on stored incidents: which levels change, and how many alerts it would have made')
    .argument('<policy>', 'the new policy document, or a stored policy as id@version')
    .option('--as-it-happened', 'alerts count when their incident occurred, those of old logs (backfill) too; else when it was received, and old logs raise none');
  rangeOptions(diff)
    .option('--json', 'one JSON object on standard output')
    .addHelpText('after', DIFF_HELP)
    .action(compare);
}

const DIFF_HELP = `
Reads only. Alerts: a thread (an incident, its corrections, the reports that joined it) raises from high on, and again by a higher level; drills do not count.
So does a crowd, by the stored visitor volumes; its alerts are in the load. Not tried are situations, surprise (but leastObserved and leastSpread), and of crowd which
counts incidents are graded with: where the document changes them, the answer names them (notTried in --json), and says nothing of what that changes.
Limits of one police body: ${HOURLY_FINE} alerts an hour are fine, ${FLOOD_ALERTS} in 10 minutes are a flood.

Examples:
  vong-gac policy diff policy.yaml --from 2026-06-01 --to 2026-07-01
  vong-gac policy diff policy.yaml --site dai-lai --as-it-happened --json`;

function validate(path: string, options: CommonOptions): void {
  const { policy, problems } = readPolicy(readPolicyFile(path));
  const dropped = policy === null ? [] : droppedFloors(policy);
  const text = policy === null ? problems.map((problem) => problemLine(path, problem)).join('\n') : [colours.green(`ok: ${policy.id} version ${policy.version}, ${Object.keys(policy.categories).length} categories, ${policy.rules.length} rules`), ...droppedLines(dropped)].join('\n');
  answer(options, { ok: policy !== null, id: policy?.id ?? null, version: policy?.version ?? null, problems, droppedFloors: dropped }, text);
  if (policy === null) process.exitCode = EXIT.bad;
}

async function show(given: string | undefined, options: CommonOptions): Promise<void> {
  const policy = readablePolicy(await documentOf(given));
  answer(options, policy, policyTables(policy));
}

async function documentOf(given: string | undefined): Promise<string> {
  if (given === undefined) return builtInDocument();
  if (storedName(given) !== null) return (await withDatabase((database) => givenPolicy(new PolicyStore(database), given))).document;
  const text = readPolicyFile(given);
  policyIn(given, text);
  return text;
}

async function compare(path: string, options: DiffOptions): Promise<void> {
  const policy = policyIn(path, await documentOf(path));
  try {
    const { result, crowds, seconds } = await withDatabase(async (database) => {
      const changes = new Changes(policy, options.asItHappened === true, await knownPolicies(new PolicyStore(database)));
      const walked = await walk(database, filterOf(options), (decision) => changes.take(decision));
      const { crowds, raised } = await crowdsOf(database, policy, options);
      return { result: changes.result(raised), crowds, seconds: walked.seconds };
    });
    answer(options, { policy: { id: policy.id, version: policy.version }, ...result, crowds, seconds }, `${describe(result, `${policy.id} ${policy.version}`, seconds)}\n${describeCrowds(crowds)}`);
  } catch (error) {
    if (!(error instanceof TooManyReports)) throw error;
    throw wrongUsage(`More than ${REPORTS_MAX} incidents may raise an alert: compare a shorter time (--from, --to) or one site (--site).`, error);
  }
}

/** @throws TooManyReports */
async function crowdsOf(database: Database, policy: RiskPolicy, options: DiffOptions): Promise<{ crowds: CrowdAlerts | null; raised: CrowdsRaised }> {
  const range = readingsOf(options);
  const { from = -Infinity } = range;
  const bodyAt = await bodies(database);
  const raised = { stored: [] as Raised[], new: [] as Raised[] };
  const crowds = await crowdsAgain(database, policy, range, {
    counts: ({ measuredAt }) => measuredAt >= from, prepares: () => policy, asItHappened: options.asItHappened === true,
    onRaised: (side, siteId, crowdAt, at) => {
      if (raised.stored.length + raised.new.length >= REPORTS_MAX) throw new TooManyReports(`crowds raise more than ${REPORTS_MAX} alerts`);
      raised[side].push({ at, policeBodyId: bodyAt(siteId, crowdAt) });
    },
  });
  return { crowds, raised: crowds === null ? NO_CROWDS : { before: raised.stored, after: raised.new } };
}

/** The police body that an alert about a site's crowd goes to, as intake finds it, by the registry of now. */
async function bodies(database: Database): Promise<(siteId: string, at: Instant) => string> {
  const registry = await new RegistryStore(database).load();
  return (siteId, at) => {
    const site = registry.sites.get(siteId);
    if (site === undefined) throw new Error(`site ${siteId} has visitor volumes and is not in the registry`);
    return policeBodyAt(registry, site, at).body.id;
  };
}

function describeCrowds(crowds: CrowdAlerts | null): string {
  if (crowds === null) return '\nkhông đọc xong số đếm khách trong hai phút: chọn khoảng ngắn hơn hoặc một cơ sở; chưa thể kết luận về đám đông, và số báo động trên chưa gồm đám đông\nthe visitor volumes could not be read in two minutes: choose a shorter time (--from, --to) or one site (--site); nothing can be said of crowds, and the alerts above are those of incidents alone';
  return crowdLines(crowds, {
    names: { stored: { vi: 'như đã lưu', en: 'as stored' }, new: { vi: 'theo chính sách mới', en: 'under the new policy' } }, time: { vi: 'trong khoảng đó', en: 'in that time' },
  }).join('\n');
}

function describe({ incidents, changed, moves, unreadable, notTried, alerts, worst }: PolicyDiff, name: string, seconds: number): string {
  const none = 'không có vụ việc nào được lưu ở đó / no incident is stored there';
  if (incidents === 0 && alerts.stored.alerts + alerts.new.alerts === 0) return none;
  return [
    ...(incidents === 0 ? [none] : [`${changed} trên ${incidents} vụ việc đổi mức theo ${name}`, `${changed} of ${incidents} incidents change their level under ${name} (${seconds} s)`]),
    ...notTriedLines(notTried),
    ...(unreadable === 0 ? [] : [colours.red(`${unreadable} stored assessments cannot be read and are not compared: "vong-gac replay --verify" names the first`)]),
    ...(moves.length === 0 ? [] : ['', table(['từ / from', 'thành / to', 'vụ việc / incidents'], moves.map(({ from, to, incidents: count }) => [levelName(from), levelName(to), count]))]),
    '',
    table(['báo động / alerts', 'tất cả / all', 'mỗi giờ / an hour', 'nhiều nhất một giờ / most in an hour', `số giờ trên ${HOURLY_FINE} / hours over ${HOURLY_FINE}`, `dồn dập / floods (${FLOOD_ALERTS} in 10 min)`], [loadRow('đã lưu / stored', alerts.stored), loadRow('mới / new', alerts.new)]),
    ...worstLines(worst),
  ].join('\n');
}

const loadRow = (name: string, { alerts, perHour, busiestHour, hoursOverSix, floods }: AlertLoad): (string | number)[] => [name, alerts, perHour, busiestHour?.alerts ?? 0, hoursOverSix, floods];
