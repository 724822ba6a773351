import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PolicyLookup, RiskPolicy } from '@vong-gac/domain';
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

/** The policies that come with this Vọng Gác. */
export const shippedPolicies: PolicyLookup = ({ id, version }) => {
  const policy = builtInPolicy();
  return policy.id === id && policy.version === version ? policy : null;
};
