import type { RegistryStore } from '@vong-gac/database';
import type { Instant, Registry } from '@vong-gac/domain';
import { explain, type Logger } from '@vong-gac/runtime';
import { REGISTRY_AGE_MS } from '../limits';

/**
 * The registry as this process knows it: asked at most once a REGISTRY_AGE_MS whether it changed. While Postgres is away the last one known is
 * used: a publisher is not refused because a list cannot be read again.
 */
export class RegistryCache {
  private registry: Registry | null = null;
  private askedAt = -Infinity;
  private asking: Promise<Registry> | null = null;

  constructor(
    private readonly store: Pick<RegistryStore, 'load' | 'version'>,
    private readonly logger: Logger,
  ) {}

  /** @throws the database's error, only where no registry was ever read. */
  async current(now: Instant): Promise<Registry> {
    if (this.registry !== null && now - this.askedAt < REGISTRY_AGE_MS) return this.registry;
    this.asking ??= this.ask(now).finally(() => {
      this.asking = null;
    });
    return this.asking;
  }

  private async ask(now: Instant): Promise<Registry> {
    try {
      const version = await this.store.version();
      if (this.registry === null || version !== this.registry.version) this.registry = await this.store.load();
    } catch (error) {
      if (this.registry === null) throw error;
      this.logger.warn(`the registry cannot be read again, version ${this.registry.version} is used: ${explain(error)}`);
    }
    this.askedAt = now;
    return this.registry;
  }
}
