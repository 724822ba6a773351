import 'reflect-metadata';
import { createProgram } from './program';
import { verdictOn } from './failure';

async function main(): Promise<void> {
  // `vong-gac quarantine list | head` ends when nobody reads any more.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  try {
    await createProgram().parseAsync();
  } catch (error) {
    const { exitCode, message } = verdictOn(error);
    if (message !== null) process.stderr.write(`${message}\n`);
    if (message !== null && ['debug', 'trace'].includes(process.env.LOG_LEVEL ?? '')) console.error(error);
    process.exitCode = exitCode;
  }
}

void main();
