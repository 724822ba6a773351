import fc from 'fast-check';
import { DateTime } from 'luxon';
import { parseInstant } from './instant';

const pad = (value: number, digits = 2): string => String(value).padStart(digits, '0');
const text = fc
  .record({ year: fc.integer({ min: 0, max: 9999 }), month: fc.integer({ min: 0, max: 13 }), day: fc.integer({ min: 0, max: 32 }), hour: fc.integer({ min: 0, max: 24 }), minute: fc.integer({ min: 0, max: 60 }), second: fc.integer({ min: 0, max: 60 }), milli: fc.integer({ min: 0, max: 999 }), zone: fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 }) })
  .map(({ year, month, day, hour, minute, second, milli, zone }) => {
    const offset = `${zone < 0 ? '-' : '+'}${pad(Math.floor(Math.abs(zone) / 60))}:${pad(Math.abs(zone) % 60)}`;
    return `${pad(year, 4)}-${pad(month)}-${pad(day)}T${pad(hour)}:${pad(minute)}:${pad(second)}.${pad(milli, 3)}${offset}`;
  });

describe('parseInstant', () => {
  it('reads what luxon reads, except 24:00', () => {
    fc.assert(
      fc.property(text, (each) => {
        const read = DateTime.fromISO(each);
        expect(parseInstant(each)).toBe(read.isValid && !each.includes('T24') ? read.toMillis() : null);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['2026-02-14T21:30:00+07:00', Date.UTC(2026, 1, 14, 14, 30)],
    ['2026-02-14t21:30:00z', Date.UTC(2026, 1, 14, 21, 30)],
    ['2026-02-14T21:30:00-00:00', Date.UTC(2026, 1, 14, 21, 30)],
    ['2026-02-14T21:30:00.5Z', Date.UTC(2026, 1, 14, 21, 30, 0, 500)],
    ['2026-02-14T21:30:00.123999999999Z', Date.UTC(2026, 1, 14, 21, 30, 0, 123)],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['2000-02-29T00:00:00Z', Date.UTC(2000, 1, 29)],
    ['0000-02-29T00:00:00Z', Date.parse('0000-02-29T00:00:00Z')],
    ['0099-01-01T00:00:00Z', Date.parse('0099-01-01T00:00:00Z')],
    ['9999-12-31T23:59:59.999-23:59', Date.parse('9999-12-31T23:59:59.999-23:59')],
  ])('%s', (each, instant) => {
    expect(parseInstant(each)).toBe(instant);
  });

  it.each([
    '', '2026-02-14', '2026-02-14T21:30Z', '2026-02-14T21:30:00', '2026-02-14 21:30:00Z', '2026-02-14T21:30:00+7', '2026-02-14T21:30:00+0700', '2026-02-14T21:30:00 +07:00',
    '2026-02-14T21:30:00+24:00', '2026-02-14T21:30:00+07:60', '2026-02-14T21:30:00.Z', '2026-02-14T21:30:00,5Z', '2026-02-14T21:30:00Zz', ' 2026-02-14T21:30:00Z', '2026-02-14T21:30:00Z\n',
    '2026-02-31T00:00:00Z', '2023-02-29T00:00:00Z', '1900-02-29T00:00:00Z', '2026-04-31T00:00:00Z', '2026-00-01T00:00:00Z', '2026-13-01T00:00:00Z', '2026-01-00T00:00:00Z',
    '2026-02-14T24:00:00Z', '2016-12-31T23:59:60Z', '+275760-09-13T00:00:00Z', '-000001-01-01T00:00:00Z', '２０２６-02-14T21:30:00Z', '2026-+2-14T21:30:00Z',
  ])('%j is refused', (each) => {
    expect(parseInstant(each)).toBeNull();
  });

  it('answers the same however often and after whatever it is asked', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        const first = [parseInstant(a), parseInstant(b)];
        expect([parseInstant(a), parseInstant(b), parseInstant(b), parseInstant(a)]).toEqual([...first, first[1], first[0]]);
      }),
    );
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (each) => ['number', 'object'].includes(typeof parseInstant(each))));
  });
});
