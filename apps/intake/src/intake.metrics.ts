import type { BatchTransport } from '@vong-gac/kafka';
import type { createMetrics } from '@vong-gac/runtime';
import { Counter, Gauge } from 'prom-client';
import type { Policies } from './policies';
import type { Shadow } from './shadow';

type Metrics = ReturnType<typeof createMetrics>;

const LABELS = ['topic', 'partition'] as const;

interface Observed {
  transport: Pick<BatchTransport, 'partitions'>;
  policies: Pick<Policies, 'current' | 'unreadableCount'>;
  shadow: Pick<Shadow, 'totals'>;
}

/** What is asked of intake at a glance: how much waits, since when each partition stands, and by which policy it grades. Read when asked; nothing is counted twice. */
export function observeIntake(metrics: Metrics, { transport, policies, shadow }: Observed): void {
  observePartitions(metrics, transport);
  observePolicies(metrics, policies, shadow);
}

function observePolicies(metrics: Metrics, policies: Observed['policies'], shadow: Observed['shadow']): void {
  new Gauge({
    name: 'vong_gac_intake_policy',
    help: '1: the policy that grades what is received now',
    labelNames: ['id', 'version'],
    registers: [metrics],
    collect() {
      this.reset();
      this.set({ id: policies.current.id, version: String(policies.current.version) }, 1);
    },
  });
  new Gauge({
    name: 'vong_gac_intake_policies_unreadable',
    help: 'policies in force or planned that this release cannot read: the one before goes on',
    registers: [metrics],
    collect() {
      this.set(policies.unreadableCount);
    },
  });
  new Counter({
    name: 'vong_gac_intake_shadow_incidents_total',
    help: 'incidents that a candidate graded in the shadow, by the level that was given and the one that it would have given',
    labelNames: ['from', 'to'],
    registers: [metrics],
    collect() {
      this.reset();
      for (const { from, to, count } of shadow.totals()) this.inc({ from, to }, count);
    },
  });
}

function observePartitions(metrics: Metrics, transport: Observed['transport']): void {
  const gauge = (name: string, help: string, value: (partition: ReturnType<BatchTransport['partitions']>[number]) => number): void => {
    new Gauge({
      name,
      help,
      labelNames: LABELS,
      registers: [metrics],
      collect() {
        this.reset();
        for (const each of transport.partitions()) this.set({ topic: each.topic, partition: String(each.partition) }, value(each));
      },
    });
  };
  gauge('vong_gac_intake_waiting_offsets', 'offsets that wait to be settled', ({ highWatermark, position }) => Math.max(0, highWatermark - position));
  gauge('vong_gac_intake_position', 'the next offset to settle', ({ position }) => position);
  gauge('vong_gac_intake_last_advance_seconds', 'when the partition last advanced, seconds since 1970', ({ lastAdvanceAt }) => lastAdvanceAt / 1_000);
  gauge('vong_gac_intake_stopped', '1: the partition is stopped until ledger restart', ({ stopped }) => (stopped === null ? 0 : 1));
}
