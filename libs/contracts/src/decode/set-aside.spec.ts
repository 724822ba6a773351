import type { Incident } from '@vong-gac/domain';
import { event, HOUR, incident, iso, MINUTE, paths } from '../fixtures/outcomes';
import { binaryRecord, incidentRecord, RECEIVED_AT } from '../fixtures/records';
import { decode } from './decode';

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

  it('is a defect where no usable occurredAt says that it is old, whatever the envelope’s time is', () => {
    for (const occurredAt of [undefined, null, 'last week', iso(RECEIVED_AT + 24 * HOUR)]) {
      const decoded = decode(incidentRecord({ occurredAt }, { backfill: true, time: old }));
      expect(incident(decoded)).toMatchObject({ occurredAt: Date.parse(old), backfill: false });
      expect(paths(decoded)).toEqual(['/occurredAt', 'ce:backfill']);
    }
  });

  it('is a defect when it is no boolean', () => {
    expect(incident(decode(incidentRecord({ occurredAt: old }, { backfill: 1 })))).toMatchObject({ backfill: false, defects: [{ path: 'ce:backfill' }] });
  });
});
