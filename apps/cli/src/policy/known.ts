import type { PolicyStore } from '@vong-gac/database';
import type { PolicyLookup } from '@vong-gac/domain';
import { PolicyBook } from '@vong-gac/policy';

/** All policies that decisions may name: the built-in one, and those that are stored and that this release can read. */
export async function knownPolicies(store: PolicyStore): Promise<PolicyLookup> {
  return new PolicyBook(store).lookup(await store.list());
}
