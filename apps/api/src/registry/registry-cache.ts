import type { RegistryStore } from '@vong-gac/database';
import type { Instant, Registry } from '@vong-gac/domain';
import { explain, type Logger } from '@vong-gac/runtime';
import { setTimeout as pause } from 'node:timers/promises';
import { REGISTRY_AGE_MS } from '../limits';

/** A look takes a millisecond or two. */
const LOOK_MS = 300;

/**
 * The registry as this process knows it: asked at most once a REGISTRY_AGE_MS whether it changed. While Postgres is away, or does not answer within
 * LOOK_MS, the last one known is used: a publisher is neither refused nor kept waiting because a list cannot be read again.
 */
export class RegistryCache {
  private registry: Registry | null = null;
  private askedAt = -Infinity;
  private asking: Promise<Registry> | null = null;
  /** The look under way did not answer in time: nobody waits for it any more. */
  private slow = false;

  constructor(
    private readonly store: Pick<RegistryStore, 'load' | 'version'>,
    private readonly logger: Logger,
  ) {}

  /** @throws the database's error, only where no registry was ever read. */
  async current(now: Instant): Promise<Registry> {
    if (this.registry !== null && now - this.askedAt < REGISTRY_AGE_MS) return this.registry;
    this.asking ??= this.ask(now).finally(() => {
      this.asking = null;
      this.slow = false;
    });
    const { asking, registry } = this;
    if (registry === null) return asking;
    if (this.slow) return registry;
    const answered = await Promise.race([asking, pause(LOOK_MS, null)]);
    this.slow = answered === null;
    return answered ?? registry;
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
