import { KafkaAdmin } from '@vong-gac/kafka';
import type { Command } from 'commander';
import { kafka, withDatabase } from '../addresses';
import { runCheck, unread, type CheckReport } from '../check';
import { EXIT } from '../failure';
import { answer, colours, table, whileWorking, type CommonOptions } from '../terminal';

export function registerCheck(program: Command): void {
  program
    .command('check')
    .description('does everything add up? offsets per topic, partition and generation; alerts against incidents; deliveries against alerts')
    .option('--json', 'one JSON object on standard output')
    .addHelpText('after', '\nstored + duplicate + quarantined + absent + lost = next - first. Unread records alone are exit 0, and are shown.\nExit 1: sums, alerts or deliveries differ, a partition is stopped, or lost offsets were not accepted.\n\nExample:\n  vong-gac check --json')
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
  const head = rows.length === 0 ? 'no partition was read yet' : table(['topic', 'part', 'gen', 'first', 'next', 'end', 'stored', 'duplicate', 'quarantined', 'absent', 'lost'], rows);
  const verdict = report.ok ? colours.green(`ok: everything adds up${unread(report) > 0 ? `; ${unread(report)} records are not read yet` : ''}`) : colours.red(report.problems.join('\n'));
  return `${head}\n${verdict}`;
}
