import type { History, Violation } from '../history';
import { delivery, derivation } from './alerts';
import { authority, conservation } from './conservation';
import { grades } from './grades';
import { offsets, progress, publishing } from './progress';
import { dedupe, time } from './time';
import { witnessed } from './witnessed';

export { latencies, partOf, quietTime, SLOWEST_FIRST, type Latency } from './time';
export { story } from './story';

/** Decides the invariants over a history, each by the ids in it. Pure: the same history gives the same answer. */
export function check(history: History): Violation[] {
  const crashed: Violation[] = history.crashes.map(({ process, how, log, at }) => ({ invariant: 'crash', says: `${process} ended by itself (${how}); the end of its log:\n${log}`, about: { at } }));
  const untold: Violation[] = history.faults.flatMap(({ wrong, kind, at }) => (wrong === undefined || at < history.startedAt ? [] : [{ invariant: 'I7', says: `${kind}: ${wrong}`, about: { at } }]));
  return [conservation, grades, derivation, delivery, dedupe, time, offsets, progress, publishing, witnessed, authority].flatMap((decide) => decide(history)).concat(untold, crashed);
}
