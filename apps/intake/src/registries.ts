import type { RegistryStore } from '@vong-gac/database';
import type { Registry } from '@vong-gac/domain';

/** The registry in memory, loaded again when its version rose: a change counts from the next chunk on. */
export class Registries {
  private current: Registry | null = null;

  constructor(private readonly store: RegistryStore) {}

  async at(version: number): Promise<Registry> {
    if (this.current === null || this.current.version !== version) this.current = await this.store.load();
    return this.current;
  }
}
