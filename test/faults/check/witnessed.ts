import type { History, Violation } from '../history';

/** While Kafka or Postgres itself is broken there may be nothing to see; a client that lived through it needs so long to find its way again. */
const BLIND_AFTER_MS = 10_000;
const GAP_MS = 8_000;

/** I6 and I7 hold of what was seen: where nothing was broken, somebody must have looked. */
export function witnessed({ samples, faults, startedAt, endedAt }: History): Violation[] {
  const blind = faults.filter(({ breaks, cable }) => cable === undefined && (breaks.includes('kafka') || breaks.includes('postgres'))).map(({ at, endedAt: end }) => ({ from: at, to: end + BLIND_AFTER_MS })).sort((a, b) => a.from - b.from);
  const looks = samples.filter(({ partitions, green }) => green !== null && partitions.length > 0).map(({ at }) => at);
  const violations: Violation[] = [];
  let last = startedAt;
  for (const at of [...looks, ...blind.map(({ to }) => to), endedAt].sort((a, b) => a - b)) {
    const seen = Math.min(at, endedAt);
    const from = blind.reduce((begin, { from, to }) => (from <= begin + GAP_MS && to > begin ? Math.max(begin, to) : begin), last);
    if (seen - from > GAP_MS) violations.push({ invariant: 'I7', says: `nobody could look at offsets and readiness for ${seen - from} ms, and neither Kafka nor Postgres was broken`, about: { at: from } });
    last = Math.max(last, seen);
  }
  return violations;
}
