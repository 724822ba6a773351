import { endStack } from './state';

/**
 * Lives beside an owned stack and holds the other end of a pipe of the owner's. However the owner ends, by Ctrl-C, an
 * exception or kill -9, the system closes that pipe, and the stack is ended here. Meanwhile the folder may have gone to
 * another run, or the stack may have been let go: then it is none of ours.
 */
const [dir, run] = process.argv.slice(2);
if (!dir || !run) throw new Error('The watchdog is started by the stack: node watchdog.js FOLDER RUN');

process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
process.stdin.on('error', () => undefined);
process.stdin.resume();
process.stdin.once('close', () => {
  endStack(dir, { only: (state) => state.run === run && state.owned }).catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
});
