import { CONSUMER_DEFAULTS } from './settings';

/** What is promised from kill -9 of a process to the alert at its receiver (I5). */
const TAKEN_OVER_WITHIN_MS = 10_000;
/** The join of those that are left, reading, storing and telling, on a busy machine. */
const WORK_MS = 1_000;

// Found by the faults (seed 86): with a heartbeat of 2 s the alerts of a killed member's partitions came after 10.01 s.
it('a killed member is missed, and its partitions are taken over, in the time that is promised', () => {
  const { sessionTimeoutMs, heartbeatEveryMs } = CONSUMER_DEFAULTS;
  expect(sessionTimeoutMs + heartbeatEveryMs + WORK_MS).toBeLessThanOrEqual(TAKEN_OVER_WITHIN_MS);
});
