import { Random } from '../../apps/cli/src/random';
import { BROKER_KINDS } from './kinds/brokers';
import type { Kind } from './kinds/context';
import { DISK_KINDS } from './kinds/disks';
import { PROCESS_KINDS } from './kinds/processes';
import { PUBLISHER_KINDS } from './kinds/publishers';
import { RECEIVER_KINDS } from './kinds/receivers';
import { STORE_KINDS } from './kinds/stores';
import { TOPIC_KINDS } from './kinds/topics';
import { UPKEEP_KINDS } from './kinds/upkeep';

export const KINDS: readonly Kind[] = [...PROCESS_KINDS, ...STORE_KINDS, ...DISK_KINDS, ...TOPIC_KINDS, ...UPKEEP_KINDS, ...RECEIVER_KINDS, ...PUBLISHER_KINDS];

/** What happens besides, while brokers come and go. */
const BESIDE_BROKERS: ReadonlySet<string> = new Set(['kill -9 of intake', 'kill -9 of dispatch', 'frozen intake wakes again', 'kill -9 of Postgres', 'a flood', 'bytes published again']);

/** For a house with three brokers. */
export const CLUSTER_KINDS: readonly Kind[] = [...BROKER_KINDS, ...KINDS.filter(({ name }) => BESIDE_BROKERS.has(name))];

/** What can happen in a house with so many brokers. */
export const kindsOf = (brokers: number): readonly Kind[] => (brokers === 1 ? KINDS : CLUSTER_KINDS);

export type PlannedFault = { kind: Kind; afterMs: number } & ReturnType<Kind['plan']>;

/**
 * As `planOf`, for the next seed of a run in which these kinds were planned: others, while there are enough of them. What a seed plans then depends on where its
 * run began. @param had grows by what is planned
 */
export function planOfOthers(seed: number, count: number, kinds: readonly Kind[], had: Set<Kind>): PlannedFault[] {
  const others = kinds.filter((kind) => !had.has(kind));
  const planned = planOf(seed, count, others.length < count ? kinds : others);
  for (const { kind } of planned) had.add(kind);
  return planned;
}

/** The faults of a seed, the same for the same seed: no kind twice before every kind was there once. */
export function planOf(seed: number, count: number, kinds: readonly Kind[]): PlannedFault[] {
  const random = new Random(seed);
  const planned: PlannedFault[] = [];
  let left: Kind[] = [];
  while (planned.length < count) {
    if (left.length === 0) left = [...kinds];
    if (left.length === 0) return planned;
    const [kind] = left.splice(random.between(0, left.length - 1), 1);
    if (kind !== undefined) planned.push({ kind, afterMs: random.between(100, 1_500), ...kind.plan(random) });
  }
  return planned;
}
