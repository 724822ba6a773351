import type { Registry } from '@vong-gac/domain';
import { createLogger } from '@vong-gac/runtime';
import { RegistryCache } from './registry-cache';

const empty: Registry = { version: 0, units: [], successions: [], bodies: new Map(), sites: new Map(), zones: new Map(), siteEvents: new Map(), publishers: new Map(), receivers: [] };

/** A registry's home that counts what is asked and may be away. */
class Home {
  version_ = 1;
  loads = 0;
  asked = 0;
  away = false;

  async version(): Promise<number> {
    this.asked++;
    if (this.away) throw new Error('connection refused');
    return this.version_;
  }
  async load(): Promise<Registry> {
    this.loads++;
    return { ...empty, version: this.version_ };
  }
}

describe('RegistryCache', () => {
  const logger = createLogger('test', 'silent');

  it('asks once a second, and loads only what changed', async () => {
    const home = new Home();
    const cache = new RegistryCache(home, logger);
    await Promise.all([cache.current(0), cache.current(0), cache.current(500)]);
    expect([home.asked, home.loads]).toEqual([1, 1]);
    await cache.current(1_500);
    expect([home.asked, home.loads]).toEqual([2, 1]);
    home.version_ = 2;
    expect((await cache.current(3_000)).version).toBe(2);
    expect(home.loads).toBe(2);
  });

  it('keeps nobody waiting for a database that does not answer, and nobody twice', async () => {
    const home = new Home();
    const cache = new RegistryCache(home, logger);
    await cache.current(0);
    let answer: (version: number) => void = () => undefined;
    home.version = () => new Promise((resolve) => (answer = resolve));
    const startedAt = performance.now();
    expect((await cache.current(5_000)).version).toBe(1);
    const once = performance.now() - startedAt;
    for (let i = 0; i < 20; i++) expect((await cache.current(6_000)).version).toBe(1);
    expect(performance.now() - startedAt - once).toBeLessThan(once);
    home.version_ = 2;
    answer(2);
    await new Promise((resolve) => setImmediate(resolve));
    expect((await cache.current(5_500)).version).toBe(2);
  });

  it('goes on with the last one known while the database is away', async () => {
    const home = new Home();
    const cache = new RegistryCache(home, logger);
    home.away = true;
    await expect(cache.current(0)).rejects.toThrow('connection refused');
    home.away = false;
    await cache.current(0);
    home.away = true;
    home.version_ = 2;
    expect((await cache.current(5_000)).version).toBe(1);
    home.away = false;
    expect((await cache.current(10_000)).version).toBe(2);
  });
});
