/**
 * What a failed statement means for the one who sent it (docs/architecture.md, "what goes wrong").
 * Everything that is not named here is a bug: it is not caught, the process ends and its supervisor starts it again.
 */
export type FailureKind =
  /** Postgres is away, busy or read-only, or two writers met: the same work again, with back-off, for as long as it takes. */
  | 'outage'
  /** The statement took too long (57014): half of the work, down to one row, then without end. */
  | 'too-slow'
  /** A value that Postgres refuses: half of the work, down to the row that is to blame. */
  | 'bad-data'
  /** A fault of the program (class 42 above all). */
  | 'bug';

const OUTAGE_CLASSES = new Set(['08', '40', '53', '55', '57', '58']);
const OUTAGE_STATES = new Set(['25006', '25P03', '25P04']);
const BAD_DATA_CLASSES = new Set(['22', '23', '54']);
const QUERY_CANCELED = '57014';
const LOCK_NOT_AVAILABLE = '55P03';
const UNIQUE_VIOLATION = '23505';

const SOCKET_CODES = new Set([
  'ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN',
  'EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL', 'ENOENT',
]);

/** pg 8.23 gives these errors neither a class nor a code; failure.spec and the pipeline tests hold the texts. */
const CONNECTION_MESSAGES = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  'Query read timeout',
  'The server does not support SSL connections',
];

/** The SQLSTATE of an error that came from Postgres, looked for along `cause`; null for any other error. */
export function sqlState(error: unknown): string | null {
  for (const each of causes(error)) {
    if ('severity' in each && typeof each.code === 'string' && /^[0-9A-Z]{5}$/.test(each.code)) return each.code;
  }
  return null;
}

/** Sorts an error of a statement, a connection attempt or a transaction. */
export function failureKind(error: unknown): FailureKind {
  const state = sqlState(error);
  if (state === null) return causes(error).some(isConnectionLoss) ? 'outage' : 'bug';
  if (state === QUERY_CANCELED) return 'too-slow';
  if (OUTAGE_STATES.has(state) || OUTAGE_CLASSES.has(state.slice(0, 2))) return 'outage';
  if (BAD_DATA_CLASSES.has(state.slice(0, 2))) return 'bad-data';
  return 'bug';
}

/** true: the same work may succeed later without any change (outage or time-out). */
export function transientFailure(error: unknown): boolean {
  const kind = failureKind(error);
  return kind === 'outage' || kind === 'too-slow';
}

/** Somebody else holds a row that this statement needs, and it gave up waiting (lock_timeout). */
export const heldByAnother = (error: unknown): boolean => sqlState(error) === LOCK_NOT_AVAILABLE;

/** The unique constraint that an insert met, or null: another transaction stored the same key first. */
export function uniqueConflict(error: unknown): string | null {
  if (sqlState(error) !== UNIQUE_VIOLATION) return null;
  for (const each of causes(error)) if (typeof each.constraint === 'string') return each.constraint;
  return null;
}

interface Failure {
  code?: unknown;
  constraint?: unknown;
  message?: unknown;
}

const CAUSES_MAX = 10;

function causes(error: unknown): Failure[] {
  const found: Failure[] = [];
  let next = error;
  while (typeof next === 'object' && next !== null && found.length < CAUSES_MAX) {
    found.push(next);
    next = 'cause' in next ? next.cause : null;
  }
  return found;
}

function isConnectionLoss(failure: Failure): boolean {
  if (typeof failure.code === 'string' && SOCKET_CODES.has(failure.code)) return true;
  const message = typeof failure.message === 'string' ? failure.message : '';
  return CONNECTION_MESSAGES.some((text) => message.startsWith(text));
}
