import type { ClaimedDelivery, OpenAlert, Settlement } from '@vong-gac/database';
import { explain, type DeliveryAnswer, type Logger, type Probe } from '@vong-gac/runtime';
import { Counter, Gauge, Histogram, type Registry as MetricsRegistry } from 'prom-client';

/** A loop that has not turned for so long hangs: start this process again. Longer than the slowest statement. */
const HANGS_AFTER_MS = 30_000;
/** Alerts that nobody can be told about are named in the log so often. */
const UNREACHABLE_EVERY_MS = 60_000;

const LOOPS = ['deliveries', 'open alerts'] as const;
/** Dispatch's two loops. */
type Loop = (typeof LOOPS)[number];

interface Unreachable {
  count: number;
  oldest: { id: string; siteId: string; policeBodyId: string; raisedAt: Date }[];
}

/** What dispatch tells people: log lines, metrics, and its health. */
export class Observer {
  /** By loop; a loop that is not in it has not yet reached Postgres. */
  private readonly databaseAwaySince = new Map<Loop, number | null>();
  private readonly failing = new Map<string, number>();
  private lastTurn = Date.now();
  private lastStep = Date.now();
  private unreachableSaidAt = Number.NEGATIVE_INFINITY;
  private oldestPending: Date | null = null;
  private readonly metrics: Metrics;

  constructor(
    private readonly logger: Logger,
    registry: MetricsRegistry,
    private readonly kafkaAwaySince: () => number | null,
  ) {
    this.metrics = createDispatchMetrics(registry, () => (this.oldestPending === null ? 0 : Math.max(0, Date.now() - this.oldestPending.getTime()) / 1_000));
  }

  live(): Probe {
    const now = Date.now();
    const reasons = [
      now - this.lastTurn > HANGS_AFTER_MS ? `no delivery was looked for since ${iso(this.lastTurn)}` : null,
      now - this.lastStep > HANGS_AFTER_MS ? `no open alert was looked at since ${iso(this.lastStep)}` : null,
    ].filter((reason) => reason !== null);
    return { ok: reasons.length === 0, reasons };
  }

  ready(): Probe {
    const kafka = this.kafkaAwaySince();
    const reasons = [
      ...LOOPS.map((loop) => {
        const since = this.databaseAwaySince.get(loop);
        return since === undefined ? `starts: ${loop} not read yet` : since === null ? null : `Postgres is away since ${iso(since)}: ${loop} wait`;
      }),
      kafka === null ? null : `Kafka takes nothing since ${iso(kafka)}: webhooks go on, the topics wait`,
    ].filter((reason) => reason !== null);
    return { ok: reasons.length === 0, reasons };
  }

  turned(): void {
    this.lastTurn = Date.now();
  }

  stepped(): void {
    this.lastStep = Date.now();
  }

  databaseAnswered(loop: Loop): void {
    const since = this.databaseAwaySince.get(loop);
    if (typeof since === 'number') this.logger.info({ awayMs: Date.now() - since }, `Postgres answers again: ${loop} go on`);
    this.databaseAwaySince.set(loop, null);
  }

  databaseAway(loop: Loop, error: unknown): void {
    if (typeof this.databaseAwaySince.get(loop) === 'number') return;
    this.databaseAwaySince.set(loop, Date.now());
    this.logger.warn({ err: error }, `${loop} wait for Postgres: ${explain(error)}`);
  }

  answered(delivery: ClaimedDelivery, answer: DeliveryAnswer, tookMs: number): void {
    const kind = delivery.receiverKind;
    this.metrics.answers.inc({ receiver_kind: kind, answer: answerClass(answer) });
    this.metrics.seconds.observe({ receiver_kind: kind }, tookMs / 1_000);
    const { receiverId } = delivery;
    const fields = { receiverId, deliveryId: delivery.id, alertId: delivery.alertId ?? undefined, attempt: delivery.attempt };
    if (answer.outcome === 'refused') {
      this.logger.warn(fields, `receiver ${receiverId} answered ${answer.answer}: it is switched off until a test-alert to it is answered 2xx`);
    } else if (answer.outcome === 'retry') {
      if (!this.failing.has(receiverId)) this.logger.warn(fields, `receiver ${receiverId} does not take messages: ${answer.answer}`);
      this.failing.set(receiverId, (this.failing.get(receiverId) ?? 0) + 1);
    } else {
      const failures = this.failing.get(receiverId);
      if (failures !== undefined) this.logger.info({ ...fields, failures }, `receiver ${receiverId} takes messages again`);
      this.failing.delete(receiverId);
      this.logger.debug(fields, `delivered: ${answer.answer}`);
    }
  }

  settled(settlements: readonly Settlement[], written: ReadonlySet<string>): void {
    const late = settlements.filter(({ id }) => !written.has(id));
    if (late.length > 0) this.logger.info({ deliveries: late.map(({ id }) => id) }, `${late.length} answers came after another dispatcher had taken over`);
  }

  gaveBack(count: number): void {
    this.logger.info({ count }, 'gave back what was not answered: another dispatcher sends it');
  }

  added(count: number): void {
    this.logger.info({ count }, 'wrote deliveries that were missing');
  }

  escalated(alerts: readonly OpenAlert[]): void {
    for (const { id, state } of alerts) {
      this.metrics.escalations.inc();
      this.logger.warn({ alertId: id, policeBodyId: state.policeBodyId, escalation: state.escalation, revision: state.revision }, `alert ${id} goes one body up`);
    }
  }

  /** One line a minute names the alerts that nobody can be told about. */
  openAlerts(unreachable: Unreachable, oldestPending: Date | null, now: number): void {
    this.oldestPending = oldestPending;
    this.metrics.unreachable.set(unreachable.count);
    if (unreachable.count === 0 || now - this.unreachableSaidAt < UNREACHABLE_EVERY_MS) return;
    this.unreachableSaidAt = now;
    const named = unreachable.oldest.map(({ id, siteId, policeBodyId, raisedAt }) => `${id} (site ${siteId}, body ${policeBodyId}, raised ${raisedAt.toISOString()})`);
    const more = unreachable.count > named.length ? ` and ${unreachable.count - named.length} more` : '';
    this.logger.error(
      { count: unreachable.count, alerts: unreachable.oldest.map(({ id }) => id) },
      `nobody can be told of ${unreachable.count} open alert(s), no receiver up to the top is usable; register one, or test-alert one that is off: ${named.join(', ')}${more}`,
    );
  }
}

type Metrics = ReturnType<typeof createDispatchMetrics>;

function createDispatchMetrics(registry: MetricsRegistry, oldestPendingSeconds: () => number) {
  const registers = [registry];
  new Gauge({
    name: 'vong_gac_oldest_undelivered_alert_seconds',
    help: 'age of the oldest alert that is still pending; 0: none',
    registers,
    collect() {
      this.set(oldestPendingSeconds());
    },
  });
  return {
    answers: new Counter({ name: 'vong_gac_delivery_attempts_total', help: 'attempts by kind of receiver and class of answer', labelNames: ['receiver_kind', 'answer'], registers }),
    seconds: new Histogram({
      name: 'vong_gac_delivery_attempt_seconds',
      help: 'from sending to the answer',
      labelNames: ['receiver_kind'],
      buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 6],
      registers,
    }),
    escalations: new Counter({ name: 'vong_gac_alert_escalations_total', help: 'alerts that went one body up', registers }),
    unreachable: new Gauge({ name: 'vong_gac_unreachable_alerts', help: 'open alerts at the top with no usable receiver', registers }),
  };
}

/** A closed set, whatever receivers answer. */
function answerClass({ outcome, status }: DeliveryAnswer): string {
  if (outcome !== 'retry') return outcome;
  if (status === null) return 'no-answer';
  return status === 429 ? '429' : `${Math.floor(status / 100)}xx`;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
