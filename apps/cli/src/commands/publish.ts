import { InvalidArgumentError, type Command } from 'commander';
import { CommandFailed, EXIT, verdictOn, wrongUsage } from '../failure';
import { withSend, type Send } from '../kafka-out';
import type { FieldProblem } from '../publish/convert';
import { lineItems, tableItems, type Item } from '../publish/items';
import { loadMap, type PublishMap } from '../publish/map';
import { Previous } from '../publish/previous';
import { publishAll, PublishInterrupted, type PublishReport, type Watcher } from '../publish/publish';
import { openSource, type Source } from '../publish/source';
import { answer, note, Progress, type CommonOptions } from '../terminal';

interface PublishOptions extends CommonOptions {
  map?: string;
  backfill?: boolean;
  fromLine: number;
  dryRun?: boolean;
  previous?: string;
  previousMap?: string;
}

/** Lines with something wrong that are shown when events are sent (a dry run shows all), and at most in a JSON answer. */
const SHOWN_BAD = 20;
const JSON_BAD = 10_000;
const STOP_SIGNALS = ['SIGINT', 'SIGTERM'] as const;

export function registerPublish(program: Command): void {
  program
    .command('publish')
    .description('send events from a file: NDJSON, one CloudEvent a line, or CSV/TSV with a mapping; .gz too')
    .argument('<file>', 'path, or - for standard input')
    .option('--map <file>', 'YAML that says which columns become which fields (docs/publishing.md)')
    .option('--backfill', 'an old log: stored and assessed, raises no alert (counts for what occurred over 24 h ago)')
    .option('--from-line <n>', 'leave out the lines before it; where an interrupted run says to go on', wholeNumber, 1)
    .option('--dry-run', 'send nothing, need no Kafka; every bad row with line, field and remedy')
    .option('--previous <file>', 'the export before: an unchanged row is not sent again, a changed one corrects its event')
    .option('--previous-map <file>', 'the mapping of the export before; default: --map')
    .option('--json', 'one JSON object on standard output')
    .addHelpText('after', HELP)
    .action(run);
}

const HELP = `
Waits until Kafka has acknowledged with all replicas. Bad rows are said and left out; the others are sent. The same file gives the same bytes, so
sending it again stores nothing new. Exit 0: all rows sent; 1: some rows were bad; 3: Kafka away (it says from which line to go on).

Examples:
  vong-gac publish events.ndjson
  vong-gac publish log.csv --map map.yaml --dry-run
  vong-gac publish 2019.csv.gz --map map.yaml --backfill --previous 2018.csv.gz`;

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new InvalidArgumentError('write a whole number from 1.');
  return Number(text);
}

async function run(file: string, options: PublishOptions): Promise<void> {
  const map = options.map === undefined ? null : loadMap(options.map);
  if (!map && (options.previous !== undefined || /\.(csv|tsv)(\.gz)?$/i.test(file))) throw wrongUsage(`A table needs --map: a YAML file that says which columns become which fields (docs/publishing.md).`);
  if (options.previousMap !== undefined && options.previous === undefined) throw wrongUsage('--previous-map says how to read --previous: give that too.');
  const source = openSource(file);
  const items = await itemsOf(file, source, map, options);
  const voice = new Voice(source, options);
  const stop = (): void => voice.stop();
  for (const signal of STOP_SIGNALS) process.once(signal, stop);
  try {
    const publish = (send: Send): Promise<PublishReport> => publishAll(items, send, voice, options.fromLine);
    // A dry run opens nothing.
    voice.finish(await (options.dryRun ? publish(() => Promise.resolve()) : withSend('gzip', publish)));
  } catch (error) {
    if (!(error instanceof PublishInterrupted)) throw error;
    voice.interrupted(error);
  } finally {
    for (const signal of STOP_SIGNALS) process.off(signal, stop);
    source.bytes.destroy(); // standard input may still be open
  }
}

async function itemsOf(file: string, source: Source, map: PublishMap | null, options: PublishOptions): Promise<AsyncIterable<Item>> {
  const itemOptions = { backfill: options.backfill === true, fromLine: options.fromLine, now: Date.now() };
  if (!map) return lineItems(source, itemOptions);
  const before = options.previousMap === undefined ? map : loadMap(options.previousMap);
  if (before.source !== map.source) throw wrongUsage(`${before.file} and ${map.file} name different sources: an event can correct only one of its own source.`);
  const previous = options.previous === undefined ? null : await Previous.load(options.previous, before, formatOf(options.previous, before));
  return tableItems(source, map, formatOf(file, map), previous, itemOptions);
}

function formatOf(file: string, map: PublishMap): 'csv' | 'tsv' {
  if (map.format) return map.format;
  const found = /\.(csv|tsv)(\.gz)?$/i.exec(file)?.[1]?.toLowerCase();
  if (found !== 'csv' && found !== 'tsv') throw wrongUsage(`${file} ends neither in .csv nor in .tsv: say input.format in ${map.file}.`);
  return found;
}

interface SaidLine {
  line: number;
  field: string;
  problem: string;
  remedy: string;
}

/** What the person sees while and after publishing. */
class Voice implements Watcher {
  private readonly progress: Progress;
  private readonly said: SaidLine[] = [];
  private readonly defective: SaidLine[] = [];
  private shown = 0;
  private report: PublishReport | null = null;
  private readonly stopping = new AbortController();

  constructor(
    source: Source,
    private readonly options: PublishOptions,
  ) {
    this.progress = new Progress(() => {
      const share = source.size ? ` (${Math.floor((100 * source.read()) / source.size)} % of ${source.name})` : '';
      return `${this.report?.lines ?? 0} lines, ${this.report?.published ?? 0} ${this.options.dryRun ? 'good' : 'acknowledged'}, ${this.report?.bad ?? 0} bad${share}`;
    });
  }

  bad(line: number, problems: FieldProblem[]): void {
    for (const problem of problems) this.say(this.said, { line, ...problem }, 'bad');
  }

  defects(line: number, problems: FieldProblem[]): void {
    if (this.options.dryRun) for (const problem of problems) this.say(this.defective, { line, ...problem }, 'set aside');
  }

  advanced(report: PublishReport): void {
    this.report = report;
    this.progress.tick();
  }

  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  stop(): void {
    this.stopping.abort();
  }

  finish(report: PublishReport): void {
    this.progress.done();
    if (!this.options.dryRun && this.shown > SHOWN_BAD) note(`… ${this.shown - SHOWN_BAD} more; --dry-run shows all`);
    this.answer(report);
    if (report.resumeFrom !== null) note(this.options.dryRun ? `stopped before line ${report.resumeFrom}; nothing was sent` : `stopped; go on with --from-line ${report.resumeFrom}`);
    if (report.bad > 0 || report.resumeFrom !== null) process.exitCode = EXIT.bad;
  }

  interrupted({ report, cause }: PublishInterrupted): void {
    this.progress.done();
    const { exitCode, message } = verdictOn(cause);
    const code = [EXIT.away, EXIT.usage].find((each) => each === exitCode) ?? EXIT.bad;
    // What was wrong from the start, or sent nothing, leaves nothing to go on with.
    if (this.options.dryRun || (code === EXIT.usage && report.published === 0)) throw new CommandFailed(code, message ?? 'stopped', { cause });
    this.answer(report);
    const sentence = `${message ?? 'stopped'} ${report.published} events were acknowledged; go on with --from-line ${report.resumeFrom ?? 1} (sending a line twice does no harm).`;
    throw new CommandFailed(code, sentence, { cause });
  }

  private answer(report: PublishReport): void {
    const { lines, published, bad, unchanged, withDefects } = report;
    const rows = this.options.dryRun ? { badRows: this.said, setAside: this.defective } : { badRows: this.said };
    const parts = [`${lines} lines`, `${published} ${this.options.dryRun ? 'would be published' : 'published'}`, `${bad} bad`];
    if (this.options.previous !== undefined) parts.push(`${unchanged} unchanged`);
    if (withDefects > 0) parts.push(`${withDefects} with a detail set aside`);
    answer(this.options, { dryRun: this.options.dryRun === true, ...report, ...rows }, parts.join(', '));
  }

  private say(list: SaidLine[], entry: SaidLine, word: string): void {
    if (list.length < JSON_BAD) list.push(entry);
    this.shown += 1;
    if (this.options.json || (!this.options.dryRun && this.shown > SHOWN_BAD)) return;
    const text = `line ${entry.line}${entry.field ? `, ${entry.field}` : ''}: ${entry.problem}. ${word === 'bad' ? 'Remedy' : 'Set aside'}: ${entry.remedy}.`;
    if (this.options.dryRun) process.stdout.write(`${text}\n`);
    else note(text);
  }
}
