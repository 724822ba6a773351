import { LedgerStore, offsetsInWords, type LedgerRow } from '@vong-gac/database';
import { KafkaAdmin } from '@vong-gac/kafka';
import type { Command } from 'commander';
import { kafka, withDatabase } from '../addresses';
import { badAnswer, wrongUsage } from '../failure';
import { answer, table, type CommonOptions } from '../terminal';

export function registerLedger(program: Command): void {
  const ledger = program.command('ledger').description('the account of what was read from Kafka: per partition and generation');
  ledger
    .command('show')
    .description('every row: where it began, where it is, and how each offset ended')
    .option('--topic <topic>', 'only this topic')
    .option('--json', 'one JSON object on standard output')
    .addHelpText('after', '\nExample:\n  vong-gac ledger show --topic incident.reported')
    .action(show);
  ledger
    .command('restart')
    .description('take a recreated or truncated topic up again: closes its rows, opens the next generation at Kafka\'s log start')
    .requiredOption('--topic <topic>', 'the topic')
    .requiredOption('--by <name>', 'who decided it; kept with the rows')
    .option('--json', 'one JSON object on standard output')
    .addHelpText('after', '\nIntake takes the topic up again by itself within seconds, or at its next start.\n\nExample:\n  vong-gac ledger restart --topic incident.reported --by "Nguyễn Văn An"')
    .action(restart);
  ledger
    .command('accept-lost')
    .description('note that somebody knows of the offsets that retention removed before they were read; check is green again')
    .requiredOption('--by <name>', 'who accepts it; kept with the rows')
    .option('--topic <topic>', 'only this topic')
    .option('--json', 'one JSON object on standard output')
    .addHelpText('after', '\nExample:\n  vong-gac ledger accept-lost --by "Nguyễn Văn An"')
    .action(acceptLost);
}

async function show(options: CommonOptions & { topic?: string }): Promise<void> {
  const rows = await withDatabase((database) => new LedgerStore(database).list(options.topic));
  answer(options, { rows }, rows.length === 0 ? 'no partition was read yet' : ledgerTable(rows));
}

function ledgerTable(rows: LedgerRow[]): string {
  const header = ['topic', 'part', 'gen', 'first', 'next', 'stored', 'duplicate', 'quarantined', 'absent', 'lost', 'accepted', 'state'];
  return table(header, rows.map((row) => [row.topic, row.partition, row.generation, row.firstOffset, row.nextOffset, row.stored, row.duplicate, row.quarantined, row.absent, lostOf(row), row.lostAccepted, stateOf(row)]));
}

const lostOf = ({ lost, lostOffsets }: LedgerRow): string => (lostOffsets.length === 0 ? String(lost) : `${lost}: ${offsetsInWords(lostOffsets)}`);

function stateOf(row: LedgerRow): string {
  if (row.closedAt) return `closed ${row.closedAt.toISOString()}${row.closedBy ? ` by ${row.closedBy}` : ''}`;
  return row.stoppedReason === null ? 'open' : `STOPPED: ${row.stoppedReason}`;
}

async function restart(options: CommonOptions & { topic: string; by: string }): Promise<void> {
  const by = nameOf(options.by);
  const admin = new KafkaAdmin(kafka());
  try {
    if (!(await admin.topicExists(options.topic))) throw wrongUsage(`Kafka has no topic ${options.topic}: correct the name, or start intake, which creates its topics.`);
    const ends = await admin.partitionEnds(options.topic);
    const starts = ends.map(({ partition, logStart }) => ({ partition, logStart }));
    const rows = await withDatabase(async (database) => {
      const store = new LedgerStore(database);
      if ((await store.list(options.topic)).length === 0) throw badAnswer(`The ledger has no rows of ${options.topic}: nothing to restart; intake opens them at its first start.`);
      return store.restart(options.topic, starts, by, Date.now());
    });
    answer(options, { rows }, `${ledgerTable(rows)}\nopened at Kafka's log start by ${by}`);
  } finally {
    await admin.close();
  }
}

async function acceptLost(options: CommonOptions & { topic?: string; by: string }): Promise<void> {
  const by = nameOf(options.by);
  const accepted = await withDatabase(async (database) => {
    const store = new LedgerStore(database);
    const known = new Set((await store.list()).map((row) => row.topic));
    if (options.topic !== undefined && !known.has(options.topic)) throw badAnswer(`The ledger has no rows of ${options.topic}: correct the name ("vong-gac ledger show").`);
    const topics = options.topic === undefined ? [...known] : [options.topic];
    let count = 0;
    for (const topic of topics) count += await store.acceptLost(topic, by, Date.now());
    return count;
  });
  answer(options, { accepted }, accepted === 0 ? 'nothing was lost that was not accepted before' : `${accepted} lost offsets accepted by ${by}`);
}

function nameOf(by: string): string {
  const name = by.trim();
  if (name === '' || name.length > 200) throw wrongUsage('--by needs the name of who decides, 1 to 200 characters.');
  return name;
}
