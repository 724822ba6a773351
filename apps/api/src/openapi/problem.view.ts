import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, ApiPropertyOptional, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { PROBLEM_TYPE, type ProblemKind, PROBLEMS } from '../http/problem';
import { RETRY_AFTER_SECONDS } from '../limits';

export class FieldProblemView {
  @ApiProperty({ description: 'Parameter or field', example: 'limit' })
  field!: string;

  @ApiProperty({ description: 'What is wrong, with the remedy', example: 'must be a whole number from 1 to 500' })
  problem!: string;
}

/** RFC 9457. Kinds may bring fields of their own (`reason`, `alert`); they are described at the answer. */
export class ProblemView {
  @ApiProperty({ description: 'The kind of problem, `urn:vong-gac:problem:` and a word', example: 'urn:vong-gac:problem:invalid-request' })
  type!: string;

  @ApiProperty({ example: PROBLEMS['invalid-request'] })
  title!: string;

  @ApiProperty({ type: 'integer', example: 400 })
  status!: number;

  @ApiProperty({ description: 'What happened, for people', example: 'limit must be a whole number from 1 to 500' })
  detail!: string;

  @ApiPropertyOptional({ description: 'Names this request in the service’s log', example: '5a1c6a0e-4f1e-4a34-b1d1-4f3a5a2c9d11' })
  requestId?: string;

  @ApiPropertyOptional({ description: 'Every field that is wrong, at once', type: [FieldProblemView] })
  errors?: FieldProblemView[];
}

/** What each error answer of an operation says. */
export type ProblemAnswers = Partial<Record<400 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 503, { kind: ProblemKind; description: string; extensions?: Record<string, unknown> }>>;

const ANYWHERE: ProblemAnswers = {
  400: { kind: 'invalid-request', description: 'A parameter or field is missing, wrong or unknown', extensions: { errors: [{ field: 'limit', problem: 'must be a whole number from 1 to 500' }] } },
  503: { kind: 'database-away', description: 'Postgres (or, where events are published, Kafka) does not answer, or too much is under way; `Retry-After` says when to try again' },
};
const ON_CHANGE: ProblemAnswers = {
  403: { kind: 'foreign-origin', description: 'A browser sent it from a page of another site' },
  413: { kind: 'too-large', description: 'The body is too large' },
  415: { kind: 'unsupported-media-type', description: 'The body has a type that is not read here' },
};

/** The error answers of an operation that reads: 400, 503 and those given. */
export function ProblemsOfRead(answers: ProblemAnswers = {}): MethodDecorator {
  return documented({ ...ANYWHERE, ...answers });
}

/** The error answers of an operation that changes something: also 403, 413 and 415. */
export function ProblemsOfChange(answers: ProblemAnswers = {}): MethodDecorator {
  return documented({ ...ANYWHERE, ...ON_CHANGE, ...answers });
}

function documented(answers: ProblemAnswers): MethodDecorator {
  const responses = Object.entries(answers).map(([code, { kind, description, extensions }]) => {
    const status = Number(code);
    return ApiResponse({
      status,
      description,
      ...(status === 503 ? { headers: { 'Retry-After': { description: 'Seconds', schema: { type: 'integer', example: RETRY_AFTER_SECONDS } } } } : {}),
      content: {
        [PROBLEM_TYPE]: {
          schema: { $ref: getSchemaPath(ProblemView) },
          example: { type: `urn:vong-gac:problem:${kind}`, title: PROBLEMS[kind], status, detail: description, ...extensions },
        },
      },
    });
  });
  return applyDecorators(ApiExtraModels(ProblemView), ...responses);
}
