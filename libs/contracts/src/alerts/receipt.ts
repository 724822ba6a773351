import type { Defect, Instant } from '@vong-gac/domain';
import type { RejectionReason } from '../decoded';
import { receiptId, type RecordPlace } from '../ids';
import { OWN_SOURCE, RECEIPT_TOPIC_RECEIVER, RECEIPT_TYPE } from '../topics';
import { isoTime } from './content';
import type { NewDelivery } from './delivery';

/** What a publisher is told of one record of his: refused, or stored without what was wrong in it. */
export type ReceiptOutcome =
  | { outcome: 'rejected'; reason: RejectionReason; detail: string }
  | { outcome: 'accepted-with-defects'; defects: readonly Defect[] };

/** `data` of `vn.vonggac.event.receipt.v1`. */
export type ReceiptData = ReceiptOutcome & { source: string; eventId?: string; topic: string; partition: number; offset: number };

/** One record and what became of it. */
export interface ReceiptInput {
  /** A registered publisher: nobody else gets a receipt. */
  source: string;
  eventId: string | null;
  outcome: ReceiptOutcome;
  place: RecordPlace;
  now: Instant;
}

/** The delivery that tells a publisher, through the topic `event.receipt`. */
export function receiptDelivery({ source, eventId, outcome, place, now }: ReceiptInput): NewDelivery {
  const id = receiptId(place);
  const { topic, partition, offset } = place;
  const data: ReceiptData = { source, ...(eventId === null ? {} : { eventId }), ...outcome, topic, partition, offset };
  const event = { specversion: '1.0', id, source: OWN_SOURCE, type: RECEIPT_TYPE, time: isoTime(now), datacontenttype: 'application/json', data };
  return {
    id,
    kind: 'receipt',
    receiverId: RECEIPT_TOPIC_RECEIVER,
    alertId: null,
    change: null,
    revision: null,
    escalation: null,
    raiseEventId: null,
    messageKey: source,
    body: JSON.stringify(event),
  };
}
