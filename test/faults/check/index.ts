import type { History, Violation } from '../history';
import { delivery, derivation } from './alerts';
import { authority, conservation } from './conservation';
import { offsets, progress, publishing } from './progress';
import { dedupe, time } from './time';

export { latencies, type Latency } from './time';
export { story } from './story';

/** Decides the invariants over a history, each by the ids in it. Pure: the same history gives the same answer. */
export function check(history: History): Violation[] {
  const crashed: Violation[] = history.crashes.map(({ process, how, log, at }) => ({ invariant: 'crash', says: `${process} ended by itself (${how}); the end of its log:\n${log}`, about: { at } }));
  return [conservation, derivation, delivery, dedupe, time, offsets, progress, publishing, authority].flatMap((decide) => decide(history)).concat(crashed);
}
