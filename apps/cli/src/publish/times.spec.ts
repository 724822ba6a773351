import { readTime, TimeProblem } from './times';

const HANOI = 'Asia/Ho_Chi_Minh';
const NEW_YORK = 'America/New_York';

describe('times of a table', () => {
  it('reads wall time in its zone and writes UTC', () => {
    expect(readTime('02/09/2026 21:40', ['dd/MM/yyyy HH:mm'], HANOI)).toBe('2026-09-02T14:40:00Z');
    expect(readTime("2014/01/01 14:14:00+00", ["yyyy/MM/dd HH:mm:ss'+00'"], NEW_YORK)).toBe('2014-01-01T19:14:00Z');
    expect(readTime("2014/01/01 19:14:00+00", ["yyyy/MM/dd HH:mm:ss'+00'"], 'UTC')).toBe('2014-01-01T19:14:00Z');
  });

  it('takes the first form that fits', () => {
    const forms = ['dd/MM/yyyy HH:mm', 'd/M/yyyy', 'excel'];
    expect(readTime('3/4/2026', forms, HANOI)).toBe('2026-04-02T17:00:00Z');
    expect(readTime('41406.5', forms, 'UTC')).toBe('2013-05-12T12:00:00Z');
  });

  it('leaves an instant with an offset of its own as it is, whatever the zone', () => {
    expect(readTime('2026-09-02T21:40:00+07:00', ['iso'], 'UTC')).toBe('2026-09-02T14:40:00Z');
    expect(readTime('2016-03-13T02:26:00Z', ['iso'], NEW_YORK)).toBe('2016-03-13T02:26:00Z');
    expect(readTime('1756803600.25', ['epoch-seconds'], NEW_YORK)).toBe('2025-09-02T09:00:00.250Z');
  });

  it('takes the first of an hour that the clock shows twice', () => {
    expect(readTime('2016-11-06 01:30', ['yyyy-MM-dd HH:mm'], NEW_YORK)).toBe('2016-11-06T05:30:00Z');
    expect(readTime('2016-11-06 02:30', ['yyyy-MM-dd HH:mm'], NEW_YORK)).toBe('2016-11-06T07:30:00Z');
    expect(readTime('2016-11-06 00:30', ['yyyy-MM-dd HH:mm'], NEW_YORK)).toBe('2016-11-06T04:30:00Z');
  });

  it('knows zones whose clocks move by half an hour, or over a whole day', () => {
    expect(readTime('2026-04-05 01:45', ['yyyy-MM-dd HH:mm'], 'Australia/Lord_Howe')).toBe('2026-04-04T14:45:00Z');
    expect(readTime('2011-12-31 00:00', ['yyyy-MM-dd HH:mm'], 'Pacific/Apia')).toBe('2011-12-30T10:00:00Z');
    expect(() => readTime('2011-12-30 12:00', ['yyyy-MM-dd HH:mm'], 'Pacific/Apia')).toThrow(/never was/);
  });

  it.each([
    ['2016-03-13 02:26', 'yyyy-MM-dd HH:mm', NEW_YORK, /never was/],
    ['31/02/2026', 'dd/MM/yyyy', HANOI, /not a time of the form dd\/MM\/yyyy/],
    ['#########', 'd/M/yyyy', HANOI, /not a time/],
    ['', 'iso', HANOI, /not a time/],
    ['+275760-09-13T00:00:00Z', 'iso', 'UTC', /more than four digits/],
  ])('refuses %s', (text, form, zone, message) => {
    expect(() => readTime(text, [form], zone)).toThrow(TimeProblem);
    expect(() => readTime(text, [form], zone)).toThrow(message);
  });
});
