import { alertDeliveries, type AlertContent } from '@vong-gac/contracts';
import { ALERTS_PER_STEP, type AlertGroup, type NewDelivery, type OpenAlert, type OpenAlertStore } from '@vong-gac/database';
import { bodyChain, escalateAlert, usableReceivers, usableWebhooks, type AcknowledgeLimits, type AlertChange, type AlertState, type Instant, type Receiver, type Registry } from '@vong-gac/domain';
import type { Bodies } from './bodies';
import type { Observer } from './observer';

/** The oldest alerts that nobody can be told about, named one by one; the others are counted. */
export const UNREACHABLE_NAMED = 20;
/** Rounds of ALERTS_PER_STEP in one step; what is left waits for the next. */
const ROUNDS = 50;

export interface ClockSettings {
  acknowledge: AcknowledgeLimits;
  /** Where officers reach the api, without a slash at the end. */
  publicUrl: string;
}

/**
 * What is due about open alerts, whoever wrote them: one body up when nobody acknowledged in time, or at once when a body has no usable receiver;
 * and the message to each receiver that was not told yet (registered later, switched on again, of a succeeding body). Looks at the whole
 * present state each time and remembers nothing, so that any dispatcher may do it, or two at once.
 */
export class AlertClock {
  constructor(
    private readonly store: OpenAlertStore,
    private readonly bodies: Bodies,
    private readonly observer: Observer,
    private readonly settings: ClockSettings,
  ) {}

  async step(now: Instant): Promise<void> {
    const registry = await this.bodies.refresh();
    const groups = await this.groups(registry);
    for (let round = 0; round < ROUNDS; round++) if ((await this.escalate(registry, groups, now)) < ALERTS_PER_STEP) break;
    await this.addMissing(registry, groups, now);
    const lost = await this.store.unreachable(groups.filter((group) => isUnreachable(registry, group, now)), UNREACHABLE_NAMED);
    this.observer.openAlerts(lost, await this.store.oldestPending(), now);
  }

  /** A body that the registry does not know yet was seeded a moment ago: its alerts wait for the next step. */
  private async groups(registry: Registry): Promise<AlertGroup[]> {
    return (await this.store.groups()).filter((group) => registry.bodies.has(group.policeBodyId));
  }

  private async escalate(registry: Registry, groups: readonly AlertGroup[], now: Instant): Promise<number> {
    const up = groups.flatMap((group) => {
      const chain = bodyChain(registry, group.policeBodyId, now);
      const reached = chain[group.escalation];
      if (group.status !== 'Actual' || reached === undefined || group.escalation + 1 >= chain.length) return [];
      return [{ ...group, atOnce: usableWebhooks(registry, reached.id, group.status).length === 0 }];
    });
    const escalated = await this.store.escalate(up, now, (alert, atOnce) => {
      const { length } = bodyChain(registry, alert.state.policeBodyId, now);
      const state = escalateAlert(alert.state, now, this.settings.acknowledge, length, atOnce);
      if (state === null) return null;
      const receivers = usableReceivers(registry, groupOf(state), now);
      return { state, deliveries: this.compose(registry, { ...alert, state }, 'escalated', receivers, now) };
    });
    this.observer.escalated(escalated);
    return escalated.length;
  }

  private async addMissing(registry: Registry, groups: readonly AlertGroup[], now: Instant): Promise<void> {
    const usable = groups.flatMap((group) => usableReceivers(registry, group, now).map(({ id }) => ({ ...group, receiverId: id })));
    const added = await this.store.addMissing(usable, (alert, receiverIds) => {
      const wanted = new Set(receiverIds);
      const receivers = usableReceivers(registry, groupOf(alert.state), now).filter(({ id }) => wanted.has(id));
      return this.compose(registry, alert, alert.state.escalation === 0 ? 'raised' : 'escalated', receivers, now);
    });
    if (added > 0) this.observer.added(added);
  }

  private compose(registry: Registry, { id, state, content: text }: OpenAlert, change: AlertChange, receivers: readonly Receiver[], now: Instant): NewDelivery[] {
    const content: AlertContent = JSON.parse(text);
    const responsible = bodyChain(registry, state.policeBodyId, now)[0];
    return alertDeliveries({
      alertId: id,
      state,
      change,
      causeEventId: state.raiseEventId,
      causeSource: state.raiseSource,
      content,
      receivers,
      deliveredToBodyId: responsible?.id ?? state.policeBodyId,
      now,
      publicUrl: this.settings.publicUrl,
    });
  }
}

function groupOf({ policeBodyId, escalation, thread }: AlertState): AlertGroup {
  return { policeBodyId, escalation, status: thread.status };
}

/** At the top, and no body on the way there has a usable webhook. An exercise or a test that reaches nobody harms nobody. */
function isUnreachable(registry: Registry, { policeBodyId, escalation, status }: AlertGroup, now: Instant): boolean {
  const chain = bodyChain(registry, policeBodyId, now);
  return status === 'Actual' && escalation + 1 >= chain.length && chain.every((body) => usableWebhooks(registry, body.id, status).length === 0);
}
