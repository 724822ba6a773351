import { connect } from 'node:net';
import { join } from 'node:path';
import type { Command } from 'commander';
import { StackError } from './errors';
import { endStack, findStack, localDir, stackMode, startStack, type FoundStack, type LocalStack } from '.';

const stackDir = (): string => join(localDir(process.env), 'stack');
const toStderr = (line: string): void => void process.stderr.write(`${line}\n`);
const print = (text: string): void => void process.stdout.write(`${text}\n`);
const envLines = (stack: Pick<LocalStack, 'kafkaBrokers' | 'databaseUrl'>): string => `KAFKA_BROKERS=${stack.kafkaBrokers}\nDATABASE_URL=${stack.databaseUrl}`;

/** `stack up / down / status / env`: the Kafka and the Postgres that stay between commands. */
export function registerStackCommands(program: Command): void {
  const stack = program.command('stack').description('local Kafka and Postgres: Docker where it answers, else native');
  const add = (name: string, description: string, action: (options: { json?: boolean; removeData?: boolean }) => Promise<void>) =>
    stack.command(name).description(description).option('--json', 'one JSON object on standard output').action(saying(action));

  add('up', 'start it, and leave it running (LOCAL_STACK, LOCAL_DIR)', async ({ json }) => {
    const up = await startStack({ dir: stackDir(), mode: stackMode(process.env), owned: false, env: process.env, log: toStderr });
    print(json ? JSON.stringify(facts(up)) : envLines(up));
  });
  add('down', 'stop it; the data stay', async ({ json, removeData }) => {
    const ended = await endStack(stackDir(), { removeData });
    if (json) print(JSON.stringify({ stopped: ended }));
    else print(ended ? 'stopped' : `no stack runs from ${stackDir()}`);
  }).option('--remove-data', 'and remove what Kafka and Postgres hold');
  add('status', 'what runs, where, and whether it answers; exit 1 when it does not', async ({ json }) => {
    const found = findStack(stackDir());
    const answers = found ? await answering(found) : { kafka: false, postgres: false };
    if (!answers.kafka || !answers.postgres) process.exitCode = 1;
    if (json) print(JSON.stringify({ running: found !== undefined, ...(found ? facts(found) : {}), answers }));
    else print(found ? describe(found, answers) : `no stack runs from ${stackDir()}: "vong-gac stack up" starts one`);
  });
  add('env', 'print KAFKA_BROKERS= and DATABASE_URL= lines', async ({ json }) => {
    const found = findStack(stackDir());
    if (!found) throw new StackError(`No stack runs from ${stackDir()}: start it with "vong-gac stack up".`);
    print(json ? JSON.stringify({ KAFKA_BROKERS: found.kafkaBrokers, DATABASE_URL: found.databaseUrl }) : envLines(found));
  });
}

/** What is away is said in one sentence, without a stack trace. */
function saying<T>(action: (options: T) => Promise<void>): (options: T) => Promise<void> {
  return async (options) => {
    try {
      await action(options);
    } catch (error) {
      if (!(error instanceof StackError)) throw error;
      toStderr(error.message);
      process.exitCode = error.exitCode;
    }
  };
}

const facts = ({ provider, kafkaBrokers, databaseUrl, versions, dataDir }: FoundStack | LocalStack) => ({ provider, kafkaBrokers, databaseUrl, versions, dataDir });

async function answering(found: FoundStack): Promise<{ kafka: boolean; postgres: boolean }> {
  const [kafka, postgres] = await Promise.all([takesConnections(found.kafkaBrokers), takesConnections(new URL(found.databaseUrl).host)]);
  return { kafka, postgres };
}

function takesConnections(address: string): Promise<boolean> {
  const [host, port] = address.split(':');
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port), timeout: 2_000 });
    const answer = (value: boolean) => () => (socket.destroy(), resolve(value));
    socket.once('connect', answer(true)).once('timeout', answer(false)).once('error', answer(false));
  });
}

function describe(found: FoundStack, answers: { kafka: boolean; postgres: boolean }): string {
  const word = (up: boolean) => (up ? 'answers' : 'DOES NOT ANSWER');
  return [
    `provider  ${found.provider}`,
    `Kafka     ${found.versions.kafka} at ${found.kafkaBrokers}, ${word(answers.kafka)}`,
    `Postgres  ${found.versions.postgres} at ${new URL(found.databaseUrl).host}, ${word(answers.postgres)}`,
    `data      ${found.dataDir}`,
  ].join('\n');
}
