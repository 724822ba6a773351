import type { RiskLevel } from '@vong-gac/domain';
import { AlertLoads, floodsIn, NO_CROWDS } from './alert-load';
import { decision, EVENING, MINUTE_MS } from './decisions.spec-support';

type Graded = [decision: ReturnType<typeof decision>, before: RiskLevel, after: RiskLevel];
function loads(graded: Graded[], asItHappened = false, crowds = NO_CROWDS) {
  const loads = new AlertLoads(asItHappened);
  graded.forEach((each) => loads.take(...each));
  return loads.loads(crowds);
}

describe('the alerts that grades make', () => {
  it('are raised from high on, under the stored grades and under the new ones', () => {
    const { before, after } = loads([[decision(0), 'high', 'low'], [decision(1), 'moderate', 'critical'], [decision(2), 'low', 'high'], [decision(3), 'low', 'moderate']]);
    expect([before.alerts, after.alerts]).toEqual([1, 2]);
    expect(after).toMatchObject({ perHour: 2, busiestHour: { from: '2026-07-04T20:00:00+07:00', policeBodyId: 'ca-xuan-hoa', alerts: 2 }, hoursOverSix: 0, floods: 0 });
  });

  it('are raised anew by a correction or a member only where it is graver than all before it', () => {
    const first = decision(0);
    const correction = decision(1, { incident: { corrects: 'e0' } });
    const member = decision(2, { alertThread: first.alertThread });
    const { before, after } = loads([[first, 'high', 'high'], [correction, 'high', 'critical'], [member, 'high', 'critical']]);
    expect([before.alerts, after.alerts]).toEqual([1, 2]);
  });

  it('follow the order of arrival, not that of what happened', () => {
    const late = decision(0, { incident: { receivedAt: EVENING + 60 * MINUTE_MS } });
    const member = decision(5, { alertThread: late.alertThread });
    expect(loads([[late, 'high', 'high'], [member, 'critical', 'high']]).before.alerts).toBe(1);
    expect(loads([[late, 'high', 'high'], [member, 'critical', 'high']], true).before.alerts).toBe(2);
  });

  it('are not raised by what was corrected before it came, by drills, and by an old log unless it is replayed as it happened', () => {
    const corrected = decision(0, { incident: { receivedAt: EVENING + 60 * MINUTE_MS } });
    const correction = decision(1, { incident: { corrects: 'e0' } });
    expect(loads([[corrected, 'critical', 'critical'], [correction, 'low', 'low']]).before.alerts).toBe(0);
    const drill = decision(2, { incident: { status: 'Exercise' } });
    const old = decision(3, { incident: { backfill: true } });
    const graded: Graded[] = [[drill, 'high', 'high'], [old, 'high', 'high']];
    expect([loads(graded).before.alerts, loads(graded, true).before.alerts]).toEqual([0, 1]);
  });

  it('are too many for one police body over 6 an hour, and a flood from 10 in 10 minutes on', () => {
    const burst = (count: number, policeBodyId: string): Graded[] => Array.from({ length: count }, (_, n) => [decision(n / 2, { policeBodyId, incident: { eventId: `${policeBodyId}-${n}` } }), 'high', 'high']);
    expect(loads(burst(6, 'a')).before).toMatchObject({ hoursOverSix: 0, floods: 0 });
    expect(loads([...burst(6, 'a'), ...burst(6, 'b')]).before).toMatchObject({ alerts: 12, hoursOverSix: 0, floods: 0 });
    expect(loads([...burst(7, 'a'), ...burst(10, 'b')]).before).toMatchObject({ alerts: 17, hoursOverSix: 2, floods: 1, busiestHour: { policeBodyId: 'b', alerts: 10 } });
  });

  it('of crowds weigh on the same officers as those of incidents', () => {
    const six: Graded[] = Array.from({ length: 6 }, (_, n) => [decision(n), 'high', 'high']);
    const crowd = (minute: number, policeBodyId = 'ca-xuan-hoa') => ({ at: EVENING + minute * MINUTE_MS, policeBodyId });
    const told = { before: [crowd(-60), crowd(6), crowd(3), crowd(2), crowd(1)], after: [crowd(2, 'ca-phu-tho')] };
    const { before, after } = loads(six, false, told);
    expect(before).toMatchObject({ alerts: 11, busiestHour: { policeBodyId: 'ca-xuan-hoa', alerts: 10 }, hoursOverSix: 1, floods: 1 });
    expect(after).toMatchObject({ alerts: 7, busiestHour: { alerts: 6 }, hoursOverSix: 0, floods: 0 });
    expect(before.perHour).toBeCloseTo(11 / (66 / 60), 1);
    expect(loads([], false, told).before.alerts).toBe(5);
  });

  it('nobody raised are none', () => {
    expect(loads([]).before).toEqual({ alerts: 0, perHour: 0, busiestHour: null, hoursOverSix: 0, floods: 0 });
  });
});

it('floods do not overlap, and begin wherever 10 alerts lie within 10 minutes', () => {
  const every = (seconds: number, count: number): number[] => Array.from({ length: count }, (_, n) => n * seconds * 1_000);
  expect(floodsIn(every(60, 9))).toBe(0);
  expect(floodsIn(every(60, 10))).toBe(1);
  expect(floodsIn(every(67, 100))).toBe(0);
  expect(floodsIn(every(60, 30))).toBe(3);
  expect(floodsIn([0, 500_000, ...every(60, 10).map((at) => at + 550_000)])).toBe(1);
});
