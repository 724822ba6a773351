import { migrate } from '@vong-gac/database';
import type { Command } from 'commander';
import { databaseUrl } from '../addresses';
import { answer, whileWorking, type CommonOptions } from '../terminal';

export function registerMigrate(program: Command): void {
  program
    .command('migrate')
    .description('bring the database schema up to date; a repeat changes nothing')
    .option('--json', 'one JSON object on standard output')
    .addHelpText('after', '\nExample:\n  vong-gac stack up && vong-gac migrate && vong-gac seed')
    .action(async (options: CommonOptions) => {
      const ran = await whileWorking('migrating', migrate(databaseUrl()));
      answer(options, { ran }, ran.length > 0 ? `ran ${ran.join(', ')}` : 'the schema was up to date');
    });
}
