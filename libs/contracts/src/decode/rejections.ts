import type { Rejection, RejectionReason } from '../decoded';
import { MAX_DETAIL_LENGTH } from '../limits';
import { storable } from '../text';

/** What could be read of who sent it, before it was refused. Only identifiers that pass `isIdentifier`. */
export interface Sender {
  source: string | null;
  eventId: string | null;
}

export const NOBODY: Sender = { source: null, eventId: null };

/** A rejection whose detail fits its column. */
export function reject(reason: RejectionReason, detail: string, sender: Sender): Rejection {
  const whole = storable(detail);
  const fits = whole.length <= MAX_DETAIL_LENGTH ? whole : `${storable(whole.slice(0, MAX_DETAIL_LENGTH - 1))}…`;
  return { outcome: 'rejection', reason, detail: fits, source: sender.source, eventId: sender.eventId };
}
