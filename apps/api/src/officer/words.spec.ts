import { clock, count, duration, when } from './words';

describe('words of the officer’s page', () => {
  const now = Date.parse('2026-11-23T18:30:00Z'); // 01:30 on the 24th in Việt Nam

  it.each([
    ['2026-11-23T18:02:00Z', '01:02 hôm nay'],
    ['2026-11-23T16:59:59Z', '23:59 hôm qua'],
    ['2026-11-23T17:00:00Z', '00:00 hôm nay'],
    ['2026-02-14T14:30:00Z', '21:30 ngày 14/02/2026'],
  ])('say %s as %s', (at, words) => {
    expect(when(Date.parse(at), now)).toBe(words);
  });

  it('say times, counts and durations as people write them', () => {
    expect(clock(now)).toBe('01:30');
    expect([0, 999, 1_205, 1_234_567].map(count)).toEqual(['0', '999', '1.205', '1.234.567']);
    expect([-5, 0, 59_999, 161_000, 3_725_000].map(duration)).toEqual(['0:00', '0:00', '0:59', '2:41', '1:02:05']);
  });
});
