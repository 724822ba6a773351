import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RiskPolicy } from '@vong-gac/domain';
import { policyOf } from './read-policy';

let loaded: RiskPolicy | null = null;

/** The text of the policy that holds unless another is activated. */
export function builtInDocument(): string {
  return readFileSync(join(__dirname, 'built-in.yaml'), 'utf8');
}

/** The policy that holds unless another is activated: read once, at start. @throws PolicyRefused where the file was damaged */
export function builtInPolicy(): RiskPolicy {
  return (loaded ??= policyOf(builtInDocument()));
}
