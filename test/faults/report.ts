import type { Part } from './history';
import { partOf, SLOWEST_FIRST, type Latency } from './check';
import type { ControlResult } from './controls';

/** The end of a run, for people. */
export function table(byKind: ReadonlyMap<string, number>): string {
  const rows = [...byKind].sort(([a], [b]) => (a < b ? -1 : 1));
  const width = Math.max(...rows.map(([name]) => name.length), 4);
  return [`${'kind'.padEnd(width)}  faults`, ...rows.map(([name, faults]) => `${name.padEnd(width)}  ${String(faults).padStart(6)}`)].join('\n');
}

const SAID: Readonly<Record<Part, string>> = {
  postgres: 'Postgres', kafka: 'Kafka', dispatch: 'a dispatch', intake: 'an intake', receiver: 'a receiver', publisher: 'a publisher', api: 'the api',
};
const WIDTH = 46;

/** Publish → alert at the receiver: of those that nothing disturbed, from the acknowledgement; of the others from when what was broken was whole again. */
export function latencyTable(all: readonly Latency[]): string {
  const line = (name: string, values: readonly number[]): string => {
    const sorted = [...values].sort((a, b) => a - b);
    const at = (share: number) => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
    return `${name.padEnd(WIDTH)} ${String(sorted.length).padStart(7)} ${String(at(0.5)).padStart(8)} ${String(at(0.99)).padStart(8)} ${String(sorted.at(-1) ?? 0).padStart(8)}`;
  };
  const quiet = all.filter(({ disturbed }) => !disturbed);
  const slowest = quiet.reduce<Latency | null>((slow, each) => (slow === null || each.ms > slow.ms ? each : slow), null);
  const disturbed = all.filter((each) => each.disturbed);
  const byPart = SLOWEST_FIRST.flatMap((part) => {
    const own = disturbed.filter((each) => partOf(each) === part);
    return own.length === 0 ? [] : [line(`after a fault of ${SAID[part]}, from its end`, own.map(({ afterMs }) => afterMs))];
  });
  return [
    `${'publish → alert taken, ms'.padEnd(WIDTH)} ${'alerts'.padStart(7)} ${'p50'.padStart(8)} ${'p99'.padStart(8)} ${'max'.padStart(8)}`,
    line('no fault near', quiet.map(({ ms }) => ms)), line('a fault near', disturbed.map(({ ms }) => ms)), ...byPart,
    `the slowest with no fault near: ${slowest?.eventId ?? 'none'}`,
  ].join('\n');
}

export const controlTable = (results: readonly ControlResult[]): string =>
  results.map(({ name, invariant, caught }) => `${name.padEnd(28)} ${name === 'as-built' ? (caught ? 'nothing found, as it must be' : 'FOUND BROKEN') : caught ? `caught by ${invariant}` : `NOT CAUGHT by ${invariant}`}`).join('\n');
