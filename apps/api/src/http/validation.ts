import { ValidationPipe } from '@nestjs/common';
import { getMetadataStorage, type ValidationError } from 'class-validator';
import { invalid, type FieldProblem } from './problem';

/** Parameters of an address that takes none: whatever is given is refused by name. */
export class NoParameters {}

/**
 * Checks every query, path and body against its class: all that is wrong at once, each with field and remedy; an unknown name is refused, because a
 * misspelt filter that is silently ignored answers another question than was asked.
 */
export function validationPipe(): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: false,
    validationError: { target: true, value: false },
    stopAtFirstError: true,
    exceptionFactory: (errors) => invalid(errors.map(problemOf)),
  });
}

function problemOf(error: ValidationError): FieldProblem {
  const constraints = error.constraints ?? {};
  if ('whitelistValidation' in constraints) {
    const known = knownNames(error.target);
    return { field: error.property, problem: known.length === 0 ? 'is not known; nothing is taken here' : `is not known here; there is ${known.join(', ')}` };
  }
  return { field: error.property, problem: Object.values(constraints)[0] ?? 'cannot be used' };
}

function knownNames(target: object | undefined): string[] {
  if (target === undefined) return [];
  const metadata = getMetadataStorage().getTargetValidationMetadatas(target.constructor, '', false, false);
  return [...new Set(metadata.map((each) => each.propertyName))].sort();
}
