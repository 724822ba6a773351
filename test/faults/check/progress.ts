import { INCIDENTS, RECREATED, type History, type Violation } from '../history';

/** After an operator's "ledger restart" the group's offset is of a log that is no more: intake looks every 5 s, and puts it right. */
const PUT_RIGHT_MS = 10_000;

/** I6: at every sampled instant a resume would begin at or below the lowest unsettled offset. */
export function offsets({ samples, faults }: History): Violation[] {
  const violations: Violation[] = [];
  const recreated = faults.filter(({ kind }) => kind === RECREATED);
  for (const { at, partitions } of samples) {
    for (const { topic, partition, committed, nextOffset } of partitions) {
      if (committed === null || committed <= nextOffset) continue;
      if (topic === INCIDENTS && recreated.some((fault) => at >= fault.at && at <= fault.endedAt + PUT_RIGHT_MS)) continue;
      violations.push({ invariant: 'I6', says: `the group of ${topic}/${partition} would resume at ${committed}, and ${nextOffset} is not settled yet`, about: { place: `${topic}/${partition}@${nextOffset}`, at } });
    }
  }
  return violations;
}

const STANDS_STILL_MS = 10_000;

/** Since when a partition stands still, and how much of that while every intake said that it was ready. */
interface Stretch {
  at: number;
  nextOffset: number;
  greenMs: number;
  told: boolean;
}

/** I7: never more than 10 s with something to read and no advance, unless readiness says so: what lies beside a red look, up to the looks before and after, is not counted. */
export function progress({ samples }: History): Violation[] {
  const violations: Violation[] = [];
  const since = new Map<string, Stretch>();
  let last: { at: number; green: boolean } | null = null;
  for (const { at, partitions, green } of samples) {
    if (green === null) continue;
    const greenMs = green && last?.green === true ? at - last.at : 0;
    last = { at, green };
    const seen = new Set<string>();
    for (const { topic, partition, nextOffset, endOffset } of partitions) {
      if (endOffset === null) continue;
      const place = `${topic}/${partition}`;
      seen.add(place);
      const stretch = since.get(place);
      if (endOffset <= nextOffset || stretch?.nextOffset !== nextOffset) {
        if (endOffset > nextOffset) since.set(place, { at, nextOffset, greenMs: 0, told: false });
        else since.delete(place);
        continue;
      }
      stretch.greenMs += greenMs;
      if (stretch.greenMs <= STANDS_STILL_MS || stretch.told) continue;
      stretch.told = true;
      violations.push({ invariant: 'I7', says: `${place} stood at ${nextOffset} for ${at - stretch.at} ms while ${endOffset - nextOffset} records waited, and for ${stretch.greenMs} ms of that every intake said that it was ready`, about: { place: `${place}@${nextOffset}`, at } });
    }
    // What could not be looked at proves nothing.
    for (const place of since.keys()) if (!seen.has(place)) since.delete(place);
  }
  return violations;
}

const SENDING_MS = 30_000;

/** I7 for publishers: what is sent again and again is acknowledged, once nothing is broken any more. */
export function publishing({ publications, faults, endedAt }: History): Violation[] {
  const whole = Math.max(0, ...faults.map((fault) => fault.endedAt));
  return publications
    .filter(({ acknowledgedAt, firstSentAt }) => acknowledgedAt.length === 0 && endedAt - Math.max(whole, firstSentAt) > SENDING_MS)
    .map(({ source, eventId, through, firstSentAt }) => ({ invariant: 'I7', says: `${eventId ?? 'a record'} of ${source} was sent again and again by ${through}, and never acknowledged`, about: { source, eventId: eventId ?? undefined, at: firstSentAt } }));
}
