import { OCCUPANCY_WINDOW_MS, type Incident } from '@vong-gac/domain';
import { windowsOf } from './volume-windows';

const MINUTE = 60_000;
const T = Date.UTC(2026, 6, 4, 13, 0, 0);

function incidentAt(minute: number, zone: string | null = null, siteId = 'dai-lai'): Incident {
  return {
    kind: 'incident', source: 's', eventId: 'e', siteId, category: 'security.theft', categoryAsSent: 'security.theft', occurredAt: T + minute * MINUTE, reportedAt: null,
    receivedAt: T, status: 'Actual', severity: null, urgency: null, certainty: null, verification: null, zone, location: null, description: null, injured: null,
    involved: null, weapon: null, corrects: null, backfill: false, defects: [],
  };
}

const minutes = (incidents: Incident[]) => windowsOf(incidents).map(({ siteId, zone, since, until }) => [siteId, zone, (since - T) / MINUTE, (until - T) / MINUTE]);

describe('windows of readings', () => {
  it('look back half an hour, in the zone and the whole site', () => {
    expect(OCCUPANCY_WINDOW_MS).toBe(30 * MINUTE);
    expect(minutes([incidentAt(0, 'beach')])).toEqual([['dai-lai', 'beach', -30, 0], ['dai-lai', '', -30, 0]]);
  });

  it('are merged where they touch, whatever the order, and kept apart where they do not', () => {
    expect(minutes([incidentAt(100), incidentAt(0), incidentAt(30), incidentAt(61)])).toEqual([['dai-lai', '', -30, 30], ['dai-lai', '', 31, 61], ['dai-lai', '', 70, 100]]);
  });

  it('keep sites apart', () => {
    expect(minutes([incidentAt(0), incidentAt(1, null, 'other')])).toEqual([['dai-lai', '', -30, 0], ['other', '', -29, 1]]);
  });
});
