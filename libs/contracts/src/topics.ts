/** Kafka topics by what flows in them (docs/asyncapi.yaml). */
export const TOPICS = {
  incidentReported: 'incident.reported',
  visitorVolumeMeasured: 'visitor-volume.measured',
  alertRaised: 'alert.raised',
  eventReceipt: 'event.receipt',
} as const;

/** CloudEvents `type` of what resorts send. */
export const EVENT_TYPES = {
  incidentReported: 'vn.vonggac.incident.reported.v1',
  visitorVolumeMeasured: 'vn.vonggac.visitor-volume.measured.v1',
} as const;

/** CloudEvents `type` of a receipt. */
export const RECEIPT_TYPE = 'vn.vonggac.event.receipt.v1';

/** CloudEvents `source` of everything that Vọng Gác itself sends. */
export const OWN_SOURCE = '/vong-gac';

/** Receivers that are Kafka topics; rows of the same ids are in the first schema. */
export const ALERT_TOPIC_RECEIVER = `topic:${TOPICS.alertRaised}`;
export const RECEIPT_TOPIC_RECEIVER = `topic:${TOPICS.eventReceipt}`;
