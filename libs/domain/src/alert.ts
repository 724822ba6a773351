import type { CapStatus, Instant } from './incident';
import type { RiskLevel } from './risk';

/** An incident and its corrections: at most one alert each (contract.md, Corrections). */
export interface ThreadKey {
  source: string;
  siteId: string;
  status: CapStatus;
  firstId: string;
}

export type AlertStatus = 'pending' | 'delivered' | 'acknowledged' | 'en-route' | 'on-scene' | 'closed' | 'cancelled';
export type AlertChange = 'raised' | 'updated' | 'escalated' | 'acknowledged' | 'cancelled' | 'closed';

export const DISPOSITIONS = ['founded', 'unfounded', 'false-alarm', 'referred', 'arrest', 'settled', 'gone-on-arrival', 'cancelled'] as const;
export type Disposition = (typeof DISPOSITIONS)[number];

/** The state of an alert that the rules look at. */
export interface AlertState {
  thread: ThreadKey;
  level: RiskLevel;
  /** The highest level that any event of the thread had when it changed the alert. */
  highestLevel: RiskLevel;
  alertStatus: AlertStatus;
  /** Rises by one with each change sent; not with `delivered`. */
  revision: number;
  /** The revision of the last `raised`. */
  raisedRevision: number;
  /** Event id that last raised the alert, and its source (a situation may have several); part of delivery ids. */
  raiseEventId: string;
  raiseSource: string;
  /** 0 = body responsible, 1 = its parent … */
  escalation: number;
  raisedAt: Instant;
  acknowledgeBy: Instant | null;
  /** The body in whose jurisdiction the incident occurred. */
  policeBodyId: string;
}

/** A message about an alert, or a receipt, that is not yet written: one for one receiver. `@vong-gac/contracts` composes it, `@vong-gac/database` writes it. */
export interface NewDelivery {
  /** Derived (contracts: ids.ts), so that the same change to the same receiver has the same id for ever. */
  id: string;
  kind: 'alert' | 'receipt';
  receiverId: string;
  alertId: string | null;
  change: string | null;
  revision: number | null;
  escalation: number | null;
  raiseEventId: string | null;
  /** The Kafka key, where the receiver is a topic. */
  messageKey: string;
  /** The CloudEvent in structured JSON, ready to send; never changes once written. */
  body: string;
}
