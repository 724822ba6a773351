import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { atEnd } from '../support';

const SEED = 1;
const FAULTS = 40;

const { JAVA_HOME } = process.env;
/** The faults need Postgres's and Kafka's own processes: the stack of a run is native also where Docker answers. */
const java = spawnSync(JAVA_HOME ? join(JAVA_HOME, 'bin', 'java') : 'java', ['-version']).status === 0;

/** Its own stack and its own processes: nothing of the suites' stack is touched. */
(java ? it : it.skip)(`${FAULTS} seeded faults break no invariant`, async () => {
  const { VG_TEST_KAFKA_BROKERS: _kafka, VG_TEST_DATABASE_URL: _database, ...env } = process.env;
  const child = spawn(process.execPath, [join(__dirname, 'run.mjs'), '--seed', String(SEED), '--short', '--json'], { cwd: join(__dirname, '..', '..'), env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [answer, told] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (answer += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (told += text));
  const gone = new Promise<number | null>((resolve) => child.once('close', resolve));
  atEnd(() => {
    child.kill('SIGTERM');
    return gone;
  });
  const code = await gone;
  if (code !== 0) throw new Error(`the run ended with ${code}:\n${told}`);
  expect(JSON.parse(answer)).toMatchObject({ seed: SEED, faults: FAULTS, violations: 0 });
}, 300_000);
