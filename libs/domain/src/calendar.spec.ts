import Holidays from 'date-holidays';
import { dayClassOf, localHourOf } from './calendar';
import { at } from './sample.spec-support';

const classOn = (day: string): string => dayClassOf(at(`${day} 12:00`), undefined);
const dayAfter = (day: string, days: number): string => new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

describe('public holidays', () => {
  const known = new Holidays('VN');
  const years = Array.from({ length: 38 }, (_, i) => 2008 + i);

  it.each(years)('of %i are those of date-holidays, and the second day of Quốc khánh from 2021 on', (year) => {
    const expected = new Map<string, string>();
    for (const { date, name, type } of known.getHolidays(year, 'vi')) {
      const day = date.slice(0, 10);
      // The package gives Giao thừa as an interval of five days, and the first day of Tết once more.
      if (type === 'public' && name.startsWith('Giao thừa')) for (let i = 0; i < 5; i++) expected.set(dayAfter(day, i), 'tet');
      else if (type === 'public' && !expected.has(day)) expected.set(day, 'holiday');
    }
    const days = Array.from({ length: 366 }, (_, i) => dayAfter(`${year}-01-01`, i)).filter((day) => day.startsWith(String(year)));
    const ours = new Map(days.map((day) => [day, classOn(day)]).filter(([, kind]) => kind === 'holiday' || kind === 'tet') as [string, string][]);
    if (year >= 2026) expected.set(`${year}-11-24`, 'holiday'); // the package does not know it yet
    const second = [...ours.keys()].filter((day) => !expected.has(day));
    expect(second.map((day) => day.slice(5)).filter((day) => day !== '09-01' && day !== '09-03')).toEqual([]);
    expect(second.length).toBe(year < 2021 ? 0 : 1);
    for (const day of second) ours.delete(day);
    expect(ours).toEqual(expected);
  });

  it('Tết of 2026 is 16 to 20 February', () => {
    expect(['2026-02-15', '2026-02-16', '2026-02-20', '2026-02-21'].map(classOn)).toEqual(['weekend', 'tet', 'tet', 'weekend']);
  });
});

it('Ngày Văn hóa Việt Nam is a holiday from 2026 on', () => {
  expect(['2025-11-24', '2026-11-23', '2026-11-24', '2026-11-25'].map(classOn)).toEqual(['weekday', 'weekday', 'holiday', 'weekday']);
});

describe('the class of a day', () => {
  it('changes at midnight in Việt Nam', () => {
    expect([at('2025-07-18 23:59'), at('2025-07-19 00:00'), at('2025-07-20 23:59'), at('2025-07-21 00:00')].map((instant) => dayClassOf(instant, []))).toEqual(['weekday', 'weekend', 'weekend', 'weekday']);
  });

  it('is the site’s own event before any holiday', () => {
    expect(dayClassOf(at('2026-02-17 12:00'), [{ siteId: 's', from: '2026-02-17', to: '2026-02-17', name: 'Hội xuân' }])).toBe('event');
  });

  it('is told for any number', () => {
    for (const instant of [NaN, Infinity, -Infinity, 8.64e15, -8.64e15]) expect(['weekday', 'weekend', 'holiday']).toContain(dayClassOf(instant, undefined));
  });
});

it('the hour of day is that of Việt Nam', () => {
  expect(['2025-07-19 00:00', '2025-07-19 05:59', '2025-07-19 23:59'].map((local) => localHourOf(at(local)))).toEqual([0, 5, 23]);
  expect(localHourOf(-1)).toBe(6);
});
