import type { Incident, VisitorVolume } from '@vong-gac/domain';
import type { Decoded, DecodedEvent, Rejection } from '../decoded';
import { binaryRecord, cloudEvent, incidentRecord, RECEIVED_AT, recordOf, volumeRecord } from '../fixtures/records';
import { MAX_VALUE_BYTES } from '../limits';
import { EVENT_TYPES } from '../topics';
import { decode } from './decode';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const iso = (at: number): string => new Date(at).toISOString();

function event(decoded: Decoded): DecodedEvent {
  if (decoded.outcome !== 'event') throw new Error(`refused: ${decoded.reason}: ${decoded.detail}`);
  return decoded;
}
function incident(decoded: Decoded): Incident {
  const found = event(decoded).event;
  if (found.kind !== 'incident') throw new Error('a volume');
  return found;
}
function volume(decoded: Decoded): VisitorVolume {
  const found = event(decoded).event;
  if (found.kind !== 'volume') throw new Error('an incident');
  return found;
}
function rejection(decoded: Decoded): Rejection {
  if (decoded.outcome !== 'rejection') throw new Error('taken');
  return decoded;
}
const paths = (decoded: Decoded): string[] => event(decoded).event.defects.map(({ path }) => path);

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

describe('what makes an event nobody’s is refused, and the sender is named where he can be read', () => {
  const known = { source: '/sites/dai-lai/security', eventId: 'e-1' };
  it.each<[string, Decoded, Partial<Rejection>]>([
    ['no JSON', decode(recordOf('{"specversion":')), { reason: 'not-json', source: null, eventId: null }],
    ['an empty value', decode(recordOf('')), { reason: 'not-json' }],
    ['a JSON text', decode(recordOf('"fire!"')), { reason: 'not-cloudevent' }],
    ['a batch', decode(recordOf('[{}]')), { reason: 'not-cloudevent', detail: expect.stringContaining('an array of 1') }],
    ['no specversion', decode(incidentRecord({}, { specversion: undefined })), { reason: 'not-cloudevent', ...known }],
    ['an old specversion', decode(incidentRecord({}, { specversion: '0.3' })), { reason: 'unsupported-version', ...known }],
    ['no id', decode(incidentRecord({}, { id: undefined })), { reason: 'not-cloudevent', source: known.source, eventId: null }],
    ['an id that is a number', decode(incidentRecord({}, { id: 17 })), { reason: 'not-cloudevent', eventId: null }],
    ['an id with NUL', decode(incidentRecord({}, { id: 'e\u0000' })), { reason: 'not-cloudevent', eventId: null }],
    ['an id with half a character', decode(incidentRecord({}, { id: 'e\ud83d' })), { reason: 'not-cloudevent', eventId: null }],
    ['an id that is too long', decode(incidentRecord({}, { id: 'e'.repeat(257) })), { reason: 'not-cloudevent', eventId: null }],
    ['an empty source', decode(incidentRecord({}, { source: '' })), { reason: 'not-cloudevent', source: null, eventId: 'e-1' }],
    ['a type that is not known', decode(incidentRecord({}, { type: 'com.example.opened' })), { reason: 'unknown-type', ...known }],
    ['a type that we send', decode(incidentRecord({}, { type: 'vn.vonggac.alert.raised.v1' })), { reason: 'unknown-type', ...known }],
    ['a later version of a known type', decode(incidentRecord({}, { type: 'vn.vonggac.incident.reported.v2' })), { reason: 'unsupported-version', ...known }],
    ['no type', decode(incidentRecord({}, { type: undefined })), { reason: 'not-cloudevent', ...known }],
    ['no data', decode(incidentRecord({}, { data: undefined })), { reason: 'invalid-data', ...known }],
    ['data that is a text', decode(incidentRecord({}, { data: '{}' })), { reason: 'invalid-data', ...known }],
    ['binary mode without an id', decode(binaryRecord({}, { id: '' })), { reason: 'not-cloudevent', source: known.source, detail: expect.stringContaining('ce_id') }],
    ['binary mode without data', decode(binaryRecord(null)), { reason: 'invalid-data', ...known }],
    ['binary mode with data that is no JSON', decode(binaryRecord(Buffer.from('fire'))), { reason: 'not-json', ...known }],
  ])('%s', (_name, decoded, expected) => {
    expect(decoded).toMatchObject({ outcome: 'rejection', ...expected });
  });

  it('names the position of the first byte that is not UTF-8', () => {
    const [before, after] = JSON.stringify(cloudEvent('incidentReported', { description: 'Khách bị ngã ở bể bơi \ufffd, @ then' })).split('@');
    const bytes = Buffer.concat([Buffer.from(before ?? ''), Buffer.from([0x92]), Buffer.from(after ?? '')]);
    expect(rejection(decode(recordOf(bytes)))).toMatchObject({ reason: 'not-json', detail: expect.stringContaining(`0x92 at position ${Buffer.byteLength(before ?? '')}`) });
  });

  it('takes 1 MiB and refuses one byte more before it reads it', () => {
    const event = JSON.stringify(cloudEvent('incidentReported'));
    expect(decode(recordOf(event.padEnd(event.length + MAX_VALUE_BYTES - Buffer.byteLength(event)))).outcome).toBe('event');
    expect(rejection(decode(recordOf(Buffer.alloc(MAX_VALUE_BYTES + 1, '{'))))).toMatchObject({ reason: 'too-large', source: null });
    expect(rejection(decode(binaryRecord(Buffer.alloc(MAX_VALUE_BYTES + 1))))).toMatchObject({ reason: 'too-large', source: '/sites/dai-lai/security' });
  });

  it.each([
    ['no siteId', { siteId: undefined }, '/siteId is missing: it must be the id of a site'],
    ['a siteId in capitals', { siteId: 'Dai-Lai' }, '/siteId must be'],
    ['no category', { category: null }, '/category must be'],
    ['an empty category', { category: '' }, '/category must be'],
    ['a category that is a number', { category: 7 }, '/category must be'],
    ['a status that is no CAP word', { status: 'actual' }, '/status must be one of "Actual", "Exercise", "Test"; it is "actual"'],
  ])('%s is invalid data', (_name, data, detail) => {
    expect(rejection(decode(incidentRecord(data)))).toMatchObject({ reason: 'invalid-data', detail: expect.stringContaining(detail) });
  });

  it('says every path that is wrong, what makes it refused first', () => {
    expect(rejection(decode(incidentRecord({ injured: 'two', status: 1 }))).detail).toBe(
      '/status must be one of "Actual", "Exercise", "Test"; it is 1; /injured must be an integer from 0 to 100,000; it is "two". Correct the event and send it again.',
    );
  });
});

describe('a wrong detail is set aside, and the event is taken', () => {
  it('says of a time that is not there that it is missing, not that it was set aside', () => {
    const [defect] = event(decode(incidentRecord({ occurredAt: undefined }))).event.defects;
    expect(defect).toMatchObject({ path: '/occurredAt', problem: expect.stringMatching(/^occurredAt is missing: it must be an RFC 3339 date-time .*; the envelope’s time was taken$/) });
  });

  it.each<[string, Record<string, unknown>, string, Partial<Incident>]>([
    ['severity', { severity: 'severe' }, '/severity', { severity: null }],
    ['urgency', { urgency: 3 }, '/urgency', { urgency: null }],
    ['certainty', { certainty: [] }, '/certainty', { certainty: null }],
    ['verification', { verification: 5 }, '/verification', { verification: null }],
    ['verification 2.5', { verification: 2.5 }, '/verification', { verification: null }],
    ['zone', { zone: 7 }, '/zone', { zone: null }],
    ['location', { location: { lat: 91, lon: 105 } }, '/location/lat', { location: null }],
    ['half a location', { location: { lat: 21 } }, '/location/lon', { location: null }],
    ['a location in a list', { location: [21, 105] }, '/location', { location: null }],
    ['description', { description: { vi: 'cháy' } }, '/description', { description: null }],
    ['injured', { injured: -1 }, '/injured', { injured: null }],
    ['involved', { involved: 9_007_199_254_740_993 }, '/involved', { involved: null }],
    ['weapon', { weapon: 'yes' }, '/weapon', { weapon: null }],
    ['evidence', { evidence: [{ ref: 'a' }, { sha256: 'b' }] }, '/evidence/1/ref', {}],
    ['21 pieces of evidence', { evidence: Array(21).fill({ ref: 'a' }) }, '/evidence', {}],
    ['reportedAt', { reportedAt: 'yesterday' }, '/reportedAt', { reportedAt: null }],
    ['reportedAt tomorrow', { reportedAt: iso(RECEIVED_AT + 24 * HOUR) }, '/reportedAt', { reportedAt: null }],
    ['corrects itself', { corrects: 'e-1' }, '/corrects', { corrects: null }],
    ['corrects a number', { corrects: 1 }, '/corrects', { corrects: null }],
  ])('%s', (_name, data, path, expected) => {
    const decoded = decode(incidentRecord(data));
    expect(paths(decoded)).toContain(path);
    expect(incident(decoded)).toMatchObject({ category: 'violence.fight', ...expected });
  });

  it.each([
    ['violence.brawl', 'violence.unknown'],
    ['party.loud', 'other.unknown'],
  ])('the category %s becomes %s, and the word is kept', (category, code) => {
    const decoded = decode(incidentRecord({ category }));
    expect(incident(decoded)).toMatchObject({ category: code, categoryAsSent: category });
    expect(paths(decoded)).toEqual(['/category']);
  });

  it('a category over 200 characters is cut and unknown: it is a category all the same', () => {
    const decoded = decode(incidentRecord({ category: `violence.${'x'.repeat(200)}` }));
    expect(incident(decoded)).toMatchObject({ category: 'violence.unknown', categoryAsSent: `violence.${'x'.repeat(191)}` });
    expect(paths(decoded)).toEqual(['/category', '/category']);
  });

  it('a description over 4,000 characters is cut, never inside a character', () => {
    const description = `${'x'.repeat(3_999)}🔥🔥`;
    const decoded = decode(incidentRecord({ description }));
    expect(incident(decoded).description).toBe(`${'x'.repeat(3_999)}🔥`);
    expect(paths(decoded)).toEqual([]);
  });

  it('a content type of the data that is not JSON', () => {
    expect(paths(decode(incidentRecord({}, { datacontenttype: 'text/xml' })))).toEqual(['ce:datacontenttype']);
    expect(paths(decode(incidentRecord({}, { datacontenttype: 'application/vnd.resort+json; charset=utf-8' })))).toEqual([]);
  });
});

describe('when it happened', () => {
  const time = iso(RECEIVED_AT - 5 * MINUTE);
  it.each<[string, unknown]>([
    ['missing', undefined],
    ['null', null],
    ['a number', RECEIVED_AT],
    ['31 February', '2026-02-31T10:00:00+07:00'],
    ['without an offset', '2026-02-14T21:30:00'],
    ['the year 275760', '+275760-09-13T00:00:00Z'],
    ['1999', '1999-12-31T23:59:59Z'],
    ['11 minutes ahead', iso(RECEIVED_AT + 11 * MINUTE)],
  ])('%s: the envelope’s time is taken, as a defect', (_name, occurredAt) => {
    const decoded = decode(incidentRecord({ occurredAt }, { time }));
    expect(incident(decoded).occurredAt).toBe(RECEIVED_AT - 5 * MINUTE);
    expect(event(decoded).event.defects).toEqual([{ path: '/occurredAt', problem: expect.stringContaining('envelope’s time was taken') }]);
  });

  it.each<[string, unknown]>([
    ['is missing', undefined],
    ['lies ahead', iso(RECEIVED_AT + 11 * MINUTE)],
    ['lies before 2000', '1970-01-01T00:00:00Z'],
  ])('where the envelope’s time %s too, the receipt is taken', (_name, time) => {
    const decoded = decode(incidentRecord({ occurredAt: null }, { time }));
    expect(incident(decoded).occurredAt).toBe(RECEIVED_AT);
    expect(paths(decoded)).toEqual(['/occurredAt']);
  });

  it('an unreadable envelope time is a defect of its own', () => {
    expect(paths(decode(incidentRecord({}, { time: 'now' })))).toEqual(['ce:time']);
  });

  it('10 minutes ahead is still believed', () => {
    expect(incident(decode(incidentRecord({ occurredAt: iso(RECEIVED_AT + 10 * MINUTE) })))).toMatchObject({ occurredAt: RECEIVED_AT + 10 * MINUTE, defects: [] });
  });
});

describe('backfill', () => {
  const old = iso(RECEIVED_AT - 24 * HOUR - 1);
  it('counts for what is over 24 hours old', () => {
    expect(incident(decode(incidentRecord({ occurredAt: old }, { backfill: true })))).toMatchObject({ backfill: true, defects: [] });
    expect(incident(decode(binaryRecord({ occurredAt: old }, { backfill: 'true' })))).toMatchObject({ backfill: true, defects: [] });
  });

  it('is a defect on anything younger, and on what fell back to the receipt', () => {
    for (const occurredAt of [iso(RECEIVED_AT - 24 * HOUR), null]) {
      const decoded = decode(incidentRecord({ occurredAt }, { backfill: true, time: undefined }));
      expect(incident(decoded).backfill).toBe(false);
      expect(paths(decoded)).toContain('ce:backfill');
    }
  });

  it('is a defect when it is no boolean', () => {
    expect(incident(decode(incidentRecord({ occurredAt: old }, { backfill: 1 })))).toMatchObject({ backfill: false, defects: [{ path: 'ce:backfill' }] });
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

describe('the source of the event before', () => {
  const from = (source: unknown) => decode(recordOf(JSON.stringify(cloudEvent('incidentReported', {}, { source }))));

  it.each([undefined, null, '', 'a\u0000', 7])('is not lent to one whose source is %j', (source) => {
    expect(event(from('/sites/dai-lai/security')).event.source).toBe('/sites/dai-lai/security');
    expect(rejection(from(source))).toMatchObject({ reason: 'not-cloudevent', source: null });
    expect(event(from('/sites/other')).event.source).toBe('/sites/other');
  });
});
