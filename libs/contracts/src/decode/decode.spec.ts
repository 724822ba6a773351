import { binaryRecord, cloudEvent, incidentRecord, RECEIVED_AT, recordOf, volumeRecord } from '../fixtures/records';
import { event, HOUR, incident, iso, MINUTE, paths, rejection, volume } from '../fixtures/outcomes';
import { EVENT_TYPES } from '../topics';
import { decode } from './decode';

describe('an ordinary incident', () => {
  it('comes out field by field', () => {
    expect(incident(decode(incidentRecord({ corrects: 'e-0' })))).toEqual({
      kind: 'incident',
      source: '/sites/dai-lai/security',
      eventId: 'e-1',
      siteId: 'dai-lai',
      category: 'violence.fight',
      categoryAsSent: 'violence.fight',
      occurredAt: Date.UTC(2026, 1, 14, 14, 30),
      reportedAt: Date.UTC(2026, 1, 14, 14, 34, 10),
      receivedAt: RECEIVED_AT,
      status: 'Actual',
      severity: 'Severe',
      urgency: 'Immediate',
      certainty: 'Observed',
      verification: 2,
      zone: 'stage',
      location: { lat: 21.33, lon: 105.715 },
      description: 'Hai nhóm khách xô xát cạnh sân khấu, một người chảy máu đầu.',
      injured: 1,
      involved: 7,
      weapon: false,
      corrects: 'e-0',
      backfill: false,
      defects: [],
    });
  });

  it('takes null on an optional field for absent', () => {
    const nothing = { reportedAt: null, status: null, severity: null, verification: null, zone: null, location: null, description: null, injured: null, weapon: null, evidence: null, corrects: null };
    expect(incident(decode(incidentRecord(nothing)))).toMatchObject({ status: 'Actual', reportedAt: null, zone: null, location: null, corrects: null, defects: [] });
  });
});

describe('how a CloudEvent may be written', () => {
  it('is the same event in structured and in binary mode', () => {
    const structured = event(decode(incidentRecord()));
    const binary = event(decode(binaryRecord()));
    expect(binary.event).toEqual(structured.event);
    expect(structured.envelope).toBeNull();
    expect(JSON.parse(binary.envelope ?? '')).toEqual({
      specversion: '1.0',
      id: 'e-1',
      source: '/sites/dai-lai/security',
      type: EVENT_TYPES.incidentReported,
      time: '2026-02-14T21:34:12+07:00',
    });
  });

  it('is understood without a content type, and with the wrong one', () => {
    const text = JSON.stringify(cloudEvent('incidentReported'));
    expect(decode(recordOf(text)).outcome).toBe('event');
    expect(decode(recordOf(text, { 'Content-Type': 'application/json' })).outcome).toBe('event');
  });

  it('passes over a byte order mark', () => {
    const text = `\ufeff${JSON.stringify(cloudEvent('incidentReported'))}`;
    expect(event(decode(recordOf(text))).event).toEqual(event(decode(incidentRecord())).event);
  });

  it('may carry its data as base64', () => {
    const { data, ...rest } = cloudEvent('incidentReported');
    const written = { ...rest, data_base64: Buffer.from(JSON.stringify(data)).toString('base64') };
    expect(event(decode(recordOf(JSON.stringify(written)))).event).toEqual(event(decode(incidentRecord())).event);
  });

  it.each(['application/cloudevents-batch+json', 'application/cloudevents+avro'])('is refused as %s', (type) => {
    expect(rejection(decode(recordOf('[]', { 'content-type': type })))).toMatchObject({ reason: 'not-cloudevent', detail: expect.stringContaining(type) });
  });
});

describe('a visitor volume', () => {
  it('comes out field by field', () => {
    expect(volume(decode(volumeRecord()))).toEqual({
      kind: 'volume',
      source: '/sites/dai-lai/security',
      eventId: 'e-1',
      siteId: 'dai-lai',
      zone: 'stage',
      measuredAt: Date.UTC(2026, 1, 14, 14, 30),
      receivedAt: RECEIVED_AT,
      occupancy: 1_240,
      entered: 180,
      left: 95,
      windowSeconds: 300,
      volumeKind: 'measured',
      defects: [],
    });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['no time', { measuredAt: undefined }, 'invalid-data'],
    ['a time that does not exist', { measuredAt: '2026-02-31T00:00:00Z' }, 'invalid-data'],
    ['no count', { occupancy: null }, 'invalid-data'],
    ['a count below zero', { occupancy: -1 }, 'invalid-data'],
    ['half a person', { occupancy: 0.5 }, 'invalid-data'],
    ['no site', { siteId: '' }, 'invalid-data'],
    ['a time before 2000', { measuredAt: '1999-12-31T23:59:59Z' }, 'time-out-of-range'],
    ['a time 11 minutes ahead', { measuredAt: iso(RECEIVED_AT + 11 * MINUTE) }, 'time-out-of-range'],
    ['a forecast two years ahead', { measuredAt: iso(RECEIVED_AT + 730 * 24 * HOUR), kind: 'forecast' }, 'time-out-of-range'],
  ])('is refused with %s', (_name, data, reason) => {
    expect(rejection(decode(volumeRecord(data)))).toMatchObject({ reason, source: '/sites/dai-lai/security', eventId: 'e-1' });
  });

  it('may forecast', () => {
    expect(volume(decode(volumeRecord({ measuredAt: iso(RECEIVED_AT + 7 * 24 * HOUR), kind: 'forecast' })))).toMatchObject({ volumeKind: 'forecast', defects: [] });
  });

  it('sets aside what else is wrong', () => {
    const decoded = decode(volumeRecord({ zone: '', entered: -1, left: '5', windowSeconds: 0, kind: 'guess' }));
    expect(volume(decoded)).toMatchObject({ zone: null, entered: null, left: null, windowSeconds: null, volumeKind: 'measured' });
    expect(paths(decoded)).toEqual(['/zone', '/entered', '/left', '/windowSeconds', '/kind']);
  });
});
