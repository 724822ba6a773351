import type { RegistryStore } from '@vong-gac/database';
import type { Registry } from '@vong-gac/domain';

/** The registry in memory, loaded again when its version rose: a change counts from the next chunk on. Several pieces that find it changed share a load. */
export class Registries {
  private current: Registry | null = null;
  private loading: Promise<Registry> | null = null;

  constructor(private readonly store: Pick<RegistryStore, 'load'>) {}

  async at(version: number): Promise<Registry> {
    if (this.current?.version === version) return this.current;
    if (this.loading !== null) {
      const loaded = await this.loading;
      if (loaded.version >= version) return loaded; // else it rose again while that load was under way
    }
    this.loading ??= this.load();
    return this.loading;
  }

  private async load(): Promise<Registry> {
    try {
      return (this.current = await this.store.load());
    } finally {
      this.loading = null;
    }
  }
}
