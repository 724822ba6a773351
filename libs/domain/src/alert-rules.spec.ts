import type { AlertState } from './alert';
import {
  acknowledgeAlert, acknowledgedState, closeAlert, closedState, DEFAULT_ACKNOWLEDGE_LIMITS, deriveAlert, escalateAlert, threadKey, threadOf, type AlertInput, type AlertStep,
} from './alert-rules';
import { assess } from './assess';
import { ALONE } from './memory/situation';
import { SAMPLE_POLICY } from './sample-policy.spec-support';
import type { Incident } from './incident';
import type { RiskLevel } from './risk';
import { alertState, incident, QUIET, SATURDAY_EVENING } from './sample.spec-support';

const NOW = SATURDAY_EVENING + 90_000;

function told(level: RiskLevel, alert: AlertState | null, more: { report?: Partial<Incident> } & Partial<AlertInput> = {}): AlertStep | null {
  const report = incident(more.report);
  const assessment = { ...assess(report, QUIET, SAMPLE_POLICY).assessment, level };
  return deriveAlert({
    incident: report, assessment, thread: threadOf(report, null), joined: false, alert, alreadyCorrected: false, situation: ALONE, policeBodyId: 'ca-xuan-hoa', now: NOW, limits: DEFAULT_ACKNOWLEDGE_LIMITS, ...more,
  });
}

describe('the first event of a thread', () => {
  it('raises an alert from high on', () => {
    expect(told('low', null)).toBeNull();
    expect(told('moderate', null)).toBeNull();
    expect(told('high', null)).toEqual({ change: 'raised', state: alertState({ raisedAt: NOW, acknowledgeBy: NOW + 600_000 }) });
  });

  it('leaves three minutes where it is critical', () => {
    expect(told('critical', null)?.state).toMatchObject({ level: 'critical', highestLevel: 'critical', acknowledgeBy: NOW + 180_000 });
    expect(told('critical', null, { limits: { criticalMs: 5, highMs: 9 } })?.state.acknowledgeBy).toBe(NOW + 5);
  });

  it('raises nothing from an old log, and nothing where a correction came first', () => {
    expect(told('critical', null, { report: { backfill: true } })).toBeNull();
    expect(told('critical', null, { alreadyCorrected: true })).toBeNull();
  });

  it.each(['Exercise', 'Test'] as const)('of an %s runs no clock', (status) => {
    expect(told('critical', null, { report: { status } })?.state).toMatchObject({ alertStatus: 'pending', acknowledgeBy: null, thread: { status } });
  });
});

describe('a later event of a thread', () => {
  const correction = { report: { eventId: 'e-2', corrects: 'e-1' } };

  it('with a level above all before raises again, whatever the state was, and keeps the escalation reached', () => {
    for (const alertStatus of ['pending', 'delivered', 'acknowledged', 'closed', 'cancelled'] as const) {
      const alert = alertState({ alertStatus, revision: 6, raisedRevision: 1, escalation: 1, raisedAt: 5, acknowledgeBy: 6 });
      expect(told('critical', alert, correction)).toEqual({
        change: 'raised',
        state: alertState({
          level: 'critical', highestLevel: 'critical', revision: 7, raisedRevision: 7, raiseEventId: 'e-2', escalation: 1, raisedAt: NOW, acknowledgeBy: NOW + 180_000,
        }),
      });
    }
  });

  it('of many reports of one happening is told ever more rarely, and at once when it says something new', () => {
    const alert = alertState({ revision: 3 });
    const heard = (upTo: number, level: RiskLevel = 'high') => Array.from({ length: upTo }, (_, i) => i + 1).filter((reports) => told(level, alert, { situation: { reports } }) !== null);
    const ten = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    const rarely = [...ten, ...ten.slice(1).map((n) => n * 10), ...ten.slice(1).map((n) => n * 100), 2_000];
    expect(heard(2_500)).toEqual(rarely);
    // Two that report by turns, one of them less: the lower level is no news.
    expect(heard(2_500, 'moderate')).toEqual(rarely);
    const situation = { reports: 777 };
    expect(told('high', alert, { situation: { reports: 777, news: true } })).toMatchObject({ change: 'updated' });
    expect(told('high', alertState({ level: 'moderate' }), { situation })).toMatchObject({ change: 'updated', state: { level: 'high' } });
    expect(told('critical', alert, { situation })).toMatchObject({ change: 'raised' });
    expect(told('high', alert, { situation, policeBodyId: 'ca-khac' })).toMatchObject({ change: 'updated' });
    expect(told('high', null, { situation })).toMatchObject({ change: 'raised' });
  });

  it.each(['low', 'moderate', 'high'] as const)('with %s only updates: a correction never cancels', (level) => {
    const alert = alertState({ alertStatus: 'acknowledged', revision: 3 });
    expect(told(level, alert, correction)).toEqual({ change: 'updated', state: { ...alert, level, revision: 4 } });
  });

  it('that another thread founded is lowered by no further report, and by no correction of one', () => {
    const alert = alertState({ level: 'critical', highestLevel: 'critical', revision: 3 });
    for (const level of ['low', 'moderate', 'high', 'critical'] as const) {
      expect(told(level, alert, { joined: true, situation: { reports: 2 } })).toEqual({ change: 'updated', state: { ...alert, revision: 4 } });
      expect(told(level, alert, { joined: true, report: { eventId: 'e-9', corrects: 'e-8' } })).toEqual({ change: 'updated', state: { ...alert, revision: 4 } });
    }
    expect(told('high', alertState({ level: 'low' }), { joined: true, situation: { reports: 2 } })?.state.level).toBe('high');
  });

  it('compares with the highest level before it, not with the last', () => {
    const lowered = alertState({ level: 'low', highestLevel: 'critical' });
    expect(told('critical', lowered, correction)?.change).toBe('updated');
    expect(told('critical', alertState({ level: 'low', highestLevel: 'high' }), correction)?.change).toBe('raised');
  });

  it('moves to the body of the corrected day', () => {
    expect(told('high', alertState(), { ...correction, policeBodyId: 'ca-ngoc-thanh' })?.state.policeBodyId).toBe('ca-ngoc-thanh');
    expect(told('critical', alertState(), { ...correction, policeBodyId: 'ca-ngoc-thanh' })?.state.policeBodyId).toBe('ca-ngoc-thanh');
  });

  it('from an old log, or already corrected, changes nothing', () => {
    expect(told('critical', alertState(), { report: { backfill: true } })).toBeNull();
    expect(told('critical', alertState(), { alreadyCorrected: true })).toBeNull();
  });

  it('does not change the state that was given', () => {
    const alert = Object.freeze(alertState());
    told('critical', alert, correction);
    told('low', alert, correction);
    expect(alert).toEqual(alertState());
  });
});

describe('threads', () => {
  it('begin with the event, or with what the corrected row began with, or with the id that it names', () => {
    expect(threadOf(incident({ eventId: 'e-1' }), null).firstId).toBe('e-1');
    expect(threadOf(incident({ eventId: 'e-3', corrects: 'e-2' }), 'e-1').firstId).toBe('e-1');
    expect(threadOf(incident({ eventId: 'e-3', corrects: 'e-2' }), null).firstId).toBe('e-2');
    expect(threadOf(incident({ eventId: 'e-1' }), 'e-0').firstId).toBe('e-1');
  });

  it('hold one source, one site and one status', () => {
    expect(threadOf(incident({ status: 'Test', siteId: 's', source: '/x' }), null)).toEqual({ source: '/x', siteId: 's', status: 'Test', firstId: 'e-1' });
  });

  it('have keys that no odd id can confuse', () => {
    const odd = [['a', 'b","c'], ['a","b', 'c'], ['a\u0000b', 'c'], ['a', 'b\u0000c']] as const;
    expect(new Set(odd.map(([source, eventId]) => threadKey(threadOf(incident({ source, eventId }), null)))).size).toBe(4);
  });
});

describe('an officer', () => {
  it('acknowledges what is pending or delivered, with any revision since the last raised', () => {
    const alert = alertState({ revision: 6, raisedRevision: 4 });
    expect([3, 4, 5, 6, 7].map((revision) => acknowledgeAlert(alert, revision))).toEqual(['stale', 'ok', 'ok', 'ok', 'stale']);
    expect(acknowledgeAlert(alertState({ alertStatus: 'delivered' }), 1)).toBe('ok');
    for (const alertStatus of ['acknowledged', 'en-route', 'on-scene', 'closed', 'cancelled'] as const) expect(acknowledgeAlert(alertState({ alertStatus }), 1)).toBe('too-late');
    expect(acknowledgeAlert(alertState(), NaN)).toBe('stale');
  });

  it('closes every open alert, with any revision since the last raised', () => {
    for (const alertStatus of ['pending', 'delivered', 'acknowledged', 'en-route', 'on-scene'] as const) {
      expect([0, 1, 2].map((revision) => closeAlert(alertState({ alertStatus }), revision))).toEqual(['stale', 'ok', 'stale']);
    }
    for (const alertStatus of ['closed', 'cancelled'] as const) expect(closeAlert(alertState({ alertStatus }), 1)).toBe('too-late');
  });

  it('makes a new revision each time', () => {
    expect(acknowledgedState(alertState({ revision: 4 }))).toEqual(alertState({ revision: 5, alertStatus: 'acknowledged' }));
    expect(closedState(alertState({ revision: 4 }))).toEqual(alertState({ revision: 5, alertStatus: 'closed' }));
  });
});

describe('escalation', () => {
  const DUE = SATURDAY_EVENING + 600_000;
  const escalated = (alert: AlertState, now = DUE, bodies = 2, unreachable = false): AlertState | null => escalateAlert(alert, now, DEFAULT_ACKNOWLEDGE_LIMITS, bodies, unreachable);

  it('goes one body up when nobody acknowledged in time, with a new deadline', () => {
    expect(escalated(alertState(), DUE - 1)).toBeNull();
    expect(escalated(alertState())).toEqual(alertState({ escalation: 1, revision: 2, acknowledgeBy: DUE + 600_000 }));
    expect(escalated(alertState({ alertStatus: 'delivered', level: 'critical' }))).toMatchObject({ alertStatus: 'delivered', acknowledgeBy: DUE + 180_000, raisedRevision: 1 });
  });

  it('stops at the top', () => {
    expect(escalated(alertState(), DUE, 1)).toBeNull();
    expect(escalated(alertState({ escalation: 1 }), DUE, 2)).toBeNull();
    expect(escalated(alertState({ escalation: 1 }), DUE, 3)?.escalation).toBe(2);
    expect(escalated(alertState(), DUE, 1, true)).toBeNull();
  });

  it('is at once where no message can reach the body', () => {
    expect(escalated(alertState(), SATURDAY_EVENING, 2, true)?.escalation).toBe(1);
  });

  it('is over once someone has acknowledged or closed', () => {
    for (const alertStatus of ['acknowledged', 'en-route', 'on-scene', 'closed', 'cancelled'] as const) expect(escalated(alertState({ alertStatus }), DUE, 2, true)).toBeNull();
  });

  it.each(['Exercise', 'Test'] as const)('never happens to an %s', (status) => {
    expect(escalated(alertState({ thread: { ...alertState().thread, status } }), DUE, 2, true)).toBeNull();
  });

  it('needs a clock that runs', () => {
    expect(escalated(alertState({ acknowledgeBy: null }))).toBeNull();
  });
});
