import { endStack } from './state';

/**
 * Lives beside an owned stack and holds the other end of a pipe of the owner's. However the owner ends, by Ctrl-C, an
 * exception or kill -9, the system closes that pipe, and the stack is ended here.
 */
const [dir, run] = process.argv.slice(2);
if (!dir || !run) throw new Error('The watchdog is started by the stack: node watchdog.js FOLDER RUN');

process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
process.stdin.on('error', () => undefined);
process.stdin.resume();
process.stdin.once('close', () => {
  endStack(dir, run).catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
});
