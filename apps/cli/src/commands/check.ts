import { KafkaAdmin } from '@vong-gac/kafka';
import type { Command } from 'commander';
import { kafka, withDatabase } from '../addresses';
import { runCheck, unread, type CheckReport } from '../check';
import { EXIT } from '../failure';
import { describeMissing } from '../inbound';
import { answer, colours, table, whileWorking, type CommonOptions } from '../terminal';

export function registerCheck(program: Command): void {
  program
    .command('check')
    .description('does everything add up? offsets per topic, partition and generation; alerts against incidents; deliveries against alerts; each assessment again under its policy version')
    .option('--json', 'one JSON object on standard output')
    .addHelpText('after', '\nstored + duplicate + quarantined + absent + lost = next - first. Unread records alone are exit 0, and are shown.\nExit 1: sums, alerts, deliveries or assessments differ, a partition is stopped, lost offsets were not accepted,\nor a topic was recreated, truncated or deleted after it was read.\n\nExample:\n  vong-gac check --json')
    .action(async (options: CommonOptions) => {
      const admin = new KafkaAdmin(kafka());
      try {
        const report = await whileWorking('adding up', withDatabase((database) => runCheck(database, admin)));
        answer(options, report, describe(report));
        if (!report.ok) process.exitCode = EXIT.bad;
      } finally {
        await admin.close();
      }
    });
}

function describe(report: CheckReport): string {
  const rows = report.partitions.map((p) => [p.topic, p.partition, p.generation, p.firstOffset, p.nextOffset, p.endOffset, p.stored, p.duplicate, p.quarantined, p.absent, p.lost]);
  const head = rows.length === 0 ? [] : [table(['topic', 'part', 'gen', 'first', 'next', 'end', 'stored', 'duplicate', 'quarantined', 'absent', 'lost'], rows)];
  const waiting = unread(report);
  const later = waiting > 0 ? `${waiting} records are not read yet` : '';
  const verdict = report.ok ? [colours.green(`ok: everything adds up${later && `; ${later}`}`)] : [colours.red(report.problems.join('\n')), ...(later ? [later] : [])];
  return [...head, ...describeMissing(report.missingTopics), ...verdict].join('\n');
}
