import { incidentIdFloor, parseInstant } from '@vong-gac/contracts';
import type { DecisionFilter, ReadingFilter } from '@vong-gac/database';
import { isDay, type Instant } from '@vong-gac/domain';
import { InvalidArgumentError, type Command } from 'commander';

/** Which stored incidents a command looks at: by when they occurred. */
export interface RangeOptions {
  from?: string;
  to?: string;
  site?: string;
}

export function rangeOptions(command: Command): Command {
  return command
    .option('--from <time>', 'incidents that occurred then or later: a day in Việt Nam (2026-07-04), or an instant with its offset', borderOf)
    .option('--to <time>', 'incidents that occurred before: a day (which is left out), or an instant', borderOf)
    .option('--site <id>', 'only this site');
}

export function filterOf({ from, to, site }: RangeOptions): DecisionFilter {
  return { ...(site === undefined ? {} : { siteId: site }), ...(from === undefined ? {} : { fromId: from }), ...(to === undefined ? {} : { toId: to }) };
}

/** The same range for volumes. */
export function readingsOf({ from, to, site }: RangeOptions): ReadingFilter {
  return { ...(site === undefined ? {} : { siteId: site }), ...(from === undefined ? {} : { from: instantOf(from) }), ...(to === undefined ? {} : { to: instantOf(to) }) };
}

/** The time at which an id begins: its first 48 bits (contracts: incidentId). */
const instantOf = (id: string): Instant => parseInt(id.replace('-', '').slice(0, 12), 16);

/** The id at which a time begins. */
export function borderOf(text: string): string {
  const at = parseInstant(isDay(text) ? `${text}T00:00:00+07:00` : text);
  if (at === null) throw new InvalidArgumentError('write YYYY-MM-DD, or an instant with its offset (2026-07-04T20:00:00+07:00).');
  return incidentIdFloor(at);
}
