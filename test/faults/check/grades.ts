import { decode } from '@vong-gac/contracts';
import { assessAgain, canonicalJson, levelRank, policyName, policySpans, spanAt, type ContextUsed, type Incident, type OccupancyUsed, type RiskPolicy } from '@vong-gac/domain';
import { builtInPolicy, policyOf } from '@vong-gac/policy';
import type { Dump, History, IncidentRow, Violation } from '../history';

/**
 * I2: each stored incident was graded by the policy in force when it was received; read again from its bytes and graded again by that policy from the
 * context that is stored with it, it has the same grade and the same reasons, bytes and all.
 */
export function grades({ dump }: History): Violation[] {
  const readings = new Set(dump.readings.map(readingKey));
  const spans = policySpans(builtInPolicy(), dump.decisions);
  const policies = new Map(dump.policies.map(({ document, ...version }) => [policyName(version), policyOf(document)]));
  const inForce = (at: number): RiskPolicy => {
    const { policy } = spans[spanAt(spans, at)] ?? { policy: builtInPolicy() };
    return policies.get(policyName(policy)) ?? builtInPolicy();
  };
  return dump.incidents.flatMap((row): Violation[] => {
    const problem = gradeProblem(row, inForce(row.receivedAt), readings);
    return problem === null ? [] : [{ invariant: 'I2', says: `event ${row.eventId} of ${row.source}: ${problem}`, about: { source: row.source, eventId: row.eventId } }];
  });
}

function gradeProblem(row: IncidentRow, policy: RiskPolicy, readings: ReadonlySet<string>): string | null {
  const incident = incidentOf(row);
  if (incident === null) return 'its stored bytes are no incident';
  const stored: { context: ContextUsed; policyId: string; policyVersion: number } = JSON.parse(row.assessment);
  const gradedBy = policyName({ id: stored.policyId, version: stored.policyVersion });
  if (gradedBy !== policyName(policy)) return `it was graded by ${gradedBy}, and ${policyName(policy)} was in force when it was received`;
  const again = assessAgain(incident, stored.context, policy);
  if (levelRank(again.level) !== row.level) return `its level is ${row.level}, its stored context makes it ${levelRank(again.level)} (${again.level})`;
  if (canonicalJson(again) !== row.assessment) return 'its assessment, computed again from its stored context, has other bytes';
  const { occupancy } = stored.context;
  return occupancy === null || readings.has(usedKey(row.siteId, occupancy)) ? null : `it was judged with ${occupancy.count} guests, and no such volume is stored`;
}

/** Intake takes either kind of event from either topic. */
function incidentOf({ original, receivedAt }: IncidentRow): Incident | null {
  const decoded = decode({ value: Buffer.from(original), headers: [], timestamp: receivedAt });
  return decoded.outcome === 'event' && decoded.event.kind === 'incident' ? decoded.event : null;
}

const readingKey = ({ siteId, zone, measuredAt, count }: Dump['readings'][number]): string => `${siteId} ${zone ?? ''} ${Math.round(measuredAt)} ${count}`;
const usedKey = (siteId: string, { zone, measuredAt, count }: OccupancyUsed): string => readingKey({ siteId, zone, measuredAt, count });
