import type { Queryable } from './data-source';

/**
 * What sites are remembered by, against the rows that it was counted from: rebuilt from scratch it must be what was kept event by event.
 */
export async function memoryProblems(tx: Queryable): Promise<string[]> {
  const [days] = await tx.query<{ site_id: string; day: string; category: string; partition: number; kept: number; stored: number }>(INCIDENT_DAYS);
  const [peak] = await tx.query<{ site_id: string; day: string; kept: number; stored: number }>(VISITOR_DAYS);
  const problems: string[] = [];
  if (days !== undefined) problems.push(`site ${days.site_id}, ${days.day}, ${days.category}, partition ${days.partition}: ${days.kept} incidents are remembered, the table holds ${days.stored}`);
  if (peak !== undefined) problems.push(`site ${peak.site_id}, ${peak.day}: ${peak.kept} guests are remembered as the most of the day, its volumes say ${peak.stored}`);
  return problems;
}

const VIETNAM_DAY = (instant: string): string => `(${instant} AT TIME ZONE 'UTC' + interval '7 hours')::date`;

/** A report that joined a happening is no further incident; its day is kept all the same (day-counts.ts). */
const INCIDENT_DAYS = `SELECT site_id, day::text, category, partition, COALESCE(k.count, 0)::int8 AS kept, COALESCE(s.count, 0)::int8 AS stored
  FROM incident_days k FULL JOIN (
    SELECT site_id, ${VIETNAM_DAY('occurred_at')} AS day, category, kafka_partition AS partition, count(*) FILTER (WHERE founder_source IS NULL) AS count FROM incidents
    WHERE status = 'Actual' AND corrects IS NULL GROUP BY 1, 2, 3, 4) s USING (site_id, day, category, partition)
  WHERE k.count IS DISTINCT FROM s.count ORDER BY 1, 2, 3, 4 LIMIT 1`;

const VISITOR_DAYS = `SELECT site_id, day::text, COALESCE(k.peak, 0) AS kept, COALESCE(s.peak, 0) AS stored
  FROM (SELECT site_id, day, max(peak) AS peak FROM visitor_days GROUP BY 1, 2) k FULL JOIN (
    SELECT site_id, ${VIETNAM_DAY('measured_at')} AS day, max(occupancy) AS peak FROM visitor_volumes
    WHERE zone IS NULL AND kind <> 'forecast' AND implausible IS NULL GROUP BY 1, 2) s USING (site_id, day)
  WHERE k.peak IS DISTINCT FROM s.peak ORDER BY 1, 2 LIMIT 1`;
