import type { AlertChange, AlertState, AlertStatus, CapStatus, Instant, NewDelivery, Reason, Receiver, RiskLevel } from '@vong-gac/domain';
import { deliveryId } from '../ids';
import { MAX_ALERT_BODY_BYTES } from '../limits';
import { OWN_SOURCE } from '../topics';
import { type AlertContent, isoTime, shortened } from './content';

export type { NewDelivery };

/** `data` of `vn.vonggac.alert.*.v1`. Times are RFC 3339 in UTC. A receiver keeps the highest `revision`. */
export interface AlertData extends Omit<AlertContent, 'policeBody' | 'explanation' | 'reasons'> {
  reasons: Pick<Reason, 'rule' | 'text'>[];
  alertId: string;
  change: AlertChange;
  revision: number;
  level: RiskLevel;
  escalation: number;
  status: CapStatus;
  alertStatus: AlertStatus;
  raisedAt: string;
  acknowledgeBy: string | null;
  /** The body where it occurred. */
  policeBodyId: string;
  /** The body responsible now. */
  deliveredToBodyId: string;
  /** A page on which the officer reads and acknowledges. */
  link: string;
}

/** One change of an alert and whom it is told. */
export interface AlertDeliveryInput {
  alertId: string;
  /** The state after the change. */
  state: AlertState;
  change: AlertChange;
  /** Id of the event that caused the change; of one by the clock or an officer: of the event that last raised the alert. */
  causeEventId: string;
  /** `source` of that event. */
  causeSource: string;
  content: AlertContent;
  receivers: readonly Receiver[];
  deliveredToBodyId: string;
  now: Instant;
  /** Where officers reach the api, without a slash at the end. */
  publicUrl: string;
}

/** One delivery per receiver, in their order; all say the same, each under its own constant id. */
export function alertDeliveries(input: AlertDeliveryInput): NewDelivery[] {
  if (input.receivers.length === 0) return [];
  const { alertId, state, change, causeEventId, causeSource } = input;
  const data = alertData(input);
  return input.receivers.map((receiver) => {
    const id = deliveryId({ source: causeSource, causeEventId, change, escalation: state.escalation, receiverId: receiver.id });
    return {
      id,
      kind: 'alert',
      receiverId: receiver.id,
      alertId,
      change,
      revision: state.revision,
      escalation: state.escalation,
      raiseEventId: state.raiseEventId,
      messageKey: state.policeBodyId,
      body: alertBody(id, input.now, data),
    };
  });
}

/** `data` of a message about an alert. */
export function alertData({ alertId, state, change, content, deliveredToBodyId, publicUrl }: Omit<AlertDeliveryInput, 'receivers' | 'now' | 'causeEventId' | 'causeSource'>): AlertData {
  const { headline, reasons, incident, site, zone, occupancy } = content;
  return {
    alertId,
    change,
    revision: state.revision,
    level: state.level,
    escalation: state.escalation,
    status: state.thread.status,
    alertStatus: state.alertStatus,
    raisedAt: isoTime(state.raisedAt),
    acknowledgeBy: state.acknowledgeBy === null ? null : isoTime(state.acknowledgeBy),
    policeBodyId: state.policeBodyId,
    deliveredToBodyId,
    headline,
    reasons: reasons.map(({ rule, text }) => ({ rule, text })),
    incident,
    site,
    zone,
    occupancy,
    link: `${publicUrl}/a/${alertId}`,
  };
}

function alertBody(id: string, now: Instant, data: AlertData): string {
  return fitted(data, (fitting) =>
    JSON.stringify({
      specversion: '1.0',
      id,
      source: OWN_SOURCE,
      type: `vn.vonggac.alert.${fitting.change}.v1`,
      subject: fitting.alertId,
      time: isoTime(now),
      datacontenttype: 'application/json',
      data: fitting,
    }),
  );
}

/** Writes the body with as much text as MAX_ALERT_BODY_BYTES leaves room for: first the description gives way, then defects, then the last reasons. */
function fitted(data: AlertData, write: (data: AlertData) => string): string {
  const body = write(data);
  if (Buffer.byteLength(body) <= MAX_ALERT_BODY_BYTES) return body;
  const { incident, reasons } = data;
  const { description, defects } = incident;
  if (description !== null && description.length > 1) {
    return fitted({ ...data, incident: { ...incident, description: shortened(description, Math.floor(description.length / 2)) } }, write);
  }
  if (defects.length > 0) return fitted({ ...data, incident: { ...incident, defects: halved(defects) } }, write);
  return reasons.length > 0 ? fitted({ ...data, reasons: halved(reasons) }, write) : body;
}

function halved<T>(list: readonly T[]): T[] {
  return list.slice(0, Math.floor(list.length / 2));
}
