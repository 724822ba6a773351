import { observe, occupancyOf, readingsByPlace } from './occupancy';
import { zoneKey } from './registry';
import type { OccupancyUsed, RiskContext } from './risk';
import { incident, QUIET, SATURDAY_EVENING, volume } from './sample.spec-support';
import type { VisitorVolume } from './visitor-volume';

const MINUTE = 60_000;
const before = (minutes: number): number => SATURDAY_EVENING - minutes * MINUTE;

function seen(volumes: VisitorVolume[], zone: string | null = null): OccupancyUsed | null {
  return occupancyOf(incident({ zone }), volumes.reduce<RiskContext>((context, next) => observe(next, context), QUIET));
}
const countSeen = (volumes: VisitorVolume[], zone: string | null = null): number | undefined => seen(volumes, zone)?.count;

describe('the occupancy of an incident', () => {
  it('is the latest reading, not the greatest', () => {
    expect(seen([volume(900, { measuredAt: before(20) }), volume(400, { measuredAt: before(10) })])).toEqual({
      count: 400, measuredAt: before(10), ageSeconds: 600, volumeKind: 'measured', zone: null,
    });
  });

  it('looks back 30 minutes, the ends included, and never ahead', () => {
    expect(countSeen([volume(1, { measuredAt: before(30) })])).toBe(1);
    expect(countSeen([volume(1, { measuredAt: before(30) - 1 })])).toBeUndefined();
    expect(countSeen([volume(1, { measuredAt: SATURDAY_EVENING })])).toBe(1);
    expect(countSeen([volume(1, { measuredAt: SATURDAY_EVENING + 1 })])).toBeUndefined();
  });

  it('is that of the zone, else that of the site', () => {
    const readings = [volume(5000, { measuredAt: before(1) }), volume(70, { measuredAt: before(25), zone: 'stage' })];
    expect(countSeen(readings, 'stage')).toBe(70);
    expect(countSeen(readings, 'beach')).toBe(5000);
    expect(countSeen(readings)).toBe(5000);
  });

  it('of a zone is never taken for the site or another zone', () => {
    expect(countSeen([volume(70, { zone: 'stage' })])).toBeUndefined();
    expect(countSeen([volume(70, { zone: 'stage' })], 'beach')).toBeUndefined();
    expect(occupancyOf(incident({ siteId: 'elsewhere' }), observe(volume(9), QUIET))).toBeNull();
  });

  it('prefers a measured count to a declared one, even an older one; a forecast is no count', () => {
    const measured = volume(300, { measuredAt: before(29) });
    const declared = volume(5000, { measuredAt: before(1), volumeKind: 'declared' });
    const forecast = volume(9000, { measuredAt: before(0), volumeKind: 'forecast' });
    expect(countSeen([measured, declared, forecast])).toBe(300);
    expect(seen([declared, forecast])).toMatchObject({ count: 5000, volumeKind: 'declared' });
    expect(countSeen([forecast])).toBeUndefined();
    expect(countSeen([volume(7, { measuredAt: before(9), volumeKind: 'declared' }), declared])).toBe(5000);
  });

  it('takes a declared count of the zone before a measured one of the site', () => {
    expect(countSeen([volume(300), volume(80, { zone: 'pool', volumeKind: 'declared' })], 'pool')).toBe(80);
  });

  it('of two counts of one instant is the greater, in whatever order they came', () => {
    const two = [volume(300), volume(310)];
    expect([countSeen(two), countSeen([...two].reverse())]).toEqual([310, 310]);
    const declared = two.map((v): VisitorVolume => ({ ...v, volumeKind: 'declared' }));
    expect([countSeen(declared), countSeen([...declared].reverse())]).toEqual([310, 310]);
  });
});

describe('a declared count that was counted, while the counter was doubted', () => {
  const declared = (count: number, minutes: number, counted = true) => ({ ...volume(count, { measuredAt: before(minutes), volumeKind: 'declared' }), counted });
  const judged = (...volumes: (VisitorVolume & { counted?: boolean })[]) => occupancyOf(incident(), volumes.reduce<RiskContext>((context, next) => observe(next, context, next.counted), QUIET))?.count;
  const measured = (count: number, minutes: number) => volume(count, { measuredAt: before(minutes) });

  it('is worth more than a measured one before it, and less than one since then', () => {
    expect(judged(measured(200, 15), declared(2_950, 5))).toBe(2_950);
    expect(judged(measured(200, 15), declared(2_950, 5), measured(2_700, 2))).toBe(2_700);
    expect(judged(measured(200, 15), declared(2_950, 5, false))).toBe(200);
    expect(judged(measured(200, 5), declared(2_950, 5))).toBe(200);
  });

  it('of two equal ones of one instant is found in whatever order they came', () => {
    expect(judged(measured(200, 15), declared(2_950, 5), declared(2_950, 5, false))).toBe(2_950);
    expect(judged(measured(200, 15), declared(2_950, 5, false), declared(2_950, 5))).toBe(2_950);
  });
});

describe('observing', () => {
  it('keeps a measured count beside a greater declared one of the same instant', () => {
    const [declared, measured] = [volume(900, { volumeKind: 'declared' }), volume(300)];
    expect([countSeen([declared, measured]), countSeen([measured, declared])]).toEqual([300, 300]);
  });

  it('changes nothing that was given', () => {
    const first = observe(volume(10), QUIET);
    const list = first.volumes.get(zoneKey('dai-lai', ''));
    const second = observe(volume(20, { measuredAt: before(1) }), first);
    expect([QUIET.volumes.size, list?.length]).toEqual([0, 1]);
    expect(second.volumes.get(zoneKey('dai-lai', ''))).toHaveLength(2);
  });

  it('copies only the list of the place', () => {
    const stage = observe(volume(10, { zone: 'stage' }), QUIET);
    const both = observe(volume(20), stage);
    expect(both.volumes.get(zoneKey('dai-lai', 'stage'))).toBe(stage.volumes.get(zoneKey('dai-lai', 'stage')));
  });

  it('keeps nothing of a forecast or of a count that an equal instant already has', () => {
    const context = observe(volume(10), QUIET);
    expect(observe(volume(10), context)).toBe(context);
    expect(observe(volume(9), context)).toBe(context);
    expect(observe(volume(99, { volumeKind: 'forecast' }), context)).toBe(context);
  });

  it('keeps each list in rising order, whatever the order of arrival', () => {
    const context = [3, 1, 2, 5, 4].reduce<RiskContext>((c, minutes) => observe(volume(minutes, { measuredAt: before(minutes) }), c), QUIET);
    expect(context.volumes.get(zoneKey('dai-lai', ''))?.map((reading) => reading.occupancy)).toEqual([5, 4, 3, 2, 1]);
  });
});

it('readings from a store are put by place, in order, without forecasts', () => {
  const readings = readingsByPlace([volume(2, { measuredAt: before(2) }), volume(3, { zone: 'pool' }), volume(4, { measuredAt: before(4) }), volume(5, { volumeKind: 'forecast' })]);
  expect([...readings].map(([place, list]) => [place, list.map((reading) => reading.occupancy)])).toEqual([
    [zoneKey('dai-lai', ''), [4, 2]],
    [zoneKey('dai-lai', 'pool'), [3]],
  ]);
});
