import type { StoredReading } from '@vong-gac/database';
import { observeCrowd, type CrowdState, type RiskPolicy } from '@vong-gac/domain';
import { builtInDocument, builtInPolicy, policyOf } from '@vong-gac/policy';
import { CrowdsAgain, type CrowdAlerts, type CrowdsAgainRules } from './crowd-alerts';
import { EVENING, MINUTE_MS } from './decisions.spec-support';

/** The stage: 3,000 guests on 1,000 m². */
const MEASURES = { areaM2: 1_000, capacity: 3_000, exitWidthM: null };
const EARLY = policyOf(builtInDocument().replace('{ step: high, from: 0.85 }', '{ step: high, from: 0.75 }').replace('{ step: stop-inflow, from: 0.95 }', '{ step: stop-inflow, from: 0.8 }'));
const LATE = policyOf(builtInDocument().replace('levels: { stop-inflow: high, breach: critical }', 'levels: { breach: high }'));
const CROWD = builtInPolicy().crowd;
const withCrowd = (crowd: Partial<RiskPolicy['crowd']>): RiskPolicy => ({ ...builtInPolicy(), crowd: { ...CROWD, ...crowd } });
const at = (minute: number): string => new Date(EVENING + minute * MINUTE_MS).toISOString();

/** What intake stored of counts, minute by minute, under the built-in policy. */
function stored(counts: Record<number, number>, zone = 'stage'): StoredReading[] {
  let state: CrowdState | null = null;
  return Object.entries(counts).map(([minute, occupancy]) => {
    const measuredAt = EVENING + Number(minute) * MINUTE_MS;
    const reading = { source: '/gates', eventId: `v${minute}`, measuredAt, receivedAt: measuredAt, occupancy, entered: null, left: null, windowSeconds: null, volumeKind: 'measured' as const };
    const before: CrowdState | null = state;
    const seen = observeCrowd(before, reading, { siteId: 'dai-lai', zone, ...MEASURES }, builtInPolicy());
    ({ state } = seen);
    return { siteId: 'dai-lai', zone, reading, change: seen.change, last: before === null ? seen.change : null };
  });
}

function judged(policy: RiskPolicy, readings: StoredReading[], rules: Partial<CrowdsAgainRules> = {}): CrowdAlerts {
  const crowds = new CrowdsAgain(policy, { counts: () => true, prepares: () => policy, asItHappened: false, ...rules });
  readings.forEach((each) => crowds.take(each));
  return crowds.result();
}

describe('stored counts under another policy', () => {
  const FILLS = { 0: 2_100, 5: 2_500, 10: 2_700, 15: 2_900, 20: 3_100 };

  it('make the same alerts and postures under the same policy', () => {
    expect(judged(builtInPolicy(), stored(FILLS))).toEqual({ readings: 5, stored: 2, new: 2, postures: 0, places: [], different: 0, differences: [] });
  });

  it('tell which alert comes earlier, and by how much, though there are as many', () => {
    const { differences, ...figures } = judged(EARLY, stored(FILLS));
    expect(figures).toEqual({ readings: 5, stored: 2, new: 2, postures: 2, places: [], different: 1 });
    expect(differences).toEqual([{ siteId: 'dai-lai', zone: 'stage', at: at(5), by: 'new', change: 'raised', step: 'stop-inflow', level: 'high', otherAt: at(15), pending: false }]);
  });

  it('tell what comes later, or less grave, which is worse; what is never told is worst', () => {
    const { stored: raised, new: again, differences } = judged(LATE, stored({ ...FILLS, 25: 2_000, 36: 1_900 }));
    expect([raised, again]).toEqual([2, 1]);
    expect(differences).toEqual([
      { siteId: 'dai-lai', zone: 'stage', at: at(20), by: 'stored', change: 'raised', step: 'breach', level: 'critical', otherAt: null, pending: false },
      { siteId: 'dai-lai', zone: 'stage', at: at(15), by: 'stored', change: 'raised', step: 'stop-inflow', level: 'high', otherAt: at(20), pending: false },
    ]);
  });

  it('do not take an alert of the next crowd for the one that was missed', () => {
    const twice = { 0: 2_900, 5: 2_000, 16: 1_900, 21: 2_500, 26: 3_100 };
    expect(judged(LATE, stored(twice)).differences).toContainEqual(expect.objectContaining({ at: at(0), by: 'stored', otherAt: null, pending: false }));
  });

  it('tell apart what the other side may come to yet: it is not as bad as what was never told', () => {
    const notYet = stored({ 0: 2_100, 5: 2_900 }, 'z0');
    const never = stored({ 0: 2_100, 5: 2_900, 10: 2_000, 21: 1_900 }, 'z1');
    expect(judged(LATE, [...notYet, ...never]).differences).toMatchObject([{ zone: 'z1', otherAt: null, pending: false }, { zone: 'z0', otherAt: null, pending: true }]);
    // The place was read to its end only now.
    expect(judged(LATE, stored({ 0: 2_100, 5: 2_900, 10: 3_100 }, 'z0')).differences).toContainEqual(expect.objectContaining({ at: at(5), otherAt: at(10), pending: false }));
  });

  it('tell what one side takes back or lowers alone, or earlier: an open alert, at the first count', () => {
    const counts: CrowdsAgainRules['counts'] = ({ measuredAt }) => measuredAt >= EVENING + 5 * MINUTE_MS;
    const set = { counts, prepares: () => builtInPolicy() };
    const onlyBreach = withCrowd({ alert: { ...CROWD.alert, levels: { breach: 'critical' } } });
    const stays = judged(onlyBreach, stored({ 0: 2_900, 5: 2_900, 10: 2_910 }), set);
    expect(stays).toMatchObject({ stored: 0, new: 0, postures: 0, different: 1 });
    expect(stays.differences).toEqual([{ siteId: 'dai-lai', zone: 'stage', at: at(5), by: 'new', change: 'cancelled', step: 'stop-inflow', level: 'high', otherAt: null, pending: true }]);
    const goes = stored({ 0: 2_900, 5: 2_900, 10: 2_000, 21: 1_900 });
    expect(judged(onlyBreach, goes, set).differences).toMatchObject([{ at: at(5), change: 'cancelled', otherAt: at(21), pending: false }]);
    const allHigh = withCrowd({ alert: { ...CROWD.alert, levels: { 'stop-inflow': 'high', breach: 'high' } } });
    expect(judged(allHigh, stored({ 0: 3_100, 5: 3_100, 10: 2_840, 21: 2_840 }), set).differences).toMatchObject([{ at: at(5), by: 'new', change: 'lowered', step: 'breach', level: 'high', otherAt: at(21), pending: false }]);
    expect(judged(allHigh, stored({ 0: 3_100, 5: 3_100, 10: 2_000, 21: 1_900 }), set).differences).toMatchObject([{ at: at(5), change: 'lowered', otherAt: at(21) }]);
  });

  it('tell of each time that one side takes back an alert which stands on the other; that it keeps one longer is the least', () => {
    const hasty = withCrowd({ hold: { ...CROWD.hold, seconds: 60 } });
    const trembles = stored({ 0: 2_900, 5: 2_500, 6: 2_500, 7: 2_900, 8: 2_500, 9: 2_500, 10: 2_900, 15: 2_910 });
    const { differences, ...figures } = judged(hasty, trembles);
    expect(figures).toMatchObject({ stored: 1, new: 3, different: 2 });
    expect(differences).toMatchObject([{ at: at(6), by: 'new', change: 'cancelled', otherAt: null, pending: false }, { at: at(9), by: 'new', change: 'cancelled', otherAt: null, pending: false }]);
    const patient = withCrowd({ hold: { ...CROWD.hold, seconds: 1_200 }, ratio: EARLY.crowd.ratio });
    expect(judged(patient, stored({ 0: 2_100, 5: 2_500, 10: 2_900, 15: 2_000, 26: 1_900, 36: 1_900 })).differences).toMatchObject([
      { at: at(5), by: 'new', change: 'raised', otherAt: at(10) }, { at: at(26), by: 'stored', change: 'cancelled', otherAt: at(36), pending: false },
    ]);
  });

  it('of many differences the worst ten are named, and all are counted', () => {
    const fills = { 0: 2_100, 5: 2_500, 10: 1_900, 15: 1_800, 21: 1_800, 30: 2_500 };
    const readings = Array.from({ length: 11 }, (_, i) => stored(fills, `z${i}`)).flat();
    const onlyHigh: RiskPolicy = { ...EARLY, crowd: { ...EARLY.crowd, alert: { ...EARLY.crowd.alert, levels: { 'stop-inflow': 'high', breach: 'high' } } } };
    const { different, differences, places } = judged(onlyHigh, [...readings, ...stored({ 0: 3_100 }, 'z11')]);
    expect([different, differences.length, places.length]).toEqual([23, 10, 10]);
    // Each place's first before any place's second.
    expect(differences.map(({ zone, by, at: when }) => `${zone} ${by} ${when}`).slice(0, 3)).toEqual([`z11 stored ${at(0)}`, `z0 new ${at(5)}`, `z1 new ${at(5)}`]);
  });

  it('go on from where other policies had brought the place, where these prepare it', () => {
    const readings = stored({ 0: 2_500, 5: 2_510, 10: 2_900 });
    const counts: CrowdsAgainRules['counts'] = ({ measuredAt }) => measuredAt > EVENING;
    expect(judged(EARLY, readings, { counts, prepares: () => builtInPolicy() })).toMatchObject({ readings: 2, stored: 1, new: 1, differences: [{ at: at(5), by: 'new', otherAt: at(10) }] });
    expect(judged(EARLY, readings, { counts })).toMatchObject({ readings: 2, stored: 1, new: 0, differences: [] });
  });
});
