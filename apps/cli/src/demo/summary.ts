import { LedgerStore, StatusStore, type Database } from '@vong-gac/database';
import type { KafkaAdmin } from '@vong-gac/kafka';
import { runCheck, type CheckReport } from '../check';
import { table } from '../terminal';

/** The answer of `demo --exit --json` (contract). Figures are of this demo alone. */
export interface DemoSummary {
  /** Acknowledged by Kafka, repeats and broken ones included. */
  published: number;
  stored: number;
  duplicate: number;
  quarantined: Record<string, number>;
  alerts: number;
  delivered: number;
  acknowledged: number;
  escalated: number;
  /** From just before an event was sent to its alert at the receiver. */
  latencyMs: { p50: number; p99: number };
  /** `ok`, or the first problem. */
  check: string;
}

/** Reads what became of the day. */
export async function summarize(database: Database, admin: KafkaAdmin, published: number, latencies: readonly number[]): Promise<{ summary: DemoSummary; check: CheckReport }> {
  const ledger = await new LedgerStore(database).list();
  const store = new StatusStore(database);
  const quarantined = Object.fromEntries((await store.quarantinedSince(new Date(0))).map(({ reason, count }) => [reason, count]));
  const totals = await store.alertTotals();
  const check = await runCheck(database, admin);
  const sum = (of: 'stored' | 'duplicate'): number => ledger.reduce((all, row) => all + row[of], 0);
  const latencyMs = { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) };
  return { check, summary: { published, stored: sum('stored'), duplicate: sum('duplicate'), quarantined, ...totals, latencyMs, check: check.ok ? 'ok' : (check.problems[0] ?? 'not ok') } };
}

/** Nearest rank; 0 where nothing was measured. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

/** The table at the end of the day. */
export function describeSummary(summary: DemoSummary): string {
  const { quarantined, latencyMs } = summary;
  const reasons = Object.entries(quarantined);
  return table(
    ['', 'count', ''],
    [
      ['published', summary.published, 'messages acknowledged by Kafka'],
      ['stored', summary.stored, 'incidents and visitor volumes'],
      ['duplicate', summary.duplicate, 'sent again with the same content'],
      ['quarantined', reasons.reduce((sum, [, count]) => sum + count, 0), reasons.map(([reason, count]) => `${reason} ${count}`).join(', ')],
      ['alerts', summary.alerts, 'from level high on, exercises and tests included'],
      ['delivered', summary.delivered, 'alerts that a police body took'],
      ['acknowledged', summary.acknowledged, 'by the officer on duty, through the api'],
      ['escalated', summary.escalated, 'nobody acknowledged in time: the province was told'],
      ['publish → alert', null, `p50 ${latencyMs.p50} ms, p99 ${latencyMs.p99} ms at the receiver`],
      ['check', null, summary.check],
    ],
  );
}
