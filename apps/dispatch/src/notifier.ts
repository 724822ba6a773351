import type { ClaimedDelivery } from '@vong-gac/database';
import type { DeliveryAnswer } from '@vong-gac/runtime';

/** Brings messages to one kind of receiver. */
export interface Notifier {
  /** Deliveries that are sent in one go. */
  batches(deliveries: readonly ClaimedDelivery[]): ClaimedDelivery[][];
  /**
   * Sends one batch; an answer for each, in order, well within the lease. Whatever the receiver or the network does is an answer, never an error:
   * what is thrown is a bug and ends the process.
   */
  send(batch: readonly ClaimedDelivery[]): Promise<DeliveryAnswer[]>;
  close(): Promise<void>;
}

export type Notifiers = Readonly<Record<ClaimedDelivery['receiverKind'], Notifier>>;
