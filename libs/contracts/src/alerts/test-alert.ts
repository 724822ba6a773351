import type { Instant, PoliceBody, Site } from '@vong-gac/domain';
import { v5 } from 'uuid';
import { OWN_SOURCE } from '../topics';
import { isoTime } from './content';
import type { AlertData } from './delivery';

/** Whom a test of the line is for. */
export interface TestAlertInput {
  body: PoliceBody;
  receiverId: string;
  /** A site that the body answers for, so that the message looks like a real one; null: none is registered. */
  site: Site | null;
  now: Instant;
  publicUrl: string;
}

/** Where a test message says it is from when the body answers for no registered site. */
const NOWHERE = { id: 'test', name: 'Vọng Gác', phone: null, lat: 0, lon: 0 };

/**
 * A message that an operator sends to see whether a receiver hears: the form of a raised alert of status `Test`, about nothing.
 * No alert of this id exists, and its link leads to none.
 */
export function testAlert({ body, receiverId, site, now, publicUrl }: TestAlertInput): { id: string; body: string } {
  const time = isoTime(now);
  const alertId = v5(JSON.stringify(['test-alert', body.id, time]), v5.URL);
  const id = v5(JSON.stringify(['test-alert', receiverId, time]), v5.URL);
  const data: AlertData = {
    alertId,
    change: 'raised',
    revision: 1,
    level: 'high',
    escalation: 0,
    status: 'Test',
    alertStatus: 'pending',
    raisedAt: time,
    acknowledgeBy: null,
    policeBodyId: body.id,
    deliveredToBodyId: body.id,
    headline: { vi: `[THỬ] Kiểm tra đường truyền tới ${body.name}, không có việc gì xảy ra`, en: `[TEST] A test of the line to ${body.name}, nothing has happened` },
    reasons: [{ rule: 'test', text: { vi: 'Người vận hành gửi thử', en: 'An operator sent a test' } }],
    incident: {
      id: alertId,
      source: OWN_SOURCE,
      eventId: id,
      category: { code: 'other.other', vi: 'Gửi thử', en: 'Test' },
      occurredAt: time,
      reportedAt: null,
      receivedAt: time,
      description: null,
      injured: null,
      involved: null,
      weapon: null,
      verification: null,
      defects: [],
    },
    site: site === null ? NOWHERE : { id: site.id, name: site.name, phone: site.phone, lat: site.lat, lon: site.lon },
    zone: null,
    occupancy: null,
    link: `${publicUrl}/a/${alertId}`,
  };
  const event = { specversion: '1.0', id, source: OWN_SOURCE, type: 'vn.vonggac.alert.raised.v1', subject: alertId, time, datacontenttype: 'application/json', data };
  return { id, body: JSON.stringify(event) };
}
