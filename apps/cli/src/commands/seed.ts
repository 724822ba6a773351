import { readFileSync, statSync } from 'node:fs';
import { RegistryStore, SAMPLE_FILES, SEED_HEADERS, SEED_LIMITS, type CsvFile, type SeedFileKind, type SeedFiles, type SeedReport } from '@vong-gac/database';
import type { Command } from 'commander';
import { withDatabase } from '../addresses';
import { wrongUsage } from '../failure';
import { answer, table, whileWorking, type CommonOptions } from '../terminal';

const KINDS: SeedFileKind[] = ['sites', 'zones', 'events', 'publishers', 'bodies', 'receivers'];

type SeedOptions = CommonOptions & Partial<Record<keyof SeedFiles, string>>;

export function registerSeed(program: Command): void {
  const command = program.command('seed').description('put places, publishers, police bodies and receivers into the registry: from CSV files, or the built-in sample when none is given');
  for (const kind of KINDS) command.option(`--${kind} <file>`, `CSV, UTF-8: ${SEED_HEADERS[kind].required.join(',')}${SEED_HEADERS[kind].optional.length > 0 ? ` | may have ${SEED_HEADERS[kind].optional.join(',')}` : ''}`);
  command
    .option('--remove-receivers <file>', 'CSV, UTF-8: body_id,kind,url | may have secret,takes_test (lines of a --receivers file will do)')
    .option('--json', 'one JSON object on standard output')
    .addHelpText('after', HELP)
    .action(async (options: SeedOptions) => {
      const files = readFiles(options);
      const sample = Object.keys(files).length === 0;
      const report = await whileWorking('seeding', withDatabase((database) => new RegistryStore(database).seed(sample ? SAMPLE_FILES : files, new Date())));
      answer(options, { sample, ...report }, describe(report, sample));
    });
}

const HELP = `
All files are taken in one transaction, or none. Rows are added and changed; only receivers can be removed, with what still waited for them. A repeat changes nothing.
valid_to is the first day on which a body no longer exists; sites is ; between ids, or * for all; events are days on which a site expects a
crowd, from and to both included; secret is whsec_ and base64.

Examples:
  vong-gac seed
  vong-gac seed --bodies bodies.csv --sites sites.csv --zones zones.csv --publishers publishers.csv --receivers receivers.csv
  printf 'body_id,kind,url,secret\\nca-xuan-hoa,webhook,https://example.vn/alerts,whsec_%s\\n' "$(openssl rand -base64 32)" > r.csv && vong-gac seed --receivers r.csv`;

function readFiles(options: SeedOptions): SeedFiles {
  const files: SeedFiles = {};
  for (const kind of [...KINDS, 'removeReceivers'] as const) {
    const path = options[kind];
    if (path !== undefined) files[kind] = readCsvFile(path);
  }
  return files;
}

/** Bytes that are not UTF-8 are refused with their place: read as something else, a name would be stored broken. */
function readCsvFile(path: string): CsvFile {
  let bytes: Buffer;
  try {
    const { size } = statSync(path);
    if (size > SEED_LIMITS.bytes) throw wrongUsage(`${path} has ${size} bytes, at most ${SEED_LIMITS.bytes} are read: seed it in several files.`);
    bytes = readFileSync(path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw wrongUsage(`${path} cannot be read (${error.message}): give the path of a CSV file.`, error);
  }
  const text = bytes.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(bytes)) throw wrongUsage(`${path} is not UTF-8 (first at byte ${firstDifference(bytes, Buffer.from(text, 'utf8'))}): save it as UTF-8.`);
  return { name: path, text };
}

function firstDifference(a: Buffer, b: Buffer): number {
  for (let index = 0; index < a.length; index += 1) if (a[index] !== b[index]) return index;
  return a.length;
}

function describe(report: SeedReport, sample: boolean): string {
  const rows = Object.entries(report.tables).map(([name, { added, changed, removed, same }]) => [name, added, changed, removed, same]);
  const head = `${sample ? 'built-in sample (site dai-lai; not real telephone numbers)\n' : ''}registry version ${report.version}${report.changed ? '' : ': nothing changed'}`;
  return `${head}\n${table(['table', 'added', 'changed', 'removed', 'same'], rows)}`;
}
