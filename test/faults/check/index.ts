import type { Crash, History, Violation } from '../history';
import { delivery, derivation } from './alerts';
import { authority, conservation } from './conservation';
import { defects } from './defects';
import { grades } from './grades';
import { offsets, progress, publishing } from './progress';
import { dedupe, time, type Sent } from './time';
import { witnessed } from './witnessed';

export { latencies, partOf, quietTime, SLOWEST_FIRST, type Latency } from './time';
export { story } from './story';

/** Decides the invariants over a history, each by the ids in it. Pure: the same history gives the same answer. */
export function check(history: History): Violation[] {
  const untold: Violation[] = history.faults.flatMap(({ wrong, kind, at }) => (wrong === undefined || at < history.startedAt ? [] : [{ invariant: 'I7', says: `${kind}: ${wrong}`, about: { at } }]));
  return [conservation, defects, grades, derivation, delivery, dedupe, time, offsets, progress, publishing, witnessed, authority].flatMap((decide) => decide(history)).concat(untold, crashed(history.crashes));
}

const crashed = (crashes: readonly Crash[]): Violation[] => crashes.map(({ process, how, log, at }) => ({ invariant: 'crash', says: `${process} ended by itself (${how}); the end of its log:\n${log}`, about: { at } }));

/** What no seed could see, decided over all of them: a message of one that comes again when the next has begun, a process that ends after the last. @param told what the seeds found */
export function checkRun(sent: Sent, crashes: readonly Crash[], told: readonly Violation[]): Violation[] {
  const known = new Set(told.map(({ about, says }) => `${about.at} ${says}`));
  return dedupe(sent).filter(({ about, says }) => !known.has(`${about.at} ${says}`)).concat(crashed(crashes));
}
