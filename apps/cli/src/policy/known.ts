import type { PolicyStore } from '@vong-gac/database';
import type { RiskPolicy } from '@vong-gac/domain';
import { builtInPolicy, PolicyBook } from '@vong-gac/policy';

/** All policies that decisions may name: the built-in one, and those that are stored and that this release can read. */
export async function knownPolicies(store: PolicyStore): Promise<RiskPolicy[]> {
  const book = new PolicyBook(store);
  const known: RiskPolicy[] = [builtInPolicy()];
  for (const each of await store.list()) {
    const { policy } = await book.read(each);
    if (policy !== null) known.push(policy);
  }
  return known;
}
