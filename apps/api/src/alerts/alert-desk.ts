import { alertDeliveries } from '@vong-gac/contracts';
import type { AlertDecision, AlertStore, AlertWrite, AlertRecord } from '@vong-gac/database';
import {
  acknowledgeAlert, acknowledgedState, bodyChain, closeAlert, closedState, usableReceivers,
  type AlertState, type Disposition, type Instant, type OfficerVerdict, type Registry,
} from '@vong-gac/domain';
import type { RegistryCache } from '../registry/registry-cache';
import { contentOf } from './alert.view';

/** What an officer sends. */
export interface OfficerAct {
  by: string;
  /** The state that the officer saw. */
  revision: number;
  note: string | null;
}

/** How it ended. `same`: this officer had done it before, nothing changed. The alert is as it stands afterwards. */
export interface DeskOutcome {
  outcome: 'done' | 'same' | Exclude<OfficerVerdict, 'ok'>;
  alert: AlertRecord;
}

/** What officers do with an alert: each change locks the row, looks again, and writes its messages in the same transaction. */
export class AlertDesk {
  constructor(
    private readonly alerts: AlertStore,
    private readonly registries: RegistryCache,
    private readonly publicUrl: string,
  ) {}

  /** @returns null: no such alert. */
  async acknowledge(id: string, act: OfficerAct, now: Instant): Promise<DeskOutcome | null> {
    const registry = await this.registries.current(now);
    return this.alerts.change(id, (alert): AlertDecision<DeskOutcome> => {
      if (acknowledgedBefore(alert, act.by)) return { result: { outcome: 'same', alert } };
      const verdict = acknowledgeAlert(alert.state, act.revision);
      if (verdict !== 'ok') return { result: { outcome: verdict, alert } };
      const state = acknowledgedState(alert.state);
      return this.done({ ...alert, state, acknowledged: { by: act.by, at: now, note: act.note }, changedAt: now }, 'acknowledged', registry, now);
    });
  }

  /** @returns null: no such alert. */
  async close(id: string, act: OfficerAct & { disposition: Disposition }, now: Instant): Promise<DeskOutcome | null> {
    const registry = await this.registries.current(now);
    return this.alerts.change(id, (alert): AlertDecision<DeskOutcome> => {
      const { state, closed } = alert;
      if (state.alertStatus === 'closed' && closed?.by === act.by && closed.disposition === act.disposition) return { result: { outcome: 'same', alert } };
      const verdict = closeAlert(state, act.revision);
      if (verdict !== 'ok') return { result: { outcome: verdict, alert } };
      const mark = { by: act.by, at: now, note: act.note, disposition: act.disposition };
      return this.done({ ...alert, state: closedState(state), closed: mark, changedAt: now }, 'closed', registry, now);
    });
  }

  private done(alert: AlertRecord, change: 'acknowledged' | 'closed', registry: Registry, now: Instant): AlertDecision<DeskOutcome> {
    const { state, acknowledged, closed } = alert;
    const write: AlertWrite = { state, acknowledged, closed, deliveries: this.deliveries(alert, change, registry, now) };
    return { result: { outcome: 'done', alert }, write };
  }

  /** To everyone the alert was sent to so far; caused by the event that last raised it (contract.md). */
  private deliveries(alert: AlertRecord, change: 'acknowledged' | 'closed', registry: Registry, now: Instant) {
    const { state } = alert;
    const { policeBodyId, escalation, thread } = state;
    return alertDeliveries({
      alertId: alert.id,
      state,
      change,
      causeEventId: state.raiseEventId,
      causeSource: state.raiseSource,
      content: contentOf(alert),
      receivers: usableReceivers(registry, { policeBodyId, escalation, status: thread.status }, now),
      deliveredToBodyId: bodyChain(registry, policeBodyId, now)[0]?.id ?? policeBodyId,
      now,
      publicUrl: this.publicUrl,
    });
  }
}

const HANDLED: ReadonlySet<AlertState['alertStatus']> = new Set(['acknowledged', 'en-route', 'on-scene', 'closed']);

/** The same officer acknowledged what was last raised: a repeat, whatever happened since. */
function acknowledgedBefore({ state, acknowledged }: AlertRecord, by: string): boolean {
  return HANDLED.has(state.alertStatus) && acknowledged?.by === by && acknowledged.at >= state.raisedAt;
}
