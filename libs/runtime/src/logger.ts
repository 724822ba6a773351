import type { LoggerService } from '@nestjs/common';
import pino, { type Logger } from 'pino';

export type { Logger } from 'pino';

/** JSON lines on standard output: time (ISO), level (word), service, message. Error objects keep their chain of causes. */
export function createLogger(service: string, level: string, destination?: pino.DestinationStream): Logger {
  return pino(
    {
      level,
      base: { service },
      messageKey: 'msg',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: ['secret', '*.secret', 'password', '*.password', 'databaseUrl', '*.databaseUrl'], censor: '(secret)' },
    },
    // Synchronous: the last line before a crash is the one that matters.
    destination ?? pino.destination({ fd: 1, sync: true }),
  );
}

/** Nest's own messages through our logger; its chatter about modules and routes goes to debug. */
export function nestLogger(logger: Logger): LoggerService {
  const context = (rest: unknown[]) => ({ nest: rest.filter((r) => typeof r === 'string').at(-1) });
  return {
    log: (message: unknown, ...rest: unknown[]) => logger.debug(context(rest), String(message)),
    error: (message: unknown, ...rest: unknown[]) =>
      logger.error({ ...context(rest), ...(message instanceof Error ? { err: message } : {}) }, message instanceof Error ? message.message : String(message)),
    warn: (message: unknown, ...rest: unknown[]) => logger.warn(context(rest), String(message)),
    debug: (message: unknown, ...rest: unknown[]) => logger.debug(context(rest), String(message)),
    verbose: (message: unknown, ...rest: unknown[]) => logger.trace(context(rest), String(message)),
  };
}

/** An error and its causes as one line for people: `cannot commit: connection reset (ECONNRESET)`. At most eight causes deep; a cause that says what its error said counts once. */
export function explain(error: unknown): string {
  const parts: string[] = [];
  let current: unknown = error;
  for (let depth = 0; current !== undefined && current !== null && depth < 8; depth++) {
    if (current instanceof Error) {
      const code = 'code' in current && typeof current.code === 'string' ? ` (${current.code})` : '';
      if (parts.at(-1) === current.message) parts.pop();
      parts.push(`${current.message}${code}`);
      current = current.cause;
    } else {
      parts.push(String(current));
      current = undefined;
    }
  }
  return parts.join(': ');
}
