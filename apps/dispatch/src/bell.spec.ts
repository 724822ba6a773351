import { Bell } from './bell';

describe('Bell', () => {
  it('keeps a ring for the next wait, and only for that one', async () => {
    const bell = new Bell();
    bell.ring();
    bell.ring();
    await bell.wait(3_600_000);
    const startedAt = performance.now();
    await bell.wait(20);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(19);
  });

  it('wakes who waits', async () => {
    const bell = new Bell();
    const waiting = bell.wait(3_600_000);
    bell.ring();
    await waiting;
  });
});
