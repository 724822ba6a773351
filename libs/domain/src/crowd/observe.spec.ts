import { SAMPLE_POLICY } from '../sample-policy.spec-support';
import { alertState, at, SATURDAY_EVENING } from '../sample.spec-support';
import { DEFAULT_ACKNOWLEDGE_LIMITS } from '../alert-rules';
import { crowdAlertStep, crowdIncident } from './alert';
import { count, day, last, POOL, SITE, STAGE, watch } from './crowd.spec-support';
import type { CrowdObservation } from './crowd';
import { crowdNow } from './now';
import { observeCrowd } from './observe';

const evening = (counts: string) => day('2025-07-19', counts);
const postures = (seen: readonly CrowdObservation[]) => seen.map(({ state }) => state.posture);
const effects = (seen: readonly CrowdObservation[]) => seen.flatMap(({ change }) => (change?.alert == null ? [] : [`${change.alert.change} ${change.alert.level}`]));

describe('the posture of a place', () => {
  it('rises with people against its capacity', () => {
    const seen = watch(evening('16:00 3800, 16:30 3850, 17:00 4674, 17:30 4675, 18:00 5224, 18:30 5225, 19:00 5500, 19:30 5501'), SITE);
    expect(postures(seen)).toEqual(['normal', 'watch', 'watch', 'high', 'high', 'stop-inflow', 'stop-inflow', 'breach']);
  });

  it('rises with people per square metre, whatever the capacity says', () => {
    const wide = { ...STAGE, capacity: 100_000 };
    const seen = watch(evening('16:00 1999, 16:30 2000, 17:00 3000, 17:30 4000, 18:00 5000'), wide);
    expect(postures(seen)).toEqual(['normal', 'watch', 'high', 'stop-inflow', 'breach']);
    expect(last(seen).change?.reasons[0]?.text).toEqual({
      en: 'The zone holds 5,000 guests on 1,000 m², 5.0 people/m²: over the limit', vi: 'Khu vực này có 5.000 khách trên 1.000 m², mật độ 5,0 người/m²: vượt ngưỡng an toàn',
    });
  });

  it('rises where more enter than could leave', () => {
    const gate = { ...STAGE, areaM2: null, exitWidthM: 2 };
    const seen = watch([count('2025-07-19 20:00', 300), count('2025-07-19 20:01', 470, { entered: 175, left: 5, windowSeconds: 60 })], gate);
    expect(postures(seen)).toEqual(['normal', 'high']);
    expect(last(seen).change?.reasons[0]?.text.en).toBe('175 people a minute enter, 164 a minute could leave: crowded');
  });

  it('is not known where nothing is on record to compare with, or the register says nought', () => {
    expect(postures(watch(evening('20:00 300'), { ...POOL, capacity: null }))).toEqual(['unknown']);
    expect(last(watch(evening('20:00 300'), { ...POOL, capacity: 0 })).change?.reasons.map(({ rule }) => rule)).toEqual(['crowd-measures-unknown']);
  });

  it('follows the register: another capacity is a change of its own', () => {
    const [first] = watch(evening('20:00 900'), STAGE);
    const [second] = watch(evening('20:05 900'), { ...STAGE, capacity: 1_000, areaM2: null }, first?.state);
    expect(second?.change).toMatchObject({ from: 'normal', to: 'high', measures: { capacity: 1_000 } });
  });
});

describe('another policy', () => {
  const summer = { ...SAMPLE_POLICY, id: 'summer', version: 2 };
  it('is a change of its own, and the place goes on from where it was', () => {
    const first = last(watch(evening('20:00 2600'), STAGE));
    const second = observeCrowd(first.state, count('2025-07-19 20:05', 2_610), STAGE, summer);
    expect(second.change).toMatchObject({ from: 'high', to: 'high', alert: null, policy: { id: 'summer', version: 2 } });
    expect(observeCrowd(second.state, count('2025-07-19 20:06', 2_620), STAGE, summer).change).toBeNull();
  });
  it('judges with its own figures from its first count on', () => {
    const strict = { ...summer, crowd: { ...summer.crowd, ratio: { bands: [{ step: 'breach' as const, from: 0.8 }] } } };
    const first = last(watch(evening('20:00 2600'), STAGE));
    expect(observeCrowd(first.state, count('2025-07-19 20:05', 2_610), STAGE, strict).change).toMatchObject({ from: 'high', to: 'breach', alert: { change: 'raise', level: 'critical' } });
  });
});

describe('a value that trembles on a threshold', () => {
  it('stays on the step, and alerts once', () => {
    const seen = watch(evening('20:00 2840, 20:02 2860, 20:04 2835, 20:06 2855, 20:08 2840, 20:10 2851, 20:12 2830, 20:30 2845, 20:45 2860'), STAGE);
    expect(effects(seen)).toEqual(['raise high']);
    expect(last(postures(seen))).toBe('stop-inflow');
  });

  it('leaves the step only after ten minutes clear of it, and takes the alert back', () => {
    const seen = watch(evening('20:00 2900, 20:05 2600, 20:10 2590, 20:14 2580, 20:15 2570'), STAGE);
    expect(postures(seen)).toEqual(['stop-inflow', 'stop-inflow', 'stop-inflow', 'stop-inflow', 'high']);
    expect(effects(seen)).toEqual(['raise high', 'cancel high']);
    expect(crowdNow(seen[3]?.state ?? last(seen).state, 'stage', at('2025-07-19 20:14'), SAMPLE_POLICY.crowd).reasons.map(({ rule }) => rule)).toContain('crowd-hold');
  });

  it('begins the hold anew when it comes back, or when the count was not believed', () => {
    expect(effects(watch(evening('20:00 2900, 20:05 2600, 20:12 2860, 20:14 2600, 20:20 2600'), STAGE))).toEqual(['raise high']);
    expect(effects(watch(evening('20:00 2900, 20:05 2600, 20:10 10, 20:11 2600, 20:16 2590'), STAGE))).toEqual(['raise high']);
  });

  it('is none of the present after a long silence, unless the police were told', () => {
    expect(postures(watch(evening('16:00 2600, 16:40 100'), STAGE))).toEqual(['high', 'normal']);
    expect(postures(watch(evening('16:00 2900, 16:40 100, 16:45 100, 16:51 100'), STAGE))).toEqual(['stop-inflow', 'stop-inflow', 'stop-inflow', 'normal']);
  });

  it('falls to the highest step that the readings of the hold still held', () => {
    expect(postures(watch(evening('20:00 3050, 20:02 2840, 20:05 2500, 20:13 2490'), STAGE))).toEqual(['breach', 'breach', 'breach', 'stop-inflow']);
  });
});

describe('an alert about a crowd', () => {
  it('is raised, raised again when it is over the limit, updated and taken back', () => {
    expect(effects(watch(evening('20:00 2900, 20:05 3050, 20:10 2800, 20:20 2780, 20:25 2500, 20:35 2400'), STAGE))).toEqual(['raise high', 'change critical', 'change high', 'cancel high']);
  });

  it('is updated while it grows on at its level: by a tenth of the capacity, or one person on each square metre, beyond the most that was told', () => {
    const grows = evening('20:00 3050, 20:02 3200, 20:04 3350, 20:06 3300, 20:08 3400, 20:10 3640, 20:12 3660, 20:14 3700');
    expect(watch(grows, STAGE).map(({ change, state }) => change?.alert && `${change.alert.change} ${state.alert?.people}`)).toEqual(['raise 3050', undefined, 'change 3350', undefined, undefined, undefined, 'change 3660', undefined]);
    const dense = { ...STAGE, capacity: null, areaM2: 100 };
    expect(effects(watch(evening('20:00 520, 20:02 610, 20:04 625, 20:06 700'), dense))).toEqual(['raise critical', 'change critical']);
  });

  it('names the volume that began it, in a source of its own', () => {
    const [seen] = watch(evening('20:00 3050'), STAGE);
    expect(seen?.change?.alert).toEqual({
      change: 'raise', causeId: 'crowd:stage:v-2025-07-19 20:00', firstId: 'crowd:stage:v-2025-07-19 20:00', level: 'critical', source: '/sites/dai-lai/gates#crowd',
    });
  });

  it('names a volume of another publisher with its source: ids are unique per source only', () => {
    const seen = watch([...evening('20:00 2900'), count('2025-07-19 20:05', 3_050, { source: '/other', eventId: 'v-9' })], STAGE);
    expect(last(seen).change?.alert).toMatchObject({ change: 'change', causeId: 'crowd:stage:v-9@/other', source: '/sites/dai-lai/gates#crowd', firstId: 'crowd:stage:v-2025-07-19 20:00' });
  });

  it('waits for a fresh reading: nobody can act on the crowd of an hour ago', () => {
    const late = count('2025-07-19 20:00', 3_050, { receivedAt: at('2025-07-19 21:00') });
    const seen = watch([late, count('2025-07-19 20:58', 3_040)], STAGE);
    expect(seen.map(({ state, change }) => [state.posture, change?.alert?.change])).toEqual([['breach', undefined], ['breach', 'raise']]);
  });

  it('is not begun by a fresh reading of a crowd that is already going', () => {
    const late = count('2025-07-19 20:00', 2_900, { receivedAt: at('2025-07-19 21:00') });
    expect(effects(watch([late, count('2025-07-19 20:05', 2_400), count('2025-07-19 20:08', 2_860)], STAGE))).toEqual(['raise high']);
    expect(effects(watch([late, count('2025-07-19 20:05', 2_400)], STAGE))).toEqual([]);
  });

  it('is taken back, or told more quietly, by fresh counts only: a backlog is no present either', () => {
    const receivedAt = at('2025-07-19 22:00');
    const backlog = (counts: string) => evening(counts).map((each) => ({ ...each, receivedAt }));
    const breach = count('2025-07-19 20:00', 3_050);
    const late = watch([breach, ...backlog('20:05 2000, 20:10 1990, 20:16 1980, 20:20 1970, 20:30 2600, 20:32 3050, 21:20 3060')], STAGE);
    expect(effects(late)).toEqual(['raise critical']);
    expect(last(late).state).toMatchObject({ posture: 'breach', alert: { level: 'critical' } });
    expect(effects(watch([breach, ...backlog('20:05 2860, 20:16 2850')], STAGE))).toEqual(['raise critical']);
    const then = watch([breach, ...backlog('20:05 2000, 20:16 1980'), count('2025-07-19 22:01', 1_900)], STAGE);
    expect(effects(then)).toEqual(['raise critical', 'cancel critical']);
    expect(last(then).change?.alert?.causeId).toBe('crowd:stage:v-2025-07-19 22:01');
  });

  it('stands while the count is not believed', () => {
    const seen = watch(evening('20:00 3050, 20:01 90'), STAGE);
    expect(postures(seen)).toEqual(['breach', 'unknown']);
    expect(last(seen).state.alert).not.toBeNull();
  });

  it('tells the police as an incident does: raised above all before, else updated; what they closed stays closed', () => {
    const effect = { change: 'change' as const, causeId: 'crowd::v2', firstId: 'crowd::v1', level: 'critical' as const, source: '/gates#crowd' };
    const input = { effect, siteId: 'dai-lai', policeBodyId: 'ca-xuan-hoa', now: SATURDAY_EVENING, limits: DEFAULT_ACKNOWLEDGE_LIMITS };
    const open = alertState({ thread: { source: '/gates#crowd', siteId: 'dai-lai', status: 'Actual', firstId: 'crowd::v1' }, alertStatus: 'acknowledged', revision: 3 });
    expect(crowdAlertStep({ ...input, alert: open })).toMatchObject({ change: 'raised', state: { level: 'critical', revision: 4, raiseEventId: 'crowd::v2', alertStatus: 'pending' } });
    expect(crowdAlertStep({ ...input, alert: { ...open, highestLevel: 'critical' } })).toMatchObject({ change: 'updated', state: { revision: 4, alertStatus: 'acknowledged' } });
    const cancel = { ...input, effect: { ...effect, change: 'cancel' as const } };
    expect(crowdAlertStep({ ...cancel, alert: open })).toMatchObject({ change: 'cancelled', state: { alertStatus: 'cancelled', revision: 4, level: 'high' } });
    for (const alertStatus of ['closed', 'cancelled'] as const) expect(crowdAlertStep({ ...cancel, alert: { ...open, alertStatus } })).toBeNull();
    expect(crowdAlertStep({ ...cancel, alert: null })).toBeNull();
  });

  it('is called what it is: over capacity only above the capacity, and not while it goes down', () => {
    const told = watch(evening('20:00 2900, 20:05 3050, 20:10 2840, 20:21 2840, 20:23 2000, 20:34 2000'), STAGE).flatMap(({ state, change }) => {
      if (change === null || change.alert === null) return [];
      const { called, incident } = crowdIncident(count('2025-07-19 20:00', 0), STAGE, state, change, change.alert);
      return [[change.alert.change, called.vi, called.en, incident.category]];
    });
    expect(told).toEqual([
      ['raise', 'Gần hết sức chứa, cần ngừng đón thêm khách', 'Nearly full, stop letting people in', 'crowd.over-capacity'],
      ['change', 'Vượt sức chứa', 'Over capacity', 'crowd.over-capacity'],
      ['change', 'Gần hết sức chứa, cần ngừng đón thêm khách', 'Nearly full, stop letting people in', 'crowd.over-capacity'],
      ['cancel', 'Lượng khách đã giảm', 'The crowd went down', 'crowd.high-density'], // two on a square metre is what is left to say
    ]);
  });

  it('is called by what reached its step, not by what lies near it', () => {
    const narrow = { ...STAGE, areaM2: 400, capacity: 2_000 };
    const told = watch(evening('20:00 1700, 20:05 2000'), narrow).flatMap(({ state, change }) => {
      if (change === null || change.alert === null) return [];
      const { called, incident } = crowdIncident(count('2025-07-19 20:00', 0), narrow, state, change, change.alert);
      return [[called.en, incident.category, change.reasons.map(({ text }) => text.en)]];
    });
    expect(told).toEqual([
      ['High crowd density', 'crowd.high-density', [expect.stringMatching(/4\.2 people/), expect.stringMatching(/85 %/)]],
      ['High crowd density', 'crowd.high-density', [expect.stringMatching(/5\.0 people|5 people/), expect.stringMatching(/100 %/)]],
    ]);
  });

  it.each([['20:00 3050', 'crowd.over-capacity', 3_000], ['20:00 5000', 'crowd.high-density', 100_000]])('speaks in the shape of an incident: %s is %s', (counts, category, capacity) => {
    const [reading] = evening(counts);
    const [seen] = watch(evening(counts), { ...STAGE, capacity });
    if (reading === undefined || seen === undefined || seen.change === null || seen.change.alert === null) throw new Error('no alert');
    const { incident, assessment } = crowdIncident(reading, { ...STAGE, capacity }, seen.state, seen.change, seen.change.alert);
    expect(incident).toMatchObject({ category, zone: 'stage', occurredAt: reading.measuredAt, source: '/sites/dai-lai/gates', status: 'Actual' });
    expect(assessment).toMatchObject({ level: 'critical', context: { occupancy: { count: reading.occupancy }, capacity } });
  });
});

describe('which volumes count', () => {
  it('never one of more people than the place can hold, declared or late: it is history that nobody believes', () => {
    const seen = watch([count('2025-07-19 20:00', 900), count('2025-07-19 19:59', 30_000), count('2025-07-19 20:00', 30_000), count('2025-07-19 21:00', 30_000, { volumeKind: 'declared' }), count('2025-07-19 19:58', 30_000, { volumeKind: 'forecast' })], STAGE);
    expect(seen.map(({ taken, implausible }) => [taken, implausible])).toEqual([[true, null], [false, 'jump'], [false, 'jump'], [false, 'jump'], [false, null]]);
  });

  it('is history that nobody believes, too, where the counter was in doubt already when it was measured', () => {
    const late = (time: string) => count(`2025-07-19 ${time}`, 700);
    const seen = watch([count('2025-07-19 20:00', 600), count('2025-07-19 20:05', 8_000), count('2025-07-19 20:09', 100), late('20:06'), late('20:04')], STAGE);
    expect(seen.map(({ taken, implausible }) => [taken, implausible])).toEqual([[true, null], [true, 'jump'], [true, null], [false, null], [false, null]]);
    const doubted = watch([count('2025-07-19 20:00', 600), count('2025-07-19 20:05', 8_000), late('20:05'), late('20:04')], STAGE);
    expect(doubted.map(({ taken, implausible }) => [taken, implausible])).toEqual([[true, null], [true, 'jump'], [false, 'jump'], [false, null]]);
  });

  it('is history that nobody believes, too, where no so many came or went until the last count that is believed', () => {
    const late = (time: string, people: number) => last(watch([count('2025-07-19 20:05', 900), count(`2025-07-19 ${time}`, people)], STAGE)).implausible;
    expect([late('19:45', 5_000), late('20:04', 2_000), late('20:04', 1_700), late('19:45', 2_900), late('19:45', 200)]).toEqual(['jump', 'jump', null, null, null]);
    expect([late('19:34', 5_000), late('20:05', 1_600)]).toEqual([null, 'jump']); // half an hour ago it may have been over the limit; at one instant it is one crowd
  });

  it('never a forecast, and none at or before the latest', () => {
    const seen = watch([count('2025-07-19 20:00', 900), count('2025-07-19 21:00', 9_000, { volumeKind: 'forecast' }), count('2025-07-19 19:00', 5_000), count('2025-07-19 20:00', 1_000)], STAGE);
    expect(seen.map(({ taken }) => taken)).toEqual([true, false, false, false]);
    expect(seen.map(({ implausible, change }) => [implausible, change === null])).toEqual([[null, false], [null, true], [null, true], [null, true]]);
  });

  it('a declared one only while no measured one is fresh, or while the counter is not believed', () => {
    const declared = (time: string, people: number) => count(`2025-07-19 ${time}`, people, { volumeKind: 'declared' });
    const seen = watch([count('2025-07-19 20:00', 900), declared('20:10', 2_000), count('2025-07-19 20:11', 29_000), declared('20:12', 2_200), count('2025-07-19 20:13', 12_000)], STAGE);
    expect(seen.map(({ taken, state }) => [taken, state.counted?.people ?? null])).toEqual([[true, 900], [false, 900], [true, null], [true, 2_200], [true, 2_200]]);
    expect(last(watch([count('2025-07-19 20:00', 900), declared('20:31', 2_000)], STAGE)).state.counted).toMatchObject({ people: 2_000, kind: 'declared' });
  });

  it('from when they were received, where a clock runs ahead', () => {
    const ahead = count('2025-07-19 20:09', 900, { receivedAt: at('2025-07-19 20:00') });
    expect(watch([ahead, count('2025-07-19 20:01', 950)], STAGE).map(({ taken }) => taken)).toEqual([true, true]);
  });
});

describe('a posture that is shown later', () => {
  it('is not known any more when the count is too old, since then', () => {
    const { state } = last(watch(evening('20:00 2900'), STAGE));
    expect(crowdNow(state, 'stage', at('2025-07-19 20:30'), SAMPLE_POLICY.crowd)).toMatchObject({ posture: 'stop-inflow', since: at('2025-07-19 20:00'), density: 2.9 });
    const later = crowdNow(state, 'stage', at('2025-07-19 20:31'), SAMPLE_POLICY.crowd);
    expect(later).toMatchObject({ posture: 'unknown', since: at('2025-07-19 20:30'), counted: { people: 2_900 } });
    expect(later.reasons[0]?.text.vi).toBe('Số đếm gần nhất lúc 20:00 ngày 19/07/2025: quá cũ để nói về hiện tại');
  });

  it('says what is doubted', () => {
    const { state } = last(watch(evening('20:00 2900, 20:01 0'), STAGE));
    expect(crowdNow(state, 'stage', at('2025-07-19 20:02'), SAMPLE_POLICY.crowd)).toMatchObject({ posture: 'unknown', counted: null, reasons: [{ rule: 'crowd-unknown' }], doubts: [{ word: 'jump' }] });
  });
});
