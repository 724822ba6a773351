import { failureKind, SeedRefused, sqlState } from '@vong-gac/database';
import { isKafkaOutage, SendTimeout } from '@vong-gac/kafka';
import { EnvError, explain } from '@vong-gac/runtime';
import { CommanderError } from 'commander';
import { StackError } from './stack';

/** What the exit code says (contract: Command line). */
export const EXIT = { good: 0, bad: 1, usage: 2, away: 3 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A command that ends with one sentence: what is wrong, and the remedy. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';

  constructor(
    readonly exitCode: ExitCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

export const badAnswer = (message: string, cause?: unknown): CommandFailed => new CommandFailed(EXIT.bad, message, { cause });
export const wrongUsage = (message: string, cause?: unknown): CommandFailed => new CommandFailed(EXIT.usage, message, { cause });
export const away = (message: string, cause?: unknown): CommandFailed => new CommandFailed(EXIT.away, message, { cause });

/** Remedies for what Postgres answers when it is there but not ready for us. */
const DATABASE_REMEDIES: Readonly<Record<string, string>> = {
  '3D000': 'The database named in DATABASE_URL does not exist: create it, or correct the name.',
  '28P01': 'Postgres refuses the password in DATABASE_URL: correct it.',
  '28000': 'Postgres refuses the user in DATABASE_URL: correct it, or allow it in pg_hba.conf.',
  '57014': 'Postgres did not finish a statement within two minutes: look for what holds it (pg_stat_activity), or ask for less.',
  '25P04': 'Postgres ended a transaction that took too long: look for what holds it (pg_stat_activity), or ask for less.',
  '42P01': 'The database has no schema of this version yet: run "vong-gac migrate" (and "vong-gac seed").',
  '42703': 'The database has the schema of another version: run "vong-gac migrate".',
  '42501': 'The user in DATABASE_URL may not do this: grant it the rights on the schema.',
};

/** How an error of any command ends the process: the exit code and the sentence; null where it was said already. */
export function verdictOn(error: unknown): { exitCode: number; message: string | null } {
  if (error instanceof CommanderError) return { exitCode: ['commander.helpDisplayed', 'commander.version'].includes(error.code) ? EXIT.good : EXIT.usage, message: null };
  if (error instanceof CommandFailed) return { exitCode: error.exitCode, message: error.message };
  if (error instanceof StackError) return { exitCode: error.exitCode, message: error.message };
  if (error instanceof EnvError) return { exitCode: EXIT.usage, message: error.message };
  if (error instanceof SeedRefused) return { exitCode: EXIT.bad, message: refusal(error) };
  const remedy = DATABASE_REMEDIES[sqlState(error) ?? ''];
  if (remedy !== undefined) return { exitCode: EXIT.away, message: remedy };
  if (isKafkaOutage(error) || error instanceof SendTimeout) return { exitCode: EXIT.away, message: `Kafka does not answer (${explain(error)}): start it ("vong-gac stack up"), or correct KAFKA_BROKERS.` };
  if (failureKind(error) === 'outage') return { exitCode: EXIT.away, message: `Postgres does not answer (${explain(error)}): start it ("vong-gac stack up"), or correct DATABASE_URL.` };
  return { exitCode: EXIT.bad, message: `${explain(error)}. This is a fault of the program: run again with LOG_LEVEL=debug for the place, and report it.` };
}

function refusal(error: SeedRefused): string {
  const lines = error.problems.map(({ file, line, column, problem, remedy }) => `${file}${line > 0 ? `:${line}` : ''}${column ? ` ${column}` : ''}: ${problem}. Remedy: ${remedy}.`);
  return [error.message, ...lines].join('\n');
}
