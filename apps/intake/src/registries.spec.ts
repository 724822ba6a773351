import type { Registry } from '@vong-gac/domain';
import { Registries } from './registries';

/** A store whose loads end when the test says so. */
function store() {
  const loads: ((version: number) => void)[] = [];
  const failures: ((error: Error) => void)[] = [];
  return {
    loads,
    failures,
    load: () =>
      new Promise<Registry>((resolve, reject) => {
        loads.push((version) => resolve({ version } as Registry));
        failures.push(reject);
      }),
  };
}

describe('the registry in memory', () => {
  it('is loaded once for all pieces that find it changed, and not again until it rises', async () => {
    const stored = store();
    const registries = new Registries(stored);
    const asked = [registries.at(1), registries.at(1), registries.at(1)];
    stored.loads[0]?.(1);
    expect((await Promise.all(asked)).map(({ version }) => version)).toEqual([1, 1, 1]);
    expect((await registries.at(1)).version).toBe(1);
    expect(stored.loads).toHaveLength(1);
  });

  it('is loaded again by who needs a later version than the load under way brings', async () => {
    const stored = store();
    const registries = new Registries(stored);
    const early = registries.at(1);
    const late = [registries.at(2), registries.at(2)];
    stored.loads[0]?.(1);
    expect((await early).version).toBe(1);
    await Promise.resolve();
    stored.loads[1]?.(2);
    expect((await Promise.all(late)).map(({ version }) => version)).toEqual([2, 2]);
    expect(stored.loads).toHaveLength(2);
  });

  it('is asked for again after a load that failed', async () => {
    const stored = store();
    const registries = new Registries(stored);
    const asked = registries.at(1);
    stored.failures[0]?.(new Error('away'));
    await expect(asked).rejects.toThrow('away');
    const again = registries.at(1);
    stored.loads[1]?.(1);
    expect((await again).version).toBe(1);
  });
});
