import { incidentIdFloor, parseInstant } from '@vong-gac/contracts';
import type { DecisionFilter, ReadingFilter } from '@vong-gac/database';
import { isDay, type Instant } from '@vong-gac/domain';
import { InvalidArgumentError, type Command } from 'commander';

/** Which stored incidents a command looks at: by when they occurred. */
export interface RangeOptions {
  from?: Instant;
  to?: Instant;
  site?: string;
}

export function rangeOptions(command: Command): Command {
  return command
    .option('--from <time>', 'incidents that occurred then or later: a day in Việt Nam (2026-07-04), or an instant with its offset', borderOf)
    .option('--to <time>', 'incidents that occurred before: a day (which is left out), or an instant', borderOf)
    .option('--site <id>', 'only this site');
}

export function filterOf({ from, to, site }: RangeOptions): DecisionFilter {
  return { ...(site === undefined ? {} : { siteId: site }), ...(from === undefined ? {} : { fromId: incidentIdFloor(from) }), ...(to === undefined ? {} : { toId: incidentIdFloor(to) }) };
}

/** The same range for volumes. */
export function readingsOf({ from, to, site }: RangeOptions): ReadingFilter {
  return { ...(site === undefined ? {} : { siteId: site }), ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

/** A day's beginning in Việt Nam, or an instant as it stands. */
export function borderOf(text: string): Instant {
  const at = parseInstant(isDay(text) ? `${text}T00:00:00+07:00` : text);
  if (at === null) throw new InvalidArgumentError('write YYYY-MM-DD, or an instant with its offset (2026-07-04T20:00:00+07:00).');
  return at;
}
