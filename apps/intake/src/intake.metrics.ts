import type { BatchTransport } from '@vong-gac/kafka';
import type { createMetrics } from '@vong-gac/runtime';
import { Gauge } from 'prom-client';

type Metrics = ReturnType<typeof createMetrics>;

const LABELS = ['topic', 'partition'] as const;

/** What is asked of intake at a glance: how much waits, and since when each partition stands. Read when asked; nothing is counted twice. */
export function observeIntake(metrics: Metrics, transport: Pick<BatchTransport, 'partitions'>): void {
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
