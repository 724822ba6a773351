import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { CROWD_SOURCE_END } from '@vong-gac/domain';
import { atEnd, endAll } from '../support/at-end';
import { check, checkRun, latencies, partOf, quietTime, SLOWEST_FIRST, story, type Latency } from './check';
import { runControls, type ControlResult } from './controls';
import { deliveriesOf } from './dump';
import type { Fault, Violation } from './history';
import { openHouse, type House } from './house';
import { vongGac } from './operator';
import type { Kind } from './kinds/context';
import { kindsOf, planOf, planOfOthers } from './plan';
import { controlTable, latencyTable, table } from './report';
import { Resorts } from './resorts';
import { runRound } from './round';
import { Witness } from './witness';

const USAGE = `usage: npm run test:faults -- [--seed N] [--faults N] [--per-seed N] [--brokers N] [--short] [--only TEXT] [--controls] [--json]
  --seed N      the first seed (1); a run goes on with the next ones
  --faults N    until so many faults have happened (100); 0: controls only
  --per-seed N  faults in one seed (5): what a seed repeats depends on it
  --brokers N   1 (unless told otherwise) or 3, with the faults of brokers among each other
  --short       40 faults, each of another kind, 10 to a seed: what the pipeline tests run
  --only TEXT   only kinds of faults whose name holds this text
  --controls    then the negative controls: services broken on purpose, each of which must be found
  --json        the result as one object on standard output, with every latency, so that runs can be added up
or: npm run test:faults -- --cluster
  the suite of libs/kafka against three brokers (test/cluster), about three minutes`;

interface Options {
  seed: number;
  faults: number;
  perSeed: number;
  kinds: readonly Kind[];
  brokers: number;
  /** No kind in two seeds. */
  distinct: boolean;
  controls: boolean;
  json: boolean;
}

function optionsOf(args: string[]): Options {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({ args, options: { seed: text, faults: text, 'per-seed': text, brokers: text, only: text, short: flag, controls: flag, json: flag } });
  const whole = (value: string | undefined, otherwise: number): number => {
    const number = value === undefined ? otherwise : Number(value);
    if (!Number.isSafeInteger(number) || number < 0) throw new Error(`${value} is not a whole number`);
    return number;
  };
  const brokers = whole(values.brokers, 1);
  if (brokers !== 1 && brokers !== 3) throw new Error(`${brokers} brokers: 1 or 3`);
  const kinds = kindsOf(brokers).filter(({ name }) => name.includes(values.only ?? ''));
  if (kinds.length === 0) throw new Error(`no kind of fault is called ${values.only}`);
  return { brokers, kinds, distinct: values.short, seed: whole(values.seed, 1), faults: whole(values.faults, values.short ? 40 : 100), perSeed: Math.max(1, whole(values['per-seed'], values.short ? 10 : 5)), controls: values.controls, json: values.json };
}

const say = (line: string): void => void process.stderr.write(`faults: ${line}\n`);

/** Violations of a seed that are told whole; of the others one line each. */
const STORIES = 5;

interface Outcome {
  faults: number;
  violations: number;
  seeds: number[];
  byKind: Map<string, number>;
  latencies: Latency[];
  /** Everything that was broken, and what the seeds found. */
  broken: Fault[];
  found: Violation[];
}

async function runSeeds(house: House, witness: Witness, producer: ReturnType<typeof Resorts.producer>, options: Options, signal: AbortSignal): Promise<Outcome> {
  const outcome: Outcome = { faults: 0, violations: 0, seeds: [], byKind: new Map(), latencies: [], broken: [], found: [] };
  let earlier: Fault[] = [];
  const had = new Set<Kind>();
  for (let seed = options.seed; outcome.faults < options.faults; seed += 1) {
    if (signal.aborted) break;
    await house.cluster?.whole();
    const count = Math.min(options.perSeed, options.faults - outcome.faults);
    const planned = options.distinct ? planOfOthers(seed, count, options.kinds, had) : planOf(seed, options.perSeed, options.kinds).slice(0, count);
    say(`seed ${seed} plans: ${planned.map(({ kind, afterMs }) => `${kind.name} (${afterMs} ms later)`).join('; ')}`);
    const history = await runRound(house, witness, producer, { seed, faults: planned, earlier, say }).catch((error: Error) => {
      if (!signal.aborted) say(`seed ${seed} could not be run to its end: ${error.message}`);
      return null;
    });
    if (history === null) {
      outcome.violations += 1;
      break;
    }
    earlier = history.faults.filter(({ at }) => at >= history.startedAt);
    const happened = earlier.filter(({ prelude }) => prelude === undefined);
    const violations = check(history);
    outcome.broken.push(...earlier);
    outcome.found.push(...violations);
    for (const violation of violations.slice(0, STORIES)) process.stderr.write(`\n${story(history, violation)}\n`);
    for (const { invariant, says } of violations.slice(STORIES)) say(`${invariant}: ${says}`);
    outcome.seeds.push(seed);
    outcome.faults += happened.length;
    outcome.violations += violations.length;
    outcome.latencies.push(...latencies(history));
    for (const { kind } of happened) outcome.byKind.set(kind, (outcome.byKind.get(kind) ?? 0) + 1);
    const { publications, log, dump } = history;
    say(`seed ${seed}: ${happened.map(({ kind, detail }) => `${kind} (${detail})`).join('; ')}`);
    say(`seed ${seed}: ${publications.length} messages, ${log.length} records, ${dump.incidents.length + dump.volumes.length} rows, ${dump.quarantine.length} quarantined, ${dump.alerts.length} alerts (${dump.alerts.filter(({ source }) => source.endsWith(CROWD_SOURCE_END)).length} of crowds), ${history.hits.length} hits, ${history.officer.length} officer's actions; ${violations.length === 0 ? 'every invariant holds' : `${violations.length} VIOLATIONS`}; ${Math.round((history.endedAt - history.startedAt) / 1_000)} s, load ${(loadavg()[0] ?? 0).toFixed(1)} on ${availableParallelism()} cores`);
  }
  return outcome;
}

/** What only a whole run shows: how long alerts take that nothing disturbed, what happened between two seeds, and that the product's own books add up. @returns violations */
async function atTheEnd(house: House, { latencies: all, faults, broken, found }: Outcome): Promise<number> {
  if (faults === 0) return 0;
  const late = quietTime(all);
  if (late !== null) say(`${late.invariant}: ${late.says}`);
  const unseen = checkRun({ dump: { deliveries: await deliveriesOf(house.database) }, hits: house.police.flatMap(({ hits }) => hits), faults: broken }, house.crashes.take(), found);
  for (const { invariant, says } of unseen) say(`over all seeds: ${invariant}: ${says}`);
  const { code, out, err } = await vongGac(house, 'check');
  if (code !== 0) say(`"vong-gac check" ended with ${code}:\n${out}${err}`);
  return (late === null ? 0 : 1) + unseen.length + (code === 0 ? 0 : 1);
}

async function main(): Promise<void> {
  let options: Options;
  try {
    options = optionsOf(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
    process.exitCode = 2;
    return;
  }
  const stop = new AbortController();
  const interrupted = () => {
    if (stop.signal.aborted) return;
    stop.abort();
    say('ends everything that it started');
    void endAll().finally(() => process.exit(130));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interrupted);
  try {
    const house = await openHouse(say, options.brokers);
    const producer = Resorts.producer(house.brokers);
    atEnd(() => producer.close());
    const witness = new Witness(house.inside, house.database, house.intakes, house.behind);
    witness.open();
    atEnd(() => witness.close());
    const outcome = await runSeeds(house, witness, producer, options, stop.signal);
    if (!stop.signal.aborted) outcome.violations += await atTheEnd(house, outcome);
    const controls = options.controls && !stop.signal.aborted ? await runControls(house, witness, producer, say) : [];
    if (!stop.signal.aborted) tell(options, outcome, controls);
  } finally {
    if (!stop.signal.aborted) await endAll();
  }
  // Not left to Node: with sockets of the proxies still half open it has been seen to clean up for ever, at full speed (Node 20, CleanupHandles).
  process.exit();
}

function tell({ seed, json }: Options, { faults, violations, seeds, byKind, latencies: all }: Outcome, controls: readonly ControlResult[]): void {
  const missed = controls.filter(({ caught }) => !caught).length;
  process.exitCode = violations === 0 && missed === 0 ? 0 : 1;
  const lines = [table(byKind), latencyTable(all), ...(controls.length > 0 ? [controlTable(controls)] : []), `${faults} faults in ${seeds.length} seeds (from ${seed}), ${violations} violations`];
  process.stderr.write(`\n${lines.join('\n\n')}\n`);
  if (!json) return;
  const msOf = (list: readonly Latency[]) => list.map(({ ms }) => ms).sort((a, b) => a - b);
  const latenciesMs = { undisturbed: msOf(all.filter(({ disturbed }) => !disturbed)), disturbed: msOf(all.filter(({ disturbed }) => disturbed)) };
  const afterMs = Object.fromEntries(SLOWEST_FIRST.map((part) => [part, all.filter((each) => partOf(each) === part).map(({ afterMs }) => afterMs).sort((a, b) => a - b)]));
  process.stdout.write(`${JSON.stringify({ seed, seeds, faults, violations, byKind: Object.fromEntries(byKind), controls: Object.fromEntries(controls.map(({ name, caught }) => [name, caught])), latenciesMs, afterMs })}\n`);
}

void main();
