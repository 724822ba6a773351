import { EnvError } from './env';
import { collectAtEachDoubling } from './heap';
import { explain, type Logger } from './logger';

/** A started service: `stop` finishes what is in hand and closes, edges first, database last. */
export interface RunningService {
  stop(): Promise<void>;
}

/** Ends the process non-zero: a bug or a lost consumer. The supervisor starts it again. */
export type Crash = (error: unknown) => void;

/** A stop that takes longer than this is ended by force; what was not settled is read again at the next start. */
export const STOP_LIMIT_MS = 20_000;

/** A supervisor that signals every process of a service (systemd), and a parent that passes its own signal on (npm, npx, the command line), are one wish to stop. */
const SAME_WISH_MS = 2_000;

/**
 * Runs a service until SIGTERM or SIGINT (exit 0), a crash (exit 1) or a wrong environment (exit 2).
 * A second signal, later than SAME_WISH_MS, ends it at once (exit 1).
 */
export async function runService(logger: Logger, start: (crash: Crash) => Promise<RunningService>): Promise<void> {
  collectAtEachDoubling();
  let running: RunningService | undefined;
  let stopping = false;
  let stoppedAt = 0;

  const crash: Crash = (error) => {
    logger.fatal({ err: error }, `ends because of: ${explain(error)}`);
    process.exit(1);
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);

  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (stopping) {
      if (performance.now() - stoppedAt > SAME_WISH_MS) crash(new Error(`second ${signal} while stopping`));
      return;
    }
    stopping = true;
    stoppedAt = performance.now();
    logger.info({ signal }, 'stops: finishes what is in hand');
    // Not unref'd: nothing else may keep a half-stopped process alive, or let it exit 0 unfinished.
    const limit = setTimeout(() => crash(new Error(`stop took over ${STOP_LIMIT_MS} ms`)), STOP_LIMIT_MS);
    try {
      await running?.stop();
    } catch (error) {
      return crash(error);
    }
    clearTimeout(limit);
    logger.info('stopped');
    process.exit(0);
  };
  process.on('SIGTERM', (signal) => void stop(signal));
  process.on('SIGINT', (signal) => void stop(signal));

  try {
    running = await start(crash);
  } catch (error) {
    if (stopping) return;
    crash(error);
  }
}

/** Reads the environment, or says everything that is wrong with it on standard error and exits 2. */
export function envOrExit<T>(load: () => T): T {
  try {
    return load();
  } catch (error) {
    if (!(error instanceof EnvError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
}
