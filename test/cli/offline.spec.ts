import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Command } from 'commander';
import { createProgram } from '../../apps/cli/src/program';
import { cli, files } from './run';

const COMMANDS = [
  'stack up', 'stack down', 'stack status', 'stack env', 'demo', 'migrate', 'seed', 'publish', 'simulate', 'status', 'check', 'ledger show', 'ledger restart', 'ledger accept-lost', 'quarantine list', 'quarantine show',
  'quarantine release', 'quarantine discard', 'policy validate', 'policy show', 'policy activate', 'policy diff', 'policy history', 'policy list', 'policy shadow', 'replay', 'test-alert', 'service intake', 'service dispatch', 'service api',
];
/** Reachable by nobody: a command that connected would say so with exit code 3. */
const NOWHERE = { KAFKA_BROKERS: '127.0.0.1:1', DATABASE_URL: 'postgres://u:p@127.0.0.1:1/d' };

const ROOT = join(__dirname, '..', '..');
const MAP = `
input: { zone: Asia/Ho_Chi_Minh }
type: incident
source: /sites/dai-lai/security
id: { columns: [no], hash: 12 }
fields:
  siteId: { value: dai-lai }
  category: { column: what, values: { Đánh nhau: violence.fight } }
  occurredAt: { column: at, format: dd/MM/yyyy HH:mm }
`;
const LOG = 'no,what,at\n1,Đánh nhau,02/09/2026 21:40\n2,Nhảy múa,02/09/2026 21:40\n3,Đánh nhau,31/02/2026 21:40\n';

describe('the command line without anything running', () => {
  it('has the commands of the contract, each with a description and --json, and none that does not exist yet', () => {
    const leaves = (command: Command, path: string[]): string[] => (command.commands.length === 0 ? [path.join(' ')] : command.commands.flatMap((child) => leaves(child, [...path, child.name()])));
    const program = createProgram();
    expect(leaves(program, []).sort()).toEqual([...COMMANDS].sort());
    for (const path of COMMANDS) {
      const command = path.split(' ').reduce((at: Command, name) => at.commands.find((child) => child.name() === name) ?? at, program);
      expect(command.description()).not.toBe('');
      expect(command.helpInformation()).toContain('--json');
    }
  });

  it.each([['publish'], ['quarantine release'], ['service intake'], ['demo'], ['replay'], ['policy diff'], ['policy activate'], ['policy shadow']])('explains %s with an example, without connecting to anything', async (command) => {
    const { code, out, err } = await cli([...command.split(' '), '--help'], NOWHERE);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(`Usage: vong-gac ${command}`);
    expect(out).toMatch(/Examples?:\n {2}vong-gac /);
  });

  it('shows the settings of a service with their defaults', async () => {
    const { out, code } = await cli(['service', 'dispatch', '--settings', '--json'], NOWHERE);
    expect(code).toBe(0);
    expect((JSON.parse(out) as { settings: unknown[] }).settings).toContainEqual(expect.objectContaining({ name: 'ACKNOWLEDGE_CRITICAL_SECONDS', default: '180' }));
    expect(out).toContain('HEALTH_PORT');
    expect((await cli(['service', 'api', '--help'], NOWHERE)).out).not.toContain('HEALTH_PORT'); // its health is at HTTP_PORT
  });

  it.each([
    ['an unknown command', ['activate']],
    ['a time that is none', ['replay', '--from', 'yesterday']],
    ['a policy file that is not there', ['policy', 'validate', '/nowhere.yaml']],
    ['an unknown option', ['check', '--jsn']],
    ['a missing argument', ['publish']],
    ['no command', []],
    ['a wrong number', ['simulate', '--rate', '0']],
    ['a file that is not there', ['publish', '/nowhere.ndjson', '--dry-run']],
    ['a table without a mapping', ['publish', 'log.csv', '--dry-run']],
    ['a seed file that is not there', ['seed', '--sites', '/nowhere.csv']],
  ])('ends with 2 for %s', async (_name, args) => {
    const { code, err } = await cli(args, NOWHERE);
    expect(code).toBe(2);
    expect(err).not.toBe('');
    expect(err).not.toMatch(/\n\s+at /);
  });

  it('ends with 2 and names every wrong variable before it connects', async () => {
    const { code, err } = await cli(['check'], { KAFKA_BROKERS: 'nowhere', DATABASE_URL: 'mysql://x' });
    expect(code).toBe(2);
    expect(err).toMatch(/KAFKA_BROKERS[\s\S]*DATABASE_URL/);
  });

  it('ends with 3 and one sentence with the remedy when what it needs is away', async () => {
    const [none, kafkaAway, postgresAway] = await Promise.all([cli(['check']), cli(['publish', '-'], NOWHERE, ''), cli(['status'], NOWHERE)]);
    expect([none.code, kafkaAway.code, postgresAway.code]).toEqual([3, 3, 3]);
    expect(none.err).toContain('vong-gac stack up');
    expect(kafkaAway.err).toContain('Kafka does not answer');
    expect(postgresAway.err).toContain('Postgres does not answer');
    for (const { err } of [none, kafkaAway, postgresAway]) expect(err.trim().split('\n')).toHaveLength(1);
  }, 60_000);

  it('simulates the same bytes for the same seed', async () => {
    const simulate = (seed: string, rate: string) => cli(['simulate', '--scenario', 'peak-day', '--rate', rate, '--seconds', '2', '--seed', seed, '--print'], NOWHERE);
    const [first, again, faster, other] = await Promise.all([simulate('7', '50'), simulate('7', '50'), simulate('7', '100'), simulate('8', '50')]);
    expect(first.out.trim().split('\n')).toHaveLength(100);
    expect(again.out).toBe(first.out);
    expect(faster.out.startsWith(first.out)).toBe(true);
    expect(other.out).not.toBe(first.out);
    expect((await cli(['publish', '-', '--dry-run', '--json'], NOWHERE, first.out)).out).toContain('"published":100,"bad":0');
  });

  it('names each bad row of a table with line, field and remedy, packed or not', async () => {
    const paths = files({ 'map.yaml': MAP, 'log.csv': LOG, 'log.csv.gz': gzipSync(LOG) });
    const [plain, packed] = await Promise.all([paths['log.csv'], paths['log.csv.gz']].map((log) => cli(['publish', log, '--map', paths['map.yaml'], '--dry-run', '--json'], NOWHERE)));
    expect(plain?.code).toBe(1);
    expect(JSON.parse(plain?.out ?? '')).toMatchObject({
      dryRun: true, lines: 3, published: 1, bad: 2, resumeFrom: null,
      badRows: [
        { line: 3, field: 'category', problem: "'Nhảy múa' is not in the table of values", remedy: expect.stringContaining('fields.category.values') },
        { line: 4, field: 'occurredAt', problem: expect.stringContaining('31/02/2026'), remedy: expect.stringContaining('format') },
      ],
    });
    expect(packed?.out).toBe(plain?.out);
    const people = await cli(['publish', paths['log.csv'], '--map', paths['map.yaml'], '--dry-run'], NOWHERE);
    expect(people.out).toMatch(/^line 3, category: .*Remedy: .*\nline 4, occurredAt: .*\n3 lines, 1 would be published, 2 bad\n$/s);
  });

  it('says of the log in docs/publishing.md what that page says', async () => {
    const [, command = '', said = ''] = /^\$ npx vong-gac (publish docs\/maps\/.*)\n([^`]*)```$/m.exec(readFileSync(join(ROOT, 'docs', 'publishing.md'), 'utf8')) ?? [];
    const { code, out, err } = await cli(command.split(' ').map((word) => (word.startsWith('docs/') ? join(ROOT, word) : word)), NOWHERE);
    expect({ code, out, err }).toEqual({ code: 1, out: said, err: '' });
    expect(said).toContain('2 bad');
  });

  it('names no line to go on from where nothing was sent', async () => {
    const paths = files({ 'map.yaml': MAP, 'log.csv': 'no,what\n1,Đánh nhau\n' });
    const { code, out, err } = await cli(['publish', paths['log.csv'], '--map', paths['map.yaml'], '--dry-run'], NOWHERE);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^\S+ has no column 'at', .* give its field optional: true\.\n$/);
  });

  it('with the export before, leaves unchanged rows out and says what a changed one corrects', async () => {
    const paths = files({ 'map.yaml': MAP, 'old.csv': 'no,what,at\n1,Đánh nhau,02/09/2026 21:40\n2,Đánh nhau,02/09/2026 22:00\n', 'new.csv': 'no,what,at\n1,Đánh nhau,02/09/2026 21:40\n2,Đánh nhau,02/09/2026 22:05\n3,Đánh nhau,02/09/2026 23:00\n' });
    const { out, code } = await cli(['publish', paths['new.csv'], '--map', paths['map.yaml'], '--previous', paths['old.csv'], '--dry-run', '--json'], NOWHERE);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ lines: 3, published: 2, unchanged: 1, bad: 0 });
  });
});
