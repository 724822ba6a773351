// `npm test`: prepares the clone, runs every check in turn, and ends with one line of sums.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { prepareOrExit, root } from '../../apps/cli/bin/prepare.mjs';

/** Jest has reported and still runs: something was left open. A hanging run tells nobody what. */
const EXIT_PATIENCE_MS = 60_000;

const bin = (name, file) => [process.execPath, join(root, 'node_modules', name, file)];
const jest = (project, ...more) => [...bin('jest', 'bin/jest.js'), '--selectProjects', project, ...more, '--reporters=default', `--reporters=${join(root, 'test', 'support', 'sums-reporter.js')}`, ...(process.env.CI ? ['--ci'] : [])];
const steps = [
  { name: 'lint', command: [...bin('eslint', 'bin/eslint.js'), '.'] },
  { name: 'typecheck', command: [...bin('typescript', 'bin/tsc'), '-p', 'tsconfig.json'] },
  { name: 'unit', command: jest('unit'), counts: true },
  { name: 'pipeline', command: jest('pipeline', '--maxWorkers=3'), counts: true },
];

function run(command, report) {
  return new Promise((resolve) => {
    const child = spawn(command[0], command.slice(1), { cwd: root, stdio: 'inherit', env: { ...process.env, ...(report && { JEST_SUMS_FILE: report }) } });
    let patience;
    let reported = 0;
    const look = setInterval(() => {
      if (!report || !existsSync(report)) return;
      reported ||= Date.now();
      if (Date.now() - reported > EXIT_PATIENCE_MS) {
        patience = 'did not exit after its report: something that a suite started is still open';
        child.kill('SIGKILL');
      }
    }, 500);
    const end = (ok, why) => {
      clearInterval(look);
      resolve({ ok, why: patience ?? why });
    };
    child.once('error', (error) => end(false, error.message));
    child.once('exit', (code, signal) => end(code === 0, signal ? `ended by ${signal}` : `exit code ${code}`));
  });
}

/** The sums that sums-reporter.js left; a suite that could not run at all counts as one failed. */
function sums(report) {
  return existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined;
}

prepareOrExit();
const folder = join(root, '.local');
mkdirSync(folder, { recursive: true });
const total = { passed: 0, failed: 0, skipped: 0 };

for (const { name, command, counts } of steps) {
  const started = Date.now();
  const report = counts ? join(folder, `jest-${name}-${process.pid}.json`) : undefined;
  console.log(`\n── ${name}`);
  const { ok, why } = await run(command, report);
  const found = report ? sums(report) : { passed: 0, failed: 0, skipped: 0 };
  if (report) rmSync(report, { force: true });
  const { passed, failed, skipped } = found ?? { passed: 0, failed: 0, skipped: 0 };
  // Whatever made it end badly is counted, also where no single test did.
  const failures = ok ? failed : Math.max(failed, 1);
  total.passed += passed;
  total.failed += failures;
  total.skipped += skipped;
  const words = counts ? `${passed} passed, ${failures} failed${skipped ? `, ${skipped} skipped` : ''}` : ok ? 'good' : 'FAILED';
  console.log(`── ${name}: ${words} in ${((Date.now() - started) / 1000).toFixed(1)} s${ok || failed > 0 ? '' : ` (${why})`}`);
}

if (total.passed + total.failed === 0) {
  console.log('no test ran: that is a failure of the run itself');
  total.failed = 1;
}
console.log(`\n${total.passed} passed, ${total.failed} failed${total.skipped ? `, ${total.skipped} skipped` : ''}`);
process.exitCode = total.failed === 0 ? 0 : 1;
