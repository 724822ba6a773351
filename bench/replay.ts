/**
 * How fast stored decisions are computed again (`replay --verify`) and tried under another document (`policy diff`), by the command line of the build.
 * The table holds rows that intake stored, many times over. `npm run bench -- replay [--json] [--rows N] [--rounds N]`.
 */
import 'reflect-metadata';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openDatabase, type Database } from '@vong-gac/database';
import { createKafka } from '@vong-gac/kafka';
import { builtInDocument } from '@vong-gac/policy';
import { publishBacklog } from './backlog';
import { median } from './figures';
import { fillTo } from './growth-table';
import { startService } from './processes';
import { answer, benchDatabase, benchStack, createTopics, option, say, type BenchStack } from './stage';

const ROWS = option('rows', 200_000);
const ROUNDS = option('rounds', 3);
const EVENTS = 5_000;
const PARTITIONS = 6;
const TOPIC = 'incident.reported';
const PER_SECOND_MIN = 50_000;
const PATIENCE_MS = 60_000;
const CLI = join(process.cwd(), 'dist', 'apps', 'cli', 'src', 'main.js');

/** Events of `bench -- intake`, stored by the product itself. */
async function storeEvents(stack: BenchStack, url: string, database: Database): Promise<void> {
  await createTopics(createKafka({ brokers: stack.kafkaBrokers.split(','), clientId: 'bench' }), [TOPIC, 'visitor-volume.measured'].map((topic) => ({ topic, partitions: PARTITIONS, replication: 1 })));
  const options = { startAt: Date.now() - EVENTS * 1_000, stepMs: 1_000, alertEvery: 100, run: '', first: 0 };
  await publishBacklog(stack.kafkaBrokers, { topic: TOPIC, partitions: PARTITIONS, events: EVENTS, options });
  const intake = await startService('intake', { KAFKA_BROKERS: stack.kafkaBrokers, DATABASE_URL: url, GROUP_ID: 'bench-replay' });
  try {
    for (const end = performance.now() + PATIENCE_MS; ; await pause(200)) {
      const [{ n = 0 } = {}] = await database.query<{ n: number }>('SELECT count(*)::int4 AS n FROM incidents');
      if (n === EVENTS) return;
      if (performance.now() > end) throw new Error(`${n} of ${EVENTS} events were stored in ${PATIENCE_MS / 1_000} s`);
    }
  } finally {
    await intake.stop();
  }
}

interface Answer {
  incidents: number;
  seconds: number;
}

/** Theft is high, and what is lost moderate: one in three of the events changes its level, so that the worst are kept and explained. */
function otherDocument(): string {
  const heavier = (text: string, category: string, points: number): string => {
    const changed = text.replace(new RegExp(`(  ${category}: \\{ points: )\\d+`), `$1${points}`);
    if (changed === text) throw new Error(`the built-in policy gives ${category} no points, or ${points} already`);
    return changed;
  };
  return heavier(heavier(builtInDocument().replace(/^version: .*$/m, 'version: 8'), 'security.theft', 60), 'security.lost-property', 30);
}

/** @throws where a decision is not the same, or no level moved under other figures */
function run(url: string, ...args: string[]): number {
  const profile = process.env.BENCH_CPU_PROF === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${process.env.BENCH_CPU_PROF}`];
  const text = execFileSync(process.execPath, [...profile, CLI, ...args, '--json'], { env: { ...process.env, DATABASE_URL: url }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 16 * 1024 * 1024 });
  const { incidents, seconds, identical = incidents, changed = ROWS } = JSON.parse(text) as Answer & { identical?: number; changed?: number };
  if (incidents !== ROWS || identical !== ROWS || changed < ROWS / 10) throw new Error(`${args.join(' ')}: ${incidents} of ${ROWS} read, ${identical} identical, ${changed} changed`);
  return Math.round(incidents / seconds);
}

async function main(): Promise<void> {
  const stack = await benchStack();
  try {
    const url = await benchDatabase(stack, 'replay');
    const database = openDatabase({ url, poolSize: 2, applicationName: 'bench', statementTimeoutMs: 600_000, transactionTimeoutMs: 600_000 });
    await storeEvents(stack, url, database);
    await fillTo(database, ROWS, database);
    await database.close();
    const other = join(stack.dataDir, 'other.yaml');
    writeFileSync(other, otherDocument());
    const commands = { verify: ['replay', '--verify'], diff: ['policy', 'diff', other] };
    const found: Record<keyof typeof commands, number[]> = { verify: [], diff: [] };
    for (let round = 1; round <= ROUNDS; round++) {
      for (const name of ['verify', 'diff'] as const) found[name].push(run(url, ...commands[name]));
      say(`round ${round}: verify ${found.verify.at(-1)}, diff ${found.diff.at(-1)} incidents/s`);
    }
    const side = (rates: readonly number[]) => ({ incidentsPerSecond: median(rates), min: Math.min(...rates), max: Math.max(...rates) });
    const contenders = { verify: side(found.verify), diff: side(found.diff) };
    const result = { name: 'replay', rows: ROWS, rounds: ROUNDS, contenders };
    answer(result);
    if (Math.min(contenders.verify.incidentsPerSecond, contenders.diff.incidentsPerSecond) < PER_SECOND_MIN) {
      say(`not good enough: ${PER_SECOND_MIN} incidents a second are asked for`);
      process.exitCode = 1;
    }
  } finally {
    await stack.stop();
  }
}

void main();
