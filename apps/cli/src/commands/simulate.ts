import { setTimeout as sleep } from 'node:timers/promises';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { withSend, type Send } from '../kafka-out';
import { peakDay, type SimulatedEvent } from '../simulate/peak-day';
import { answer, note, Progress, type CommonOptions } from '../terminal';

interface SimulateOptions extends CommonOptions {
  scenario: 'peak-day';
  rate: number;
  seconds: number;
  seed: number;
  print?: boolean;
}

const SCENARIOS: Record<SimulateOptions['scenario'], (seed: number) => Generator<SimulatedEvent>> = { 'peak-day': peakDay };
const LIMITS = { rate: 100_000, seconds: 86_400, seed: 2 ** 32 - 1 } as const;
/** Events go out in steps of this length, as many as the rate asks for. */
const STEP_MS = 50;
const SEND_EVENTS = 1_000;

export function registerSimulate(program: Command): void {
  program
    .command('simulate')
    .description('synthetic load at the sample site dai-lai; the same bytes for the same seed, so that a repeat is all duplicates')
    .addOption(new Option('--scenario <name>', 'peak-day: volumes of four zones, ordinary incidents, one in a hundred serious').choices(Object.keys(SCENARIOS)).default('peak-day'))
    .option('--rate <n>', 'events a second', whole(1, LIMITS.rate), 100)
    .option('--seconds <n>', 'for so long', whole(1, LIMITS.seconds), 10)
    .option('--seed <k>', 'another seed, other events', whole(0, LIMITS.seed), 1)
    .option('--print', 'write the events to standard output as NDJSON at once, and send nothing (needs no Kafka)')
    .option('--json', 'one JSON object on standard output')
    .addHelpText('after', '\nThe events tell of 2025-09-02; serious ones raise alerts.\n\nExamples:\n  vong-gac simulate --scenario peak-day --rate 200 --seconds 30 --seed 7\n  vong-gac simulate --rate 10 --seconds 1 --seed 7 --print | vong-gac publish -')
    .action(run);
}

const whole =
  (from: number, to: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d{1,10}$/.test(text) || value < from || value > to) throw new InvalidArgumentError(`write a whole number from ${from} to ${to}.`);
    return value;
  };

async function run(options: SimulateOptions): Promise<void> {
  const events = SCENARIOS[options.scenario](options.seed);
  const total = options.rate * options.seconds;
  if (options.print) {
    for (let sent = 0; sent < total; sent += 1) if (!process.stdout.write(`${next(events).message.value}\n`)) await new Promise((resolve) => process.stdout.once('drain', resolve));
    return;
  }
  const { sent, seconds, stopped } = await withSend('none', (send) => paced(events, total, options, send));
  const report = { scenario: options.scenario, seed: options.seed, sent, seconds, eventsPerSecond: Math.round(sent / seconds) };
  answer(options, report, `${sent} events in ${seconds.toFixed(1)} s (${report.eventsPerSecond}/s), all acknowledged`);
  if (stopped) note('stopped before the end');
}

/** When Kafka is slower than the rate, the rate falls: nothing is dropped, and nothing piles up here. */
async function paced(events: Generator<SimulatedEvent>, total: number, { rate }: SimulateOptions, send: Send): Promise<{ sent: number; seconds: number; stopped: boolean }> {
  const started = Date.now();
  const elapsed = (): number => (Date.now() - started) / 1_000;
  let sent = 0;
  let stopped = false;
  const stop = (): void => void (stopped = true);
  process.once('SIGINT', stop);
  const progress = new Progress(() => `${sent} of ${total} events acknowledged, ${Math.round(sent / Math.max(elapsed(), 0.001))}/s`);
  while (sent < total && !stopped) {
    const due = Math.min(total, Math.ceil(elapsed() * rate) + 1) - sent;
    const batch = Array.from({ length: Math.min(due, SEND_EVENTS) }, () => next(events));
    await sendByTopic(batch, send);
    sent += batch.length;
    progress.tick();
    if (due <= SEND_EVENTS && sent < total) await sleep(STEP_MS);
  }
  process.off('SIGINT', stop);
  progress.done();
  return { sent, seconds: Math.max(elapsed(), 0.001), stopped };
}

async function sendByTopic(batch: SimulatedEvent[], send: Send): Promise<void> {
  for (const topic of new Set(batch.map((event) => event.topic))) await send(topic, batch.filter((event) => event.topic === topic).map((event) => event.message));
}

function next(events: Generator<SimulatedEvent>): SimulatedEvent {
  const { value, done } = events.next();
  if (done) throw new Error('a scenario ended, although it has no end');
  return value;
}
