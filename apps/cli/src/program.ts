import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { registerCheck } from './commands/check';
import { registerDemo } from './commands/demo';
import { registerLedger } from './commands/ledger';
import { registerMigrate } from './commands/migrate';
import { registerPolicy } from './commands/policy';
import { registerPublish } from './commands/publish';
import { registerQuarantine } from './commands/quarantine';
import { registerReplay } from './commands/replay';
import { registerSeed } from './commands/seed';
import { registerService } from './commands/service';
import { registerSimulate } from './commands/simulate';
import { registerStatus } from './commands/status';
import { registerTestAlert } from './commands/test-alert';
import { registerStackCommands } from './stack/command';

/** The whole command line. A command that does not exist yet is not named here. */
export function createProgram(): Command {
  const program = new Command('vong-gac')
    .description('Vọng Gác: from a resort\'s report to the commune police, without losing one.')
    .version(version())
    .showHelpAfterError('(add --help for what it takes)')
    .exitOverride()
    .addHelpText('after', '\nExit codes: 0 good, 1 the answer is bad, 2 wrong usage, 3 something needed is away.\nAddresses: KAFKA_BROKERS and DATABASE_URL, else the local stack that "vong-gac stack up" started.');
  registerStackCommands(program);
  registerDemo(program);
  registerMigrate(program);
  registerSeed(program);
  registerPublish(program);
  registerSimulate(program);
  registerStatus(program);
  registerCheck(program);
  registerLedger(program);
  registerQuarantine(program);
  registerPolicy(program);
  registerReplay(program);
  registerTestAlert(program);
  registerService(program);
  return program;
}

/** package.json lies above `apps` in the sources, in `dist` and in the image. */
function version(): string {
  for (const up of ['../../..', '../../../..']) {
    try {
      const read: unknown = JSON.parse(readFileSync(join(__dirname, up, 'package.json'), 'utf8'));
      if (typeof read === 'object' && read !== null && 'version' in read && typeof read.version === 'string') return read.version;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
  }
  return 'unknown';
}
