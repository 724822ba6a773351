// `npm run test:stack`: one stack in the foreground that every test run of this clone uses while it lives.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { prepareOrExit, root } from '../../apps/cli/bin/prepare.mjs';

prepareOrExit();
const { startStack, stackMode, localDir, StackError } = createRequire(import.meta.url)(join(root, 'dist', 'apps', 'cli', 'src', 'stack', 'index.js'));
const { KAFKA_BROKERS: _kafka, DATABASE_URL: _database, ...env } = process.env;
const dir = join(localDir(env), 'test-stack');

try {
  const stack = await startStack({ dir, mode: env.LOCAL_STACK ? stackMode(env) : 'native', owned: true, discard: true, shortLived: true, env, log: (line) => console.error(line) });
  const lines = `export VG_TEST_KAFKA_BROKERS='${stack.kafkaBrokers}'\nexport VG_TEST_DATABASE_URL='${stack.databaseUrl}'\n`;
  writeFileSync(`${dir}.env`, lines, { mode: 0o600 });
  console.log(lines.trim());
  console.error('Ctrl-C ends it. Test runs of this clone find it by themselves.');
  const hold = setInterval(() => undefined, 60_000);
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => {
      clearInterval(hold);
      void stack.stop();
    });
  }
} catch (error) {
  if (!(error instanceof StackError)) throw error;
  console.error(error.message);
  process.exitCode = error.exitCode;
}
