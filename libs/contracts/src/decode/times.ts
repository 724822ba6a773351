import type { Defect, Instant } from '@vong-gac/domain';
import { EARLIEST_TIME, MAX_CLOCK_AHEAD_MS } from '../limits';
import { parseInstant } from '../instant';

/** The last instant that a JavaScript Date can name. */
const LAST_INSTANT = 8.64e15;

/** A record's timestamp as an instant that every later step can write; the broker sets it, so this only matters on a topic with wrong settings. */
export function receivedAtOf(timestamp: number): Instant {
  return timestamp >= 0 && timestamp <= LAST_INSTANT ? Math.trunc(timestamp) : 0;
}

/** What is wrong with an instant, as the end of a sentence; null when it may be used. */
export function outOfRange(at: Instant, receivedAt: Instant, aheadMs: number = MAX_CLOCK_AHEAD_MS): string | null {
  if (at < EARLIEST_TIME) return 'is before the year 2000';
  if (at > receivedAt + aheadMs) return `is ${sayDuration(at - receivedAt)} after its receipt`;
  return null;
}

function sayDuration(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  return minutes < 2_880 ? `${minutes} minutes` : `${Math.round(minutes / 1_440)} days`;
}

/**
 * When it happened: `occurredAt` where usable, else the envelope's `time` within the same limits, else the receipt; the fallback is a defect.
 * `sent` is undefined where the text was already set aside as unreadable (that defect is in `defects`, and gets the fallback's words).
 */
export function occurredAt(sent: string | null | undefined, time: Instant | null, receivedAt: Instant, defects: Defect[]): Instant {
  const at = typeof sent === 'string' ? parseInstant(sent) : null;
  const wrong = at === null ? null : outOfRange(at, receivedAt);
  if (at !== null && wrong === null) return at;
  const useTime = time !== null && outOfRange(time, receivedAt) === null;
  const taken = useTime ? 'the envelope’s time was taken' : 'the time of receipt was taken';
  const unreadable = defects.findIndex(({ path }) => path === '/occurredAt');
  if (unreadable >= 0) defects[unreadable] = { path: '/occurredAt', problem: `${defects[unreadable]?.problem ?? ''}; ${taken}` };
  else defects.push({ path: '/occurredAt', problem: `occurredAt ${wrong ?? 'is missing'}: ${taken}. Check the clock and the time zone that the resort writes` });
  return useTime ? time : receivedAt;
}

/** An optional instant within the same limits; outside them it is set aside as a defect. */
export function optionalInstant(path: string, sent: string | null | undefined, receivedAt: Instant, defects: Defect[]): Instant | null {
  const at = typeof sent === 'string' ? parseInstant(sent) : null;
  const wrong = at === null ? null : outOfRange(at, receivedAt);
  if (wrong === null) return at;
  defects.push({ path, problem: `${path.slice(1)} ${wrong}. Check the clock and the time zone that the resort writes` });
  return null;
}
