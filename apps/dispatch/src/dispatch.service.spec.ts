import type { AlertClock } from './alert-clock';
import { DispatchService } from './dispatch.service';
import type { Dispatcher } from './dispatcher';
import type { Hints } from './hints';
import type { Observer } from './observer';

const POLL_MS = 500;

/** Looks at open alerts, each of which takes so long and then ends so; the times at which they began. */
async function looks(tookMs: number, outcome: 'done' | 'away', withinMs: number): Promise<number[]> {
  jest.useFakeTimers();
  const startedAt = Date.now();
  const began: number[] = [];
  const clock = {
    async step() {
      began.push(Date.now() - startedAt);
      await new Promise((resolve) => setTimeout(resolve, tookMs));
      if (outcome === 'away') throw Object.assign(new Error('Query read timeout'), { code: '57014' });
    },
  };
  const told = { databaseAnswered: () => undefined, databaseAway: () => undefined, stepped: () => undefined };
  const dispatcher = { run: async () => undefined, stop: () => undefined };
  const hints = { start: async () => undefined, stop: async () => undefined };
  const service = new DispatchService(dispatcher as unknown as Dispatcher, clock as unknown as AlertClock, hints as unknown as Hints, told as unknown as Observer, POLL_MS);
  service.start((error) => {
    throw error;
  });
  await jest.advanceTimersByTimeAsync(withinMs);
  void service.stop();
  await jest.advanceTimersByTimeAsync(tookMs);
  jest.useRealTimers();
  return began;
}

describe('the clock of open alerts', () => {
  // Found by the faults (seed 11: the answer to a COMMIT lost): a look that waited 10 s for Postgres was followed by 100 s in which no alert went up, and readiness stayed red.
  it('looks again at once after one that Postgres did not answer, however long it waited', async () => {
    expect(await looks(10_000, 'away', 25_000)).toEqual([0, 10_500, 21_000]);
  });

  it('rests after a long one, so that it does not keep Postgres busy', async () => {
    expect(await looks(200, 'done', 5_000)).toEqual([0, 2_200, 4_400]);
  });

  it('rests no longer than it takes to count as hanging', async () => {
    expect(await looks(5_000, 'done', 45_000)).toEqual([0, 20_000, 40_000]);
  });

  it('looks at each poll otherwise', async () => {
    expect(await looks(10, 'done', 1_100)).toEqual([0, 510, 1_020]);
  });
});
