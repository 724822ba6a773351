import { InvalidArgumentError, type Command } from 'commander';
import { runDemo } from '../demo/demo';
import { badAnswer, EXIT } from '../failure';
import { coloursFor, note, type CommonOptions } from '../terminal';

interface DemoCommandOptions extends CommonOptions {
  exit?: boolean;
  speed: number;
}

/** 16 hours in 36 seconds. */
const SPEED = 1_600;
/** Faster, the services would be measured and not the day; slower than the clock, it would not be a demo. */
const SPEEDS = { least: 1, most: 10_000 } as const;

export function registerDemo(program: Command): void {
  program
    .command('demo')
    .description('stack, migrations, seed, the services, and a peak day of over 5,000 guests that ends now; prints what happens and the addresses')
    .option('--exit', 'end after the day, with a summary and the result of check')
    .option('--speed <n>', 'minutes of the day in one minute', speedOf, SPEED)
    .option('--json', 'the summary as one JSON object on standard output; what happens goes to standard error (with --exit)')
    .addHelpText('after', '\nEverything that it starts ends with it, its data too. LOCAL_STACK and LOCAL_DIR as for "stack".\n\nExamples:\n  vong-gac demo\n  vong-gac demo --exit --json 2>/dev/null')
    .action(run);
}

function speedOf(text: string): number {
  const speed = Number(text);
  if (!/^\d{1,5}$/.test(text) || speed < SPEEDS.least || speed > SPEEDS.most) throw new InvalidArgumentError(`write a whole number from ${SPEEDS.least} to ${SPEEDS.most}.`);
  return speed;
}

async function run(options: DemoCommandOptions): Promise<void> {
  const interrupt = new AbortController();
  const say = options.json ? note : (line: string): void => void process.stdout.write(`${line}\n`);
  const stop = (): void => {
    if (!interrupt.signal.aborted) say('\nending what the demo started …');
    interrupt.abort();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    const summary = await runDemo({ speed: options.speed, exit: options.exit === true, say, colours: coloursFor(options.json ? process.stderr : process.stdout), signal: interrupt.signal });
    if (interrupt.signal.aborted) say('ended: nothing of the demo is left running, and its data are gone.');
    if (options.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
    if (summary.check !== 'ok') process.exitCode = EXIT.bad;
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    throw badAnswer('stopped before the day was over: nothing of the demo is left running, and its data are gone.', error);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}
