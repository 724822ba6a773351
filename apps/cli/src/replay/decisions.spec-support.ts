import type { StoredDecision } from '@vong-gac/database';
import { assessAgain, canonicalJson, type ContextUsed, type Incident, type RiskPolicy } from '@vong-gac/domain';
import { builtInPolicy } from '@vong-gac/policy';

/** Saturday evening, 4 July 2026, 20:00 in Việt Nam. */
export const EVENING = Date.parse('2026-07-04T20:00:00+07:00');
export const MINUTE_MS = 60_000;

const CONTEXT: ContextUsed = {
  areaM2: null, baseline: null, capacity: 5_500, dayClass: 'weekend', jurisdictionNote: null, localHour: 20,
  occupancy: { ageSeconds: 300, count: 4_200, measuredAt: EVENING - 300_000, volumeKind: 'measured', zone: null }, situation: { reports: 1, sources: 1 }, water: false, zoneKnown: true,
};

type Told = Partial<Omit<StoredDecision, 'incident'>> & { incident?: Partial<Incident> };

/** A decision as it is stored: a theft at the lake, unless told otherwise. */
export function decision(n: number, { incident: told = {}, ...more }: Told = {}, policy: RiskPolicy = builtInPolicy()): StoredDecision {
  const incident: Incident = {
    kind: 'incident', source: '/sites/dai-lai/security', eventId: `e${n}`, siteId: 'dai-lai', category: 'security.theft', categoryAsSent: told.category ?? 'security.theft', occurredAt: EVENING + n * MINUTE_MS,
    reportedAt: null, receivedAt: EVENING + n * MINUTE_MS + 30_000, status: 'Actual', severity: null, urgency: null, certainty: null, verification: null, zone: null, location: null,
    description: null, injured: null, involved: null, weapon: null, corrects: null, backfill: false, defects: [], ...told,
  };
  const assessment = assessAgain(incident, CONTEXT, policy);
  const { source, siteId, status, eventId } = incident;
  return {
    id: `id-${String(n).padStart(4, '0')}`, incident, alertThread: { source, siteId, status, firstId: incident.corrects ?? eventId }, policeBodyId: 'ca-xuan-hoa',
    level: assessment.level, score: assessment.score, assessment: canonicalJson(assessment), generation: 1, offset: n, ...more,
  };
}
