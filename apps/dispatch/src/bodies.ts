import { bodyChain, type Instant, type Registry } from '@vong-gac/domain';
import type { RegistryStore } from '@vong-gac/database';

/** The registry in memory, as of the last look at its version. */
export class Bodies {
  private registry: Registry | null = null;

  constructor(private readonly store: RegistryStore) {}

  /** Loads the registry when it changed since the last look. */
  async refresh(): Promise<Registry> {
    if (this.registry === null || this.registry.version !== (await this.store.version())) this.registry = await this.store.load();
    return this.registry;
  }

  /** Makes sure that these bodies are known: a body may be younger than the last look. */
  async learn(bodyIds: readonly (string | null)[]): Promise<void> {
    const known = this.registry?.bodies;
    if (known === undefined || bodyIds.some((id) => id !== null && !known.has(id))) await this.refresh();
  }

  /** Where a receiver's body stands above the one that answers now for `policeBodyId`: 0 = it is that body, 1 = its parent …; null: nowhere. */
  rankOf(policeBodyId: string, receiverBodyId: string, now: Instant): number | null {
    if (this.registry === null) throw new Error('the registry was not loaded before it was asked');
    const rank = bodyChain(this.registry, policeBodyId, now).findIndex((body) => body.id === receiverBodyId);
    return rank < 0 ? null : rank;
  }
}
