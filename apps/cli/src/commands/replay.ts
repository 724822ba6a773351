import { PolicyStore, type Database, type DecisionFilter } from '@vong-gac/database';
import type { Command } from 'commander';
import { withDatabase } from '../addresses';
import { EXIT } from '../failure';
import { Replay, type ReplayReport } from '../replay/again';
import { knownPolicies } from '../policy/known';
import { filterOf, rangeOptions, type RangeOptions } from '../replay/range';
import { walk } from '../replay/walk';
import { answer, colours, table, type CommonOptions } from '../terminal';

type ReplayOptions = CommonOptions & RangeOptions & { verify?: boolean };

export function registerReplay(program: Command): void {
  const command = program
    .command('replay')
    .description('computes stored decisions again, from what is stored alone, under the policy version that made each')
    .option('--verify', 'exit 1 and the first difference unless every assessment is the same to the byte');
  rangeOptions(command)
    .option('--json', 'one JSON object on standard output')
    .addHelpText('after', '\nReads only. Exit 1: with --verify a decision differs; or decisions were made by a policy version that is not known here.\n\nExamples:\n  vong-gac replay --verify\n  vong-gac replay --from 2026-07-01 --to 2026-08-01 --site dai-lai')
    .action(async (options: ReplayOptions) => {
      const { report, seconds } = await withDatabase((database) => replayed(database, filterOf(options)));
      answer(options, { ...report, seconds }, describe(report, options.verify === true, seconds));
      if (Object.keys(report.policyNotKnown).length > 0 || (options.verify === true && report.different > 0)) process.exitCode = EXIT.bad;
    });
}

async function replayed(database: Database, filter: DecisionFilter): Promise<{ report: ReplayReport; seconds: number }> {
  const replay = new Replay(await knownPolicies(new PolicyStore(database)));
  const { seconds } = await walk(database, filter, (decision) => replay.take(decision));
  return { report: replay.report, seconds };
}

function describe(report: ReplayReport, verify: boolean, seconds: number): string {
  const { incidents, identical, different, firstDifference, policyNotKnown, levels } = report;
  if (incidents === 0) return 'no incident is stored there';
  const lines = [table(['level', 'incidents'], Object.entries(levels)), ''];
  const count = `${identical} of ${incidents} decisions are the same to the byte (${seconds} s)`;
  lines.push(identical === incidents ? colours.green(count) : count);
  for (const [name, decisions] of Object.entries(policyNotKnown)) lines.push(colours.red(`policy not known here: ${name} made ${decisions} decisions: replay them with the release of Vọng Gác that can read it`));
  if (different > 0) lines.push(colours.red(`${different} differ`));
  if (verify && firstDifference !== null) {
    const { id, source, eventId, stored, again, problem } = firstDifference;
    lines.push(`first: incident ${id} (${source}, ${eventId}), stored ${stored}, again ${again ?? 'nothing'}: ${problem}`);
  }
  return lines.join('\n');
}
