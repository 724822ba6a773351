import { isoTime, REJECTION_REASONS } from '@vong-gac/contracts';
import { QuarantineStore, QUARANTINE_PAGE_LIMIT, VALUE_SHOWN_BYTES, type QuarantineChange, type QuarantineDetail, type QuarantineEntry } from '@vong-gac/database';
import { KafkaProducer } from '@vong-gac/kafka';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { kafka, withDatabase } from '../addresses';
import { badAnswer } from '../failure';
import { answer, table, type CommonOptions } from '../terminal';

interface ListOptions extends CommonOptions {
  state?: 'held' | 'released' | 'discarded';
  reason?: string;
  source?: string;
  after?: number;
  limit: number;
}

export function registerQuarantine(program: Command): void {
  const quarantine = program.command('quarantine').description('records that were set apart, with the reason and their exact bytes');
  quarantine
    .command('list')
    .description('newest first')
    .addOption(new Option('--state <state>', 'only these').choices(['held', 'released', 'discarded']))
    .addOption(new Option('--reason <reason>', 'only these').choices([...REJECTION_REASONS]))
    .option('--source <source>', 'only of this publisher, where it could be read')
    .option('--after <id>', 'go on after this row', rowId)
    .option('--limit <n>', `rows, at most ${QUARANTINE_PAGE_LIMIT}`, limitOf, 50)
    .option('--json', 'one JSON object on standard output')
    .addHelpText('after', '\nExample:\n  vong-gac quarantine list --state held --reason invalid-data')
    .action(list);
  quarantine
    .command('show')
    .description('one record: why, and what it said')
    .argument('<id>', 'row number', rowId)
    .option('--json', 'one JSON object on standard output; bytes as base64')
    .addHelpText('after', '\nExample:\n  vong-gac quarantine show 7')
    .action(show);
  change(quarantine, 'release', 'publish the record again to its topic, key, bytes and headers as they came; it gets a new outcome there');
  change(quarantine, 'discard', 'drop the bytes; the digest, the reason and the place stay');
}

function change(quarantine: Command, verb: 'release' | 'discard', description: string): void {
  quarantine
    .command(verb)
    .description(description)
    .argument('<id>', 'row number', rowId)
    .option('--by <name>', 'who decided it; kept with the row')
    .option('--json', 'one JSON object on standard output')
    .addHelpText('after', `\nExample:\n  vong-gac quarantine ${verb} 7 --by "Nguyễn Văn An"`)
    .action(async (id: number, options: CommonOptions & { by?: string }) => {
      const by = options.by ?? null;
      const result = await withDatabase((database) => {
        const store = new QuarantineStore(database);
        return verb === 'discard' ? store.discard(id, by, Date.now()) : withProducer((producer) => store.release(id, by, Date.now(), ({ topic, key, value, headers }) => producer.send(topic, [{ key, value, headers }])));
      });
      answer(options, withTimes(done(id, result)), `row ${id} was ${verb === 'release' ? 'released: published again' : 'discarded: its bytes are gone'}`);
    });
}

async function withProducer<T>(work: (producer: KafkaProducer) => Promise<T>): Promise<T> {
  const producer = new KafkaProducer(kafka());
  try {
    return await work(producer);
  } finally {
    await producer.close();
  }
}

function done(id: number, change: QuarantineChange): QuarantineEntry {
  switch (change.outcome) {
    case 'done':
      return change.row;
    case 'not-found':
      throw badAnswer(`The quarantine has no row ${id}: "vong-gac quarantine list" shows which there are.`);
    case 'not-held':
      throw badAnswer(`Row ${id} was ${change.row.state} before${change.row.stateBy ? ` by ${change.row.stateBy}` : ''}: nothing was done.`);
    case 'not-releasable':
      throw badAnswer(`Row ${id} cannot be released: ${change.row.reason} would end here again. Have the publisher send it anew with another id, or discard it.`);
    case 'busy':
      throw badAnswer(`Row ${id} is being released or discarded by somebody else at this moment: look again with "vong-gac quarantine show ${id}".`);
  }
}

/** Times of a JSON answer are ISO 8601, as in every other command's. */
const withTimes = <T extends QuarantineEntry>(row: T) => ({ ...row, kafkaTime: isoTime(row.kafkaTime), firstSeen: isoTime(row.firstSeen), stateAt: row.stateAt === null ? null : isoTime(row.stateAt) });

async function list(options: ListOptions): Promise<void> {
  const { state, reason, source, after, limit } = options;
  const page = await withDatabase((database) => new QuarantineStore(database).list({ state, reason, source }, { after, limit }));
  const rows = page.items.map((row) => [row.id, isoTime(row.kafkaTime), `${row.topic}/${row.partition}@${row.offset}`, row.reason, row.state, row.source ?? '', short(row.detail)]);
  const more = page.next === null ? '' : `\nmore: --after ${page.next}`;
  answer(options, { ...page, items: page.items.map(withTimes) }, rows.length === 0 ? 'nothing' : `${table(['id', 'received', 'record', 'reason', 'state', 'source', 'detail'], rows)}${more}`);
}

async function show(id: number, options: CommonOptions): Promise<void> {
  const row = await withDatabase((database) => new QuarantineStore(database).show(id));
  if (!row) throw badAnswer(`The quarantine has no row ${id}: "vong-gac quarantine list" shows which there are.`);
  const { key, headers, valueStart, ...rest } = row;
  const bytes = { keyBase64: key?.toString('base64') ?? null, headers: headers.map(([name, value]) => [name, value.toString('base64')]), valueStartBase64: valueStart?.toString('base64') ?? null };
  answer(options, { ...withTimes(rest), ...bytes }, describe(row));
}

function describe(row: QuarantineDetail): string {
  const value = row.valueStart === null ? '(none, or discarded)' : printable(row.valueStart);
  return [
    `row      ${row.id}, ${row.state}${row.stateBy ? ` by ${row.stateBy}` : ''}`,
    `record   ${row.topic} partition ${row.partition} offset ${row.offset} (generation ${row.generation}), received ${isoTime(row.kafkaTime)}`,
    `reason   ${row.reason}: ${row.detail}`,
    `from     ${row.source ?? '(source not readable)'}${row.eventId === null ? '' : `, event ${row.eventId}`}`,
    `key      ${row.key === null ? '(none)' : printable(row.key)}`,
    ...row.headers.slice(0, 50).map(([name, content]) => `header   ${printable(Buffer.from(name))}: ${printable(content.subarray(0, 500))}`),
    `value    ${row.valueBytes} bytes, SHA-256 ${row.valueSha256}${row.valueBytes > VALUE_SHOWN_BYTES ? `; the first ${VALUE_SHOWN_BYTES}` : ''}`,
    value,
  ].join('\n');
}

/** Whatever the bytes are, they must not steer the terminal. */
function printable(bytes: Buffer): string {
  return bytes.toString('utf8').replace(/[\p{Cc}\p{Cf}]/gu, (sign) => (sign === '\n' || sign === '\t' ? sign : `\\u${(sign.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`));
}

const DETAIL_SHOWN = 100;
const short = (detail: string): string => {
  const line = printable(Buffer.from(detail)).replace(/\s+/g, ' ');
  return line.length > DETAIL_SHOWN ? `${line.slice(0, DETAIL_SHOWN - 1)}…` : line;
};

function rowId(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('write the number of a row.');
  return Number(text);
}

function limitOf(text: string): number {
  const limit = rowId(text);
  if (limit > QUARANTINE_PAGE_LIMIT) throw new InvalidArgumentError(`at most ${QUARANTINE_PAGE_LIMIT}.`);
  return limit;
}
