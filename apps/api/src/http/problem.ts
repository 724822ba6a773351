/** One thing that is wrong with a request: where, what, and what to do about it. */
export interface FieldProblem {
  /** Parameter or field, `limit`, `data/occurredAt`. */
  field: string;
  /** What is wrong and the remedy, one sentence. */
  problem: string;
}

/** The kinds of problem that this api answers; the word is the last part of `type`. */
export const PROBLEMS = {
  'invalid-request': 'The request has fields that cannot be used',
  'unreadable-body': 'The body cannot be read',
  'rejected-event': 'The event cannot be taken',
  'not-found': 'There is nothing at this address',
  'not-known': 'Nothing is known of this event',
  'method-not-allowed': 'The address does not take this method',
  'too-large': 'The request is too large',
  'unsupported-media-type': 'The body has a type that is not read here',
  'foreign-origin': 'The request comes from another site',
  conflict: 'The present state does not allow this',
  overloaded: 'Too much is under way',
  'kafka-away': 'Kafka does not answer',
  'database-away': 'The database does not answer',
  'too-slow': 'The answer took too long',
  'not-http': 'The request is not readable HTTP',
  internal: 'Something is wrong inside',
} as const;
export type ProblemKind = keyof typeof PROBLEMS;

/** The body of a refusal: RFC 9457, `application/problem+json`. */
export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail: string;
  /** Names this one request in the log. */
  requestId?: string;
  errors?: FieldProblem[];
  [extension: string]: unknown;
}

export const PROBLEM_TYPE = 'application/problem+json';

/** Thrown anywhere in a request; the filter turns it into the answer. */
export class Problem extends Error {
  readonly headers: Readonly<Record<string, string>>;
  readonly extensions: Readonly<Record<string, unknown>>;

  constructor(
    readonly status: number,
    readonly kind: ProblemKind,
    detail: string,
    more: { headers?: Record<string, string>; extensions?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(detail, { cause: more.cause });
    this.name = 'Problem';
    this.headers = more.headers ?? {};
    this.extensions = more.extensions ?? {};
  }

  body(requestId?: string): ProblemBody {
    return {
      type: `urn:vong-gac:problem:${this.kind}`,
      title: PROBLEMS[this.kind],
      status: this.status,
      detail: this.message,
      ...(requestId === undefined ? {} : { requestId }),
      ...this.extensions,
    };
  }
}

/** 400 that names every field at once. */
export function invalid(errors: FieldProblem[]): Problem {
  const detail = errors.map((e) => `${e.field} ${e.problem}`).join('; ');
  return new Problem(400, 'invalid-request', detail.length > 1_000 ? `${detail.slice(0, 999)}…` : detail, { extensions: { errors } });
}
